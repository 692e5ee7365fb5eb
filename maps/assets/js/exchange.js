// A consultation leaves the page and comes back: weights, thresholds and notes, as JSON or CSV.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, ranking, state, byId } = Atlas;
  const { identity } = data.island;
  const FORMAT = 'siting-consultation';
  const HEAVIEST = 2e6;
  const COLUMNS = ['nature', 'objet', 'sens', 'valeur', 'unite', 'college', 'texte'];

  function contents() {
    const named = (values) => Object.fromEntries(ranking.graded.flatMap(({ criterion }, k) => (values[k] === null ? [] : [[criterion, values[k]]])));
    const vetoes = state.thresholds.map((threshold, k) => (threshold === null ? null : {
      sense: state.senses[k], threshold, unit: ranking.graded[k].unit,
    }));
    return {
      format: FORMAT, version: 1, scenario: identity.name, reference_date: identity.reference_date,
      weights: named(state.weights), vetoes: named(vetoes), notes: Atlas.notes.all(),
    };
  }

  function json() {
    return `${JSON.stringify(contents(), null, 1)}\n`;
  }

  function csv() {
    const { weights, vetoes, notes } = contents();
    const rows = [
      COLUMNS,
      ['format', FORMAT, '', 1, '', '', ''],
      ['scenario', identity.name, '', '', '', '', `règles du ${Atlas.date(identity.reference_date)}`],
      ...Object.entries(weights).map(([criterion, weight]) => ['poids', criterion, '', weight, '', '', '']),
      // « >= » would be quoted against formulas: « min » and « max » are not taken for one.
      ...Object.entries(vetoes).map(([criterion, { sense, threshold, unit }]) => ['seuil', criterion, sense === '>=' ? 'min' : 'max', threshold, unit, '', '']),
      ...notes.map((note) => [`note : ${note.kind}`, note.site_id, '', '', '', note.college, note.text]),
    ];
    return `\ufeff${rows.map((cells) => cells.map(Atlas.export.cell).join(';')).join('\r\n')}\r\n`;
  }

  // Semicolons, quotes, and the apostrophe that keeps a spreadsheet from running a cell.
  function cells(text) {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.replace(/^\ufeff/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^;\r\n]*))(;|\r?\n|$)/g)) {
      const raw = quoted === undefined ? plain : quoted.replaceAll('""', '"');
      rows.at(-1).push(raw.replace(/^'(?=[=+\-@\t\r])/, ''));
      if (end === '') break;
      if (end !== ';') rows.push([]);
    }
    return rows.filter((row) => row.length > 1);
  }

  function fromCsv(text) {
    const [head, ...rows] = cells(text);
    if (COLUMNS.some((name, k) => head?.[k] !== name)) throw new Error('les colonnes ne sont pas celles d’une consultation');
    const found = { format: '', weights: {}, vetoes: {}, notes: [] };
    const number = (value) => (value === '' ? NaN : Number(value.replace(',', '.')));
    for (const [nature, about, sense, value, , college, words] of rows) {
      if (nature === 'format') found.format = about;
      else if (nature === 'scenario') found.scenario = about;
      else if (nature === 'poids') found.weights[about] = number(value);
      else if (nature === 'seuil') found.vetoes[about] = { sense: sense === 'min' ? '>=' : '<=', threshold: number(value) };
      else if (nature.startsWith('note')) found.notes.push({ site_id: about, college, kind: nature.replace(/^note : /, ''), text: words });
    }
    return found;
  }

  // Nothing of a file is trusted: known criteria, finite numbers, plain words; the rest is counted.
  function apply(text) {
    const read = text.trimStart().startsWith('{') ? JSON.parse(text) : fromCsv(text);
    if (read?.format !== FORMAT) throw new Error('ce n’est pas une consultation exportée par cette carte');
    const own = (table, key) => (table && typeof table === 'object' && Object.hasOwn(table, key) ? table[key] : undefined);
    const good = (value) => typeof value === 'number' && Number.isFinite(value);
    const weights = ranking.graded.map(({ criterion }, k) => {
      const weight = own(read.weights, criterion);
      return good(weight) && weight >= 0 && weight <= 1e4 ? weight : Atlas.weightsAtFirst[k];
    });
    const thresholds = ranking.graded.map(({ criterion }) => {
      const threshold = own(own(read.vetoes, criterion), 'threshold');
      return good(threshold) ? threshold : null;
    });
    const senses = ranking.graded.map(({ criterion, sense }) => {
      const asked = own(own(read.vetoes, criterion), 'sense');
      return asked === '>=' || asked === '<=' ? asked : sense;
    });
    Atlas.forbid(thresholds, senses);
    Atlas.weigh(weights);
    const notes = Array.isArray(read.notes) ? read.notes.filter((note) => note && typeof note === 'object').slice(0, 500) : [];
    const { added, known: already } = Atlas.notes.add(notes);
    const names = new Set(ranking.graded.map(({ criterion }) => criterion));
    const strange = Object.keys(read.weights && typeof read.weights === 'object' ? read.weights : {}).filter((name) => !names.has(name)).length;
    return [
      `Consultation relue : ${Atlas.plural(added, 'note', 'notes')}, ${Atlas.plural(thresholds.filter((value) => value !== null).length, 'seuil', 'seuils')}.`,
      already ? `${Atlas.plural(already, 'note était', 'notes étaient')} déjà dans la page.` : '',
      read.scenario && read.scenario !== identity.name ? `Elle portait sur le scénario « ${String(read.scenario).slice(0, 80)} ».` : '',
      strange ? `${Atlas.plural(strange, 'critère inconnu laissé', 'critères inconnus laissés')} de côté.` : '',
    ].filter(Boolean).join(' ');
  }

  async function read(file) {
    if (!file) return;
    try {
      if (file.size > HEAVIEST) throw new Error('le fichier dépasse 2 Mo');
      say(apply(await file.text()));
    } catch (problem) {
      say(`Fichier non relu : ${problem instanceof SyntaxError ? 'ce n’est pas du JSON valable' : problem.message}.`);
    }
    byId('exchange-file').value = '';
  }

  function say(text) {
    Atlas.fill(byId('exchange-said'), text);
  }

  function save(text, kind, name) {
    Atlas.export.save(new Blob([text], { type: `${kind};charset=utf-8` }), name);
    Atlas.notes.markSaved();
    say(`Fichier ${name} enregistré.`);
  }

  function start() {
    byId('exchange-json').addEventListener('click', () => save(json(), 'application/json', 'consultation.json'));
    byId('exchange-csv').addEventListener('click', () => save(csv(), 'text/csv', 'consultation.csv'));
    byId('exchange-read').addEventListener('click', () => byId('exchange-file').click());
    byId('exchange-file').addEventListener('change', (event) => read(event.target.files[0]));
  }

  Atlas.exchange = { start, json, csv, apply, cells };
})();
