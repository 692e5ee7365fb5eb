// The answer: what enters, leaves, grows; what it changes; what it costs; each row added up again.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId, state, demands } = Atlas;
  const DUST = 1e-3;
  let program = null;
  let force = null;

  // The plan in force, from its own tables: what is placed, its lines, its heat.
  function inForce() {
    const values = new Float64Array(program.size);
    const { plan, families } = program.document;
    for (const [i, t, mw, d] of plan.mw) {
      values[program.it(i, d, t)] = mw;
      values[program.site(i, t)] += mw;
    }
    for (const [k, t] of plan.use) values[program.use(k, t)] = 1;
    for (const i of plan.open) values[families.open[i]] = 1;
    for (const [n, t, gwh] of plan.heat) values[families.sink_gwh[n * program.periods.length + t]] = gwh;
    return values;
  }

  function powerOf(values) {
    return Object.fromEntries(program.periods.map((period, t) => [period, Object.fromEntries(
      program.document.sites.id.map((id, i) => [id, values[program.site(i, t)]]).filter(([, mw]) => mw > DUST),
    )]));
  }

  function figuresOf(values) {
    return Object.fromEntries(program.periods.map((period, t) => [period, Object.fromEntries(
      program.document.figures.map(({ name, by }) => [name, window.Room.sumOf(by[t], values)]),
    )]));
  }

  // What the demands cost when all is counted, soft rules' excess too: between what is proven of
  // both plans. Only while demands restrict: other weights, needs or rules ask another question.
  function whole({ objective, bound }) {
    const restricting = ['keep', 'ban', 'min', 'max', 'shut', 'each', 'heat', 'sites', 'cooling'];
    const { terms, plan } = program.document;
    const money = terms.find(({ name }) => name === 'connection_cost');
    if (!money?.weight || demands.all.some(([kind]) => !restricting.includes(kind))) return '';
    const euro = money.reference / money.weight;
    const [low, high] = [Math.max(0, bound - plan.objective) * euro, Math.max(0, objective - plan.bound) * euro];
    return ` Tout compté, dépassements des règles souples compris, ces demandes coûtent entre ${Atlas.number(low, 1)} et ${Atlas.quantity(high, 'M€', 1)} pondérés.`;
  }

  function gapPct(answer) {
    return answer.paid ? Math.max(0, (100 * (answer.objective - answer.bound)) / answer.paid) : 0;
  }

  function moves(before, after, period) {
    const ids = [...new Set([...Object.keys(before[period] ?? {}), ...Object.keys(after[period] ?? {})])];
    const mw = (power, id) => power[period]?.[id] ?? 0;
    const list = (test) => ids.filter((id) => test(mw(before, id), mw(after, id))).sort((a, b) => mw(after, b) + mw(before, b) - mw(after, a) - mw(before, a));
    return {
      enter: list((a, b) => !a && b), leave: list((a, b) => a && !b),
      grow: list((a, b) => a && b > a + 0.05), shrink: list((a, b) => b && a > b + 0.05), same: list((a, b) => a && b),
    };
  }

  function named(ids, before, after, period) {
    return ids.map((id) => {
      const [a, b] = [before[period]?.[id] ?? 0, after[period]?.[id] ?? 0];
      const mw = a && b ? `${Atlas.number(a, 1)} → ${Atlas.quantity(b, 'MW', 1)}` : Atlas.quantity(a || b, 'MW', 1);
      return `${demands.siteName(id)} ${mw}`;
    }).join(' ; ') || 'aucun';
  }

  function moveLines(before, after, period) {
    const { enter, leave, grow, shrink } = moves(before, after, period);
    return [['Entrent', enter], ['Sortent', leave], ['Grandissent', grow], ['Diminuent', shrink]]
      .filter(([, ids]) => ids.length)
      .map(([label, ids]) => element('li', {}, element('strong', {}, `${label} (${ids.length})`), ` : ${named(ids, before, after, period)}.`));
  }

  const signed = (value, digits) => (Math.abs(value) < 0.5 * 10 ** -digits ? '=' : `${value > 0 ? '+' : ''}${Atlas.number(value, digits)}`);

  // The doubt of the plan in force, carried to another plan in proportion: shared constants move both.
  function doubt(name, period, figure, digits) {
    const known = data.island.plan[period] ?? {};
    const [low, middle, high] = ['p5', 'p50', 'p95'].map((end) => known[`${name}_${end}`]);
    if (![low, middle, high].every(Atlas.isNumber) || !middle) return null;
    return element('small', { class: 'doubt-range' }, Atlas.interval((figure * low) / middle, (figure * high) / middle, '', digits));
  }

  function table(values) {
    const { period } = state;
    const [here, there] = [figuresOf(values)[period], figuresOf(force)[period]];
    const line = ({ name, label, unit, digits }) => element(
      'tr', {},
      element('th', { scope: 'row' }, label, unit ? element('small', {}, ` ${unit}`) : null),
      element('td', { class: 'number' }, Atlas.number(there[name], digits)),
      element('td', { class: 'number' }, Atlas.number(here[name], digits), doubt(name, period, here[name], digits)),
      element('td', { class: 'number' }, signed(here[name] - there[name], digits)),
    );
    const head = ['Total', 'En vigueur', 'Salle', 'Écart'].map((name, k) => element('th', { scope: 'col', class: k ? 'number' : '' }, name));
    return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Plan de la salle et plan en vigueur' }, element(
      'table', {}, element('caption', {}, `En ${period}, sur les constantes ; en petit, le doute du plan en vigueur, reporté en proportion`),
      element('thead', {}, element('tr', {}, head)), element('tbody', {}, program.document.figures.map(line)),
    ));
  }

  // Each rule's row nearest to its limit: what is left, or by how much a soft rule is exceeded.
  function rooms(ask, values) {
    const { how } = program.taken(demands.all);
    const nearest = new Map();
    for (const each of program.document.billed) {
      if (how.get(each.rule) === 'off') continue;
      const sum = program.activity(each, ask, values);
      const bound = each.sense === '>=' ? ask.rowLower[each.row] : ask.rowUpper[each.row];
      const room = (each.sense === '>=' ? sum - bound : bound - sum) * each.shown;
      const share = room / Math.max(Math.abs(bound) * each.shown, 1e-9);
      const known = nearest.get(each.rule);
      if (!known || share < known.share) nearest.set(each.rule, { room, share, each });
    }
    return [...nearest].map(([name, { room, each }]) => {
      const rule = program.rules.get(name);
      const size = 1e-6 * Math.max(1, Math.abs(each.limit * each.shown));
      const said = room < -size ? `dépassée de ${Atlas.quantity(-room, each.unit)}` : room <= size ? 'atteinte' : `reste ${Atlas.quantity(room, each.unit)}`;
      return element('li', {}, `${rule.label} : ${said} (${each.where}, ${each.period}).`);
    });
  }

  function sentence(answer) {
    const t = program.periods.indexOf(state.period);
    const [sites, mw] = ['sites', 'it_mw'].map((name) => program.figure(name, t, answer.values));
    return `Plan de la salle : ${Atlas.plural(Math.round(sites), 'site', 'sites')}, ${Atlas.quantity(mw, 'MW', 1)} en ${state.period}`;
  }

  function near(answer) {
    if (!Number.isFinite(answer.bound)) return 'sans preuve de ce qui manquerait au mieux';
    return `à moins de ${Atlas.number(Math.max(0.1, Math.ceil(gapPct(answer) * 10) / 10), 1)} % du mieux possible parmi les ${program.document.sites.id.length} sites de la page`;
  }

  function costs(answer) {
    const last = program.last;
    const lines = program.figure('connection_cost_meur', last, answer.values) - program.figure('connection_cost_meur', last, force);
    return `Lignes et postes : ${signed(lines, 1)} M€ par rapport au plan en vigueur.${whole(answer)}`;
  }

  function show(answer, settled) {
    const ask = program.settled(demands.all);
    const broken = program.broken(ask, answer.values);
    const [before, after] = [powerOf(force), powerOf(answer.values)];
    byId('salle-answer').hidden = false;
    Atlas.fill(
      byId('salle-answer'),
      element('h3', {}, settled ? 'Réponse' : 'Première réponse, on cherche mieux'),
      element('p', { class: broken.length ? 'broken' : 'verified' }, broken.length
        ? `La page a refait les sommes : ${Atlas.plural(broken.length, 'ligne ne tient pas', 'lignes ne tiennent pas')}. Ne retenez pas ce plan.`
        : `Vérifié : la page a refait les ${Atlas.number(program.cutsFrom, 0)} sommes du programme, toutes tiennent.`),
      element('p', {}, costs(answer)),
      element('ul', { class: 'sentences' }, moveLines(before, after, state.period)),
      table(answer.values),
      element('details', { class: 'part' }, element('summary', {}, 'Marge de chaque règle'), element('ul', { class: 'sentences' }, rooms(ask, answer.values))),
    );
    return !broken.length;
  }

  function refuse(found) {
    const list = (found.core ?? []).map(demands.say);
    const one = list.length === 1;
    const give = ({ demand, dropped, to }) => (dropped ? `retirer « ${demands.say(demand)} »` : `remplacer « ${demands.say(demand)} » par « ${demands.say(rounded(demand, to))} »`);
    const rules = (found.rules ?? []).map((name) => program.rules.get(name).label);
    byId('salle-answer').hidden = false;
    Atlas.fill(
      byId('salle-answer'),
      element('h3', {}, 'Aucun plan ne peut tout tenir'),
      list.length ? element('p', {}, one ? 'Avec les règles dures, cette demande ne peut être tenue :' : 'Avec les règles dures, ces demandes ne tiennent pas ensemble :') : element('p', {}, 'Aucune demande ne suffit à l’expliquer : retirez la dernière.'),
      element('ul', { class: 'sentences' }, list.map((text) => element('li', {}, text))),
      found.gives?.length ? element('p', {}, 'Il suffirait, au choix, de :') : null,
      element('ul', { class: 'sentences' }, (found.gives ?? []).map((each) => element('li', {}, give(each)))),
      rules.length ? element('p', {}, `Ou de prendre comme souple l’une de ces règles : ${rules.join(' ; ')}.`) : null,
      element('p', { class: 'meta' }, found.in === 'relaxation' ? 'Prouvé impossible, même en prenant les sites en partie.' : 'Aucun plan de sites entiers parmi ceux de la page.'),
    );
    if (!list.length) return 'Aucun plan ne tient.';
    return one ? `Aucun plan : « ${list[0]} » ne peut être tenu.` : `Aucun plan : « ${list.join(' » et « ')} » ne tiennent pas ensemble.`;
  }

  // Rounded on the side that gives a little more.
  function rounded(demand, to) {
    const place = window.Room.NUMBERS[demand[0]];
    const rise = to > demand[place];
    if (demand[0] === 'sites') return ['sites', Math.ceil(to - 1e-6)];
    const step = 10 ** Math.floor(Math.log10(Math.max(Math.abs(to), 1e-6)) - 1);
    return demand.map((part, k) => (k === place ? Number(((rise ? Math.ceil(to / step) : Math.floor(to / step)) * step).toPrecision(6)) : part));
  }

  function start(read) {
    program = read;
    force = inForce();
  }

  Atlas.roomAnswer = { start, show, refuse, sentence, near, powerOf, figuresOf, moves, named, signed, gapPct, inForce: () => force };
})();
