// From the data island back to arrays and outlines; the reverse of maps/look/data_packing.py.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const island = JSON.parse(Atlas.byId('atlas-data').textContent);

  function varints(text) {
    const bytes = atob(text);
    const values = [];
    for (let i = 0, value = 0, place = 1; i < bytes.length; i += 1) {
      const byte = bytes.charCodeAt(i);
      value += (byte & 127) * place;
      if (byte & 128) {
        place *= 128;
      } else {
        values.push(value % 2 ? -(value + 1) / 2 : value / 2);
        value = 0;
        place = 1;
      }
    }
    return values;
  }

  function column(packed, length) {
    if ('all' in packed) return new Array(length).fill(packed.all);
    if ('says' in packed) return sentences(packed);
    if ('code' in packed) {
      const codes = varints(packed.code);
      const scale = 10 ** (packed.digits ?? 0);
      return codes.map((code) => (code === 0 ? null : packed.of ? packed.of[code - 1] : (code > 0 ? code - 1 : code) / scale));
    }
    if ('of' in packed) return packed.at.map((index) => (index < 0 ? null : packed.of[index]));
    return packed.each;
  }

  // Sentences that many rows share are said once.
  function sentences({ says, counts, places }) {
    const all = varints(places);
    let at = 0;
    return varints(counts).map((count) => all.slice(at, (at += count)).map((index) => says[index]).join(' '));
  }

  // A table is an object of arrays; a column the results lack is simply absent.
  function table(packed) {
    const columns = Object.create(null);
    const codes = new Map();
    const codesOf = (name) => codes.get(name) ?? codes.set(name, varints(packed.columns[name].code)).get(name);
    for (const [name, values] of Object.entries(packed.columns)) {
      columns[name] = 'by' in values ? codesOf(values.by).map((code) => values.to[code]) : column(values, packed.length);
    }
    return { length: packed.length, columns, at: (name, row) => columns[name]?.[row] ?? null };
  }

  // Where the best end of a note is not written, it is the note itself.
  function withBest(verdicts) {
    const { score_low: low, score_best: best } = verdicts.columns;
    if (best) verdicts.columns.score_high = best.map((value, row) => value ?? low[row]);
    return verdicts;
  }

  // Web Mercator at zoom 0, counted from the middle of the territory so that single precision is enough.
  const middle = island.middle;
  const RADIANS = Math.PI / 180;
  const origin = rawWorld(middle[0], middle[1]);

  function rawWorld(longitude, latitude) {
    const sine = Math.sin(latitude * RADIANS);
    return [
      (256 * (longitude + 180)) / 360,
      128 - (64 / Math.PI) * Math.log((1 + sine) / (1 - sine)),
    ];
  }

  function world(longitude, latitude) {
    const [x, y] = rawWorld(longitude, latitude);
    return [x - origin[0], y - origin[1]];
  }

  function degrees(x, y) {
    const turn = (y + origin[1] - 128) / (128 / Math.PI);
    return [((x + origin[0]) * 360) / 256 - 180, (Math.PI / 2 - 2 * Math.atan(Math.exp(turn))) / RADIANS];
  }

  function positions(packed) {
    const [dx, dy] = [varints(packed.x), varints(packed.y)];
    const places = new Float64Array(dx.length * 2);
    for (let i = 0, x = 0, y = 0; i < dx.length; i += 1) {
      x += dx[i];
      y += dy[i];
      places.set(world(x * packed.step, y * packed.step), 2 * i);
    }
    return places;
  }

  function emptyBox() {
    return [Infinity, Infinity, -Infinity, -Infinity];
  }

  function stretch(box, x, y) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }

  // One Path2D and one box a shape, in world units; the canvas transform does the rest.
  function outlines(packed) {
    const places = positions(packed);
    const [rings, points] = [varints(packed.rings), varints(packed.points)];
    const shapes = [];
    let ring = 0;
    let at = 0;
    for (const count of rings) {
      const path = new Path2D();
      const box = emptyBox();
      for (const end = ring + count; ring < end; ring += 1) {
        for (let k = 0; k < points[ring]; k += 1, at += 1) {
          const [x, y] = [places[2 * at], places[2 * at + 1]];
          if (k) path.lineTo(x, y);
          else path.moveTo(x, y);
          stretch(box, x, y);
        }
        path.closePath();
      }
      shapes.push({ path, box });
    }
    return shapes;
  }

  function outlineLayer(name) {
    const packed = island.territory[name];
    return packed ? { shapes: outlines(packed.outline), table: table(packed.table) } : null;
  }

  function pointLayer(name) {
    const packed = island.territory[name];
    return packed ? { places: positions(packed.points), table: table(packed.table) } : null;
  }

  const sites = table(island.sites.table);
  sites.places = positions(island.sites.points);
  sites.shapes = island.sites.outline ? outlines(island.sites.outline) : null;
  const ranks = sites.columns.rank ?? [];
  sites.columns.why_fr = (sites.columns.why_fr ?? []).map((text, row) => text.replace('⟦rang⟧', ranks[row]));

  Atlas.data = {
    island,
    sites,
    criteria: island.criteria.map((criterion) => ({ ...criterion, verdicts: withBest(table(criterion.verdicts)) })),
    rules: table(island.rules),
    parameters: table(island.parameters),
    communes: outlineLayer('communes'),
    departements: outlineLayer('departements'),
    neighbours: outlineLayer('neighbours'),
    sea: outlineLayer('sea'),
    sectors: outlineLayer('sectors'),
    protected: outlineLayer('protected'),
    substations: pointLayer('substations'),
    networks: pointLayer('networks'),
    datacenters: pointLayer('datacenters'),
    plants: pointLayer('plants'),
    landings: pointLayer('landings'),
  };
  Object.assign(Atlas, { world, degrees, emptyBox, stretch });
})();
