// Scores and ranks for any weights: the same sums as the program's, in the same order of ties.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { sites, criteria } = Atlas.data;
  const graded = criteria.filter((criterion) => criterion.kind === 'classant');
  const candidates = [];
  for (let row = 0; row < sites.length; row += 1) {
    if (sites.at('fate', row) === 'candidat') candidates.push(row);
  }

  // Notes side by side, so that a slider answers at once.
  const notes = graded.map(({ verdicts }) => ({
    low: Float64Array.from({ length: sites.length }, (_, row) => verdicts.at('score_low', row) ?? 0),
    high: Float64Array.from({ length: sites.length }, (_, row) => verdicts.at('score_high', row) ?? 1),
  }));

  // Low counts what is unknown at its worst, high at its best; both on 100.
  function scoresFor(weights) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const low = new Float64Array(sites.length).fill(NaN);
    const high = new Float64Array(sites.length).fill(NaN);
    for (const row of candidates) {
      let [worst, best] = [0, 0];
      for (let k = 0; k < notes.length; k += 1) {
        worst += weights[k] * notes[k].low[row];
        best += weights[k] * notes[k].high[row];
      }
      low[row] = total ? (100 * worst) / total : 0;
      high[row] = total ? (100 * best) / total : 0;
    }
    return { low, high };
  }

  // Scores are rounded before they are compared, so that two engines agree; ties go to the better
  // best case, then by identifier, as in siting/ranking.py.
  function order({ low, high }) {
    const rounded = (value) => Math.round(value * 1e6);
    const [worst, best] = [low.map(rounded), high.map(rounded)];
    const identifiers = sites.columns.site_id;
    return [...candidates].sort(
      (one, other) =>
        worst[other] - worst[one] || best[other] - best[one] || (identifiers[one] < identifiers[other] ? -1 : 1),
    );
  }

  function ranksOf(ordered) {
    const ranks = new Int32Array(sites.length);
    ordered.forEach((row, position) => {
      ranks[row] = position + 1;
    });
    return ranks;
  }

  function initialRanks() {
    const ranks = new Int32Array(sites.length);
    for (const row of candidates) ranks[row] = sites.at('rank', row) ?? 0;
    return ranks;
  }

  function initialScores() {
    return { low: Float64Array.from(sites.columns.score_low, orNaN), high: Float64Array.from(sites.columns.score_high, orNaN) };
  }

  function orNaN(value) {
    return value ?? NaN;
  }

  function byRank(ranks) {
    return [...candidates].sort((one, other) => ranks[one] - ranks[other]);
  }

  // Five classes with the same number of candidates in each; the breaks are printed in the legend.
  function breaksOf(low) {
    const values = candidates.map((row) => low[row]).filter(Number.isFinite).sort((a, b) => a - b);
    if (!values.length) return [];
    return [0.2, 0.4, 0.6, 0.8].map((share) => values[Math.floor(share * (values.length - 1))]);
  }

  // A small seeded generator: the same draws on every machine.
  function draws(seed) {
    let state = seed;
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  // Share of 200 draws of the weights, each moved by up to a quarter, that keep a site in the first 20.
  function stability(weights, times = 200, first = 20) {
    const next = draws(42);
    const kept = new Uint16Array(sites.length);
    for (let draw = 0; draw < times; draw += 1) {
      const { low } = scoresFor(weights.map((weight) => weight * (0.75 + 0.5 * next())));
      const bar = candidates.map((row) => low[row]).sort((a, b) => b - a)[Math.min(first, candidates.length) - 1];
      for (const row of candidates) if (low[row] >= bar - 1e-9) kept[row] += 1;
    }
    return Array.from(kept, (count) => (100 * count) / times);
  }

  Atlas.ranking = {
    graded, candidates, scoresFor, order, ranksOf, byRank, initialRanks, initialScores, breaksOf, stability,
  };
})();
