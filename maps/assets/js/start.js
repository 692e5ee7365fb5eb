// Tabs, search, the address that keeps what one sees, print; then the page is ready.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { byId, state, data, layers, chart } = Atlas;
  const tabs = [...document.querySelectorAll('[role=tab]')];

  function showTab(name, focus) {
    for (const tab of tabs) {
      const chosen = tab.id === `onglet-${name}`;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(tab.getAttribute('aria-controls')).hidden = !chosen;
    }
    if (focus) (byId(`${name}-title`) ?? byId('why-title') ?? byId(`onglet-${name}`)).focus({ preventScroll: false });
  }

  function onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -tabs.length, End: tabs.length }[event.key];
    if (!step) return;
    event.preventDefault();
    const here = tabs.indexOf(event.currentTarget);
    const next = Math.abs(step) === 1 ? (here + step + tabs.length) % tabs.length : step < 0 ? 0 : tabs.length - 1;
    tabs[next].focus();
    showTab(tabs[next].id.replace('onglet-', ''));
  }

  function say(text) {
    Atlas.fill(byId('status'), text);
  }

  let waiting = 0;

  // A slider tells a lot in a second, and browsers refuse as many addresses: the last one is kept.
  function keepAddress() {
    clearTimeout(waiting);
    waiting = setTimeout(writeAddress, 250);
  }

  function writeAddress() {
    const { map } = chart;
    const here = map.getCenter();
    const parts = new URLSearchParams({ p: state.period, c: `${here.lat.toFixed(4)},${here.lng.toFixed(4)},${map.getZoom()}`, l: layers.chosen().join(',') });
    if (state.selected >= 0) parts.set('s', data.sites.at('site_id', state.selected));
    const other = (k) => (state.senses[k] === Atlas.ranking.ranges[k].sense ? '' : '!');
    const asked = state.thresholds.flatMap((threshold, k) => (threshold === null ? [] : [`${k}:${threshold}${other(k)}`]));
    if (asked.length) parts.set('v', asked.join(','));
    if (state.weighted) parts.set('w', state.weights.map((weight) => Number(weight.toFixed(4))).join(','));
    if (Atlas.room.address()) parts.set('d', Atlas.room.address());
    try {
      history.replaceState(null, '', `#${parts}`);
    } catch {
      // Some readers forbid it on local files: the address simply stays as it was.
    }
  }

  // What comes from the address is checked piece by piece; what is not understood is left aside.
  function readAddress() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const period = Number(parts.get('p'));
    if (data.island.periods.includes(period)) Atlas.choosePeriod(period);
    const chosen = (parts.get('l') ?? '').split(',').filter((id) => layers.known.includes(id));
    if (parts.has('l')) layers.choose(chosen);
    const weights = (parts.get('w') ?? '').split(',').map(Number);
    if (parts.has('w') && weights.length === state.weights.length && weights.every((weight) => weight >= 0 && weight <= 1e4)) Atlas.weigh(weights);
    readThresholds(parts.get('v') ?? '');
    const view = (parts.get('c') ?? '').split(',').map(Number);
    if (view.length === 3 && view.every(Number.isFinite) && Math.abs(view[0]) <= 85 && Math.abs(view[1]) <= 180) {
      chart.map.setView([view[0], view[1]], Math.max(chart.map.getMinZoom(), Math.min(17, view[2])), { animate: false });
    }
    Atlas.room.fromAddress(parts.get('d'));
    const row = Atlas.rowOf.get(parts.get('s'));
    if (row !== undefined) Atlas.select(row, 'adresse');
    return row !== undefined;
  }

  function readThresholds(text) {
    const asked = text.split(',').map((part) => /^(\d{1,2}):(-?\d+(?:\.\d+)?)(!?)$/.exec(part)).filter((found) => found && Number(found[1]) < state.thresholds.length);
    if (!asked.length) return;
    const thresholds = state.thresholds.map(() => null);
    const senses = Atlas.ranking.ranges.map(({ sense }) => sense);
    for (const [, k, value, other] of asked) {
      thresholds[Number(k)] = Number(value);
      if (other) senses[Number(k)] = senses[Number(k)] === '>=' ? '<=' : '>=';
    }
    Atlas.forbid(thresholds, senses);
  }

  // Print takes a drawing of the map made for paper: a screen canvas would come out cut or blurred.
  function beforePrint() {
    if (document.documentElement.dataset.printing === 'scenes') return;
    const { canvas, said } = Atlas.picture.draw(document.createElement('canvas'), chart.seen());
    byId('map-print').src = canvas.toDataURL('image/png');
    byId('map-print').alt = `Carte. ${said.join('. ')}`;
    for (const panel of document.querySelectorAll('[role=tabpanel]')) panel.dataset.closed = panel.hidden;
    for (const panel of document.querySelectorAll('[role=tabpanel]')) panel.hidden = false;
    folded = ['answer-part', 'figures-part', 'sources-part'].map(byId).filter((part) => !part.open);
    for (const part of folded) part.open = true;
  }

  let folded = [];

  function afterPrint() {
    for (const panel of document.querySelectorAll('[role=tabpanel]')) panel.hidden = panel.dataset.closed === 'true';
    for (const part of folded) part.open = false;
  }

  function onSelect() {
    if (state.selected < 0) return;
    if (state.selectedFrom !== 'fiche') say(`${Atlas.siteName(state.selected)}. ${Atlas.standing(state.selected)}`);
    const reading = byId('onglet-classement').getAttribute('aria-selected') === 'true';
    if (state.selectedFrom !== 'carte' || !reading) showTab('site', state.selectedFrom === 'tableau');
  }

  function listen() {
    for (const tab of tabs) {
      tab.addEventListener('click', () => showTab(tab.id.replace('onglet-', '')));
      tab.addEventListener('keydown', onTabKey);
    }
    byId('to-weights').addEventListener('click', () => showTab('consultation', true));
    byId('csv').addEventListener('click', Atlas.export.saveRanking);
    byId('png').addEventListener('click', Atlas.export.savePicture);
    byId('print').addEventListener('click', () => window.print());
    byId('home').addEventListener('click', chart.goHome);
    window.addEventListener('beforeprint', beforePrint);
    window.addEventListener('afterprint', afterPrint);
    for (const event of ['period', 'weights']) Atlas.on(event, layers.refresh);
    for (const event of ['period', 'weights', 'select', 'layers', 'room-asked']) Atlas.on(event, keepAddress);
    chart.map.on('moveend', keepAddress);
    Atlas.on('select', onSelect);
  }

  Atlas.showTab = showTab;
  Atlas.overview.start();
  Atlas.impossible.start();
  Atlas.charts.start();
  layers.draw(byId('layers'));
  chart.start();
  Atlas.existing?.show(chart.map);
  Atlas.table.start();
  Atlas.weights.start();
  for (const part of ['vetoes', 'views', 'compare', 'fewer', 'notices', 'notes', 'exchange', 'finder', 'inView', 'scenes']) Atlas[part].start();
  Atlas.reasons.start();
  Atlas.bill.start();
  Atlas.room.start();
  const chosen = readAddress();
  showTab(chosen ? 'site' : 'synthese');
  listen();
  performance.mark('atlas-ready');
  document.documentElement.dataset.ready = 'true';
})();
