// The weights, in the reader's hands: sliders, points of view, and what moves when they move.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, ranking, state, byId, weightsAtFirst } = Atlas;
  const inputs = [];
  const outputs = [];

  // Shares that add up to 100: the largest remainders take what rounding leaves.
  function shares(weights) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!total) return weights.map(() => 0);
    const exact = weights.map((weight) => (100 * weight) / total);
    const whole = exact.map(Math.floor);
    const left = 100 - whole.reduce((sum, share) => sum + share, 0);
    const order = exact.map((value, k) => [value - whole[k], k]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (const [, k] of order.slice(0, left)) whole[k] += 1;
    return whole;
  }

  // The scenario's greatest weight stands in the middle, so that any can be raised above it.
  const scale = 50 / Math.max(...weightsAtFirst, 1e-9);

  function slider(criterion, k) {
    const id = `poids-${k}`;
    inputs[k] = element('input', { type: 'range', id, min: 0, max: 100, step: 5 });
    outputs[k] = element('output', { for: id });
    inputs[k].addEventListener('input', read);
    return element('div', { class: 'slider' }, element('label', { for: id }, criterion.label_fr), outputs[k], inputs[k]);
  }

  function read() {
    const chosen = inputs.map((input, k) => {
      const initial = Math.round((weightsAtFirst[k] * scale) / 5) * 5;
      return Number(input.value) === initial ? weightsAtFirst[k] : Number(input.value) / scale;
    });
    Atlas.weigh(chosen);
  }

  function show() {
    const percent = shares(state.weights);
    state.weights.forEach((weight, k) => {
      inputs[k].value = String(Math.round((weight * scale) / 5) * 5);
      Atlas.fill(outputs[k], `${percent[k]} %`);
      inputs[k].setAttribute('aria-valuetext', `${percent[k]} % du score`);
    });
    byId('weights-back').disabled = !state.weighted;
    const best = state.ordered[0];
    Atlas.fill(
      byId('weights-said'),
      state.weighted && best !== undefined
        ? `Avec vos poids, ${Atlas.siteName(best)} est premier. Le plan retenu, lui, reste celui du calcul.`
        : 'Poids du scénario.',
    );
  }

  // Weights by theme, to start a discussion from: a theme's weight is shared by its criteria.
  function fromCollege(college) {
    const theme = (criterion) => criterion.criterion.split('.')[0];
    const count = new Map();
    for (const criterion of ranking.graded) count.set(theme(criterion), (count.get(theme(criterion)) ?? 0) + 1);
    return ranking.graded.map((criterion) => (college.weights[theme(criterion)] ?? 0) / count.get(theme(criterion)) / scale * 10);
  }

  function colleges() {
    const choice = byId('college');
    const options = data.island.colleges.map((college, k) => element('option', { value: k }, college.label));
    choice.append(...options);
    choice.addEventListener('change', () => {
      const college = data.island.colleges[Number(choice.value)];
      Atlas.weigh(choice.value === '' ? [...weightsAtFirst] : fromCollege(college));
    });
    Atlas.on('weights', () => {
      if (!state.weighted) choice.value = '';
      else if (choice.value !== '' && fromCollege(data.island.colleges[Number(choice.value)]).some((weight, k) => Math.abs(weight - state.weights[k]) > 1e-9)) choice.value = '';
    });
  }

  function start() {
    if (!ranking.graded.length) {
      byId('weights').hidden = byId('vetoes').hidden = true;
      return;
    }
    Atlas.fill(byId('weights-list'), ranking.graded.map(slider));
    byId('weights-back').addEventListener('click', () => Atlas.weigh([...weightsAtFirst]));
    byId('weights-stability').hidden = !data.sites.columns.first_share;
    byId('weights-stability').addEventListener('click', (event) => {
      event.target.setAttribute('aria-pressed', String(Atlas.table.showStability()));
    });
    colleges();
    Atlas.on('weights', show);
    show();
  }

  Atlas.weights = { start, shares, fromCollege };
})();
