// Why this site, why not that one: the state of each criterion, with its value, threshold and source.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, sites: onMap, state, ranking, byId } = Atlas;
  const { sites, criteria } = data;

  const STATES = {
    passed: ['rempli', 'ok'], failed: ['non rempli', 'no'], unknown: ['non évalué', 'unknown'], graded: ['noté', 'graded'],
  };
  const STATUS = { read: 'lu', computed: 'calculé', memory: 'de mémoire – à vérifier', assumption: 'hypothèse' };

  function siteName(row) {
    if (sites.at('name_fr', row)) return sites.at('name_fr', row);
    const area = sites.at('area_m2', row);
    return `Friche ${Atlas.ofPlace(sites.at('commune_name', row) ?? '')}${Atlas.isNumber(area) ? `, ${Atlas.number(area / 1e4, 1)} ha` : ''}`;
  }

  function yesNo(value) {
    return { yes: 'oui', no: 'non', unknown: 'non évalué' }[value] ?? value ?? '';
  }

  function badge(status) {
    if (!status) return null;
    const doubtful = status === 'assumption' || status === 'memory';
    return element('span', { class: doubtful ? 'badge doubt' : 'badge' }, STATUS[status] ?? status);
  }

  // One line that says where a site stands.
  function standing(row) {
    const fate = sites.at('fate', row);
    if (onMap.retained(row) && state.variant >= 0) {
      return `Dans la ${data.island.variants[state.variant].name.toLowerCase()} : ${Atlas.quantity(onMap.power(row), 'MW')} informatiques en ${state.period}`;
    }
    if (onMap.retained(row) && state.barred[row]) {
      return `Retenu par le calcul (${Atlas.quantity(onMap.power(row), 'MW')} en ${state.period}), mais vos seuils éliminatoires l’écartent`;
    }
    if (onMap.retained(row)) {
      return `Retenu : ${Atlas.quantity(onMap.power(row), 'MW')} informatiques en ${state.period}, rang ${state.ranks[row] || '–'}`;
    }
    if (state.barred[row]) return 'Candidat que vos seuils éliminatoires écartent';
    if (fate === 'candidat') {
      return `Candidat non retenu, rang ${state.ranks[row]} sur ${Atlas.number(ranking.candidates.length, 0)}, score ${Atlas.interval(state.low[row], state.high[row], '', 1)}`;
    }
    if (fate === 'fusionné') return `Fusionné avec le site ${sites.at('merged_into', row) ?? ''}`;
    return fate === 'écarté' ? 'Écarté' : 'Non évalué';
  }

  function firstReason(row) {
    const text = sites.at('why_fr', row) || sites.at('fate_reason_fr', row) || '';
    return text.split(/(?<=[.!?])\s/)[0];
  }

  function draw() {
    const panel = byId('why');
    if (state.selected < 0) {
      Atlas.fill(panel, element('p', {}, 'Choisissez un site sur la carte ou dans le classement : cette page dit pourquoi il est retenu, ou pourquoi il ne l’est pas.'));
      return;
    }
    const row = state.selected;
    Atlas.fill(panel, title(row), reasons(row), debate(row), plan(row), Atlas.charts.ofSite(row), Atlas.ground.panel(row), portrait(row), knockOuts(row), notes(row), merged(row), walk(row));
  }

  function title(row) {
    const kind = onMap.retained(row) ? 'kept' : sites.at('fate', row) === 'candidat' ? 'candidate' : 'aside';
    return [
      back(),
      element('h2', { id: 'why-title', tabindex: -1 }, siteName(row)),
      element('p', { class: `standing ${kind}` }, standing(row)),
    ];
  }

  function reasons(row) {
    const sentences = [sites.at('fate_reason_fr', row), sites.at('why_fr', row)].filter(Boolean);
    return [
      element('h3', {}, onMap.retained(row) ? 'Pourquoi ce site ?' : 'Pourquoi pas ce site ?'),
      sentences.length ? [...new Set(sentences)].map((text) => element('p', {}, text)) : element('p', {}, defaultReason(row)),
      change(row),
    ];
  }

  function defaultReason(row) {
    if (onMap.retained(row)) return 'Le plan y place de la puissance ; ce dossier ne dit pas pourquoi ici.';
    if (sites.at('fate', row) !== 'candidat') return 'Ce site n’est pas candidat dans ce scénario.';
    return 'Le site remplit les critères ; ce dossier ne dit pas pourquoi le plan le laisse.';
  }

  // Back to where one was reading.
  function back() {
    return element('button', { type: 'button', class: 'link', onclick: () => Atlas.table.goBack() }, '← Classement');
  }

  // What would have to change: each criterion not met, with the distance left to its threshold.
  function change(row) {
    const barred = state.barred[row] ? Atlas.vetoes.reasons(row).map((text) => element('li', {}, `Votre seuil – ${text}.`)) : [];
    const gaps = barred.concat(criteria
      .filter((criterion) => criterion.verdicts.at('state', row) === 'failed')
      .map((criterion) => element('li', {}, gap(criterion, row))), toEnter(row));
    if (!gaps.length) return null;
    return [element('h3', {}, 'Que faudrait-il changer ?'), element('ul', {}, gaps)];
  }

  // A candidate left out: the plan asks more than a rank; what is known is said, no more.
  function toEnter(row) {
    if (sites.at('fate', row) !== 'candidat' || onMap.retained(row)) return [];
    const price = sites.at('entry_meur_per_mw', row);
    const lines = [];
    if (Atlas.isNumber(price)) lines.push(`Entrer dans le plan : ${entry(price)} (ordre de grandeur, sites ouverts en partie).`);
    const chosen = (other) => sites.at('plan_yard_name', other) ?? sites.at('yard_name', other);
    const rivals = onMap.plannedRows().filter((other) => chosen(other) && chosen(other) === sites.at('yard_name', row));
    if (rivals.length) lines.push(`Partager le poste ${sites.at('yard_name', row)}, que le plan donne à ${rivals.map((other) => sites.at('commune_name', other)).join(', ')} : comparez les deux sites.`);
    const unknown = criteria.filter((criterion) => criterion.kind === 'classant' && criterion.verdicts.at('state', row) === 'unknown').map((criterion) => criterion.label_fr);
    if (unknown.length) lines.push(`Savoir : ${unknown.join(', ')} n’est pas évalué ; au mieux, son score passerait de ${Atlas.number(state.low[row], 1)} à ${Atlas.number(state.high[row], 1)}.`);
    return lines.map((text) => element('li', {}, text));
  }

  // Below the last figure shown, « 0,00 M€ de moins » would be read as a price: the two are equals.
  function entry(price) {
    if (price < 0.005) return 'à moins de 0,01 M€ pondérés par mégawatt près, ce site en vaut un qui est retenu ; le choix entre eux reste à débattre';
    return `chaque mégawatt devrait y peser ${Atlas.quantity(price, 'M€', 2)} de moins, en coût pondéré`;
  }

  // What participants do with a site: compare it, say something of it.
  function debate(row) {
    const said = Atlas.notes.ofSite(row);
    return element(
      'div', {},
      element(
        'p', { class: 'walk' },
        sites.at('fate', row) === 'candidat' ? element('button', { type: 'button', onclick: () => Atlas.compare.bring(row) }, 'Comparer à un autre') : null,
        element('button', { type: 'button', onclick: () => Atlas.notes.about(row) }, 'Ajouter une note'),
      ),
      said.length ? element('ul', { class: 'notes' }, said.map((note) => element('li', {}, element('span', { class: 'badge' }, note.kind), ` ${note.college} : ${note.text}`))) : null,
    );
  }

  function gap(criterion, row) {
    const [value, threshold] = ['value', 'threshold'].map((name) => criterion.verdicts.at(name, row));
    const label = criterion.label_fr;
    if (isYesNo(criterion) || !Atlas.isNumber(value) || !Atlas.isNumber(threshold)) return `${label} : critère non rempli.`;
    const lacks = criterion.sense === '>=';
    const apart = Atlas.quantity(Math.abs(threshold - value), criterion.unit);
    return `${label} : ${lacks ? 'il manque' : 'il y a de trop'} ${apart} (${Atlas.quantity(value, criterion.unit)}, seuil ${Atlas.quantity(threshold, criterion.unit)}).`;
  }

  function facts(pairs) {
    const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
    return element('dl', { class: 'facts' }, known.map(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]));
  }

  const FOOTPRINT = [
    ['site_energy_gwh', 'Électricité du site', 'GWh/an', Atlas.ESTIMATE], ['pump_gwh', 'Pompes à chaleur, en plus', 'GWh/an', Atlas.ESTIMATE], ['connection_mw', 'Puissance de raccordement', 'MW'],
    ['water_input_m3', 'Eau apportée', 'm³/an', Atlas.ESTIMATE], ['water_consumption_m3', 'Eau consommée sur site', 'm³/an', Atlas.ESTIMATE],
    ['offsite_water_m3', 'Eau consommée hors site', 'm³/an', Atlas.ESTIMATE], ['heat_gwh', 'Chaleur utile', 'GWh/an', Atlas.ESTIMATE],
    ['land_ha', 'Surface occupée', 'ha', Atlas.ESTIMATE], ['carbon_kt', 'Carbone', 'kt CO₂e/an', Atlas.ESTIMATE],
  ];

  function plan(row) {
    if (!onMap.retained(row) || state.variant >= 0) return null;
    const at = (name) => sites.at(`${name}_${state.period}`, row) ?? sites.at(name, row);
    const enaf = Atlas.isNumber(at('enaf_high_ha')) ? Atlas.interval(at('enaf_low_ha'), at('enaf_high_ha'), 'ha') : null;
    const powers = data.island.periods.map((period) => `${Atlas.quantity(onMap.power(row, period), 'MW')} en ${period}`);
    return [
      element('h3', {}, `Le site dans le plan, en ${state.period}`),
      element('p', { class: 'quiet' }, 'Sur les constantes, plan fixé ; la fiche donne la médiane et son doute.'),
      facts([
        ['Puissance informatique', powers.join(', ')],
        ['Poste choisi par le plan', line(row)],
        ['Refroidissement', sites.at('design_fr', row)],
        ...FOOTPRINT.map(([name, label, unit, digits]) => [label, Atlas.isNumber(at(name)) ? Atlas.quantity(at(name), unit, digits) : null]),
        ['ENAF consommé', enaf],
      ]),
    ];
  }

  // The line that the plan chose: not always to the nearest post, which the ranking judges.
  function line(row) {
    const at = (name) => sites.at(name, row);
    if (!at('plan_yard_name')) return null;
    return `${at('plan_yard_name')}, ${Atlas.quantity(at('plan_yard_km'), 'km', 1)} à ${Atlas.quantity(at('plan_voltage_kv'), 'kV')}, ${Atlas.quantity(at('plan_meter_mw'), 'MW', 1)} au compteur`;
  }

  function portrait(row) {
    const at = (name) => sites.at(name, row);
    const yard = at('yard_name') ? `${at('yard_name')}, à ${Atlas.quantity(at('yard_distance_km'), 'km', 1)}${at('yard_voltage_kv') ? `, ${Atlas.quantity(at('yard_voltage_kv'), 'kV')}` : ''}` : null;
    return [
      element('h3', {}, 'Le site'),
      facts([
        ['Numéro de fiche', at('site_id')],
        ['Commune', `${at('commune_name') ?? ''} (${at('commune_code') ?? ''})`],
        ['Intercommunalité', at('epci_name')],
        ['Surface, dont utile', `${Atlas.table.hectares(at('area_m2'))} ha, ${Atlas.table.hectares(at('usable_area_m2'))} ha`],
        ['État du terrain', [at('status_fr'), at('quality_fr')].filter(Boolean).join(', ')],
        ['Zone du PLU', at('plu_zone')],
        ['ENAF', at('enaf') === 'no' ? 'non : sol déjà artificialisé' : at('enaf') ? 'non évalué' : null],
        ['Poste source le plus proche', yard],
        ['Puissance raccordable au mieux', connectable(row)],
        ['Débouchés de chaleur', at('sinks_fr') || 'aucun connu à portée'],
        ['Secteur hydrographique', [at('sector_code'), at('sector_name')].filter(Boolean).join(' – ')],
        ['Zone de répartition des eaux', yesNo(at('zre'))],
        ['Altitude', Atlas.isNumber(at('elevation_m')) ? Atlas.quantity(at('elevation_m'), 'm', 0) : null],
        ['Occupation du sol alentour', at('land_cover_fr')],
      ]),
    ];
  }

  // What the assumed room of the best yard lets in; the legal ceiling, far above, is a criterion.
  function connectable(row) {
    const room = criteria.find((criterion) => criterion.criterion === 'grid.capacity');
    const value = room ? room.verdicts.at('value', row) : null;
    return Atlas.isNumber(value) ? [Atlas.quantity(value, 'MW'), ' ', badge('assumption')] : null;
  }

  function knockOuts(row) {
    const lines = criteria.filter((criterion) => criterion.kind !== 'classant').map((criterion) => verdict(criterion, row));
    if (!lines.some(Boolean)) return null;
    return table('Critères éliminatoires', ['Critère', 'État', 'Valeur', 'Seuil'], lines);
  }

  function verdict(criterion, row) {
    const { verdicts } = criterion;
    const found = verdicts.at('state', row);
    if (!found) return null;
    const [word, kind] = STATES[found] ?? [found, 'unknown'];
    const threshold = verdicts.at('threshold', row);
    const sense = { '>=': `≥${Atlas.FIRM}`, '<=': `≤${Atlas.FIRM}` }[criterion.sense] ?? '';
    const limit = isYesNo(criterion) ? 'exigé' : Atlas.isNumber(threshold) ? sense + Atlas.quantity(threshold, criterion.unit) : '–';
    const value = isYesNo(criterion) ? { passed: 'oui', failed: 'non' }[found] : Atlas.quantity(verdicts.at('value', row), criterion.unit);
    return element(
      'tr', {},
      element('th', { scope: 'row' }, criterion.label_fr, source(criterion, row)),
      element('td', {}, element('span', { class: `state ${kind}` }, word)),
      element('td', { class: 'number' }, found === 'unknown' ? '–' : value),
      element('td', { class: 'number' }, limit),
    );
  }

  // A knock-out of unit 1 asks yes or no: « 0 ≤ 0 » would say nothing.
  const isYesNo = ({ unit, kind }) => unit === '1' && kind !== 'classant';

  function source(criterion, row) {
    const reference = criterion.verdicts.at('reference', row);
    return element('small', { class: 'source' }, reference ?? '', ' ', badge(criterion.verdicts.at('status', row)));
  }

  function notes(row) {
    if (sites.at('fate', row) !== 'candidat' || !ranking.graded.length) return null;
    const lines = ranking.graded.map((criterion, k) => note(criterion, row, k));
    return table('Notes et poids', ['Critère', 'Valeur', 'Note sur 100', 'Poids'], lines);
  }

  function note(criterion, row, k) {
    const share = Atlas.weights.shares(state.weights)[k];
    const { verdicts } = criterion;
    const [low, high] = [100 * verdicts.at('score_low', row), 100 * verdicts.at('score_high', row)];
    const value = ranking.told(k, row);
    return element(
      'tr', {},
      element('th', { scope: 'row' }, criterion.label_fr, source(criterion, row)),
      element('td', { class: 'number' }, value !== 'non évalué' ? value : element('span', { class: 'state unknown' }, 'non évalué')),
      element('td', { class: 'number' }, bar(low, high), Atlas.interval(low, high, '', 0)),
      element('td', { class: 'number' }, `${share} %`),
    );
  }

  // Solid up to the sure part of the note, hatched for what is not known.
  function bar(low, high) {
    const track = element('span', { class: 'bar', 'aria-hidden': 'true' }, element('i', {}), element('b', {}));
    track.firstChild.style.width = `${low}%`;
    track.lastChild.style.width = `${Math.max(0, high - low)}%`;
    return track;
  }

  function table(title, headings, lines) {
    return element(
      'div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
      element(
        'table', { class: 'verdicts' },
        element('caption', {}, title),
        element('thead', {}, element('tr', {}, headings.map((text, k) => element('th', { scope: 'col', class: k ? 'number' : null }, text)))),
        element('tbody', {}, lines),
      ),
    );
  }

  function merged(row) {
    const others = String(sites.at('merged_ids', row) ?? '').split('|').filter((id) => id && id !== sites.at('site_id', row));
    const into = Atlas.rowOf.get(sites.at('merged_into', row));
    return [
      others.length ? element('p', {}, `Même terrain, fiches réunies : ${others.join(', ')}.`) : null,
      into === undefined ? null : link(`Voir ${siteName(into)}`, into),
    ];
  }

  function link(text, row) {
    return element('button', { type: 'button', onclick: () => Atlas.select(row, 'fiche') }, text);
  }

  function walk(row) {
    const rank = state.ranks[row];
    if (!rank) return null;
    const [before, after] = [state.ordered[rank - 2], state.ordered[rank]];
    return element(
      'p', { class: 'walk' },
      before === undefined ? null : link(`◀ Rang ${rank - 1}`, before),
      after === undefined ? null : link(`Rang ${rank + 1} ▶`, after),
    );
  }

  function start() {
    for (const event of ['select', 'period', 'weights', 'notes']) Atlas.on(event, draw);
    draw();
  }

  Object.assign(Atlas, { siteName, standing, firstReason, yesNo, badge });
  Atlas.reasons = { start };
})();
