// Layers and legend in one list: what is drawn, by what sign, and why some of it is not known.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, territory, sites, spots, state, byId } = Atlas;
  const look = data.island.look;
  const has = (layer) => Boolean(layer && layer.table.length);

  let readable = '';

  const layers = [
    { id: 'plan', label: () => `Sites ${state.variant < 0 ? 'retenus' : 'de la variante'} en ${state.period}`, on: true, paint: sites.paintRetained, keys: planKeys },
    { id: 'candidats', label: () => 'Sites candidats, par score', on: true, paint: sites.paintCandidates, keys: scoreKeys },
    { id: 'rangs', label: () => `Rang des 20 premiers${readable}`, on: true },
    {
      id: 'ecartes', label: () => 'Friches écartées ou non évaluées', on: false, paint: sites.paintAside, keys: asideKeys,
    },
    { id: 'communes-score', label: () => 'Communes : meilleur score', on: false, paint: territory.paintChoropleth },
    { id: 'communes', label: () => 'Limites de communes', on: true, paint: territory.paintCommunes },
    {
      id: 'postes', label: () => 'Postes électriques (RTE)', on: true, paint: territory.paintPosts,
      keys: postKeys, when: has(data.substations),
    },
    {
      id: 'zre', label: () => 'Eau : zones de répartition (ZRE)', on: false, paint: territory.paintZre,
      keys: zreKeys, when: has(data.sectors),
    },
    {
      id: 'nature', label: () => 'Parcs et espaces naturels', on: false, paint: territory.paintProtected,
      when: has(data.protected), keys: () => [[hatched(look.protected, true), 'contour connu (autres : sources)']],
    },
    {
      id: 'existants', label: () => 'Datacenters existants (OSM)', on: true, paint: territory.paintDatacenters,
      when: has(data.datacenters), keys: () => [[icon((pen) => territory.drawDatacenter(pen, 12, 8)), 'relevé non exhaustif']],
    },
    {
      id: 'chaleur', label: () => 'Réseaux de chaleur', on: false, paint: territory.paintNetworks, when: has(data.networks),
      keys: () => [
        [icon((pen) => territory.drawNetwork(pen, 12, 8, 20)), 'commune desservie ; tracé inconnu'],
      ],
    },
    {
      id: 'centrales', label: () => 'Centrales électriques', on: false, paint: spots.paintPlants, when: has(data.plants), keys: plantKeys,
    },
    {
      id: 'cables', label: () => 'Atterrage de câble sous-marin', on: true, paint: spots.paintLandings, when: has(data.landings),
      keys: () => [[icon((pen) => spots.drawLanding(pen, 14, 8)), 'position approchée (commune)']],
    },
    {
      id: 'ign', label: () => 'Fond de plan IGN (en ligne)', on: false, paint: () => {},
      keys: () => [[null, 'demande internet : votre adresse IP est transmise à l’IGN']],
    },
    { id: 'noms', label: () => 'Noms de lieux', on: true },
  ].filter((layer) => layer.when !== false);

  // Ground first, then areas, then lines, points, and names over all.
  const ORDER = ['communes-score', 'zre', 'nature', 'communes', 'limites', 'ecartes', 'centrales', 'postes', 'chaleur', 'candidats', 'existants', 'cables', 'plan'];

  // Names yield to each other in this order: retained sites, main towns, ranks, then the rest.
  function paintNames(view) {
    if (isOn('candidats')) sites.reserveCandidates(view);
    territory.paintMainTowns(view);
    if (isOn('rangs')) sites.nameRanks(view);
    territory.paintNames(view);
  }

  function paintAll(view) {
    territory.paintGround(view);
    for (const id of ORDER) {
      if (id === 'limites') territory.paintDepartements(view);
      const layer = layers.find((entry) => entry.id === id);
      if (layer?.on) layer.paint(view);
    }
    Atlas.ground.paint(view);
    Atlas.plans?.paint(view);
    sites.paintSelected(view);
    if (isOn('noms')) paintNames(view);
    else if (isOn('rangs')) sites.nameRanks(view);
  }

  // A small canvas of the very sign that the map draws.
  function icon(draw, width = 24, height = 16) {
    const canvas = element('canvas', { width: 2 * width, height: 2 * height, class: 'key', 'aria-hidden': 'true' });
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext('2d');
    pen.scale(2, 2);
    draw(pen);
    return canvas;
  }

  function hatched(colour, falling) {
    return icon((pen) => {
      pen.fillStyle = pen.createPattern(territory.hatchTile(colour, 7, falling), 'repeat');
      pen.fillRect(1, 1, 22, 14);
      pen.strokeStyle = colour;
      pen.strokeRect(1, 1, 22, 14);
    });
  }

  function planKeys() {
    const powers = sites.retainedRows().map((row) => sites.power(row));
    if (!powers.length) return [[null, 'aucun site à cette date']];
    const most = powers[0];
    const marks = [...new Set([5, 10, 20, 50, 100, 200].filter((mw) => mw < most * 0.7).concat(Math.round(most)))].slice(-3);
    const out = sites.retainedRows().filter(sites.struck);
    return [
      ...marks.map((mw) => [circle(sites.retainedRadius(mw, 8), false), Atlas.quantity(mw, 'MW', 0)]),
      ...changes(),
      ...(out.length ? [[circle(10, true), `écarté par vos choix : ${out.length}`]] : []),
    ];
  }

  // What changes since the period before, counted.
  function changes() {
    const former = sites.retainedRows().map((row) => [sites.formerRadius(row, 8), sites.retainedRadius(sites.power(row), 8)]).filter(([before]) => before !== null);
    const [fresh, grown] = [former.filter(([before]) => before === 0).length, former.filter(([before, now]) => before > 0 && before < now - 1e-6).length];
    const since = data.island.periods[data.island.periods.indexOf(state.period) - 1];
    return [
      ...(fresh ? [[circle(9, false, 0), `ouvert après ${since} : ${fresh}`]] : []),
      ...(grown ? [[circle(9, false, 6), `agrandi après ${since} : ${grown}`]] : []),
    ];
  }

  function circle(radius, out, former = null) {
    const side = 2 * radius + 8;
    const draw = (pen) => {
      sites.drawRetained(pen, side / 2, side / 2, radius, look.scores[4], out);
      sites.drawChange(pen, side / 2, side / 2, radius, former);
    };
    return icon(draw, side, side);
  }

  function scoreKeys() {
    const [least, most] = extent(state.ordered.map((site) => state.low[site]));
    const limits = [least, ...state.breaks, most];
    const barred = state.barred.some(Boolean) ? [[icon((pen) => sites.drawAside(pen, 12, 8, false)), 'écarté par vos seuils']] : [];
    if (!state.ordered.length) return [[null, 'aucun candidat à noter'], ...barred];
    const scale = look.scores
      .map((colour, k) => [swatch(colour), Atlas.interval(limits[k], limits[k + 1], '', 1)])
      .reverse()
      .map(([sign, text], k) => [sign, k === 0 ? `${text} (les meilleurs)` : text]);
    const areas = sites.hasAreas ? [[icon(drawArea), 'carré : aire hors friche, sol inconnu']] : [];
    const own = sites.hasOwn ? [[icon(drawOwn), 'triangle sur la pointe : site apporté']] : [];
    return [...scale, ...areas, ...own, ...barred];
  }

  function drawOwn(pen) {
    pen.fillStyle = look.scores[2];
    pen.strokeStyle = '#14161a';
    sites.triangle(pen, 12, 8, 5);
    pen.fill();
    pen.stroke();
  }

  function drawArea(pen) {
    pen.fillStyle = look.scores[2];
    pen.strokeStyle = '#14161a';
    pen.fillRect(8, 4, 8, 8);
    pen.strokeRect(8, 4, 8, 8);
  }

  // How many ranks could be written here: said when it is not all of those in view.
  function countRanks({ ranks }) {
    const said = ranks && isOn('rangs') && ranks.written < ranks.seen ? ` (${ranks.written} lisibles ici sur ${ranks.seen})` : '';
    if (said === readable) return false;
    readable = said;
    layers.find(({ id }) => id === 'rangs').refresh?.();
    return false;
  }

  function extent(scores) {
    const known = scores.filter(Number.isFinite);
    return known.length ? [Math.min(...known), Math.max(...known)] : [0, 100];
  }

  function swatch(colour) {
    return icon((pen) => {
      pen.beginPath();
      pen.arc(12, 8, 5.5, 0, 2 * Math.PI);
      pen.fillStyle = colour;
      pen.strokeStyle = '#14161a';
      pen.fill();
      pen.stroke();
    });
  }

  function asideKeys() {
    return [
      [icon((pen) => sites.drawAside(pen, 12, 8, false)), 'écartée : un critère n’est pas rempli'],
      [icon((pen) => sites.drawAside(pen, 12, 8, true)), 'non évaluée : donnée absente'],
      ...refusals().map(([label, count]) => [null, `${label} : ${Atlas.number(count, 0)}`]),
    ];
  }

  // How many sites each knock-out puts aside; one site may fail several.
  function refusals() {
    const aside = (state_, row) => state_ === 'failed' && data.sites.at('fate', row) === 'écarté';
    return data.criteria.filter(({ kind }) => kind === 'éliminatoire')
      .map(({ label_fr: label, verdicts }) => [label, Array.from({ length: data.sites.length }, (_, row) => row).filter((row) => aside(verdicts.at('state', row), row)).length])
      .filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);
  }

  function postKeys() {
    const sign = (voltage) => icon((pen) => territory.drawPost(pen, 12, 8, voltage));
    return [[sign(400), '400 kV'], [sign(225), '225 kV'], [sign(63), '63 à 150 kV (vue rapprochée)']];
  }

  function plantKeys() {
    const fuels = [...new Set(data.plants.table.columns.fuel)].sort((one, other) => capacity(other) - capacity(one)).slice(0, 5);
    return fuels.map((fuel) => [icon((pen) => spots.drawPlant(pen, 12, 8, fuel, 900)), fuel]);
  }

  function capacity(fuel) {
    const { fuel: fuels, capacity_mw: powers } = data.plants.table.columns;
    return fuels.reduce((sum, name, row) => sum + (name === fuel ? powers[row] ?? 0 : 0), 0);
  }

  function zreKeys() {
    return [
      [hatched(look.zre, false), 'secteur en ZRE (déficit d’eau reconnu)'],
      [hatched(look.unknown, true), 'non évalué : texte non rattaché'],
    ];
  }

  function row(layer) {
    const box = element('input', { type: 'checkbox', id: `couche-${layer.id}` });
    box.checked = layer.on;
    box.addEventListener('change', () => {
      layer.on = box.checked;
      keys.hidden = !layer.on;
      Atlas.tell('layers');
    });
    const keys = element('ul', { class: layer.id === 'plan' ? 'keys side' : 'keys' });
    const label = element('label', { for: box.id });
    layer.refresh = () => {
      Atlas.fill(label, layer.label());
      Atlas.fill(keys, (layer.keys?.() ?? []).map(([sign, text]) => element('li', {}, sign, element('span', {}, text))));
      box.checked = layer.on;
      keys.hidden = !layer.on || !layer.keys;
    };
    layer.refresh();
    return element('li', {}, element('div', { class: 'layer' }, box, label), keys);
  }

  function draw(list) {
    const first = layers.filter((layer) => layer.on);
    const others = layers.filter((layer) => !layer.on);
    Atlas.fill(list, first.map(row), element('li', {}, element('details', { id: 'other-layers' }, element('summary', {}, `Autres couches (${others.length})`), element('ul', {}, others.map(row)))));
  }

  function refresh() {
    for (const layer of layers) layer.refresh?.();
  }

  function chosen() {
    return layers.filter((layer) => layer.on).map((layer) => layer.id);
  }

  function choose(identifiers) {
    for (const layer of layers) layer.on = identifiers.includes(layer.id);
    const folded = byId('other-layers');
    if (folded && layers.some((layer) => layer.on && folded.querySelector(`#couche-${layer.id}`))) folded.open = true;
    refresh();
  }

  // Draws with some layers alone, then gives the reader's own back.
  function during(identifiers, draw) {
    const before = chosen();
    for (const layer of layers) layer.on = identifiers.includes(layer.id);
    const drawn = draw();
    for (const layer of layers) layer.on = before.includes(layer.id);
    return drawn;
  }

  // What a picture's own legend repeats: the layers it shows, with their signs.
  function pictureKeys() {
    const silent = ['communes', 'noms', 'ign'];
    return layers.filter(({ id, on }) => on && !silent.includes(id)).map((layer) => ({ label: layer.label().split(' (')[0], keys: layer.keys?.() ?? [] }));
  }

  const isOn = (id) => Boolean(layers.find((layer) => layer.id === id)?.on);

  Atlas.layers = { paintAll, during, pictureKeys, countRanks, draw, refresh, chosen, choose, isOn, known: layers.map((layer) => layer.id) };
})();
