// Close up, a site meets its ground: its true size, what stands a kilometre around, posts by name.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, state, element, sites: onMap } = Atlas;
  const { sites } = data;
  const look = data.island.look;
  const CLOSE = 11.5;
  const KM_A_DEGREE = 111.32;

  const outlined = (row) => Number.isFinite(sites.shapes?.[row]?.box[0] ?? NaN);

  // Pixels of one kilometre at a latitude: the drawing's own scale, not a guess.
  function pixelsPerKm(view, latitude) {
    return (view.a * (Atlas.world(1, latitude)[0] - Atlas.world(0, latitude)[0])) / (KM_A_DEGREE * Math.cos((latitude * Math.PI) / 180));
  }

  // A record gives a point and an area: a disc of that area, dashed since its outline is not known.
  function paint(view) {
    if (view.zoom < CLOSE) return;
    const pen = view.context;
    for (const row of state.ordered) {
      const area = sites.at('area_m2', row);
      if (!Atlas.isNumber(area) || outlined(row)) continue;
      const [x, y] = view.at(sites.places[2 * row], sites.places[2 * row + 1]);
      const [latitude] = onMap.latLng(row);
      const radius = (Math.sqrt(area / Math.PI) / 1000) * pixelsPerKm(view, latitude);
      if (x < -radius || y < -radius || x > view.width + radius || y > view.height + radius) continue;
      ring(pen, x, y, radius, Atlas.tint(look.selected, 0.16), look.selected, [5, 4]);
    }
    if (state.selected >= 0) around(view, state.selected);
    postNames(view);
  }

  function ring(pen, x, y, radius, fill, ink, dash) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) {
      pen.fillStyle = fill;
      pen.fill();
    }
    pen.setLineDash(dash);
    pen.strokeStyle = ink;
    pen.lineWidth = 1.3;
    pen.stroke();
    pen.setLineDash([]);
  }

  function around(view, row) {
    const [x, y] = view.at(sites.places[2 * row], sites.places[2 * row + 1]);
    const [latitude] = onMap.latLng(row);
    const radius = pixelsPerKm(view, latitude);
    ring(view.context, x, y, radius, null, look.townName, [2, 4]);
    Atlas.labels.write(view, '1 km', x, y - radius, { size: 11, colour: look.townName, offset: 2 });
  }

  function postNames(view) {
    if (!Atlas.layers.isOn('postes') || !data.substations) return;
    Atlas.territory.eachPoint(view, data.substations, (x, y, row) => {
      const voltage = data.substations.table.at('voltage_kv', row);
      const text = `${data.substations.table.at('name', row)}${voltage ? ` ${Atlas.number(voltage, 0)} kV` : ''}`;
      Atlas.labels.write(view, text, x, y, { size: 11, weight: 600, colour: look.post, offset: 5 });
    });
  }

  const apart = (one, other) => {
    const [lat, lng] = onMap.latLng(one);
    const [latOther, lngOther] = onMap.latLng(other);
    return KM_A_DEGREE * Math.hypot(latOther - lat, (lngOther - lng) * Math.cos((lat * Math.PI) / 180));
  };

  // What else is within a kilometre, nearest first: other records of the map, whatever their fate.
  function neighbours(row) {
    const near = [];
    for (let other = 0; other < sites.length; other += 1) {
      if (other === row || sites.at('fate', other) === 'fusionné') continue;
      const km = apart(row, other);
      if (km <= 1) near.push([km, other]);
    }
    return near.sort((one, other) => one[0] - other[0]);
  }

  // Asked of the network only by who clicks: the page itself fetches nothing.
  function links(row) {
    const [latitude, longitude] = onMap.latLng(row).map((angle) => angle.toFixed(5));
    const place = `c=${longitude},${latitude}&z=16`;
    return [
      ['Photo aérienne (Géoportail)', `https://www.geoportail.gouv.fr/carte?${place}&l0=ORTHOIMAGERY.ORTHOPHOTOS::GEOPORTAIL:OGC:WMTS(1)&permalink=yes`],
      ['Parcelles (Géoportail)', `https://www.geoportail.gouv.fr/carte?${place}&l0=CADASTRALPARCELS.PARCELLAIRE_EXPRESS::GEOPORTAIL:OGC:WMTS(1)&permalink=yes`],
      ['Cartofriches (Cerema)', 'https://cartofriches.cerema.fr/cartofriches/'],
    ];
  }

  function panel(row) {
    const near = neighbours(row);
    const show = element('button', { type: 'button', onclick: () => Atlas.chart.goTo(onMap.latLng(row), 14) }, 'Voir le terrain de près');
    const line = ([km, other]) => element('li', {}, element('button', { type: 'button', class: 'link', onclick: () => Atlas.select(other, 'fiche') }, Atlas.hits.label(other)), ` à ${Atlas.quantity(km, 'km', 2)}`);
    return [
      element('h3', {}, 'Où exactement ?'),
      element('p', { class: 'meta' }, outlined(row) ? 'De près, la carte dessine le contour connu du site.' : 'De près, un disque tireté a la surface de la fiche : le contour du terrain n’est pas connu, et le point peut être à côté.'),
      element('p', { class: 'walk' }, show),
      near.length ? [element('p', {}, 'À moins d’un kilomètre :'), element('ul', {}, near.slice(0, 8).map(line))] : element('p', {}, 'Aucune autre friche recensée à moins d’un kilomètre.'),
      element('p', { class: 'meta' }, 'En ligne, hors de cette page : ', links(row).flatMap(([label, url], k) => [k ? ' · ' : '', element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label)]), '.'),
    ];
  }

  Atlas.ground = { paint, panel, neighbours, links, pixelsPerKm };
})();
