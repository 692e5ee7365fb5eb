// Plan A against plan B: one map with form as well as colour, one table, what they share.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId, state } = Atlas;
  const { sites, island } = data;
  const SIGNS = { enter: ['entre', '#0b6e4f', '+'], leave: ['sort', '#8c2f10', '×'], grow: ['grandit', '#0d4f73', '▲'], shrink: ['diminue', '#5b3a8c', '▼'], same: ['inchangé', '#505866', '='] };
  let room = null;
  let drawn = false;

  const FIGURES = [
    ['sites', 'Sites', '', 0], ['it_mw', 'Puissance informatique', 'MW', 1], ['electricity_twh', 'Électricité', 'TWh/an', 2], ['water_input_m3', 'Eau apportée', 'm³/an', 0],
    ['land_ha', 'Surface occupée', 'ha', 1], ['enaf_high_ha', 'ENAF consommé, au plus', 'ha', 1], ['heat_gwh', 'Chaleur utile', 'GWh/an', 0],
    ['carbon_kt', 'Carbone', 'kt CO₂e/an', 1], ['connection_cost_meur', 'Coût de raccordement', 'M€', 1],
  ];

  function planned() {
    const power = {};
    for (const period of island.periods) {
      power[period] = {};
      for (let row = 0; row < sites.length; row += 1) {
        const mw = sites.at(`it_mw_${period}`, row);
        if (mw > 0) power[period][sites.at('site_id', row)] = mw;
      }
    }
    return power;
  }

  // Every plan at hand, at each of its periods.
  function plans() {
    const every = [
      { key: 'force', name: 'Plan en vigueur', power: planned(), figures: room?.force ?? island.plan },
      ...island.variants.filter((variant) => !variant.room).map((variant, k) => ({ key: `v${k}`, name: variant.name, power: variant.power, figures: variant.sums })),
      ...(room ? [{ key: 'room', name: 'Plan de la salle', power: room.power, figures: room.figures }] : []),
      ...(island.beside ? [{ key: 'beside', name: island.beside.name, power: island.beside.power, figures: island.beside.figures, names: island.beside.names }] : []),
    ];
    return every.flatMap((plan) => island.periods.filter((period) => plan.power[period]).map((period) => ({ ...plan, key: `${plan.key}:${period}`, title: `${plan.name}, ${period}`, period })));
  }

  function chosen() {
    const every = plans();
    const of = (id) => every.find(({ key }) => key === byId(id).value) ?? every[0];
    return [of('plan-a'), of('plan-b')];
  }

  function offer() {
    const every = plans();
    const last = island.periods[island.periods.length - 1];
    const first = { 'plan-a': `force:${last}`, 'plan-b': every.find(({ key }) => key !== `force:${last}` && key.endsWith(`:${last}`))?.key ?? every[0].key };
    for (const id of ['plan-a', 'plan-b']) {
      const before = byId(id).value;
      Atlas.fill(byId(id), every.map(({ key, title }) => element('option', { value: key }, title)));
      byId(id).value = every.some(({ key }) => key === before) ? before : first[id];
    }
  }

  const mwOf = (plan, id) => plan.power[plan.period][id] ?? 0;

  function moves(a, b) {
    const ids = [...new Set([...Object.keys(a.power[a.period]), ...Object.keys(b.power[b.period])])].sort((x, y) => mwOf(b, y) + mwOf(a, y) - mwOf(b, x) - mwOf(a, x));
    const kind = (id) => {
      const [one, two] = [mwOf(a, id), mwOf(b, id)];
      if (!one) return 'enter';
      if (!two) return 'leave';
      return two > one + 0.05 ? 'grow' : one > two + 0.05 ? 'shrink' : 'same';
    };
    return ids.map((id) => [id, kind(id)]);
  }

  const nameOf = (id, plan) => (Atlas.rowOf.has(id) ? sites.at('commune_name', Atlas.rowOf.get(id)) : plan.names?.[id]) || id;

  function show() {
    const [a, b] = chosen();
    const all = moves(a, b);
    const of = (kind) => all.filter(([, each]) => each === kind).map(([id]) => id);
    Atlas.fill(byId('plans-head'), element('th', { scope: 'col' }, 'Total'), [a.title, b.title, 'Écart'].map((name) => element('th', { scope: 'col', class: 'number' }, name)));
    const value = (plan, key) => plan.figures?.[plan.period]?.[key] ?? (key === 'sites' ? Object.keys(plan.power[plan.period]).length : key === 'it_mw' ? Object.values(plan.power[plan.period]).reduce((sum, mw) => sum + mw, 0) : undefined);
    Atlas.fill(byId('plans-body'), FIGURES.map(([key, label, unit, digits]) => {
      const [one, two] = [value(a, key), value(b, key)];
      const cell = (number) => element('td', { class: 'number' }, Atlas.isNumber(number) ? Atlas.number(number, digits) : 'non calculé');
      const known = Atlas.isNumber(one) && Atlas.isNumber(two);
      return element('tr', {}, element('th', { scope: 'row' }, label, unit ? element('small', {}, ` ${unit}`) : null), cell(one), cell(two), element('td', { class: 'number' }, known ? signed(two - one, digits) : '–'));
    }));
    const common = all.filter(([, kind]) => kind !== 'enter' && kind !== 'leave').map(([id]) => id);
    const list = (kind) => of(kind).map((id) => `${nameOf(id, kind === 'enter' ? b : a)} (${id}) ${mwText(a, b, id)}`).join(' ; ') || 'aucun';
    Atlas.fill(byId('plans-said'), `De « ${a.title} » à « ${b.title} » : ${Atlas.plural(of('enter').length, 'site entre', 'sites entrent')}, ${Atlas.plural(of('leave').length, 'sort', 'sortent')}, ${Atlas.plural(common.length, 'site en commun', 'sites en commun')}.`);
    Atlas.fill(byId('plans-lists'), [['Entrent', 'enter'], ['Sortent', 'leave'], ['Grandissent', 'grow'], ['Diminuent', 'shrink'], ['Inchangés', 'same']].map(([label, kind]) => element('p', {}, element('strong', {}, `${label} (${of(kind).length})`), ` : ${list(kind)}.`)));
    Atlas.chart?.repaint();
  }

  const signed = (value, digits) => (Math.abs(value) < 0.5 * 10 ** -digits ? '=' : `${value > 0 ? '+' : ''}${Atlas.number(value, digits)}`);

  function mwText(a, b, id) {
    const [one, two] = [mwOf(a, id), mwOf(b, id)];
    return one && two && Math.abs(one - two) > 0.05 ? `${Atlas.number(one, 1)} → ${Atlas.quantity(two, 'MW', 1)}` : Atlas.quantity(two || one, 'MW', 1);
  }

  // A ring of its own form for each fate, over the map's own signs.
  function paint(view) {
    if (!drawn) return;
    const [a, b] = chosen();
    for (const [id, kind] of moves(a, b)) {
      const row = Atlas.rowOf.get(id);
      if (row === undefined) continue;
      const [x, y] = view.at(sites.places[2 * row], sites.places[2 * row + 1]);
      drawSign(view.context, x, y, Atlas.sites.retainedRadius(Math.max(mwOf(a, id), mwOf(b, id)), view.zoom) + 4, kind);
    }
  }

  function drawSign(pen, x, y, radius, kind) {
    const [, ink, sign] = SIGNS[kind];
    pen.save();
    pen.setLineDash(kind === 'leave' ? [4, 3] : kind === 'same' ? [1, 3] : []);
    for (const [width, colour] of [[kind === 'same' ? 3 : 6, '#fff'], [kind === 'same' ? 1.2 : 3, ink]]) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
    pen.setLineDash([]);
    if (kind !== 'same') {
      pen.beginPath();
      pen.arc(x + radius * 0.72, y - radius * 0.72, 7, 0, 2 * Math.PI);
      pen.fillStyle = ink;
      pen.fill();
      pen.fillStyle = '#fff';
      pen.font = '700 11px sans-serif';
      pen.textAlign = 'center';
      pen.textBaseline = 'middle';
      pen.fillText(sign, x + radius * 0.72, y - radius * 0.72 + 0.5);
    }
    pen.restore();
  }

  function showOnMap(on) {
    drawn = on;
    byId('plans-show').setAttribute('aria-pressed', String(on));
    Atlas.fill(byId('plans-keys'), on ? Object.entries(SIGNS).map(([kind, [label]]) => element('li', {}, key(kind), label)) : []);
    Atlas.chart?.repaint();
  }

  function key(kind) {
    const canvas = element('canvas', { width: 60, height: 60, class: 'key', 'aria-hidden': 'true' });
    canvas.style.width = canvas.style.height = '30px';
    const pen = canvas.getContext('2d');
    pen.scale(2, 2);
    drawSign(pen, 13, 17, 8, kind);
    return canvas;
  }

  // The room's answer takes its place among the plans, and on the map.
  function take(answer) {
    room = answer;
    offer();
    if (answer) {
      byId('plan-b').value = `room:${state.period}`;
      byId('plan-a').value = `force:${state.period}`;
      showOnMap(true);
    } else {
      showOnMap(false);
    }
    show();
  }

  function start() {
    offer();
    for (const id of ['plan-a', 'plan-b']) byId(id).addEventListener('change', show);
    byId('plans-show').addEventListener('click', () => showOnMap(!drawn));
    Atlas.on('period', () => {
      if (!room) return;
      byId('plan-b').value = `room:${state.period}`;
      byId('plan-a').value = `force:${state.period}`;
      show();
    });
    show();
  }

  Atlas.plans = { start, take, paint };
})();
