// What the reader has chosen: one place, told to whoever listens.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { ranking, data } = Atlas;
  const listeners = new Map();
  const weightsAtFirst = ranking.graded.map((criterion) => criterion.weight ?? 1);

  const state = {
    period: data.island.periods[data.island.periods.length - 1],
    selected: -1,
    weights: [...weightsAtFirst],
    weighted: false,
    thresholds: ranking.graded.map(() => null),
    senses: ranking.ranges.map(({ sense }) => sense),
    barred: new Uint8Array(data.sites.length),
    givenUp: new Set(),
    variant: -1,
    ...ranking.initialScores(),
    ranks: ranking.initialRanks(),
  };
  state.ordered = ranking.byRank(state.ranks);
  state.breaks = ranking.breaksOf(state.low);

  function on(event, listener) {
    listeners.set(event, [...(listeners.get(event) ?? []), listener]);
  }

  function tell(event) {
    for (const listener of listeners.get(event) ?? []) listener();
  }

  function select(row, from) {
    state.selected = row;
    state.selectedFrom = from;
    tell('select');
  }

  function choosePeriod(period) {
    state.period = period;
    tell('period');
  }

  // Which plan is on the map: the retained one (−1) or one of the variants.
  function chooseVariant(index) {
    state.variant = index;
    tell('period');
  }

  function weigh(weights) {
    state.weights = weights;
    state.weighted = weights.some((weight, k) => Math.abs(weight - weightsAtFirst[k]) > 1e-9);
    rankAgain();
  }

  // A file may ask for the other way than the criterion's own: it is asked as it is written.
  function forbid(thresholds, senses = ranking.ranges.map(({ sense }) => sense)) {
    Object.assign(state, { thresholds, senses, barred: ranking.barredBy(thresholds, senses) });
    rankAgain();
  }

  // « Moins de mégawatts » : sites of the plan that the reader does without.
  function giveUp(rows) {
    state.givenUp = new Set(rows);
    tell('fewer');
  }

  // Back to the scenario's weights means back to the scores as computed, digit for digit.
  function rankAgain() {
    const kept = ranking.candidates.filter((row) => !state.barred[row]);
    Object.assign(state, state.weighted ? ranking.scoresFor(state.weights) : ranking.initialScores());
    state.ordered = state.weighted
      ? ranking.order(state, kept)
      : ranking.byRank(ranking.initialRanks()).filter((row) => !state.barred[row]);
    state.ranks = ranking.ranksOf(state.ordered);
    state.breaks = ranking.breaksOf(state.low, state.ordered);
    tell('weights');
  }

  const rowOf = new Map(data.sites.columns.site_id.map((identifier, row) => [identifier, row]));

  Object.assign(Atlas, { state, on, tell, select, choosePeriod, chooseVariant, weigh, forbid, giveUp, rowOf, weightsAtFirst });
})();
