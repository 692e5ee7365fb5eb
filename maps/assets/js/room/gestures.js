// The gestures of the room: a site, a place, the need, sizes, heat, coolings, rules.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId, demands } = Atlas;
  const { sites } = data;
  const SIZE = 'territory.site_size';
  let program = null;
  const shown = []; // what puts each control back to what is asked

  const row = (id) => Atlas.rowOf.get(id);
  const chosenSite = () => byId('salle-site').value;

  function number(id, label, attributes, onchange) {
    const input = element('input', { type: 'number', id, min: 0, step: 'any', ...attributes });
    input.addEventListener('change', () => onchange(input.value === '' ? NaN : Number(input.value), input));
    return [element('label', { for: id }, label), input];
  }

  // Retained sites first, by power; then the others by name.
  function siteChoices() {
    const { id } = program.document.sites;
    const held = new Set(program.document.plan.open);
    const named = id.map((site, i) => [site, i]).filter(([site]) => row(site) !== undefined).sort(([a], [b]) => demands.siteName(a).localeCompare(demands.siteName(b), 'fr'));
    const options = (list) => list.map(([site]) => element('option', { value: site }, demands.siteName(site)));
    Atlas.fill(
      byId('salle-site'),
      element('optgroup', { label: 'Retenus par le plan' }, options(named.filter(([, i]) => held.has(i)))),
      element('optgroup', { label: 'Autres sites de la page' }, options(named.filter(([, i]) => !held.has(i)))),
    );
    Atlas.on('select', () => {
      const site = state().selected >= 0 ? sites.at('site_id', state().selected) : null;
      if (site && program.siteAt.has(site)) byId('salle-site').value = site;
    });
  }

  const state = () => Atlas.state;

  function oneSite() {
    siteChoices();
    byId('salle-keep').addEventListener('click', () => demands.add(['keep', chosenSite()]));
    byId('salle-ban').addEventListener('click', () => demands.add(['ban', chosenSite()]));
    for (const kind of ['min', 'max']) {
      byId(`salle-${kind}-ask`).addEventListener('click', () => {
        const value = byId(`salle-${kind}`).value;
        if (value !== '') demands.add([kind, chosenSite(), Number(value)]);
      });
    }
  }

  function onePlace() {
    const kinds = Object.entries(demands.PLACE).filter(([kind]) => program.document.sites[kind]);
    Atlas.fill(byId('salle-place-kind'), kinds.map(([kind, [name]]) => element('option', { value: kind }, name)));
    const places = () => {
      const kind = byId('salle-place-kind').value;
      byId('salle-place').disabled = kind === 'zre';
      const codes = kind === 'zre' ? [] : [...new Set(program.document.sites[kind])];
      const named = codes.map((code) => [code, demands.placeName(kind, code)]).sort((a, b) => a[1].localeCompare(b[1], 'fr'));
      Atlas.fill(byId('salle-place'), named.map(([code, name]) => element('option', { value: code }, name === code ? code : `${name} (${code})`)));
    };
    byId('salle-place-kind').addEventListener('change', places);
    places();
    byId('salle-shut').addEventListener('click', () => {
      const kind = byId('salle-place-kind').value;
      demands.add(['shut', kind, kind === 'zre' ? 'zre' : byId('salle-place').value]);
    });
    byId('salle-each').addEventListener('change', (event) => (event.target.checked ? demands.add(['each']) : demands.withdraw(['each'])));
    shown.push(() => { byId('salle-each').checked = Boolean(demands.find(['each'])); });
  }

  function needs() {
    const { total } = program.document.demand;
    Atlas.fill(byId('salle-needs'), program.periods.map((period, t) => {
      const id = `salle-need-${period}`;
      const ask = (value) => (Math.abs(value - total[t]) < 1e-9 || !(value >= 0) ? demands.withdraw(['need', String(period), 0]) : demands.add(['need', String(period), Math.round(value * 100) / 100]));
      const [label, input] = number(id, `Besoin total en ${period}, MW`, { value: total[t] }, ask);
      const step = (share, text) => element('button', { type: 'button', 'aria-label': `${text} sur le besoin de ${period}`, onclick: () => ask(Number(input.value) + share * total[t]) }, text);
      shown.push(() => { input.value = String(demands.find(['need', String(period), 0])?.[2] ?? total[t]); });
      return element('p', { class: 'pair' }, label, element('span', {}, step(-0.1, '−10 %'), input, step(0.1, '+10 %')));
    }));
  }

  function plainNumber(id, text, demand, initial) {
    const [label, input] = number(id, text, { value: initial ?? '', placeholder: 'sans limite' }, (value) => (Number.isFinite(value) && value !== initial ? demands.add([demand, value]) : demands.withdraw([demand, 0])));
    shown.push(() => { input.value = String(demands.find([demand, 0])?.[1] ?? initial ?? ''); });
    return element('p', { class: 'pair' }, label, element('span', {}, input));
  }

  function sizes() {
    const largest = program.rules.get(SIZE)?.values.find(({ key }) => key === 'max_site_mw');
    const hard = program.rules.get(SIZE)?.how === 'hard';
    Atlas.fill(
      byId('salle-sizes'),
      largest ? plainNumber('salle-largest', 'Plus grand site, MW', 'largest', hard ? largest.at : undefined) : null,
      plainNumber('salle-sites', 'Nombre de sites, au plus', 'sites', program.document.max_sites ?? undefined),
      'heat' in program.document.extra ? plainNumber('salle-heat', 'Chaleur utile au moins, GWh/an', 'heat', program.document.least_heat ?? undefined) : null,
      verified(),
    );
    coolings();
  }

  // « Friches vérifiées » is what the rule of vacancy leaves of its share of doubtful ground.
  function verified() {
    const value = program.rules.get('land.vacancy')?.values.find(({ key }) => key === 'unverified_share');
    if (!value) return null;
    const initial = Math.round(1000 * (1 - value.at)) / 10;
    const like = ['value', 'land.vacancy', 'unverified_share', 0];
    const [label, input] = number('salle-verified', 'Puissance sur terrain vérifié, au moins, %', { value: initial, max: 100 }, (share) => (share >= 0 && share <= 100 && share !== initial ? demands.add([...like.slice(0, 3), Math.round(1000 * (1 - share / 100)) / 1000]) : demands.withdraw(like)));
    shown.push(() => { const found = demands.find(like); input.value = String(found ? Math.round(1000 * (1 - found[3])) / 10 : initial); });
    return element('p', { class: 'pair' }, label, element('span', {}, input));
  }

  function coolings() {
    const { designs } = program.document;
    const boxes = designs.map(({ id, label }) => {
      const box = element('input', { type: 'checkbox', id: `salle-froid-${id}`, value: id });
      box.addEventListener('change', () => {
        const kept = boxes.filter((each) => each.checked).map((each) => each.value);
        if (kept.length === designs.length) demands.withdraw(['cooling', '']);
        else if (!demands.add(['cooling', kept.join(',')])) box.checked = true; // one that uses air has to stay
      });
      return box;
    });
    Atlas.fill(byId('salle-cooling'), designs.map(({ id, label }, k) => element('li', {}, boxes[k], element('label', { for: `salle-froid-${id}` }, label))));
    shown.push(() => {
      const kept = demands.find(['cooling', ''])?.[1].split(',');
      for (const box of boxes) box.checked = !kept || kept.includes(box.value);
    });
  }

  function rules() {
    const every = program.document.rules.filter(({ name }) => name !== 'demand.served');
    const on = every.filter(({ how }) => how !== 'off');
    const off = every.filter(({ how }) => how === 'off');
    Atlas.fill(
      byId('salle-rules'), on.map(lever),
      off.length ? element('h3', {}, 'Que le scénario n’applique pas') : null, off.map(lever),
    );
  }

  function lever(rule) {
    const id = `salle-regle-${rule.name}`;
    const states = Object.entries(demands.HOW).filter(([how]) => !(rule.kind === 'term' && how === 'hard'));
    const choice = element('select', { id }, states.map(([how, text]) => element('option', { value: how }, text)));
    choice.addEventListener('change', () => (choice.value === rule.how ? demands.withdraw(['rule', rule.name, '']) : demands.add(['rule', rule.name, choice.value])));
    const box = element('div', { class: 'lever' }, element('label', { for: id }, `${rule.label} `, element('small', {}, rule.id)), choice, rule.values.filter(({ key }) => key !== 'unverified_share').map((value) => setting(rule, value)));
    shown.push(() => {
      choice.value = demands.find(['rule', rule.name, ''])?.[2] ?? rule.how;
      box.classList.toggle('moved-lever', choice.value !== rule.how);
    });
    return box;
  }

  // A share is shown in percent; the figure is that of the last period, earlier years in proportion.
  function setting(rule, value) {
    const percent = value.unit === '1' && value.at <= 1 ? 100 : 1;
    const like = ['value', rule.name, value.key, 0];
    const initial = Math.round(value.at * percent * 1e6) / 1e6;
    const unit = percent === 100 ? '%' : value.unit === '1' ? '' : Atlas.unitName(value.unit);
    const [label, input] = number(`salle-valeur-${rule.name}-${value.key}`, `${value.label}${value.years ? ` en ${program.periods[program.last]}` : ''}${unit ? `, ${unit}` : ''}`, { value: initial }, (figure) => (figure >= 0 && figure !== initial ? demands.add([...like.slice(0, 3), figure / percent]) : demands.withdraw(like)));
    shown.push(() => { const found = demands.find(like); input.value = String(found ? Math.round(found[3] * percent * 1e6) / 1e6 : initial); });
    return element('div', { class: 'value' }, label, input);
  }

  function start(read) {
    program = read;
    oneSite();
    onePlace();
    needs();
    sizes();
    rules();
    Atlas.on('room-asked', () => shown.forEach((put) => put()));
    shown.forEach((put) => put());
  }

  Atlas.gestures = { start, alsoShow: (put) => shown.push(put) };
})();
