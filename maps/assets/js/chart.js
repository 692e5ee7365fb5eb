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
    attribute();
    goHome();
    map.setMinZoom(Math.max(4, map.getZoom() - 1));
    map.setMaxZoom(14);
    map.setMaxBounds(home.pad(0.9));
    canvas.addTo(map);
    listen();
    remember();
  }

  // The legend lies over the sea side: the territory is fitted in what is left of the map.
  function goHome() {
    map.invalidateSize({ animate: false });
    const legend = Atlas.byId('legend');
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
      return;
    }
    tiles ??= L.tileLayer(IGN, { maxZoom: 18, attribution: 'Fond : IGN, Géoplateforme' });
    if (!map.hasLayer(tiles)) tiles.addTo(map);
  }

  // Leaflet takes attributions as markup: they are reduced to plain text first.
  function escaped(text) {
    return element('span', {}, text).innerHTML;
  }

  function listen() {
    map.on('click', (event) => {
      const row = sites.under(map, event.latlng, layers.isOn('ecartes'));
      if (row >= 0) Atlas.select(row, 'carte');
    });
    let waiting = 0;
    map.on('mousemove', (event) => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => hover(event.latlng));
    });
    map.on('mouseout', () => hint.remove());
    for (const event of ['weights', 'period', 'layers']) Atlas.on(event, repaint);
    Atlas.on('layers', attribute);
    Atlas.on('layers', background);
    document.fonts?.load('12px "Atlas Sans"').then(repaint, () => {});
    Atlas.on('select', showSelected);
    map.on('moveend', remember);
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
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

  function hover(latLng) {
    const row = sites.under(map, latLng, layers.isOn('ecartes'));
    map.getContainer().style.cursor = row >= 0 ? 'pointer' : '';
    if (row < 0 || row === state.selected) {
      hint.remove();
      return;
    }
    hint.setLatLng(sites.latLng(row)).setContent(caption(row)).addTo(map);
  }

  function caption(row) {
    return element('div', {}, element('strong', {}, Atlas.siteName(row)), element('br'), Atlas.standing(row));
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
    popup.getElement()?.querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', 'Fermer');
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
    );
  }

  // Any place by its name: communes first, whole name before part of it.
  function goTo(latLng, zoom) {
    map.setView(latLng, zoom, { animate: !still });
  }

  Atlas.chart = { map, start, goHome, goTo, repaint, seen };
})();
