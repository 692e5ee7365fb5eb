// The map without eyes: what is in view as a list one can walk, moves told, keys said.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, state, ranking, sites: onMap, byId } = Atlas;
  const MOST = 60;
  let rows = [];
  let here = 0;

  function seen() {
    const box = Atlas.chart.map.getBounds();
    const inside = (row) => box.contains(onMap.latLng(row));
    const kept = onMap.retainedRows().filter(inside);
    return { kept, others: state.ordered.filter((row) => !onMap.retained(row) && inside(row)) };
  }

  // Retained sites first, then candidates by rank.
  function draw() {
    const { kept, others } = seen();
    const before = rows[here];
    rows = [...kept, ...others].slice(0, MOST);
    here = Math.max(0, rows.indexOf(before));
    Atlas.fill(byId('in-view-list'), rows.map((row, k) => element('li', { role: 'option', id: `vue-${k}`, 'aria-selected': String(row === state.selected), class: k === here ? 'here' : null }, label(row))));
    Atlas.fill(byId('in-view-title'), told(kept.length, others.length));
    point();
  }

  function label(row) {
    const place = data.sites.at('departement_name', row);
    return `${Atlas.hits.label(row)}${place ? `, ${place}` : ''}`;
  }

  const told = (kept, others) => `Dans la vue : ${Atlas.plural(kept, 'site retenu', 'sites retenus')} et ${Atlas.plural(others, 'candidat', 'candidats')}`;

  function point() {
    const list = byId('in-view-list');
    [...list.children].forEach((line, k) => line.classList.toggle('here', k === here));
    if (rows.length) list.setAttribute('aria-activedescendant', `vue-${here}`);
    else list.removeAttribute('aria-activedescendant');
    if (document.activeElement === list) list.children[here]?.scrollIntoView({ block: 'nearest' });
  }

  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

  function onKey(event) {
    if (event.key === 'Escape') Atlas.chart.map.getContainer().focus();
    else if ((event.key === 'Enter' || event.key === ' ') && rows.length) Atlas.select(rows[here], 'tableau');
    else if (STEPS[event.key] !== undefined) {
      here = Math.max(0, Math.min(rows.length - 1, here + STEPS[event.key]));
      point();
    } else return;
    event.preventDefault();
  }

  // Moves of the map are told once they are over, and only to who moves it by the keyboard.
  let waiting = 0;

  function tellMove() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      draw();
      if (document.activeElement !== Atlas.chart.map.getContainer()) return;
      const { kept, others } = seen();
      Atlas.fill(byId('status'), `${nearest()}échelle ${Atlas.number(Atlas.chart.map.getZoom(), 1)}. ${told(kept.length, others.length)}.`);
    }, 350);
  }

  function nearest() {
    const { lat, lng } = Atlas.chart.map.getCenter();
    const apart = ({ latitude, longitude }) => Math.hypot(latitude - lat, (longitude - lng) * Math.cos((lat * Math.PI) / 180));
    const [town] = [...data.island.places.towns].sort((one, other) => apart(one) - apart(other));
    return town ? `Carte près de ${town.name}, ` : 'Carte, ';
  }

  function onMapKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === 'l') byId('in-view-list').focus();
    else if (event.key === 'Home') Atlas.chart.goHome();
    else return;
    event.preventDefault();
  }

  function start() {
    const frame = Atlas.chart.map.getContainer();
    const told = { role: 'application', 'aria-roledescription': 'carte', 'aria-label': `Carte interactive : ${data.island.identity.title}`, 'aria-describedby': 'map-keys', 'aria-keyshortcuts': 'L Home' };
    for (const [name, value] of Object.entries(told)) frame.setAttribute(name, Atlas.typeset(value));
    frame.addEventListener('keydown', onMapKey);
    byId('in-view-list').addEventListener('keydown', onKey);
    byId('in-view-list').addEventListener('click', (event) => {
      const k = [...byId('in-view-list').children].indexOf(event.target.closest('li'));
      if (k >= 0) Atlas.select(rows[k], 'tableau');
    });
    Atlas.chart.map.on('moveend', tellMove);
    for (const event of ['weights', 'period', 'select']) Atlas.on(event, draw);
    draw();
  }

  Atlas.inView = { start, rows: () => rows };
})();
