// Knock-out thresholds in the reader's hands: what a good note elsewhere cannot make up for.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { element, ranking, state, byId } = Atlas;
  const boxes = [];
  const amounts = [];
  const ways = [];

  const { isYesNo } = ranking;

  function asked(k) {
    if (isYesNo(ranking.ranges[k])) return 'exigé';
    return state.senses[k] === '>=' ? 'au moins' : 'au plus';
  }

  // A threshold starts in the middle: half of the sites on each side.
  function middle({ values, known }, verdicts) {
    const all = known.map((row) => verdicts.at('value', row)).sort((a, b) => a - b);
    const half = all[Math.floor(all.length / 2)] ?? values[0];
    return Number((half > values[0] ? half : values[1]).toPrecision(2));
  }

  function line(criterion, k) {
    const range = ranking.ranges[k];
    if (range.values.length < 2 && !isYesNo(range)) return null;
    const id = `seuil-${k}`;
    boxes[k] = element('input', { type: 'checkbox', id, onchange: read });
    const label = element('label', { for: id }, criterion.label_fr);
    if (isYesNo(range)) {
      amounts[k] = { value: range.sense === '>=' ? '1' : '0', yesNo: true };
      return element('div', { class: 'veto' }, boxes[k], label, element('span', { class: 'ask' }, asked(k)));
    }
    const unit = criterion.unit === '1' ? '' : Atlas.unitName(criterion.unit);
    amounts[k] = element('input', {
      type: 'number', step: 'any', value: middle(range, criterion.verdicts), 'aria-label': `${criterion.label_fr} : seuil${unit ? `, en ${unit}` : ''}`, oninput: read,
    });
    ways[k] = element('span', {}, asked(k));
    return element('div', { class: 'veto' }, boxes[k], label, element('span', { class: 'ask' }, ways[k], ' ', amounts[k], ` ${unit}`));
  }

  function read() {
    Atlas.forbid(ranking.graded.map((_, k) => {
      if (!boxes[k]?.checked || amounts[k].value === '') return null;
      const value = Number(amounts[k].value);
      return Number.isFinite(value) ? value : null;
    }));
  }

  function show() {
    state.thresholds.forEach((threshold, k) => {
      if (!boxes[k]) return;
      boxes[k].checked = threshold !== null;
      if (ways[k]) Atlas.fill(ways[k], asked(k));
      if (threshold !== null && !amounts[k].yesNo && Number(amounts[k].value) !== threshold) amounts[k].value = String(threshold);
    });
    const chosen = state.thresholds.filter((threshold) => threshold !== null).length;
    byId('vetoes-back').disabled = !chosen;
    Atlas.fill(byId('vetoes-said'), chosen ? said() : 'Aucun seuil : tous les candidats restent.');
  }

  function said() {
    const out = ranking.candidates.filter((row) => state.barred[row]);
    const unknown = out.filter((row) => state.barred[row] === 2).length;
    const planned = out.filter(Atlas.sites.retained);
    const start = `Vos seuils écartent ${Atlas.plural(out.length, 'candidat', 'candidats')}${unknown ? `, dont ${Atlas.number(unknown, 0)} faute de donnée` : ''} ; il en reste ${Atlas.number(state.ordered.length, 0)}.`;
    if (!planned.length) return start;
    const power = planned.reduce((sum, row) => sum + Atlas.sites.power(row), 0);
    return `${start} Le plan en retient ${Atlas.number(planned.length, 0)} parmi les écartés (${Atlas.quantity(power, 'MW')}) : ${planned.map((row) => Atlas.data.sites.at('commune_name', row)).join(', ')}. Pour un plan qui respecte vos seuils, relancez le calcul.`;
  }

  // The words for a site put aside: which thresholds, with its value.
  function reasons(row) {
    return ranking.graded.flatMap((criterion, k) => {
      const threshold = state.thresholds[k];
      if (threshold === null || !ranking.barredBy(state.thresholds.map((value, other) => (other === k ? value : null)), state.senses)[row]) return [];
      return [`${criterion.label_fr} : ${ranking.told(k, row)}, seuil ${asked(k)} ${isYesNo(ranking.ranges[k]) ? '' : Atlas.quantity(threshold, criterion.unit)}`.trim()];
    });
  }

  function start() {
    Atlas.fill(byId('vetoes-list'), ranking.graded.map(line));
    byId('vetoes-back').addEventListener('click', () => Atlas.forbid(ranking.graded.map(() => null)));
    Atlas.on('weights', show);
    Atlas.on('period', show);
    show();
  }

  Atlas.vetoes = { start, reasons };
})();
