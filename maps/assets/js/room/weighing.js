// The weights of the plan: what is worth as much as what, asked as an exchange rather than a number.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { element, byId, demands } = Atlas;
  const MONEY = 'connection_cost';
  let program = null;

  const taken = () => program.taken(demands.all).weight;

  // A weight of one on a criterion says: one reference of it is worth as much as one of any other.
  function equivalents(weights) {
    const weighed = program.document.terms.filter(({ name }) => weights.get(name) > 0);
    const money = program.document.terms.find(({ name }) => name === MONEY);
    if (weighed.length < 2) return '';
    // The round figure is that of money where it is weighed, else each reference as it stands.
    const base = money && weights.get(MONEY) > 0 ? weights.get(MONEY) : 1;
    const parts = weighed.map((term) => Atlas.quantity(Number(((term.reference * base) / weights.get(term.name)).toPrecision(3)), term.unit) + (term.name === MONEY ? '' : ` (${term.label.toLowerCase().replace(' (gain)', '')})`));
    return `À ces pondérations, pèsent autant : ${parts.join(' = ')}.`;
  }

  // « 480 GWh/an de chaleur utile valent … M€ » : from the answer the weight follows.
  function swing(term) {
    const id = `salle-poids-${term.name}`;
    const money = program.document.terms.find(({ name }) => name === MONEY);
    const perWeight = () => money.reference / (taken().get(MONEY) || 1);
    const input = element('input', { type: 'number', id, min: 0, step: 'any' });
    input.addEventListener('change', () => {
      const weight = Number(input.value) / perWeight();
      if (!(weight >= 0) || Math.abs(weight - term.weight) < 1e-4) demands.withdraw(['weight', term.name, 0]);
      else demands.add(['weight', term.name, Math.round(weight * 1e4) / 1e4]);
    });
    const put = () => { input.value = String(Math.round((taken().get(term.name) ?? 0) * perWeight() * 10) / 10); };
    Atlas.gestures.alsoShow(put);
    put();
    const what = `${Atlas.quantity(term.reference, term.unit)} de « ${term.label.replace(' (gain)', '')} »${term.sense < 0 ? ' gagnés' : ' évités'} valent, en M€`;
    return element('div', { class: 'lever' }, element('label', { for: id }, what), input);
  }

  function start(read) {
    program = read;
    const money = program.document.terms.find(({ name }) => name === MONEY);
    const others = program.document.terms.filter(({ name }) => name !== MONEY);
    Atlas.fill(byId('salle-weights'), money && money.weight > 0 ? others.map(swing) : element('p', { class: 'meta' }, 'Le coût ne pèse pas dans ce plan : aucune équivalence en euros.'));
    const say = () => Atlas.fill(byId('salle-equal'), equivalents(taken()));
    Atlas.on('room-asked', say);
    say();
  }

  Atlas.weighing = { start, equivalents };
})();
