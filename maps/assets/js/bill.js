// The bill of the rules, what was not evaluated, the assumptions and the sources.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId } = Atlas;
  const { rules, parameters, island } = data;

  function rowsOf(table) {
    return Array.from({ length: table.length }, (_, row) => row);
  }

  // Rows that bind first, then by rule, as they stand in the bill.
  const weight = (row) => (exceeded(row) ? 2 : rules.at('binding', row) ? 1 : 0);

  function bill() {
    const evaluated = rowsOf(rules).filter((row) => rules.at('evaluated', row) !== false);
    const sorted = [...evaluated].sort((one, other) => weight(other) - weight(one) || one - other);
    const groups = new Map();
    for (const row of sorted) {
      const key = `${rules.at('rule_id', row)}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    Atlas.fill(byId('rules-list'), [...groups.values()].map(group));
    byId('rules-none').hidden = groups.size > 0;
  }

  // The solver leaves crumbs: a millionth over is not an excess.
  function exceeded(row) {
    return (rules.at('excess', row) ?? 0) > 1e-6;
  }

  function group(rows) {
    const [first] = rows;
    const broken = rows.filter(exceeded);
    const binding = rows.filter((row) => rules.at('binding', row) || exceeded(row));
    const open = binding.length > 0;
    return element(
      'details', { class: open ? 'rule binding' : 'rule' },
      element(
        'summary', {},
        element('span', { class: 'code' }, rules.at('rule_id', first) ?? ''), ' ', rules.at('label_fr', first) ?? rules.at('rule', first) ?? '', ' ',
        open ? element('span', { class: 'chip kept' }, broken.length ? 'limite dépassée' : 'limite atteinte') : null,
      ),
      element('p', { class: 'meta' }, meta(first)),
      element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Lignes de ${rules.at('rule_id', first) ?? 'la règle'}` }, lines(open ? binding : rows)),
      rules.at('note_fr', first) ? element('p', { class: 'meta' }, rules.at('note_fr', first)) : null,
      element('p', { class: 'source' }, `Texte : ${rules.at('text_fr', first) ?? ''}`),
      rules.at('threshold_fr', first) ? element('p', { class: 'source' }, rules.at('threshold_fr', first)) : null,
    );
  }

  function meta(row) {
    return [
      rules.at('hard', row) ? 'règle dure' : 'règle souple', rules.at('basis_fr', row), rules.at('bite_fr', row),
    ].filter(Boolean).join(' · ');
  }

  function lines(rows) {
    const kept = rows.slice(0, 12);
    const hidden = (rules.at('lines', rows[0]) ?? rows.length) - kept.length;
    return [
      element(
        'table', {},
        element('thead', {}, element('tr', {}, ['Où', 'Période', 'Niveau', 'Limite', 'Marge'].map((text, k) => element('th', { scope: 'col', class: k > 1 ? 'number' : null }, text)))),
        element('tbody', {}, kept.flatMap((row, k) => line(row, kept[k + 1]))),
      ),
      hidden > 0 ? element('p', { class: 'meta' }, `… et ${Atlas.plural(hidden, 'autre ligne', 'autres lignes')} de cette règle, dans la table des règles du dossier.`) : null,
    ];
  }

  // Lines that share a price say it once, after the last of them.
  function line(row, next) {
    const at = (name) => rules.at(name, row);
    const unit = at('unit') ?? '';
    const cells = element(
      'tr', { class: at('binding') ? 'binding' : null },
      element('th', { scope: 'row' }, at('where') || 'région'),
      element('td', {}, at('period') ? String(at('period')) : ''),
      ['activity', 'limit', 'slack'].map((name) => element('td', { class: 'number' }, Atlas.isNumber(at(name)) ? Atlas.quantity(at(name), unit) : '–')),
    );
    const price = next !== undefined && rules.at('price_text_fr', next) === at('price_text_fr') ? null : at('price_text_fr');
    const excess = exceeded(row) && !price ? `Règle souple, dépassée de ${Atlas.quantity(at('excess'), unit)}.` : null;
    return price || excess ? [cells, element('tr', { class: 'price' }, element('td', { colspan: 5 }, [excess, price].filter(Boolean).join(' ')))] : [cells];
  }

  function notEvaluated() {
    Atlas.fill(byId('not-evaluated'), island.not_evaluated.map(({ label, why, code }) => element('li', {}, element('strong', {}, [code, label].filter(Boolean).join(' ')), why ? ` – ${why}` : '')));
    byId('not-evaluated-none').hidden = island.not_evaluated.length > 0;
  }

  function assumptions() {
    const doubtful = rowsOf(parameters);
    const line = (row) => element(
      'tr', {},
      element('th', { scope: 'row' }, parameters.at('label_fr', row) ?? parameters.at('name', row) ?? '', element('small', { class: 'source' }, parameters.at('reference', row) ?? '')),
      element('td', { class: 'number' }, parameters.at('value_text', row) ?? ''),
      element('td', {}, Atlas.badge(parameters.at('status', row))),
    );
    Atlas.fill(byId('assumptions-rows'), doubtful.map(line));
    byId('assumptions').hidden = !doubtful.length;
  }

  function sources() {
    const item = (source) => element(
      'li', {}, element('strong', {}, source.title),
      ` – ${[source.producer, source.vintage && source.vintage !== 'absente' ? `état : ${Atlas.date(source.vintage)}` : null, source.licence].filter(Boolean).join(' · ')}`,
      source.state ? element('span', { class: source.state.startsWith('absent') ? 'badge doubt' : 'badge' }, source.state) : null,
      source.caveat ? element('small', { class: 'source' }, source.caveat) : null,
    );
    Atlas.fill(byId('sources-list'), island.sources.map(item));
  }

  function commitments() {
    const line = (row) => element(
      'tr', {},
      element('th', { scope: 'row' }, row.label_fr, element('small', { class: 'source' }, `${row.indicator_fr} · ${row.status_fr}`)),
      element('td', { class: 'number' }, row.last_fr),
      ...[row.share_fr, row.verdict, row.cost_fr].map((text) => element('td', {}, text)),
    );
    if (byId('commitments')) Atlas.fill(byId('commitments'), (island.matrix ?? []).map(line));
  }

  function start() {
    bill();
    commitments();
    notEvaluated();
    assumptions();
    sources();
  }

  Atlas.bill = { start };
})();
