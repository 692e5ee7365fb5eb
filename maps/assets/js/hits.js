// What is seen is what is hit: a name or a circle opens its site, stacked signs offer a list.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, sites: onMap, state } = Atlas;
  const { sites } = data;
  const REACH = 12;
  const MOST = 12;

  // Positions on the screen are those of the last drawing, in the layer's points.
  function placed() {
    const view = Atlas.surface.last;
    const shift = ([left, top, right, bottom]) => [left + view.origin.x, top + view.origin.y, right + view.origin.x, bottom + view.origin.y];
    return {
      names: view.named.filter(({ box }) => box).map(({ rows, box }) => ({ rows, box: shift(box) })),
      discs: (Atlas.layers.isOn('plan') ? view.discs ?? [] : []).map(({ row, x, y, r }) => ({ row, r: r + 2, x: x + view.origin.x, y: y + view.origin.y })),
    };
  }

  const within = ([left, top, right, bottom], { x, y }) => x >= left && x <= right && y >= top && y <= bottom;

  // Every site whose sign is under the point, the one on top first.
  function under(map, point) {
    const { names, discs } = placed();
    const name = names.find(({ box }) => within(box, point));
    if (name) return name.rows;
    const circles = discs.filter(({ x, y, r }) => Math.hypot(x - point.x, y - point.y) <= r).map(({ row }) => row).reverse();
    return circles.length ? circles : dots(map, point);
  }

  // Dots that touch the point; else the nearest within reach of a finger.
  function dots(map, point, reach = REACH) {
    const zoom = map.getZoom();
    const { lng, lat } = map.layerPointToLatLng(point);
    const [x, y] = Atlas.world(lng, lat);
    const near = [];
    for (let row = 0; row < sites.length; row += 1) {
      if (!drawn(row)) continue;
      const apart = Math.hypot(sites.places[2 * row] - x, sites.places[2 * row + 1] - y) * 2 ** zoom;
      if (apart <= reach) near.push([apart - (sites.at('fate', row) === 'candidat' ? onMap.candidateRadius(row, zoom) : 3), row]);
    }
    near.sort((one, other) => one[0] - other[0] || (state.ranks[one[1]] || 1e9) - (state.ranks[other[1]] || 1e9));
    const touched = near.filter(([apart]) => apart <= 1.5).map(([, row]) => row);
    return touched.length ? touched : near.slice(0, 1).map(([, row]) => row);
  }

  function drawn(row) {
    const fate = sites.at('fate', row);
    if (fate === 'candidat') return onMap.retained(row) ? Atlas.layers.isOn('plan') || Atlas.layers.isOn('candidats') : Atlas.layers.isOn('candidats');
    return (fate === 'écarté' || fate === 'inconnu') && Atlas.layers.isOn('ecartes');
  }

  // Candidates seen through the circle that was opened: said below, one click away.
  function through(map, point, rows) {
    return rows.length === 1 && onMap.retained(rows[0]) ? dots(map, point, 6).filter((row) => row !== rows[0]) : [];
  }

  function choice(rows) {
    const more = rows.length - MOST;
    const item = (row) => element('li', {}, element('button', { type: 'button', class: 'link', onclick: () => Atlas.select(row, 'liste') }, label(row)));
    return element('div', { class: 'bubble' }, element('strong', {}, `${Atlas.plural(rows.length, 'site', 'sites')} à cet endroit`), element('ul', { class: 'stack' }, rows.slice(0, MOST).map(item)),
      more > 0 ? element('p', { class: 'meta' }, `… et ${Atlas.plural(more, 'autre', 'autres')} : agrandissez pour les voir.`) : null);
  }

  function label(row) {
    if (onMap.retained(row)) return Atlas.naming.fullName(row);
    const rank = state.ranks[row] ? `rang ${state.ranks[row]}` : sites.at('fate', row) === 'candidat' ? 'écarté par vos seuils' : sites.at('fate', row);
    return `${Atlas.siteName(row)}, ${rank}`;
  }

  // Where a point of the map falls, for who looks it up by place: the same answer as the click.
  function at(map, latLng) {
    return under(map, map.latLngToLayerPoint(latLng));
  }

  Atlas.hits = { under, at, through, choice, label };
})();
