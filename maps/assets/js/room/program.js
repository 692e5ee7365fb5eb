// The program of the room under what is asked: bounds, costs and rows, and each row added up again.
// Read by the page and by the worker that solves: it touches no document.
(() => {
  'use strict';
  const Room = (globalThis.Room ??= {});
  const TOLERANCE = 1e-6;

  // Demands are tokens, in the order they were made: what the address and the file hold.
  const FIELDS = {
    keep: 1, ban: 1, min: 2, max: 2, need: 2, largest: 1, shut: 2, each: 0, rule: 2, value: 3, cooling: 1, weight: 2, heat: 1, sites: 1,
  };
  const NUMBERS = { min: 2, max: 2, need: 2, largest: 1, value: 3, weight: 2, heat: 1, sites: 1 };
  const PLACES = ['commune_code', 'epci_code', 'departement_code', 'sector_code', 'zre'];
  const HOW = ['hard', 'soft', 'off'];

  // Two demands of one key cannot stand together: the later replaces the earlier.
  function keyOf(demand) {
    const [kind, ...rest] = demand;
    if (kind === 'keep' || kind === 'ban') return `open:${rest[0]}`;
    return [kind, ...rest.slice(0, FIELDS[kind] - (kind in NUMBERS || kind === 'rule' || kind === 'cooling' ? 1 : 0))].join(':');
  }

  class Program {
    constructor(document) {
      this.document = document;
      this.size = document.columns.upper.length;
      const width = document.rows.lower.length;
      this.cutsFrom = width;
      this.matrix = byRows(document, width);
      this.rows = width + document.cuts.length;
      this.periods = document.periods;
      this.last = this.periods.length - 1;
      this.siteAt = new Map(document.sites.id.map((id, i) => [id, i]));
      const { families } = document;
      const several = this.periods.length;
      this.use = (k, t) => families.use[k * several + t];
      this.site = (i, t) => families.site[i * several + t];
      this.it = (i, d, t) => families.it[(i * document.designs.length + d) * several + t];
      this.linesOf = document.sites.id.map(() => []);
      document.lines.site.forEach((i, k) => this.linesOf[i].push(k));
      this.discrete = [...families.open, ...families.use, ...families.grow, ...families.back].filter((c) => c >= 0).sort((a, b) => a - b);
      const final = document.lines.site.map((_, k) => this.use(k, this.last));
      this.atLast = [...families.open, ...final, ...families.back].filter((c) => c >= 0).sort((a, b) => a - b);
      this.rules = new Map(document.rules.map((rule) => [rule.name, rule]));
    }

    // What is not understood is left aside, and counted.
    understood(demands) {
      const sites = this.siteAt;
      const known = {
        keep: ([s]) => sites.has(s), ban: ([s]) => sites.has(s), min: ([s]) => sites.has(s), max: ([s]) => sites.has(s),
        need: ([year]) => this.periods.includes(Number(year)), shut: ([place]) => PLACES.includes(place),
        rule: ([name, how]) => this.rules.has(name) && HOW.includes(how),
        value: ([name, key]) => this.rules.get(name)?.values.some((value) => value.key === key),
        cooling: ([ids]) => String(ids).split(',').some((id) => this.document.designs.some((each) => each.id === id && !each.liquid)),
        weight: ([term]) => this.document.terms.some(({ name }) => name === term),
        heat: () => 'heat' in this.document.extra,
      };
      const kept = new Map();
      for (const demand of Array.isArray(demands) ? demands : []) {
        if (!Array.isArray(demand) || !(demand[0] in FIELDS) || demand.length !== FIELDS[demand[0]] + 1) continue;
        if (demand.some((part) => typeof part !== 'string' && typeof part !== 'number')) continue;
        const number = demand[0] in NUMBERS ? Number(demand[NUMBERS[demand[0]]]) : 0;
        if (!(Number.isFinite(number) && number >= 0 && number <= 1e7)) continue;
        if (known[demand[0]] && !known[demand[0]](demand.slice(1))) continue;
        const key = keyOf(demand);
        kept.delete(key);
        kept.set(key, demand.map((part, k) => (k && k === NUMBERS[demand[0]] ? number : String(part))));
      }
      return [...kept.values()];
    }

    // Bounds, costs, rows and moved factors of the program as asked.
    settled(demands) {
      const { document } = this;
      const ask = {
        lower: new Float64Array(this.size),
        upper: Float64Array.from(document.columns.upper, (each) => each ?? Infinity),
        cost: new Float64Array(this.size),
        rowLower: new Float64Array(this.rows).fill(-Infinity),
        rowUpper: new Float64Array(this.rows),
        moved: [],
      };
      document.rows.lower.forEach((each, row) => { ask.rowLower[row] = each ?? -Infinity; });
      document.rows.upper.forEach((each, row) => { ask.rowUpper[row] = each ?? Infinity; });
      for (const row of Object.values(document.extra)) ask.rowLower[row] = -Infinity;
      const taken = this.taken(demands);
      this.price(ask, taken);
      this.lock(ask, demands, taken);
      this.rule(ask, taken);
      this.tighten(ask, taken);
      return ask;
    }

    // How rules, values, needs, weights and coolings stand once the demands are read.
    taken(demands) {
      const { document } = this;
      const taken = {
        how: new Map(document.rules.map((rule) => [rule.name, rule.how])),
        value: new Map(document.rules.flatMap((rule) => rule.values.map((value) => [`${rule.name}:${value.key}`, value.at]))),
        need: [...document.demand.need],
        weight: new Map(document.terms.map((term) => [term.name, term.weight])),
        cooling: new Set(document.designs.map((design) => design.id)),
        changed: new Set(),
      };
      for (const [kind, ...rest] of demands) {
        if (kind === 'rule') taken.how.set(rest[0], rest[1]);
        if (kind === 'value') taken.value.set(`${rest[0]}:${rest[1]}`, rest[2]);
        if (kind === 'largest') {
          taken.value.set('territory.site_size:max_site_mw', rest[0]);
          taken.how.set('territory.site_size', 'hard');
        }
        if (kind === 'weight') taken.weight.set(rest[0], rest[1]);
        if (kind === 'cooling') taken.cooling = new Set(rest[0].split(','));
        if (kind === 'need') {
          const t = this.periods.indexOf(Number(rest[0]));
          taken.need[t] = Math.max(0, rest[1] - (document.demand.total[t] - document.demand.before[t]));
        }
      }
      return taken;
    }

    price(ask, taken) {
      const { document } = this;
      for (const term of document.terms) {
        const weight = taken.weight.get(term.name) * document.scale;
        const [columns, values] = term.cost;
        if (weight) columns.forEach((column, k) => { ask.cost[column] += weight * values[k]; });
      }
    }

    lock(ask, demands, taken) {
      const { families, designs, sites, extra, locks } = this.document;
      const shut = (i) => { ask.upper[families.open[i]] = 0; };
      sites.id.forEach((_, i) => designs.forEach((design, d) => {
        if (!taken.cooling.has(design.id)) this.periods.forEach((__, t) => { ask.upper[this.it(i, d, t)] = 0; });
      }));
      locks.forEach((lock, k) => this.own(ask, lock, extra[`lock:${k}`]));
      if (this.document.least_heat) ask.rowLower[extra.heat] = this.document.least_heat;
      if (this.document.max_sites) ask.rowUpper[extra.sites] = this.document.max_sites;
      for (const [kind, ...rest] of demands) {
        const i = this.siteAt.get(rest[0]);
        if (kind === 'keep') ask.lower[families.open[i]] = 1;
        else if (kind === 'ban') shut(i);
        else if (kind === 'min') ask.lower[this.site(i, this.last)] = rest[1];
        else if (kind === 'max') ask.upper[this.site(i, this.last)] = Math.min(ask.upper[this.site(i, this.last)], rest[1]);
        else if (kind === 'shut') sites.id.forEach((_, j) => { if (this.isIn(j, rest[0], rest[1])) shut(j); });
        else if (kind === 'each') Object.keys(extra).filter((key) => key.startsWith('departement:')).forEach((key) => { ask.rowLower[extra[key]] = 1; });
        else if (kind === 'heat') ask.rowLower[extra.heat] = rest[0];
        else if (kind === 'sites') ask.rowUpper[extra.sites] = rest[0];
      }
    }

    // A place's sites; in ZRE, those that may be: an unknown state is no leave.
    isIn(i, place, code) {
      const value = this.document.sites[place]?.[i];
      return place === 'zre' ? value !== 'no' : value === code;
    }

    // What the scenario itself keeps, leaves out or bounds.
    own(ask, lock, row) {
      if (row === undefined) return;
      if (lock.kind === 'keep') ask.rowLower[row] = 1;
      else if (lock.kind === 'min_mw') ask.rowLower[row] = lock.mw;
      else ask.rowUpper[row] = lock.mw;
    }

    rule(ask, taken) {
      const { billed, scale } = this.document;
      let highest = 0;
      const top = this.periods.map((_, t) => (highest = Math.max(highest, taken.need[t])));
      for (const each of billed) {
        const t = this.periods.indexOf(each.period);
        const rule = this.rules.get(each.rule);
        let [limit, size] = [each.limit, each.scale + each.scale_need * (taken.need[t] - this.document.demand.need[t])];
        for (const [key, [slope, sizeSlope, factors]] of Object.entries(each.slopes)) {
          const { written } = rule.values.find((value) => value.key === key);
          const step = taken.value.get(`${each.rule}:${key}`) - written;
          limit += slope * step;
          size += sizeSlope * step;
          if (step) for (const [column, factor] of factors) ask.moved.push([each.row, column, -factor * step]);
        }
        if (each.rule === 'demand.served') limit = each.sense === '>=' ? taken.need[t] : top[t] * (1 + taken.value.get('demand.served:overbuild'));
        // A limit that decided projects alone exceed is raised to what they take.
        if (each.sense === '<=') limit = Math.max(limit, each.constant);
        if (!each.own_scale) size = Math.max(Math.abs(limit), 1);
        const how = taken.how.get(each.rule);
        const bound = limit - each.constant;
        [ask.rowLower[each.row], ask.rowUpper[each.row]] = how === 'off' ? [-Infinity, Infinity] : each.sense === '>=' ? [bound, Infinity] : [-Infinity, bound];
        if (how !== 'soft') ask.upper[each.slack] = 0;
        else ask.cost[each.slack] += (scale * rule.penalty) / size;
      }
    }

    // Lines that a site under the hard size could never load; rows that only bring the bound nearer.
    tighten(ask, taken) {
      const { sites, lines, cuts } = this.document;
      const size = taken.value.get('territory.site_size:max_site_mw') ?? Infinity;
      const hard = taken.how.get('territory.site_size') === 'hard';
      if (hard) lines.site.forEach((i, k) => {
        if (lines.floor[k] > size * sites.ratio[i] + 1e-9) this.periods.forEach((_, t) => { ask.upper[this.use(k, t)] = 0; });
      });
      const read = ['territory.site_size', 'grid.yard_capacity', 'grid.reserve'];
      const asDeclared = read.every((name) => !this.rules.has(name) || this.rules.get(name).how !== 'hard' || taken.how.get(name) === 'hard');
      const declared = this.rules.get('territory.site_size')?.values.find(({ key }) => key === 'max_site_mw')?.at ?? Infinity;
      const hold = asDeclared && size <= declared + 1e-9 && Math.max(...taken.need) <= Math.max(...this.document.demand.need) * 1.0000001;
      cuts.forEach((_, k) => { ask.rowUpper[this.cutsFrom + k] = hold ? 0 : Infinity; });
    }

    // Every row added up again from the values alone; what is broken, worst first.
    broken(ask, values) {
      const { start, index, value } = this.matrix;
      const moved = new Map();
      for (const [row, column, more] of ask.moved) moved.set(row, [...(moved.get(row) ?? []), [column, more]]);
      const found = [];
      for (let row = 0; row < this.cutsFrom; row += 1) {
        let sum = 0;
        let size = 1;
        const count = (factor, column) => {
          const part = factor * values[column];
          sum += part;
          size = Math.max(size, Math.abs(part));
        };
        for (let k = start[row]; k < start[row + 1]; k += 1) count(value[k], index[k]);
        for (const [column, more] of moved.get(row) ?? []) count(more, column);
        const over = Math.max(ask.rowLower[row] - sum, sum - ask.rowUpper[row], 0);
        if (!(over <= TOLERANCE * size)) found.push({ row, over, size });
      }
      for (let column = 0; column < this.size; column += 1) {
        const over = Math.max(ask.lower[column] - values[column], values[column] - ask.upper[column], 0);
        if (!(over <= TOLERANCE * Math.max(1, Math.abs(values[column])))) found.push({ column, over, size: 1 });
      }
      for (const column of this.discrete) {
        const over = Math.abs(values[column] - Math.round(values[column]));
        if (!(over <= TOLERANCE)) found.push({ column, over, size: 1 });
      }
      return found.sort((a, b) => b.over / b.size - a.over / a.size);
    }

    // What a rule's row adds up to, its slack left aside.
    activity(billed, ask, values) {
      const { start, index, value } = this.matrix;
      let sum = 0;
      for (let k = start[billed.row]; k < start[billed.row + 1]; k += 1) if (index[k] !== billed.slack) sum += value[k] * values[index[k]];
      for (const [row, column, more] of ask.moved) if (row === billed.row) sum += more * values[column];
      return sum;
    }

    objective(ask, values) {
      let sum = 0;
      for (let column = 0; column < this.size; column += 1) sum += ask.cost[column] * values[column];
      return sum / this.document.scale;
    }

    figure(name, t, values) {
      const found = this.document.figures.find((each) => each.name === name);
      return sumOf(found.by[t], values);
    }
  }

  // The yes and no of the plan in force, or of a list of sites and lines.
  function discreteOfPlan(program, plan = program.document.plan) {
    const { families } = program.document;
    const set = new Set(plan.open.map((i) => families.open[i]));
    for (const [k, t] of plan.use) set.add(program.use(k, t));
    for (const i of plan.open) {
      // A site grows where its power does, after it has begun.
      for (let t = 1; t < program.periods.length; t += 1) {
        const mw = (period) => plan.mw.reduce((sum, [site, when, value]) => sum + (site === i && when === period ? value : 0), 0);
        if (mw(t - 1) > 1e-6 && mw(t) > mw(t - 1) + 1e-6) set.add(families.grow[i * (program.periods.length - 1) + t - 1]);
      }
    }
    return program.discrete.map((column) => (set.has(column) ? 1 : 0));
  }

  function sumOf([columns, factors], values) {
    return columns.reduce((sum, column, k) => sum + factors[k] * values[column], 0);
  }

  // The rows of the program, then the cuts, one after the other.
  function byRows({ matrix, cuts }, width) {
    const lists = Array.from({ length: width }, () => []);
    for (let major = 0; major + 1 < matrix.start.length; major += 1) {
      for (let k = matrix.start[major]; k < matrix.start[major + 1]; k += 1) {
        if (matrix.by === 'rows') lists[major].push([matrix.index[k], matrix.value[k]]);
        else lists[matrix.index[k]].push([major, matrix.value[k]]);
      }
    }
    for (const [columns, values] of cuts) lists.push(columns.map((column, k) => [column, values[k]]));
    const start = new Int32Array(lists.length + 1);
    lists.forEach((list, row) => { start[row + 1] = start[row] + list.length; });
    const index = new Int32Array(start[lists.length]);
    const value = new Float64Array(start[lists.length]);
    lists.forEach((list, row) => list.forEach(([column, factor], k) => {
      index[start[row] + k] = column;
      value[start[row] + k] = factor;
    }));
    return { start, index, value };
  }

  Object.assign(Room, { Program, keyOf, FIELDS, NUMBERS, sumOf, discreteOfPlan });
})();
