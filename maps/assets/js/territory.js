// The ground of the map: sea, neighbours, communes, sectors, posts, names.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data } = Atlas;
  const look = data.island.look;

  function joined(layer, wanted = () => true) {
    const path = new Path2D();
    layer?.shapes.forEach((shape, row) => wanted(row) && path.addPath(shape.path));
    return path;
  }

  const all = {
    neighbours: joined(data.neighbours),
    sea: joined(data.sea),
    communes: joined(data.communes),
    departements: joined(data.departements),
    protected: joined(data.protected),
    zre: joined(data.sectors, (row) => data.sectors.table.at('zre', row) === 'yes'),
    zreUnknown: joined(data.sectors, (row) => data.sectors.table.at('zre', row) === 'unknown'),
    sectors: joined(data.sectors),
  };

  // Land that nobody drew, beyond the neighbours, has their tint: blue is kept for the sea.
  function paintGround(view) {
    const pen = view.context;
    if (Atlas.layers.isOn('ign') && !view.paper) return;
    pen.fillStyle = look.neighbour;
    pen.fillRect(0, 0, view.width, view.height);
    view.inWorld((px) => {
      strokePath(pen, all.neighbours, look.neighbourLine, 0.8 * px);
      fillPath(pen, all.sea, look.sea);
      strokePath(pen, all.sea, look.shore, 0.8 * px);
      fillPath(pen, all.departements, look.land);
    });
  }

  function fillPath(pen, path, colour) {
    pen.fillStyle = colour;
    pen.fill(path, 'evenodd');
  }

  function strokePath(pen, path, colour, width, dash = []) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.lineJoin = 'round';
    pen.setLineDash(dash);
    pen.stroke(path);
    pen.setLineDash([]);
  }

  // Best score of a candidate by commune: the regional picture, before single sites can be told apart.
  function paintChoropleth(view) {
    const best = Atlas.sites.bestByCommune();
    const pen = view.context;
    view.inWorld(() => {
      data.communes?.shapes.forEach((shape, row) => {
        const score = best.get(data.communes.table.at('code', row));
        if (score === undefined || !view.sees(shape.box)) return;
        fillPath(pen, shape.path, Atlas.sites.colour(score));
      });
    });
  }

  function paintCommunes(view) {
    const strength = Math.min(1, Math.max(0.35, (view.zoom - 6.5) / 3));
    view.inWorld((px) => strokePath(view.context, all.communes, Atlas.tint(look.communeLine, strength), 0.7 * px));
  }

  function paintDepartements(view) {
    view.inWorld((px) => {
      strokePath(view.context, all.departements, look.land, 3 * px);
      strokePath(view.context, all.departements, look.departementLine, 1.2 * px);
    });
  }

  const hatches = new Map();

  function hatch(pen, colour, gap, falling) {
    const key = `${colour}${gap}${falling}`;
    if (!hatches.has(key)) hatches.set(key, pen.createPattern(hatchTile(colour, gap, falling), 'repeat'));
    return hatches.get(key);
  }

  function hatchTile(colour, gap, falling) {
    const tile = document.createElement('canvas');
    tile.width = tile.height = gap;
    const pen = tile.getContext('2d');
    pen.strokeStyle = colour;
    pen.lineWidth = 0.8;
    pen.beginPath();
    for (const shift of [-gap, 0, gap]) {
      pen.moveTo(shift, falling ? 0 : gap);
      pen.lineTo(shift + gap, falling ? gap : 0);
    }
    pen.stroke();
    return tile;
  }

  // The clip is in world units, the hatch in pixels, so that its step stays readable at any zoom.
  function fillHatched(view, path, colour, gap, falling) {
    const pen = view.context;
    const clip = new Path2D();
    clip.addPath(path, new DOMMatrix([view.a, 0, 0, view.a, view.left, view.top]));
    pen.save();
    pen.clip(clip, 'evenodd');
    pen.fillStyle = hatch(pen, colour, gap, falling);
    pen.fillRect(0, 0, view.width, view.height);
    pen.restore();
  }

  function paintZre(view) {
    fillHatched(view, all.zre, look.zre, 7, false);
    fillHatched(view, all.zreUnknown, look.unknown, 9, true);
    view.inWorld((px) => strokePath(view.context, all.sectors, look.zre, 0.8 * px, [4 * px, 3 * px]));
  }

  function paintProtected(view) {
    fillHatched(view, all.protected, look.protected, 9, true);
    view.inWorld((px) => strokePath(view.context, all.protected, look.protected, 1.2 * px));
  }

  const POST_SIZES = [[400, 4.6], [225, 3.2], [150, 2.9], [0, 2.3]];

  function postSize(voltage) {
    return POST_SIZES.find(([least]) => (voltage ?? 0) >= least)[1];
  }

  // 400 kV a diamond, 225 kV a full square, below a hollow one, which waits for a closer view.
  function drawPost(pen, x, y, voltage) {
    const half = postSize(voltage);
    pen.save();
    pen.translate(x, y);
    if (voltage >= 400) pen.rotate(Math.PI / 4);
    pen.lineWidth = 1.1;
    pen.strokeStyle = voltage >= 225 ? '#fff' : look.post;
    pen.fillStyle = voltage >= 225 ? look.post : '#fff';
    pen.fillRect(-half, -half, 2 * half, 2 * half);
    pen.strokeRect(-half, -half, 2 * half, 2 * half);
    pen.restore();
  }

  function paintPosts(view) {
    eachPoint(view, data.substations, (x, y, row) => {
      const voltage = data.substations.table.at('voltage_kv', row);
      if (voltage >= 225 || view.zoom >= 8.5) drawPost(view.context, x, y, voltage);
    });
  }

  function eachPoint(view, layer, draw) {
    if (!layer) return;
    for (let row = 0; row < layer.table.length; row += 1) {
      const [x, y] = view.at(layer.places[2 * row], layer.places[2 * row + 1]);
      if (x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20) draw(x, y, row);
    }
  }

  function drawDatacenter(pen, x, y) {
    pen.beginPath();
    pen.moveTo(x, y - 5.5);
    pen.lineTo(x + 5.5, y + 4);
    pen.lineTo(x - 5.5, y + 4);
    pen.closePath();
    pen.fillStyle = look.datacenter;
    pen.strokeStyle = '#fff';
    pen.lineWidth = 1.4;
    pen.fill();
    pen.stroke();
  }

  function paintDatacenters(view) {
    eachPoint(view, data.datacenters, (x, y) => drawDatacenter(view.context, x, y));
  }

  // Where heat is delivered today; the pipes themselves are not known.
  function drawNetwork(pen, x, y, gwh) {
    const half = Math.max(3, Math.min(9, Math.sqrt(gwh ?? 1)));
    pen.beginPath();
    pen.moveTo(x, y - half);
    pen.lineTo(x + half, y);
    pen.lineTo(x, y + half);
    pen.lineTo(x - half, y);
    pen.closePath();
    pen.fillStyle = Atlas.tint(look.network, 0.35);
    pen.strokeStyle = look.network;
    pen.lineWidth = 1.6;
    pen.fill();
    pen.stroke();
  }

  function paintNetworks(view) {
    eachPoint(view, data.networks, (x, y, row) => {
      drawNetwork(view.context, x, y, data.networks.table.at('delivered_gwh', row));
    });
  }

  // Names come last, once the sites have taken their places.
  function paintNames(view) {
    nameTowns(view, (town) => !town.main);
    nameDepartements(view);
    nameCommunes(view);
    nameBeyond(view);
  }

  function nameDepartements(view) {
    if (view.zoom >= 10) return;
    for (const place of data.island.places.departements) {
      const [x, y] = view.at(...Atlas.world(place.longitude, place.latitude));
      const style = { size: 11.5, weight: 600, colour: look.departementName, halo: look.land, spacing: 1.2 };
      Atlas.labels.write(view, place.name.toLocaleUpperCase('fr'), x, y, style);
    }
  }

  function paintMainTowns(view) {
    nameTowns(view, (town) => town.main);
  }

  function nameTowns(view, wanted) {
    const shown = view.zoom >= 9 ? 200 : view.zoom >= 8 ? 40 : 20;
    for (const town of data.island.places.towns.slice(0, shown).filter(wanted)) {
      const [x, y] = view.at(...Atlas.world(town.longitude, town.latitude));
      const style = { size: town.main ? 13 : 11.5, weight: town.main ? 600 : 400, colour: look.townName, offset: 3 };
      if (!Atlas.labels.write(view, town.name, x, y, style)) continue;
      view.context.fillStyle = look.townName;
      view.context.fillRect(x - 1.6, y - 1.6, 3.2, 3.2);
    }
  }

  // Close up, every commune has its name, the most populous first.
  function nameCommunes(view) {
    if (view.zoom < 10 || !data.communes) return;
    const { shapes, table } = data.communes;
    const seen = shapes.flatMap((shape, row) => (view.sees(shape.box) ? [row] : []));
    seen.sort((one, other) => (table.at('population', other) ?? 0) - (table.at('population', one) ?? 0));
    const written = new Set(data.island.places.towns.map((town) => town.name));
    for (const row of seen.slice(0, 150)) {
      if (written.has(table.at('name', row))) continue;
      const [left, top, right, bottom] = shapes[row].box;
      const [x, y] = view.at((left + right) / 2, (top + bottom) / 2);
      Atlas.labels.write(view, table.at('name', row), x, y, { size: 11, colour: look.departementName });
    }
  }

  function nameBeyond(view) {
    for (const place of data.island.places.beyond) {
      const [x, y] = view.at(...Atlas.world(place.longitude, place.latitude));
      const sea = place.kind === 'mer';
      const colour = sea ? look.seaName : look.neighbourName;
      const halo = sea ? look.sea : look.neighbour;
      Atlas.labels.write(view, place.name, x, y, { size: sea ? 14 : 11, italic: true, colour, halo });
    }
  }

  Atlas.territory = {
    paintGround, paintChoropleth, paintCommunes, paintDepartements, paintZre, paintProtected,
    paintPosts, paintDatacenters, paintNetworks, paintMainTowns, paintNames, drawPost, drawDatacenter, drawNetwork, hatchTile, eachPoint,
  };
})();
