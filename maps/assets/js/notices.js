// What the reader's own choices do to the plan on the map, said on the map, with the way back.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { element, ranking, state, byId } = Atlas;

  function line(text, label, undo) {
    return element('p', {}, text, ' ', element('button', { type: 'button', class: 'link', onclick: undo }, label));
  }

  const power = (rows) => Atlas.quantity(rows.reduce((sum, row) => sum + Atlas.sites.power(row), 0), 'MW', 0);

  function thresholds() {
    const out = ranking.candidates.filter((row) => state.barred[row]);
    if (!out.length) return null;
    const planned = Atlas.sites.retainedRows();
    const lost = planned.filter((row) => state.barred[row]);
    const of = lost.length ? `, dont ${Atlas.number(lost.length, 0)} des ${Atlas.plural(planned.length, 'site retenu', 'sites retenus')} (${power(lost)})` : ', aucun site retenu';
    return line(`Vos seuils écartent ${Atlas.number(out.length, 0)} des ${Atlas.plural(ranking.candidates.length, 'candidat', 'candidats')}${of}.`, 'Lever les seuils', () => Atlas.forbid(state.thresholds.map(() => null)));
  }

  function fewer() {
    const lost = state.variant < 0 ? Atlas.sites.retainedRows().filter((row) => state.givenUp.has(row)) : [];
    if (!lost.length) return null;
    return line(`Sans ${Atlas.plural(lost.length, 'site', 'sites')} du plan : ${power(lost)} de moins.`, 'Les remettre', () => Atlas.giveUp([]));
  }

  function draw() {
    const said = [thresholds(), fewer()].filter(Boolean);
    byId('choices-said').hidden = !said.length;
    Atlas.fill(byId('choices-said'), said);
    Atlas.layers.refresh();
  }

  function start() {
    for (const event of ['weights', 'period', 'fewer']) Atlas.on(event, draw);
    draw();
  }

  Atlas.notices = { start };
})();
