// When no plan exists: the demands that conflict, and the least that one of them must give.
(() => {
  'use strict';
  const { Room } = globalThis;
  const STEPS = 9;
  const SECONDS = 2;

  // Whether a plan exists: the relaxation says no at once; whole sites are then sought for a while.
  function holds(search, demands, whole) {
    const ask = search.program.settled(demands);
    ask.cost.fill(0);
    search.take(ask);
    if (!search.runInterior()) return false;
    if (!whole) return true;
    return search.integers(search.program.discrete, null, 1e9, 200, SECONDS).usable;
  }

  // Taken away one after the other: what is left is needed for the conflict.
  function least(search, demands, whole) {
    let kept = [...demands];
    for (const demand of demands) {
      const others = kept.filter((each) => each !== demand);
      if (!holds(search, others, whole)) kept = others;
    }
    return kept;
  }

  // Where the plan in force stands, so that giving way has an end.
  function loosest(program, demand) {
    const [kind, ...rest] = demand;
    const { document } = program;
    if (kind === 'need') return document.demand.total[program.periods.indexOf(Number(rest[0]))];
    if (kind === 'largest') return Math.max(...document.sites.cap);
    if (kind === 'sites') return document.sites.id.length;
    if (kind === 'max') return document.sites.cap[program.siteAt.get(rest[0])];
    if (kind === 'value') return document.rules.find(({ name }) => name === rest[0]).values.find(({ key }) => key === rest[1]).at;
    return kind === 'min' || kind === 'heat' ? 0 : null;
  }

  function given(search, demands, demand, whole) {
    const end = loosest(search.program, demand);
    const others = demands.filter((each) => each !== demand);
    if (!holds(search, others, whole)) return null;
    // With whole sites, how much is a search of its own: only whether giving it up is enough.
    if (whole || end === null || Room.NUMBERS[demand[0]] === undefined) return { demand, dropped: true };
    const place = Room.NUMBERS[demand[0]];
    const asked = demand[place];
    const at = (share) => demand.map((part, k) => (k === place ? asked + share * (end - asked) : part));
    if (!holds(search, [...others, at(1)], whole)) return { demand, dropped: true };
    let [no, yes] = [0, 1];
    for (let step = 0; step < STEPS; step += 1) {
      const middle = (no + yes) / 2;
      if (holds(search, [...others, at(middle)], whole)) yes = middle;
      else no = middle;
    }
    return { demand, to: at(yes)[place] };
  }

  function conflict(search, demands, tell = () => {}) {
    const whole = holds(search, demands, false);
    const core = least(search, demands, whole);
    tell({ kind: 'clash', core, in: whole ? 'whole' : 'relaxation' });
    const gives = core.map((demand) => given(search, demands, demand, whole)).filter(Boolean);
    const hard = search.document.rules.filter((rule) => search.program.taken(demands).how.get(rule.name) === 'hard' && rule.name !== 'demand.served');
    const rules = hard.filter((rule) => holds(search, [...demands, ['rule', rule.name, 'soft']], whole)).map((rule) => rule.name);
    return { core, gives, rules };
  }

  Room.conflict = conflict;
})();
