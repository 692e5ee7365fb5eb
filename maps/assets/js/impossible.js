// A question without a plan: what lacks, rule by rule, and how far the nearest plan goes.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId } = Atlas;
  const { impossible: why } = data.island;

  // The worst place and period of each rule: the least by which it must give way, all others held.
  function worst(rows) {
    const found = new Map();
    for (const row of rows) if (!found.has(row.rule) || found.get(row.rule).amount < row.amount) found.set(row.rule, row);
    return [...found.values()];
  }

  function table(caption, rows) {
    const line = (row) => element(
      'tr', {},
      element('th', { scope: 'row' }, row.label_fr, element('small', { class: 'source' }, `${row.where}, ${row.period}`)),
      element('td', { class: 'number' }, Atlas.quantity(row.amount, row.unit)),
    );
    return element(
      'div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
      element(
        'table', { class: 'verdicts' }, element('caption', {}, caption),
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Règle'), element('th', { scope: 'col', class: 'number' }, 'Il manque au moins'))),
        element('tbody', {}, rows.map(line)),
      ),
    );
  }

  function start() {
    byId('impossible').hidden = !why;
    if (!why) return;
    const known = why.lacks.filter((row) => row.is_found);
    const [alone, joint] = [worst(known.filter((row) => row.is_alone)), worst(known.filter((row) => !row.is_alone))];
    Atlas.fill(
      byId('impossible'),
      why.answer_fr.map((sentence) => element('p', { class: 'standing' }, sentence)),
      alone.length ? table('Assouplir une seule de ces règles suffit', alone) : null,
      joint.length ? table('Ou toutes celles-ci ensemble', joint) : null,
      element('p', { class: 'meta' }, `En conflit : ${why.conflict_fr.join(' ; ')}.`),
      element('h3', {}, 'Le plan possible le plus proche'),
    );
  }

  Atlas.impossible = { start };
})();
