// The same sites seen from every college, side by side: where views meet and where they part.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, ranking, state, byId, weightsAtFirst } = Atlas;
  const FIRST = 20;
  const ROWS = 15;

  function views() {
    const kept = ranking.candidates.filter((row) => !state.barred[row]);
    const ranksFor = (weights) => ranking.ranksOf(ranking.order(ranking.scoresFor(weights), kept));
    return [
      { short: 'Scén.', label: 'Scénario', ranks: ranksFor(weightsAtFirst) },
      ...data.island.colleges.map((college) => ({
        short: college.short ?? college.label, label: college.label, ranks: ranksFor(Atlas.weights.fromCollege(college)),
      })),
      ...(state.weighted ? [{ short: 'Vous', label: 'Vos poids', ranks: state.ranks }] : []),
    ];
  }

  function draw() {
    if (!byId('views').open) return;
    const all = views();
    const kept = ranking.candidates.filter((row) => !state.barred[row]);
    const everywhere = kept.filter((row) => all.every(({ ranks }) => ranks[row] <= FIRST)).length;
    Atlas.fill(
      byId('views-said'),
      `${Atlas.plural(everywhere, 'site est', 'sites sont')} dans les ${FIRST} premiers pour tous les points de vue. En gras : dans les ${FIRST} premiers.`,
    );
    Atlas.fill(
      byId('views-head'),
      element('th', { scope: 'col' }, 'Site'),
      all.map(({ short, label }) => element('th', { scope: 'col', class: 'number' }, element('abbr', { title: label }, short))),
    );
    Atlas.fill(byId('views-body'), state.ordered.slice(0, ROWS).map((row) => line(row, all)));
  }

  function line(row, all) {
    const open = element('button', { type: 'button', class: 'link', onclick: () => Atlas.select(row, 'fiche') }, Atlas.data.sites.at('commune_name', row) ?? Atlas.siteName(row));
    return element(
      'tr', {},
      element('th', { scope: 'row' }, open, element('small', {}, data.sites.at('site_id', row))),
      all.map(({ ranks }) => element('td', { class: ranks[row] <= FIRST ? 'number first' : 'number' }, Atlas.number(ranks[row], 0))),
    );
  }

  function start() {
    byId('views').addEventListener('toggle', draw);
    Atlas.on('weights', draw);
  }

  Atlas.views = { start, views };
})();
