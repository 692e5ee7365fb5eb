// Notes and reservations: kept in this page only, until they are exported.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, state, byId } = Atlas;
  const KINDS = ['remarque', 'réserve', 'avis favorable', 'avis défavorable'];
  const LONGEST = 2000;
  let notes = [];
  let saved = true;

  function colleges() {
    return [...data.island.colleges.map((college) => college.label), 'Autre'];
  }

  // Whatever the source, a note is plain words of bounded length about a known site or the plan.
  function clean({ site_id: site, college, kind, text }) {
    const said = String(text ?? '').trim().slice(0, LONGEST);
    if (!said) return null;
    return {
      site_id: Atlas.rowOf.has(site) ? site : '',
      college: colleges().includes(college) ? college : 'Autre',
      kind: KINDS.includes(kind) ? kind : KINDS[0],
      text: said,
    };
  }

  // The same words on the same site by the same college are one note: reading a file again adds none.
  function add(entries) {
    const cleaned = entries.map(clean).filter(Boolean);
    const told = new Map([...notes, ...cleaned].map((note) => [JSON.stringify(note), note]));
    const kept = [...told.values()].slice(notes.length);
    notes = [...notes, ...kept];
    if (kept.length) saved = false;
    draw();
    Atlas.tell('notes');
    return { added: kept.length, known: cleaned.length - kept.length };
  }

  function remove(index) {
    notes = notes.filter((_, other) => other !== index);
    draw();
    Atlas.tell('notes');
    byId('note-text').focus();
  }

  function line(note, index) {
    const row = Atlas.rowOf.get(note.site_id);
    const about = row === undefined ? 'Le plan entier' : Atlas.siteName(row);
    return element(
      'li', {},
      element('span', { class: note.kind === 'réserve' || note.kind === 'avis défavorable' ? 'badge doubt' : 'badge' }, note.kind), ' ',
      element('strong', {}, about), element('span', { class: 'meta' }, ` · ${note.college}`),
      element('p', { class: 'said' }, note.text),
      element('button', { type: 'button', class: 'link', 'aria-label': `Retirer la note sur ${about}`, onclick: () => remove(index) }, 'Retirer'),
    );
  }

  function draw() {
    Atlas.fill(byId('notes-list'), notes.map(line));
    byId('notes-none').hidden = notes.length > 0;
    const count = byId('onglet-consultation').querySelector('.count') ?? element('span', { class: 'count' });
    Atlas.fill(count, notes.length ? ` (${notes.length})` : '');
    byId('onglet-consultation').append(count);
  }

  function subject(row = state.selected) {
    const select = byId('note-site');
    const before = select.value;
    const about = row >= 0 ? [element('option', { value: data.sites.at('site_id', row) }, Atlas.siteName(row))] : [];
    Atlas.fill(select, element('option', { value: '' }, 'Le plan entier'), about);
    select.value = [...select.options].some((option) => option.value === before) ? before : '';
  }

  function send(event) {
    event.preventDefault();
    const text = byId('note-text');
    const given = { site_id: byId('note-site').value, college: byId('note-college').value, kind: byId('note-kind').value, text: text.value };
    const { added, known } = add([given]);
    if (!added) {
      Atlas.fill(byId('notes-said'), known ? 'Cette note est déjà dans la liste.' : 'La note est vide.');
      return;
    }
    text.value = '';
    Atlas.fill(byId('notes-said'), 'Note ajoutée. Exportez la consultation pour la garder.');
  }

  // From a site's page: the note is about that site.
  function about(row) {
    Atlas.showTab('consultation');
    byId('notes').open = true;
    subject(row);
    byId('note-site').value = data.sites.at('site_id', row);
    byId('note-text').focus();
  }

  function ofSite(row) {
    const id = data.sites.at('site_id', row);
    return notes.filter((note) => note.site_id === id);
  }

  function start() {
    Atlas.fill(byId('note-college'), colleges().map((name) => element('option', {}, name)));
    Atlas.fill(byId('note-kind'), KINDS.map((name) => element('option', {}, name)));
    byId('note-form').addEventListener('submit', send);
    Atlas.on('select', () => subject());
    subject();
    draw();
    window.addEventListener('beforeunload', (event) => {
      if (notes.length && !saved) event.preventDefault();
    });
  }

  Atlas.notes = {
    start, add, about, ofSite, all: () => notes, markSaved: () => { saved = true; },
  };
})();
