// Two sites side by side, and what would make the second pass before the first.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, ranking, state, byId } = Atlas;
  const { sites } = data;
  const pair = { a: -1, b: -1 };

  // Worth choosing from: the plan, the first hundred, and whatever is compared now.
  function choices() {
    const rows = new Set([...Atlas.sites.retainedRows(), ...state.ordered.slice(0, 100), pair.a, pair.b]);
    rows.delete(-1);
    return [...rows].sort((one, other) => (state.ranks[one] || 1e9) - (state.ranks[other] || 1e9));
  }

  function option(row, chosen) {
    const rank = state.ranks[row] ? `${state.ranks[row]}. ` : '';
    return element('option', { value: row, selected: row === chosen }, `${rank}${sites.at('commune_name', row) ?? ''} – ${Atlas.siteName(row)}`);
  }

  function draw() {
    if (!byId('compare').open) return;
    const kept = choices();
    if (pair.a < 0) pair.a = kept.find((row) => Atlas.sites.retained(row)) ?? kept[0] ?? -1;
    if (pair.b < 0) pair.b = kept.find((row) => row !== pair.a && !Atlas.sites.retained(row)) ?? kept.find((row) => row !== pair.a) ?? -1;
    if (pair.a < 0 || pair.b < 0) return;
    for (const side of ['a', 'b']) Atlas.fill(byId(`compare-${side}`), kept.map((row) => option(row, pair[side])));
    const names = [pair.a, pair.b].map((row) => sites.at('commune_name', row) ?? Atlas.siteName(row));
    const columns = names.map((name, k) => element('th', { scope: 'col', class: 'number' }, `${'AB'[k]} · ${name}`));
    Atlas.fill(byId('compare-head'), element('th', { scope: 'col' }, 'Critère'), columns, element('th', { scope: 'col', class: 'number' }, 'Écart'));
    Atlas.fill(byId('compare-body'), facts(), ranking.graded.map(noteLine));
    Atlas.fill(byId('compare-said'), whatWouldChange().map((text) => element('li', {}, text)));
  }

  function facts() {
    const both = (label, tell) => element('tr', {}, element('th', { scope: 'row' }, label), [pair.a, pair.b].map((row) => element('td', { class: 'number' }, tell(row))), element('td', {}));
    return [
      both('Score', (row) => Atlas.interval(state.low[row], state.high[row], '', 1)),
      both('Rang', (row) => (state.ranks[row] ? String(state.ranks[row]) : 'hors seuils')),
      both(`Retenu en ${state.period}`, (row) => (Atlas.sites.retained(row) ? Atlas.quantity(Atlas.sites.power(row), 'MW') : 'non')),
      both('Surface utile', (row) => `${Atlas.table.hectares(sites.at('usable_area_m2', row))} ha`),
    ];
  }

  function noteLine(criterion, k) {
    const share = Atlas.weights.shares(state.weights)[k];
    const said = (row) => {
      const note = Atlas.interval(100 * ranking.notes[k].low[row], 100 * ranking.notes[k].high[row], '', 0);
      return [ranking.told(k, row), element('small', {}, ` note ${note}`)];
    };
    const points = (100 * state.weights[k] * apart(k)) / total();
    return element(
      'tr', {},
      element('th', { scope: 'row' }, criterion.label_fr, element('small', {}, ` ${share} %`)),
      element('td', { class: 'number' }, said(pair.a)), element('td', { class: 'number' }, said(pair.b)),
      element('td', { class: 'number' }, Math.abs(points) < 0.05 ? '=' : `${points > 0 ? 'A' : 'B'} +${Atlas.number(Math.abs(points), 1)}`),
    );
  }

  const total = () => state.weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const apart = (k) => ranking.notes[k].low[pair.a] - ranking.notes[k].low[pair.b];

  // One thing at a time: a weight, a value, or a doubt that is lifted.
  function whatWouldChange() {
    const lead = ranking.graded.reduce((sum, _, k) => sum + state.weights[k] * apart(k), 0);
    if (Math.abs(lead) < 1e-9) return ['A et B ont le même score avec ces poids.'];
    const duel = lead > 0
      ? { first: 'A', second: 'B', ahead: pair.a, behind: pair.b, lead }
      : { first: 'B', second: 'A', ahead: pair.b, behind: pair.a, lead: -lead };
    const found = [...byDoubt(duel), ...byWeight(duel), ...byValue(duel)];
    return found.length ? found : [`Aucun changement d’un seul poids ou d’une seule valeur ne mettrait ${duel.second} devant ${duel.first}.`];
  }

  function byDoubt({ first, second, ahead, behind, lead }) {
    const gain = ranking.graded.map((_, k) => state.weights[k] * (ranking.notes[k].high[behind] - ranking.notes[k].low[behind]));
    const doubts = ranking.graded.filter((_, k) => gain[k] > 0).map(({ label_fr: label }) => label);
    if (!doubts.length) return [];
    const best = gain.reduce((sum, value) => sum + value, 0);
    const where = doubts.map((label) => `« ${label} »`).join(', ');
    return [best > lead
      ? `Savoir : ${where} n’est pas évalué pour ${second} ; au mieux, ${second} passerait devant ${first} (${Atlas.number(state.high[behind], 1)} contre ${Atlas.number(state.low[ahead], 1)}).`
      : `Savoir : même au mieux sur ce qui n’est pas évalué (${where}), ${second} resterait derrière ${first}.`];
  }

  function byWeight({ first, second, ahead, behind, lead }) {
    return ranking.graded.flatMap(({ label_fr: label }, k) => {
      const difference = ranking.notes[k].low[ahead] - ranking.notes[k].low[behind];
      const wanted = state.weights[k] - lead / difference;
      if (!difference || wanted < 0) return [];
      const others = total() - state.weights[k];
      const share = (weight) => (100 * weight) / (others + weight || 1);
      const [from, to] = [share(state.weights[k]), share(wanted)];
      if (to > 75) return [];
      const way = to > from ? ['montait', 'plus'] : ['descendait', 'moins'];
      return [`Peser autrement : si « ${label} » ${way[0]} de ${Atlas.number(from, 1)} % à ${way[1]} de ${Atlas.number(to, 1)} % du score, ${second} passerait devant ${first}.`];
    });
  }

  // The value that would bring the note wanted, read off the sites whose value and note are known.
  function byValue({ first, second, behind, lead }) {
    return ranking.graded.flatMap((criterion, k) => {
      const weight = state.weights[k];
      const wanted = ranking.notes[k].low[behind] + lead / weight;
      const value = criterion.verdicts.at('value', behind);
      if (!weight || wanted > 1 || !Atlas.isNumber(value) || criterion.verdicts.at('state', behind) === 'unknown') return [];
      const needed = valueFor(k, wanted);
      if (needed === null) return [];
      if (ranking.isYesNo(ranking.ranges[k])) return [`Agir sur ${second} : si « ${criterion.label_fr} » devenait vrai, ${second} passerait devant ${first}.`];
      const way = needed > value ? 'au moins' : 'au plus';
      return [`Agir sur ${second} : avec ${way} ${Atlas.quantity(needed, criterion.unit)} au lieu de ${Atlas.quantity(value, criterion.unit)} pour « ${criterion.label_fr} », ${second} passerait devant ${first}.`];
    });
  }

  function valueFor(k, note) {
    const { verdicts } = ranking.graded[k];
    const { known } = ranking.ranges[k];
    const above = known.filter((row) => ranking.notes[k].low[row] >= note - 1e-9);
    if (!above.length) return null;
    const nearest = above.reduce((best, row) => (ranking.notes[k].low[row] < ranking.notes[k].low[best] ? row : best));
    return verdicts.at('value', nearest);
  }

  // From a site's page: it takes the second place, the first stays.
  function bring(row) {
    if (pair.a === row) pair.a = -1;
    pair.b = row;
    byId('compare').open = true;
    Atlas.showTab('consultation');
    draw();
    byId('compare').scrollIntoView({ block: 'start' });
    byId('compare-a').focus({ preventScroll: true });
  }

  function start() {
    byId('compare').addEventListener('toggle', draw);
    for (const side of ['a', 'b']) {
      byId(`compare-${side}`).addEventListener('change', (event) => {
        pair[side] = Number(event.target.value);
        draw();
      });
    }
    for (const event of ['weights', 'period']) Atlas.on(event, draw);
  }

  Atlas.compare = { start, bring, pair, whatWouldChange };
})();
