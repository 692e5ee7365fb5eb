// The map itself: Leaflet moves it, the surface draws it, a popup says what is under the finger.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, sites, state, layers, surface } = Atlas;
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = window.map_carte;
  const [west, south, east, north] = data.island.bounds;
  const home = L.latLngBounds([south, west], [north, east]);
  const canvas = surface.create();

  function start() {
    map.options.zoomSnap = 0.1;
    map.options.zoomDelta = 0.75;
    map.options.wheelPxPerZoomLevel = 110;
    if (still) map.options.zoomAnimation = map.options.fadeAnimation = map.options.inertia = false;
    map.attributionControl.setPrefix('Leaflet');
    for (const [name, said] of [['in', 'Agrandir'], ['out', 'Réduire']]) {
      const button = map.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
      if (button) Object.assign(button, { title: said, ariaLabel: said });
    }
    L.control.scale({ imperial: false, position: 'bottomright' }).addTo(map);
    surface.painters.push(layers.paintAll);
    surface.painted.push(Atlas.naming.list, layers.countRanks);
    attribute();
    goHome();
    map.setMinZoom(Math.max(4, map.getZoom() - 1));
    map.setMaxZoom(17);
    map.setMaxBounds(home.pad(0.9));
    canvas.addTo(map);
    listen();
    remember();
  }

  const [legend, key] = ['legend', 'map-key'].map(Atlas.byId);
  const phone = window.matchMedia('(max-width: 760px)');
  let chosenByHand = false;

  // A legend that would hide the territory is folded, until the reader opens it.
  function foldLegend() {
    const { x, y } = map.getSize();
    if (chosenByHand || !x) return;
    legend.open = x >= 700 && y >= 440;
    key.open = legend.open || phone.matches;
  }

  // The legend lies over the sea side: the territory is fitted in what is left of the map.
  function goHome() {
    map.invalidateSize({ animate: false });
    foldLegend();
    const left = map.getSize().x > 620 && legend.open ? legend.offsetWidth + 14 : 6;
    const foot = map.attributionControl.getContainer().offsetHeight;
    map.fitBounds(home, { animate: false, paddingTopLeft: [left, 8], paddingBottomRight: [6, foot + 4] });
  }

  function attribute() {
    const control = map.attributionControl;
    for (const credit of [...data.island.credits, data.island.osmCredit]) control.removeAttribution(escaped(credit));
    for (const credit of data.island.credits) control.addAttribution(escaped(credit));
    if (layers.isOn('existants')) control.addAttribution(escaped(data.island.osmCredit));
  }

  const IGN = 'https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&STYLE=normal&FORMAT=image/png'
    + '&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}';
  let tiles = null;

  // The only thing of the page that asks the network, and only once it is ticked.
  function background() {
    if (!layers.isOn('ign')) {
      tiles?.remove();
      sayBackground('');
      return;
    }
    tiles ??= backgroundTiles();
    if (!map.hasLayer(tiles)) tiles.addTo(map);
  }

  // Without a network the background stays blank: the reader is told, the map goes on.
  function backgroundTiles() {
    const layer = L.tileLayer(IGN, { maxZoom: 18, attribution: 'Fond : IGN, Géoplateforme' });
    layer.on('tileerror', () => sayBackground('Le fond de plan de l’IGN ne répond pas : sans connexion à internet, la carte reste sans fond.'));
    layer.on('tileload', () => sayBackground(''));
    return layer;
  }

  function sayBackground(text) {
    Atlas.byId('background-said').hidden = !text;
    Atlas.fill(Atlas.byId('background-said'), text);
  }

  // Leaflet takes attributions as markup: they are reduced to plain text first.
  function escaped(text) {
    return element('span', {}, text).innerHTML;
  }

  function listen() {
    map.on('click', (event) => open(event.layerPoint));
    let waiting = 0;
    map.on('mousemove', (event) => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => hover(event.layerPoint));
    });
    map.on('mouseout', () => hint.remove());
    for (const event of ['weights', 'period', 'layers', 'fewer']) Atlas.on(event, repaint);
    Atlas.on('layers', attribute);
    Atlas.on('layers', background);
    document.fonts?.load('12px "Atlas Sans"').then(repaint, () => {});
    Atlas.on('select', showSelected);
    map.on('moveend', remember);
    for (const part of [legend, key]) {
      part.querySelector('summary').addEventListener('click', () => {
        chosenByHand = true;
      });
      part.addEventListener('toggle', repaint);
    }
    new ResizeObserver(() => {
      map.invalidateSize({ animate: false });
      foldLegend();
    }).observe(map.getContainer());
  }

  // Where the reader last was, for print: once the page is laid out for paper, the map has no size.
  let lastSeen = home;

  function remember() {
    if (map.getSize().x > 0) lastSeen = map.getBounds();
  }

  function seen() {
    return lastSeen;
  }

  function repaint() {
    canvas.repaint();
  }

  const hint = L.tooltip({ direction: 'top', offset: [0, -8], opacity: 0.96 });

  function hover(point) {
    const rows = Atlas.hits.under(map, point);
    map.getContainer().style.cursor = rows.length ? 'pointer' : '';
    if (!rows.length || (rows.length === 1 && rows[0] === state.selected)) {
      hint.remove();
      return;
    }
    hint.setLatLng(rows.length > 1 ? map.layerPointToLatLng(point) : sites.latLng(rows[0])).setContent(caption(rows)).addTo(map);
  }

  function caption(rows) {
    if (rows.length === 1) return element('div', {}, element('strong', {}, Atlas.siteName(rows[0])), element('br'), Atlas.standing(rows[0]), refusal(rows[0]));
    return element('div', {}, element('strong', {}, `${Atlas.plural(rows.length, 'site', 'sites')} à cet endroit`), element('br'), 'Cliquez pour choisir');
  }

  // A friche put aside says why, without a click.
  function refusal(row) {
    const fate = data.sites.at('fate', row);
    const why = fate === 'écarté' || fate === 'inconnu' ? data.sites.at('fate_reason_fr', row) || Atlas.firstReason(row) : '';
    return why ? [element('br'), why] : null;
  }

  // One sign under the finger opens its site; several open a list, where each is one button.
  let beside = [];

  function open(point) {
    const rows = Atlas.hits.under(map, point);
    beside = Atlas.hits.through(map, point, rows);
    if (rows.length === 1) Atlas.select(rows[0], 'carte');
    else if (rows.length) offer(map.layerPointToLatLng(point), rows);
  }

  function offer(latLng, rows) {
    hint.remove();
    popup.setLatLng(latLng).setContent(Atlas.hits.choice(rows)).openOn(map);
    dress();
    popup.getElement()?.querySelector('.stack button')?.focus({ preventScroll: true });
  }

  function dress() {
    popup.getElement()?.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', 'Fermer');
  }

  const popup = L.popup({ maxWidth: 300, autoPanPadding: [20, 20], closeButton: true });
  popup.on('remove', () => map.getContainer().focus({ preventScroll: true }));

  // On the map, three lines and a way to the whole answer; the panel beside says the rest.
  function showSelected() {
    hint.remove();
    repaint();
    if (state.selected < 0) {
      popup.remove();
      return;
    }
    const row = state.selected;
    if (state.selectedFrom !== 'carte' && !map.getBounds().pad(-0.1).contains(sites.latLng(row))) {
      map.panTo(sites.latLng(row), { animate: !still });
    }
    if (state.selectedFrom !== 'carte') {
      popup.remove();
      return;
    }
    popup.setLatLng(sites.latLng(row)).setContent(summary(row));
    if (!map.hasLayer(popup)) popup.openOn(map);
    dress();
  }

  function summary(row) {
    const why = element('button', { type: 'button', class: 'link' }, 'Pourquoi ?');
    why.addEventListener('click', () => Atlas.showTab('site', true));
    return element(
      'div', { class: 'bubble' },
      element('strong', {}, Atlas.siteName(row)),
      element('p', {}, Atlas.standing(row)),
      element('p', {}, Atlas.firstReason(row)),
      why,
      beside.length ? [element('p', { class: 'meta' }, 'Vus à travers le cercle :'), element('ul', { class: 'stack' }, beside.slice(0, 6).map((other) => element('li', {}, element('button', { type: 'button', class: 'link', onclick: () => Atlas.select(other, 'liste') }, Atlas.hits.label(other)))))] : null,
    );
  }

  // Any place by its name: communes first, whole name before part of it.
  function goTo(latLng, zoom) {
    map.setView(latLng, zoom, { animate: !still });
  }

  Atlas.chart = { map, home, start, goHome, goTo, repaint, seen };
})();
