// Finding a place or a site: commune without accents, INSEE code, site's name or number.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId } = Atlas;
  const { communes, sites } = data;
  const MOST = 8;
  let found = [];
  let active = -1;

  const plain = (text) => Atlas.table.plain(String(text ?? ''));

  // Whole name first, then its beginning, then any part; communes before sites.
  function search(text) {
    const wanted = plain(text);
    if (wanted.length < 2) return [];
    const mark = (words) => (words.some((word) => word === wanted) ? 0 : words.some((word) => word.startsWith(wanted)) ? 1 : words.some((word) => word.includes(wanted)) ? 2 : 9);
    const places = (communes?.table.columns.name ?? []).map((name, row) => {
      const code = communes.table.at('code', row);
      return { mark: mark([plain(name), plain(code)]), text: `${name} (${code})`, kind: 'commune', row };
    });
    const lands = Array.from({ length: sites.length }, (_, row) => {
      const words = [Atlas.siteName(row), sites.at('site_id', row)].map(plain);
      return { mark: mark(words) + 0.5, text: `${Atlas.siteName(row)}${words[0].includes(words[1]) ? '' : ` (${sites.at('site_id', row)})`}`, kind: Atlas.sites.retained(row) ? 'site retenu' : 'site', row };
    });
    return [...places, ...lands].filter((entry) => entry.mark < 9).sort((one, other) => one.mark - other.mark || one.text.localeCompare(other.text, 'fr')).slice(0, MOST);
  }

  function suggest() {
    found = search(byId('commune').value);
    active = -1;
    draw();
    const typed = plain(byId('commune').value).length;
    say(typed >= 2 && !found.length ? 'Aucune commune ni aucun site de ce nom ou de ce code.' : '');
  }

  function draw() {
    const list = byId('commune-found');
    Atlas.fill(list, found.map((entry, k) => {
      const line = element('li', { role: 'option', id: `trouve-${k}`, 'aria-selected': String(k === active) }, entry.text, element('small', {}, ` ${entry.kind}`));
      line.addEventListener('mousedown', (event) => {
        event.preventDefault();
        choose(entry);
      });
      return line;
    }));
    list.hidden = !found.length;
    byId('commune').setAttribute('aria-expanded', String(found.length > 0));
    if (active >= 0) byId('commune').setAttribute('aria-activedescendant', `trouve-${active}`);
    else byId('commune').removeAttribute('aria-activedescendant');
  }

  function choose({ kind, row, text }) {
    close();
    byId('commune').value = text;
    if (kind === 'commune') {
      const [left, top, right, bottom] = communes.shapes[row].box;
      const [longitude, latitude] = Atlas.degrees((left + right) / 2, (top + bottom) / 2);
      Atlas.chart.goTo([latitude, longitude], 11);
      say(`Carte centrée sur ${communes.table.at('name', row)}.`);
      return;
    }
    if (sites.at('fate', row) !== 'candidat') Atlas.layers.choose([...new Set([...Atlas.layers.chosen(), 'ecartes'])]);
    Atlas.select(row, 'recherche');
    Atlas.chart.goTo(Atlas.sites.latLng(row), Math.max(11, Atlas.chart.map.getZoom()));
    say('');
  }

  function close() {
    found = [];
    active = -1;
    draw();
  }

  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    if (!step || !found.length) return;
    event.preventDefault();
    active = (active + step + found.length) % found.length;
    draw();
  }

  // Enter takes what is pointed at, else the best answer; when there is none, everyone is told.
  function submit(event) {
    event.preventDefault();
    found = active >= 0 ? found : search(byId('commune').value);
    const entry = found[Math.max(0, active)];
    if (entry) choose(entry);
    else say('Aucune commune ni aucun site de ce nom ou de ce code.');
  }

  function say(text) {
    Atlas.fill(byId('commune-said'), text);
    byId('commune-said').hidden = !text;
  }

  function start() {
    const field = byId('commune');
    field.addEventListener('input', suggest);
    field.addEventListener('keydown', onKey);
    field.addEventListener('blur', close);
    byId('commune-form').addEventListener('submit', submit);
  }

  Atlas.finder = { start, search };
})();
