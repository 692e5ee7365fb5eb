// The answer in words and figures, and what it rests on.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId, state } = Atlas;
  const { island } = data;
  const { identity, plan, demand, periods } = island;

  function header() {
    document.title = Atlas.typeset(`${identity.title} – carte`);
    const dated = identity.reference_date ? ` · règles en vigueur le ${Atlas.date(identity.reference_date)}` : '';
    Atlas.fill(byId('kicker'), `Centres de données · ${identity.territory} · ${identity.title}${dated}`);
    Atlas.fill(byId('title'), identity.finding);
    publisher();
    const { figures: told, decides, unknown } = island.head;
    Atlas.fill(byId('head-figures'), told.map(({ label, value, doubt: range }) => element('div', {}, element('dt', {}, label), element('dd', {}, value), range ? element('dd', { class: 'meta' }, range) : null)));
    byId('head-figures').hidden = !told.length;
    for (const [id, sentence] of [['decides', decides], ['unknown', unknown]]) {
      byId(id).hidden = !sentence;
      Atlas.fill(byId(id), sentence);
    }
    Atlas.fill(byId('badges'), island.badges.map(({ text, kind }) => element('li', { class: `badge ${kind}` }, text)));
    Atlas.fill(byId('answer'), island.answer.map((sentence) => element('li', {}, sentence)));
  }

  // The publisher's name, logo and colours, when a file gives them; neutral otherwise.
  function publisher() {
    const root = document.documentElement.style;
    root.setProperty('--accent', identity.accent);
    root.setProperty('--kept', identity.retained);
    Atlas.fill(byId('organisation'), identity.organisation);
    byId('organisation').hidden = !identity.organisation;
    byId('logo').hidden = !identity.logo;
    if (identity.logo) byId('logo').src = identity.logo;
    byId('logo').alt = identity.logo_text || identity.organisation;
    Atlas.fill(byId('contact'), identity.contact ? `Pour signaler ce qui vous gêne et obtenir l’information autrement : ${identity.contact}.` : 'Pour signaler ce qui vous gêne et obtenir l’information autrement, adressez-vous à l’organisme qui vous a remis cette page.');
  }

  function periodSwitch() {
    const choices = periods.map((period) => {
      const input = element('input', { type: 'radio', name: 'periode', id: `periode-${period}`, value: period });
      input.checked = period === state.period;
      input.addEventListener('change', () => Atlas.choosePeriod(period));
      return [input, element('label', { for: input.id }, element('span', { class: 'fin' }, 'fin '), String(period))];
    });
    byId('periods').append(...choices.flat());
    Atlas.on('period', () => {
      byId(`periode-${state.period}`).checked = true;
    });
  }

  const FIGURES = [
    ['sites', 'Sites', '', 0], ['it_mw', 'Puissance informatique', 'MW'], ['electricity_twh', 'Électricité des sites et des pompes à chaleur', 'TWh/an', Atlas.ESTIMATE],
    ['pump_gwh', 'dont pompes à chaleur', 'GWh/an', Atlas.ESTIMATE],
    ['regional_share_pct', 'Part de la consommation régionale', '%', 1], ['water_input_m3', 'Eau apportée, refroidissement du plan', 'm³/an', Atlas.ESTIMATE],
    ['water_dry_m3', 'Eau apportée si tout est sec', 'm³/an', Atlas.ESTIMATE], ['water_choice_m3', 'Eau apportée si l’opérateur choisit', 'm³/an', Atlas.ESTIMATE],
    ['water_consumption_m3', 'Eau consommée sur site', 'm³/an', Atlas.ESTIMATE], ['offsite_water_m3', 'Eau consommée hors site', 'm³/an', Atlas.ESTIMATE],
    ['scarcity_m3eq', 'Eau, pondérée par la rareté', 'm³-éq/an', Atlas.ESTIMATE], ['land_ha', 'Surface occupée', 'ha', Atlas.ESTIMATE],
    ['reused_ha', 'dont sol déjà artificialisé', 'ha', Atlas.ESTIMATE], [['enaf_low_ha', 'enaf_high_ha'], 'ENAF consommé', 'ha', Atlas.ESTIMATE],
    ['heat_gwh', 'Chaleur utile', 'GWh/an', Atlas.ESTIMATE], ['erf', 'Part de l’énergie rendue en chaleur', '%', 1],
    ['heat_avoided_kt', 'Carbone épargné aux réseaux, hors bilan', 'kt CO₂e/an', Atlas.ESTIMATE],
    ['carbon_kt', 'Carbone', 'kt CO₂e/an', Atlas.ESTIMATE],
    [['connection_cost_low_meur', 'connection_cost_high_meur'], 'Coût de raccordement', 'M€', 0],
  ];

  const DEMAND = [
    ['total_it_mw', 'Besoin total'], ['existing_it_mw', 'dont existant'], ['fixed_it_mw', 'dont projets déjà décidés'], ['to_place_it_mw', 'Reste à placer'],
  ];

  // The median of the draws where a figure was drawn, as every page shows it.
  const headline = (values, key) => values?.[`${key}_p50`] ?? values?.[key];

  // As many figures as the doubt of the draws leaves.
  function digitsOf(values, keys, digits) {
    const key = [keys].flat()[0];
    return digits === Atlas.ESTIMATE ? Atlas.estimateOf(headline(values, key), values?.[`${key}_p5`], values?.[`${key}_p95`]) : digits;
  }

  function shown(values, keys, unit, digits) {
    const [low, high] = [keys].flat().map((key) => (key === 'erf' ? 100 * headline(values, key) : headline(values, key)));
    if (!Atlas.isNumber(low)) return '–';
    return Array.isArray(keys) ? Atlas.interval(low, high, '', digits) : Atlas.number(low, digits);
  }

  // Nine chances in ten: what the draws of the footprints leave, under the figure itself.
  function doubt(values, key, digits) {
    const scale = key === 'erf' ? 100 : 1;
    const [low, high] = ['p5', 'p95'].map((end) => (Atlas.isNumber(values?.[`${key}_${end}`]) ? scale * values[`${key}_${end}`] : null));
    return Atlas.isNumber(low) && Atlas.isNumber(high) ? element('small', { class: 'doubt-range' }, Atlas.interval(low, high, '', digits)) : null;
  }

  function figures() {
    const wanted = ([keys]) => periods.some((period) => Atlas.isNumber(plan[period]?.[[keys].flat()[0]]));
    const line = (source) => ([keys, label, unit, digits]) =>
      element(
        'tr', {},
        element('th', { scope: 'row' }, label, unit ? element('small', {}, ` ${unit}`) : null),
        periods.map((period) => element('td', { class: 'number', 'data-period': period }, shown(source[period], keys, unit, digitsOf(source[period], keys, digits)), doubt(source[period], keys, digitsOf(source[period], keys, digits)))),
      );
    const lines = [
      ...DEMAND.filter(([key]) => periods.some((period) => Atlas.isNumber(demand[period]?.[key]))).map(([key, label]) => line(demand)([key, label, 'MW', 0])),
      ...FIGURES.filter(wanted).map(line(plan)),
    ];
    const drawn = periods.some((period) => Atlas.isNumber(plan[period]?.electricity_twh_p50));
    Atlas.fill(byId('figures-head'), element('th', { scope: 'col' }, drawn ? 'Plan (médianes)' : 'Plan (sur les constantes)'), periods.map((period) => element('th', { scope: 'col', class: 'number', 'data-period': period }, String(period))));
    Atlas.fill(byId('figures-body'), lines);
  }

  function markPeriod() {
    for (const cell of document.querySelectorAll('#figures [data-period]')) {
      cell.classList.toggle('current', Number(cell.dataset.period) === state.period);
    }
  }

  function departements() {
    const shares = new Map();
    for (const row of Atlas.sites.retainedRows()) {
      const name = data.sites.at('departement_name', row) ?? data.sites.at('departement_code', row);
      shares.set(name, (shares.get(name) ?? 0) + Atlas.sites.power(row));
    }
    const sorted = [...shares].sort((one, other) => other[1] - one[1]);
    byId('by-departement').hidden = !sorted.length;
    Atlas.fill(byId('departements'), sorted.map(([name, mw]) => element('li', {}, `${name} : ${Atlas.quantity(mw, 'MW')}`)));
  }

  function yards() {
    byId('yards').hidden = !island.yards.length;
    Atlas.fill(byId('yards-list'), island.yards.map((yard) => element('li', {}, yard)));
  }

  // Words for who cannot see the map: how many sites, where, how much.
  function description() {
    const rows = Atlas.sites.retainedRows();
    const places = rows.map((row) => `${Atlas.data.sites.at('commune_name', row)} (${Atlas.quantity(Atlas.sites.power(row), 'MW')})`);
    const said = rows.length
      ? `En ${state.period}, ${Atlas.plural(rows.length, 'site retenu', 'sites retenus')} : ${places.join(', ')}.`
      : `En ${state.period}, aucun site retenu.`;
    Atlas.fill(byId('map-said'), said);
  }

  function start() {
    header();
    periodSwitch();
    figures();
    yards();
    const update = () => {
      markPeriod();
      departements();
      description();
    };
    Atlas.on('period', update);
    update();
  }

  Atlas.overview = { start };
})();
