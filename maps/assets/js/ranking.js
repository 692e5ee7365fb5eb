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

  // The values a criterion takes among the candidates; which way is better comes with the criterion.
  const ranges = graded.map(({ verdicts, sense }) => {
    const known = candidates.filter((row) => Atlas.isNumber(verdicts.at('value', row)) && verdicts.at('state', row) !== 'unknown');
    const values = [...new Set(known.map((row) => verdicts.at('value', row)))].sort((a, b) => a - b);
    return { values, sense, known };
  });

  const isYesNo = ({ values }) => values.length > 0 && values.every((value) => value === 0 || value === 1);

  // A value as it reads: yes or no when it is only that, else the quantity.
  function told(k, row) {
    const { verdicts, unit } = graded[k];
    const value = verdicts.at('value', row);
    if (!Atlas.isNumber(value) || verdicts.at('state', row) === 'unknown') return 'non évalué';
    if (isYesNo(ranges[k])) return notes[k].low[row] >= 0.5 ? 'oui' : 'non';
    return Atlas.quantity(value, unit);
  }

  // Knock-out thresholds: 0 kept, 1 beyond the threshold, 2 not known, which never helps a site.
  function barredBy(thresholds, senses = ranges.map(({ sense }) => sense)) {
    const barred = new Uint8Array(sites.length);
    thresholds.forEach((threshold, k) => {
      if (threshold === null || threshold === undefined) return;
      const { verdicts } = graded[k];
      for (const row of candidates) {
        const value = verdicts.at('value', row);
        if (!Atlas.isNumber(value) || verdicts.at('state', row) === 'unknown') barred[row] ||= 2;
        else if (senses[k] === '>=' ? value < threshold : value > threshold) barred[row] = 1;
      }
    });
    return barred;
  }

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

  // Halves go to the even neighbour, as numpy's do.
  function rounded(score) {
    const value = score * 1e6;
    const near = Math.round(value);
    return near - value === 0.5 && near % 2 ? near - 1 : near;
  }

  // Scores are rounded before they are compared, so that two engines agree; ties go to the better
  // best case, then by identifier, as in siting/screening/site_ranking.py.
  function order({ low, high }, kept = candidates) {
    const [worst, best] = [low.map(rounded), high.map(rounded)];
    const identifiers = sites.columns.site_id;
    return [...kept].sort(
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
  function breaksOf(low, kept = candidates) {
    const values = kept.map((row) => low[row]).filter(Number.isFinite).sort((a, b) => a - b);
    if (!values.length) return [];
    return [0.2, 0.4, 0.6, 0.8].map((share) => values[Math.floor(share * (values.length - 1))]);
  }

  Atlas.ranking = {
    graded, candidates, notes, ranges, isYesNo, told, barredBy, scoresFor, order, ranksOf, byRank, initialRanks, initialScores, breaksOf,
  };
})();
