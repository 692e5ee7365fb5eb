// One model kept in HiGHS: what is asked moves its bounds, then whole sites and lines are sought.
(() => {
  'use strict';
  const { Room } = globalThis;
  // Of the first choice, soon: among so many sites, to so many times the gap, after so few nodes.
  const [FIRST_WIDTH, FIRST_LOOSENESS, FIRST_NODES] = [35, 4, 5];
  // Soonest of all: the lines of the plan before, and a few sites that could enter it.
  const [NEAR_WIDTH, NEAR_NODES] = [8, 3];
  const [OPTIMAL, INFEASIBLE, UNBOUNDED_OR_INFEASIBLE] = [7, 8, 9];
  const GAP = 0.005;
  const FAILED = -1;
  // The interior method decides in half a second what the simplex leaves undecided for many.
  const COLD_STARTS = [['ipm', 'on'], ['ipm', 'off'], ['simplex', 'off']];
  const [WARM_SECONDS, COLD_SECONDS] = [2, 20];

  class Search {
    constructor(highs, program) {
      this.program = program;
      this.document = program.document;
      const { matrix, size, rows } = program;
      this.model = highs.createModel({
        numCols: size, numRows: rows,
        colCost: new Float64Array(size), colLower: new Float64Array(size), colUpper: new Float64Array(size).fill(Infinity),
        rowLower: new Float64Array(rows).fill(-Infinity), rowUpper: new Float64Array(rows).fill(Infinity),
        matrix: { format: 'csr', numRows: rows, numCols: size, starts: matrix.start, indices: matrix.index, values: matrix.value },
      });
      this.model.options.set({ output_flag: false, random_seed: 20261123 });
      this.factors = new Map();
      this.whole = false;
    }

    take(ask) {
      const { model, program } = this;
      this.ask = ask;
      const columns = { kind: 'range', from: 0, to: program.size - 1 };
      model.changeColsBounds(columns, ask.lower, ask.upper);
      model.changeColsCost(columns, ask.cost);
      model.changeRowsBounds({ kind: 'range', from: 0, to: program.rows - 1 }, ask.rowLower, ask.rowUpper);
      const wanted = new Map(ask.moved.map(([row, column, more]) => [`${row}:${column}`, more]));
      for (const key of new Set([...this.factors.keys(), ...wanted.keys()])) {
        const [row, column] = key.split(':').map(Number);
        model.changeCoefficient(row, column, this.written(row, column) + (wanted.get(key) ?? 0));
      }
      this.factors = wanted;
      this.paid = ask.cost.map((each) => Math.max(each, 0));
      for (const { slack } of this.document.billed) this.paid[slack] = 0;
    }

    written(row, column) {
      const { start, index, value } = this.program.matrix;
      for (let k = start[row]; k < start[row + 1]; k += 1) if (index[k] === column) return value[k];
      return 0;
    }

    hold(columns, values) {
      const list = Int32Array.from(columns);
      this.model.changeColsBounds({ kind: 'set', indices: list }, Float64Array.from(columns, (_, k) => values[k]), Float64Array.from(columns, (_, k) => values[k]));
    }

    release(columns) {
      const list = Int32Array.from(columns);
      this.model.changeColsBounds({ kind: 'set', indices: list }, Float64Array.from(list, (c) => this.ask.lower[c]), Float64Array.from(list, (c) => this.ask.upper[c]));
    }

    // A warm start can leave HiGHS undecided on a program barely impossible: again from cold then.
    run(seconds = 30) {
      const { model } = this;
      const colds = this.whole ? [] : COLD_STARTS;
      let status = this.once(this.whole ? seconds : WARM_SECONDS);
      for (const [solver, presolve] of colds) {
        if ([OPTIMAL, INFEASIBLE].includes(status)) break;
        model.clearSolver();
        model.options.set({ solver, presolve });
        status = this.once(COLD_SECONDS);
        model.options.set({ solver: 'choose', presolve: 'choose' });
      }
      const optimal = status === OPTIMAL;
      const infeasible = [INFEASIBLE, UNBOUNDED_OR_INFEASIBLE].includes(status);
      const usable = optimal || (this.whole && !infeasible && Number(model.info.get('primal_solution_status')) === 2);
      const objective = usable ? model.getObjectiveValue() : Infinity;
      return { optimal, infeasible, usable, objective, solution: usable ? model.getSolution() : null, bound: this.whole ? Number(model.info.get('mip_dual_bound')) : objective };
    }

    once(seconds) {
      const { model } = this;
      model.zeroAllClocks();
      model.options.set('time_limit', seconds);
      try {
        model.run();
      } catch {
        return FAILED;
      }
      return model.getModelStatus();
    }

    // Whether anything is possible, decided from cold.
    runInterior() {
      this.model.clearSolver();
      this.model.options.set({ solver: 'ipm', presolve: 'on' });
      const status = this.once(COLD_SECONDS);
      this.model.options.set({ solver: 'choose', presolve: 'choose' });
      return [OPTIMAL, INFEASIBLE, UNBOUNDED_OR_INFEASIBLE].includes(status) ? status === OPTIMAL : this.run().usable;
    }

    // The relaxation: sites and lines taken in part. What no plan can go below.
    relax() {
      if (this.basis) this.model.setBasis(this.basis);
      const answer = this.run();
      if (answer.optimal) this.basis = this.model.getBasis();
      return answer;
    }

    // A plan with these yes and no, all else free.
    fixed(discrete) {
      this.hold(this.program.discrete, discrete);
      const answer = this.run();
      this.release(this.program.discrete);
      return answer;
    }

    integers(columns, start, room, nodes, seconds) {
      const { model } = this;
      const set = { kind: 'set', indices: Int32Array.from(columns) };
      model.changeColsIntegrality(set, new Int32Array(columns.length).fill(1));
      this.whole = true;
      model.options.set({ mip_rel_gap: 0, mip_abs_gap: Math.max(room, 1e-6), mip_max_nodes: nodes });
      if (start) model.setSolution({ colValue: start });
      const answer = this.run(seconds);
      model.changeColsIntegrality(set, new Int32Array(columns.length));
      this.whole = false;
      return answer;
    }

    room(values) {
      let sum = 0;
      for (let column = 0; column < values.length; column += 1) sum += this.paid[column] * values[column];
      return Math.max(GAP * sum, 1);
    }

    // Among some lines only: what stands at the last period is chosen first, then the years before.
    among(lines, start, room, whole, nodes, seconds) {
      const { program } = this;
      const shut = program.document.lines.site.flatMap((_, k) => (lines[k] ? [] : program.periods.map((__, t) => program.use(k, t)))).sort((a, b) => a - b);
      this.hold(shut, new Float64Array(shut.length));
      let found = this.integers(whole, start, room, nodes, seconds);
      let answer = found;
      if (found.usable && whole.length < program.discrete.length) {
        const last = whole.map((column) => Math.round(found.solution.colValue[column]));
        this.hold(whole, last);
        answer = this.integers(program.discrete, null, 1e-6, nodes, seconds);
        this.release(whole);
        this.hold(shut, new Float64Array(shut.length));
        if (!answer.usable) found = answer = this.integers(program.discrete, start, room, nodes, seconds);
      }
      this.release(shut);
      return { ...answer, proven: found.bound };
    }

    // Reduced costs, by line, of taking it: beyond what a plan leaves to gain, no better plan does.
    linePrices(root) {
      const { program } = this;
      const { sites, lines, designs, families } = program.document;
      const reduced = root.solution.colDual;
      const of = (column) => (column >= 0 ? reduced[column] : 0);
      return lines.site.map((i, k) => {
        const mw = Math.max(0, Math.min(...designs.map((_, d) => of(program.it(i, d, program.last)))) + of(program.site(i, program.last)));
        const drawn = Math.max(lines.floor[k], sites.least * sites.ratio_least[i]);
        return of(program.use(k, program.last)) + Math.max(of(families.open[i]), 0)
          + Math.max(of(families.meter[k * program.periods.length + program.last]), 0) * drawn + mw * sites.least;
      });
    }

    // Sites the relaxation opens most, then those nearest to entering.
    byPromise(root, prices) {
      const { program } = this;
      const best = program.linesOf.map((lines) => Math.min(Infinity, ...lines.map((k) => prices[k])));
      const mw = program.document.sites.id.map((_, i) => Math.round(root.solution.colValue[program.site(i, program.last)] * 1e6));
      return best.map((_, i) => i).sort((a, b) => mw[b] - mw[a] || best[a] - best[b] || a - b);
    }

    // The plan before with its own lines, and the lines of a few sites that it does not open.
    near(before, best, order, room, seconds) {
      if (!before) return null;
      const { program } = this;
      const held = new Set(program.discrete.filter((_, k) => before[k] > 0.5));
      const close = new Set(order.filter((i) => !held.has(program.document.families.open[i])).slice(0, NEAR_WIDTH));
      const lines = program.document.lines.site.map((i, k) => close.has(i) || held.has(program.use(k, program.last)));
      return this.among(lines, best?.solution.colValue, FIRST_LOOSENESS * room, program.discrete, NEAR_NODES, seconds);
    }

    discreteOf(values) {
      return this.program.discrete.map((column) => Math.round(values[column]));
    }

    // First plan, better plan, bound: each is told as soon as it is known.
    plan(before, tell, seconds = 10) {
      const { program } = this;
      const end = performance.now() + 1000 * seconds;
      const left = () => Math.max(0.5, (end - performance.now()) / 1000);
      let best = null;
      const better = (answer) => {
        if (!answer?.usable || (best && answer.objective >= best.objective - 1e-9)) return;
        best = answer;
        tell({ kind: 'plan', values: answer.solution.colValue, objective: answer.objective });
      };
      for (const discrete of before) if (this.fits(discrete)) better(this.fixed(discrete));
      const root = this.relax();
      if (root.infeasible) return { kind: 'impossible', in: 'relaxation' };
      if (!root.usable) return this.decided(best);
      let bound = root.objective;
      tell({ kind: 'bound', bound });
      const room = this.room(root.solution.colValue);
      const prices = this.linePrices(root);
      const order = this.byPromise(root, prices);
      better(this.near(before[0], best, order, room, left()));
      const first = new Set(order.slice(0, FIRST_WIDTH));
      if (best) program.document.sites.id.forEach((_, i) => { if (best.solution.colValue[program.document.families.open[i]] > 0.5) first.add(i); });
      if (!best || best.objective - bound > room) {
        const lines = program.document.lines.site.map((i) => first.has(i));
        better(this.among(lines, best?.solution.colValue, FIRST_LOOSENESS * room, program.atLast, FIRST_NODES, left()));
      }
      for (const whole of [program.atLast, program.discrete]) {
        if ((best && best.objective - bound <= room) || performance.now() > end) break;
        const gain = best ? best.objective - root.objective : Infinity;
        const lines = prices.map((price, k) => price <= gain + 1e-5 || (best && best.solution.colValue[program.use(k, program.last)] > 0.5));
        const answer = this.among(lines, best?.solution.colValue, room, whole, 5000, left());
        better(answer);
        if (!best && answer.infeasible && whole === program.discrete) return { kind: 'impossible', in: 'whole' };
        if (best && Number.isFinite(answer.proven)) bound = Math.max(bound, Math.min(answer.proven, best.objective));
        tell({ kind: 'bound', bound });
      }
      if (!best) return { kind: 'silent' };
      bound = Math.min(bound, best.objective);
      return { kind: 'done', values: best.solution.colValue, objective: best.objective, bound, paid: this.room(best.solution.colValue) / GAP };
    }

    // The relaxation left undecided: impossible, or a plan without its bound, or nothing to say.
    decided(best) {
      const costs = this.ask.cost;
      const columns = { kind: 'range', from: 0, to: this.program.size - 1 };
      this.model.changeColsCost(columns, new Float64Array(this.program.size));
      const possible = this.runInterior();
      this.model.changeColsCost(columns, costs);
      if (!possible) return { kind: 'impossible', in: 'relaxation' };
      if (!best) return { kind: 'silent' };
      return { kind: 'done', values: best.solution.colValue, objective: best.objective, bound: -Infinity, paid: this.room(best.solution.colValue) / GAP };
    }

    fits(discrete) {
      return this.program.discrete.every((column, k) => discrete[k] >= this.ask.lower[column] - 1e-9 && discrete[k] <= this.ask.upper[column] + 1e-9);
    }
  }

  Room.Search = Search;
})();
