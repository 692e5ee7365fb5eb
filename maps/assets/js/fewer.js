// Fewer megawatts, or no site at all: what is given up, what is spared, what stays unserved.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, state, byId } = Atlas;
  const { sites, island } = data;

  const SUMS = [
    ['site_energy_gwh', 'Électricité des sites', 'GWh/an', 0], ['pump_gwh', 'Électricité des pompes à chaleur', 'GWh/an', 0], ['water_input_m3', 'Eau apportée', 'm³/an', 0],
    ['land_ha', 'Surface occupée', 'ha', 1], ['enaf_high_ha', 'ENAF consommé, au plus', 'ha', 1],
    ['heat_gwh', 'Chaleur utile', 'GWh/an', 0], ['carbon_kt', 'Carbone', 'kt CO₂e/an', 1],
  ];

  function planned() {
    return Atlas.sites.plannedRows();
  }

  const powerOf = (rows) => rows.reduce((sum, row) => sum + (sites.at(`it_mw_${state.period}`, row) ?? 0), 0);

  function sum(name, rows) {
    if (!sites.columns[`${name}_${state.period}`]) return null;
    return rows.reduce((total, row) => total + (sites.at(`${name}_${state.period}`, row) ?? 0), 0);
  }

  function choice(row) {
    const id = `garder-${row}`;
    const box = element('input', { type: 'checkbox', id, onchange: () => keep(row, box.checked) });
    box.checked = !state.givenUp.has(row);
    return element('li', {}, box, element('label', { for: id }, `${sites.at('commune_name', row) ?? Atlas.siteName(row)}, ${Atlas.quantity(sites.at(`it_mw_${state.period}`, row), 'MW')}`));
  }

  function keep(row, kept) {
    const others = [...state.givenUp].filter((other) => other !== row);
    Atlas.giveUp(kept ? others : [...others, row]);
  }

  // The boxes keep the focus of who unticks them: they follow what was given up, not the reverse.
  function followUp() {
    for (const row of planned()) if (byId(`garder-${row}`)) byId(`garder-${row}`).checked = !state.givenUp.has(row);
    if (byId('fewer').open) figures();
  }

  function figures() {
    const all = planned();
    const kept = all.filter((row) => !state.givenUp.has(row));
    const columns = [['Aucun site', []], ['Sites gardés', kept], ['Plan', all]];
    const wanted = island.demand[state.period]?.to_place_it_mw;
    const cell = (value, unit, digits) => element('td', { class: 'number' }, Atlas.isNumber(value) ? Atlas.number(value, digits) : 'non calculé');
    const line = (label, unit, tell, digits) => element('tr', {}, element('th', { scope: 'row' }, label, element('small', {}, ` ${unit}`)), columns.map(([, rows]) => cell(tell(rows), unit, digits)));
    Atlas.fill(byId('fewer-head'), element('th', { scope: 'col' }, `En ${state.period}, sur les constantes`), columns.map(([name]) => element('th', { scope: 'col', class: 'number' }, name)));
    Atlas.fill(
      byId('fewer-body'),
      line('Puissance placée', 'MW', powerOf, 0),
      Atlas.isNumber(wanted) ? line('Besoin non servi', 'MW', (rows) => Math.max(0, wanted - powerOf(rows)), 0) : null,
      SUMS.map(([name, label, unit, digits]) => line(label, unit, (rows) => (rows.length ? sum(name, rows) : 0), digits)),
    );
    const without = all.filter((row) => state.givenUp.has(row));
    Atlas.fill(byId('fewer-said'), without.length
      ? `Sans ${without.map((row) => sites.at('commune_name', row)).join(', ')} : ${Atlas.quantity(powerOf(kept), 'MW')} placés, ${Atlas.quantity(Math.max(0, (wanted ?? 0) - powerOf(kept)), 'MW')} de besoin non servi.`
      : 'Décochez un site pour voir ce que l’on épargne et ce qui n’est plus servi.');
  }

  function draw() {
    if (!byId('fewer').open) return;
    Atlas.fill(byId('fewer-sites'), planned().map(choice));
    figures();
  }

  function variantLine(variant, index) {
    const sums = variant.sums[state.period] ?? {};
    const [now, then] = [new Set(planned().map((row) => sites.at('site_id', row))), new Set(Object.keys(variant.power[state.period] ?? {}))];
    const name = (id) => sites.at('commune_name', Atlas.rowOf.get(id)) ?? id;
    const list = (ids) => [...ids].map(name).join(', ') || 'aucun';
    const show = element('button', { type: 'button', onclick: () => Atlas.chooseVariant(index) }, 'Voir sur la carte');
    return element(
      'li', {},
      element('strong', {}, variant.name),
      ` : ${Atlas.plural(sums.sites ?? 0, 'site', 'sites')}, ${Atlas.quantity(sums.it_mw ?? 0, 'MW')} en ${state.period}`,
      Atlas.isNumber(variant.gap_pct) ? `, ${Atlas.number(variant.gap_pct, 1)} % moins bonne selon les pondérations choisies` : '', '.',
      element('p', { class: 'meta' }, `Entrent : ${list([...then].filter((id) => !now.has(id)))}. Sortent : ${list([...now].filter((id) => !then.has(id)))}.`),
      element('p', { class: 'meta' }, SUMS.filter(([key]) => Atlas.isNumber(sums[key])).map(([key, label, unit, digits]) => `${label} : ${Atlas.quantity(sums[key], unit, digits)}`).join(' ; '), ' ; sur les constantes, pompes à chaleur non comptées.'),
      show,
    );
  }

  function variants() {
    const none = !island.variants.length;
    byId('variants-none').hidden = !none;
    Atlas.fill(byId('variants-list'), island.variants.map(variantLine));
    byId('variants-back').hidden = state.variant < 0;
    byId('variant-said').hidden = state.variant < 0;
    Atlas.fill(byId('variant-said'), state.variant < 0 ? '' : element('strong', {}, `La carte montre la ${island.variants[state.variant].name.toLowerCase()}, pas le plan retenu. `));
    if (state.variant >= 0) byId('variant-said').append(element('button', { type: 'button', class: 'link', onclick: () => Atlas.chooseVariant(-1) }, 'Revenir au plan'));
  }

  function start() {
    byId('fewer').addEventListener('toggle', draw);
    byId('variants-back').addEventListener('click', () => Atlas.chooseVariant(-1));
    Atlas.on('period', draw);
    Atlas.on('fewer', followUp);
    Atlas.on('period', variants);
    variants();
  }

  Atlas.fewer = { start };
})();
