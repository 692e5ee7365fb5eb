// The map as a picture that stands alone: title, scenario, date, legend, scale, letters, sources.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, state } = Atlas;
  const { identity } = data.island;
  const FAMILY = '"Atlas Sans", "Liberation Sans", "Segoe UI", system-ui, "DejaVu Sans", sans-serif';
  const [WIDE, MAP_HIGH, SHARP, EDGE] = [900, 700, 2.5, 14];

  function text(pen, said, x, y, { size = 12, weight = 400, colour = '#1d2430' } = {}) {
    pen.font = `${weight} ${size}px ${FAMILY}`;
    pen.textAlign = 'left';
    pen.textBaseline = 'alphabetic';
    pen.fillStyle = colour;
    pen.fillText(Atlas.typeset(said), x, y);
    return pen.measureText(Atlas.typeset(said)).width;
  }

  // Lines no wider than the picture.
  function wrapped(pen, said, wide, size) {
    pen.font = `400 ${size}px ${FAMILY}`;
    const lines = [''];
    for (const word of Atlas.typeset(said).split(' ')) {
      const tried = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
      if (pen.measureText(tried).width <= wide) lines[lines.length - 1] = tried;
      else lines.push(word);
    }
    return lines;
  }

  function under() {
    const shown = state.variant < 0 ? 'plan retenu' : data.island.variants[state.variant].name;
    return [
      `${shown}, fin ${state.period}`,
      identity.reference_date ? `règles en vigueur le ${Atlas.date(identity.reference_date)}` : '', 'puissances en MW informatiques',
    ].filter(Boolean).join(' · ');
  }

  function sources() {
    const osm = Atlas.layers.isOn('existants') && data.datacenters?.table.length ? [data.island.osmCredit] : [];
    return [...data.island.credits.map((credit) => credit.replace(/ – détail.*$/, '')), ...osm, `siting ${identity.version}`, 'Rang et plan sont les meilleurs selon les pondérations choisies.'].join('. ');
  }

  // Keys run on as words in a paragraph, each with its sign before it.
  function legend(pen, top, draw) {
    let [x, y] = [EDGE, top];
    for (const { label, keys } of Atlas.layers.pictureKeys()) {
      for (const [k, [sign, said]] of (keys.length ? keys : [[null, '']]).entries()) {
        const told = k === 0 ? [label, said].filter(Boolean).join(' : ') : said;
        pen.font = `400 11.5px ${FAMILY}`;
        const [wide, high] = sign ? [sign.width / 2, sign.height / 2] : [0, 16];
        const needed = wide + 5 + pen.measureText(Atlas.typeset(told)).width + 16;
        if (x + needed > WIDE - EDGE && x > EDGE) [x, y] = [EDGE, y + 28];
        if (draw && sign) pen.drawImage(sign, x, y - 4 - high / 2, wide, high);
        if (draw) text(pen, told, x + wide + 5, y, { size: 11.5 });
        x += needed;
      }
    }
    return y + 20;
  }

  function letters(view) {
    const groups = new Map();
    for (const { row, sign } of Atlas.naming.lettered(view)) groups.set(sign || 'sans lettre', [...(groups.get(sign || 'sans lettre') ?? []), Atlas.naming.fullName(row)]);
    return groups.size ? `Lettres : ${[...groups].map(([sign, names]) => `${sign}, ${names.join(', ')}`).join(' ; ')}.` : '';
  }

  // A round length no longer than a fifth of the picture, at the latitude of its middle.
  function bar(pen, view, middle) {
    const perKm = Atlas.ground.pixelsPerKm(view, middle);
    const km = [200, 100, 50, 20, 10, 5, 2, 1, 0.5].find((length) => length * perKm <= WIDE / 5) ?? 0.2;
    const [x, y] = [WIDE - EDGE - km * perKm, view.height - 12];
    pen.fillStyle = 'rgba(255,255,255,.85)';
    pen.fillRect(x - 6, y - 18, km * perKm + 12, 24);
    pen.fillStyle = '#1d2430';
    pen.fillRect(x, y, km * perKm, 2.5);
    text(pen, Atlas.quantity(km, 'km'), x, y - 4, { size: 11 });
  }

  // The place seen on screen, framed; wide in screen points, so that names keep their proportions.
  function draw(canvas, bounds) {
    const plate = document.createElement('canvas');
    const view = Atlas.surface.picture(plate, bounds, WIDE, MAP_HIGH, SHARP);
    bar(plate.getContext('2d'), view, bounds.getCenter().lat);
    const pen = canvas.getContext('2d');
    const told = wrapped(pen, letters(view), WIDE - 2 * EDGE, 11.5);
    const from = wrapped(pen, sources(), WIDE - 2 * EDGE, 10.5);
    const keysTop = 74 + MAP_HIGH + 30;
    const lettersTop = legend(pen, keysTop, false);
    const sourcesTop = lettersTop + (told[0] ? 16 * told.length + 6 : 0);
    const high = sourcesTop + 14 * from.length + 8;
    canvas.width = WIDE * SHARP;
    canvas.height = Math.ceil(high * SHARP);
    pen.setTransform(SHARP, 0, 0, SHARP, 0, 0);
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, WIDE, high);
    text(pen, identity.finding, EDGE, 28, { size: 19, weight: 700 });
    text(pen, `${identity.title} · ${identity.territory}`, EDGE, 47, { size: 12.5, colour: '#505866' });
    text(pen, under(), EDGE, 64, { size: 12.5, colour: '#505866' });
    pen.drawImage(plate, 0, 74, WIDE, MAP_HIGH);
    legend(pen, keysTop, true);
    if (told[0]) told.forEach((line, k) => text(pen, line, EDGE, lettersTop + 12 + 16 * k, { size: 11.5 }));
    from.forEach((line, k) => text(pen, line, EDGE, sourcesTop + 10 + 14 * k, { size: 10.5, colour: '#505866' }));
    return { canvas, said: [identity.finding, identity.title, under(), ...told, ...from] };
  }

  Atlas.picture = { draw, letters };
})();
