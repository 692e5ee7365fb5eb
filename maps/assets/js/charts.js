// Small charts where people read: months of a site, what moves a total, what makes a score.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, state, ranking, byId } = Atlas;
  const { sites, island } = data;
  const MONTHS = ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'];
  const SVG = 'http://www.w3.org/2000/svg';

  function shape(tag, attributes, ...children) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
    for (const child of children.flat()) node.append(child instanceof Node ? child : document.createTextNode(Atlas.typeset(child)));
    return node;
  }

  // Twelve bars; the words beside say the greatest and the least, and the alternative says all.
  function months(label, unit, values, colour) {
    const most = Math.max(...values);
    const bars = values.map((value, k) => {
      const high = most > 0 ? (64 * value) / most : 0;
      return shape('g', {}, shape('rect', { x: 4 + 24 * k, y: 70 - high, width: 18, height: Math.max(high, value > 0 ? 0.8 : 0), fill: colour }),
        shape('text', { x: 13 + 24 * k, y: 83, 'font-size': 9.5, 'text-anchor': 'middle', fill: '#505866' }, MONTHS[k].slice(0, 1).toUpperCase()));
    });
    const told = values.map((value, k) => `${MONTHS[k]} ${Atlas.number(value, Atlas.ESTIMATE)}`).join(', ');
    const peak = values.indexOf(most);
    const svg = shape('svg', { viewBox: '0 0 294 86', class: 'months', role: 'img', 'aria-label': Atlas.typeset(`${label}, ${unit} par mois : ${told}`) }, shape('line', { x1: 0, x2: 294, y1: 70, y2: 70, stroke: '#8a92a0', 'stroke-width': 1 }), bars);
    const flat = most - Math.min(...values) <= 0.12 * most;
    return element('figure', { class: 'chart' }, element('figcaption', {}, `${label}, ${unit} par mois`, element('small', {}, most > 0 ? ` · ${flat ? 'presque égal toute l’année' : `le plus en ${MONTHS[peak]}`}, ${Atlas.number(most, Atlas.ESTIMATE)}` : ' · rien')), svg);
  }

  function ofSite(row) {
    const found = island.months[sites.at('site_id', row)];
    if (!found || state.variant >= 0) return null;
    return [
      element('h3', {}, `Mois par mois, en ${island.periods.at(-1)}`),
      months('Eau apportée', 'm³', found.water, '#2f6fa3'),
      months('Chaleur utile', 'GWh', found.heat, '#a8480f'),
      element('p', { class: 'meta' }, 'Sur les constantes, plan fixé.'),
    ];
  }

  // What each constant, moved alone across its range, does to a total.
  function tornado({ label, unit, usual, rows }) {
    const ends = rows.flatMap(({ low, high }) => [low, high]);
    const [least, most] = [Math.min(usual, ...ends), Math.max(usual, ...ends)];
    const at = (value) => 8 + (284 * (value - least)) / (most - least || 1);
    const bars = rows.map(({ low, high, label: name }, k) => {
      const [from, to] = [Math.min(low, high), Math.max(low, high)];
      return shape('g', {}, shape('text', { x: 0, y: 13 + 34 * k, 'font-size': 11, fill: '#1d2430' }, name.length > 54 ? `${name.slice(0, 53)}…` : name),
        shape('rect', { x: at(from), y: 17 + 34 * k, width: Math.max(1, at(to) - at(from)), height: 10, fill: '#0d4f73' }));
    });
    const told = rows.map(({ label: name, low, high }) => `${name}, de ${Atlas.number(Math.min(low, high), Atlas.ESTIMATE)} à ${Atlas.number(Math.max(low, high), Atlas.ESTIMATE)}`).join(' ; ');
    const height = 34 * rows.length + 18;
    const svg = shape('svg', { viewBox: `0 0 300 ${height}`, class: 'tornado', role: 'img', 'aria-label': Atlas.typeset(`${label}, ${unit} : ${told}`) },
      bars, rows.map((_, k) => shape('line', { x1: at(usual), x2: at(usual), y1: 16 + 34 * k, y2: 28 + 34 * k, stroke: '#c24400', 'stroke-width': 2 })),
      shape('text', { x: 8, y: height - 3, 'font-size': 10.5, fill: '#505866' }, Atlas.number(least, Atlas.ESTIMATE)),
      shape('text', { x: 292, y: height - 3, 'font-size': 10.5, 'text-anchor': 'end', fill: '#505866' }, Atlas.number(most, Atlas.ESTIMATE)));
    return element('figure', { class: 'chart' }, element('figcaption', {}, `${label}, ${unit}`), svg);
  }

  // A score is a sum: a block a criterion, in the order of the list, then what is not known.
  function valueBar(row) {
    const total = state.weights.reduce((sum, weight) => sum + weight, 0) || 1;
    const share = (k, note) => (100 * state.weights[k] * note) / total;
    const bar = element('span', { class: 'value-bar', 'aria-hidden': 'true' });
    ranking.graded.forEach((criterion, k) => {
      const { low } = ranking.notes[k];
      if (share(k, low[row]) < 0.3) return;
      const block = element('i', { title: `${criterion.label_fr} : ${Atlas.number(share(k, low[row]), 1)} points` });
      block.style.width = `${share(k, low[row])}%`;
      bar.append(block);
    });
    const unknown = ranking.graded.reduce((sum, _, k) => sum + share(k, ranking.notes[k].high[row] - ranking.notes[k].low[row]), 0);
    if (unknown >= 0.3) {
      const block = element('b', { title: `Non connu : ${Atlas.number(unknown, 1)} points au plus` });
      block.style.width = `${unknown}%`;
      bar.append(block);
    }
    return bar;
  }

  function start() {
    byId('doubts-part').hidden = !island.doubts.length;
    Atlas.fill(byId('doubts'), island.doubts.map(tornado));
  }

  Atlas.charts = { start, ofSite, valueBar };
})();
