// The ranked table: the same facts as the map, sortable, filtered, walked with the arrow keys.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, sites: onMap, state, ranking, byId } = Atlas;
  const { sites } = data;
  const PAGE = 60;
  const view = { sort: 'rang', down: false, shown: PAGE, only: 'candidats', search: '', stable: false, focus: 0 };

  const FATES = {
    candidats: () => state.ordered,
    retenus: () => state.ordered.filter((row) => onMap.retained(row)),
    ecartes: () => rowsOf('écarté'),
    seuils: () => ranking.candidates.filter((row) => state.barred[row]),
    inconnus: () => rowsOf('inconnu'),
    fusionnes: () => rowsOf('fusionné'),
  };

  function rowsOf(fate) {
    return sites.columns.fate.flatMap((value, row) => (value === fate ? [row] : []));
  }

  const columns = [
    { id: 'rang', label: 'Rang', title: 'Rang parmi les candidats', number: true, key: (row) => state.ranks[row] || Infinity, cell: rankCell },
    { id: 'site', label: 'Site', key: (row) => Atlas.siteName(row), cell: siteCell, header: true },
    {
      id: 'score', label: 'Score', title: 'Score sur 100, au moins bien et au mieux de ce qui n’est pas connu', number: true,
      key: (row) => state.low[row], cell: scoreCell, best: true,
    },
    {
      id: 'mw', label: 'MW', title: 'Puissance informatique retenue', number: true, best: true,
      key: (row) => onMap.power(row), cell: (row) => (onMap.retained(row) ? Atlas.number(onMap.power(row), 1) : '–'),
    },
    {
      id: 'ha', label: 'ha', title: 'Surface utile', number: true, best: true,
      key: (row) => sites.at('usable_area_m2', row) ?? -1, cell: (row) => hectares(sites.at('usable_area_m2', row)),
    },
    {
      id: 'km', label: 'Poste, km', title: 'Distance au poste électrique le plus proche', number: true,
      key: (row) => sites.at('yard_distance_km', row) ?? Infinity, cell: (row) => Atlas.number(sites.at('yard_distance_km', row), 1),
    },
  ];

  function hectares(area) {
    return Atlas.isNumber(area) ? Atlas.number(area / 1e4, 1) : '–';
  }

  // Beside the rank, how far the chosen weights have moved the site.
  function rankCell(row) {
    const rank = state.ranks[row];
    if (!rank) return '–';
    const said = Atlas.notes?.ofSite(row).length;
    const moved = (sites.at('rank', row) ?? rank) - rank;
    const sign = moved > 0 ? `▲${moved}` : `▼${-moved}`;
    return [Atlas.number(rank, 0), said ? element('span', { class: 'noted', title: `${said} note(s)` }, '✎') : null, state.weighted && moved ? element('small', { class: 'moved' }, ` ${sign}`) : null];
  }

  function siteCell(row) {
    const [commune, departement] = [sites.at('commune_name', row), sites.at('departement_name', row)];
    const told = commune && siteNameHas(row, commune);
    const place = [told ? null : commune, departement].filter(Boolean).join(', ');
    const kept = onMap.retained(row) ? element('span', { class: 'chip kept' }, 'retenu') : null;
    return [element('span', { class: 'name' }, Atlas.siteName(row)), ' ', kept, element('small', {}, [place, sites.at('site_id', row)].filter(Boolean).join(' · '))];
  }

  function siteNameHas(row, commune) {
    return Atlas.siteName(row).includes(commune);
  }

  function scoreCell(row) {
    if (!Atlas.isNumber(state.low[row])) return '–';
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = onMap.colour(state.low[row]);
    const share = sites.at('first_share', row);
    const stable = view.stable && Atlas.isNumber(share) ? element('small', {}, `${Atlas.number(100 * share, 0)} %`) : null;
    return [element('span', { class: 'nowrap' }, swatch, Atlas.interval(state.low[row], state.high[row], '', 1)), Atlas.charts.valueBar(row), stable];
  }

  function matching() {
    const wanted = plain(view.search);
    const rows = FATES[view.only]().filter((row) => !wanted || plain(searchable(row)).includes(wanted));
    const column = columns.find((entry) => entry.id === view.sort);
    if (column.id === 'rang' && !view.down) return rows;
    return [...rows].sort((one, other) => compare(column.key(one), column.key(other)) * (view.down ? -1 : 1));
  }

  function searchable(row) {
    const parts = ['site_id', 'name_fr', 'commune_name', 'epci_name', 'departement_name', 'yard_name'];
    return parts.map((name) => sites.at(name, row) ?? '').join(' ');
  }

  // Search forgives accents, capitals, hyphens.
  function plain(text) {
    return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[-’']/g, ' ').toLowerCase().trim();
  }

  function compare(one, other) {
    if (typeof one === 'string') return one.localeCompare(other, 'fr');
    const [left, right] = [one, other].map((value) => (Number.isNaN(value) ? -Infinity : value));
    return left === right ? 0 : left < right ? -1 : 1;
  }

  function draw() {
    const rows = matching();
    const page = rows.slice(0, view.shown);
    if (!page.includes(state.selected)) view.focus = page[0] ?? -1;
    else view.focus = state.selected;
    Atlas.fill(byId('ranking-head'), columns.map(heading));
    Atlas.fill(byId('ranking-rows'), page.map(line));
    Atlas.fill(byId('ranking-caption'), caption(rows.length, page.length));
    byId('ranking-none').hidden = rows.length > 0;
    Atlas.fill(byId('ranking-none'), rows.length ? '' : nothing());
    byId('more').hidden = rows.length <= page.length;
    Atlas.fill(byId('more'), `Afficher ${Math.min(PAGE, rows.length - page.length)} sites de plus`);
  }

  // An empty table says why, and how to fill it again.
  function nothing() {
    if (view.search) return `Aucun site ne répond à « ${view.search} ».`;
    const barred = ranking.candidates.filter((row) => state.barred[row]).length;
    if (view.only === 'candidats' && barred) {
      return [`Vos seuils écartent les ${Atlas.plural(barred, 'candidat', 'candidats')} : il n’en reste aucun à classer. `, element('button', { type: 'button', class: 'link', onclick: () => Atlas.forbid(state.thresholds.map(() => null)) }, 'Lever tous les seuils')];
    }
    if (view.only === 'retenus' && barred && onMap.retainedRows().length) return 'Vos seuils écartent tous les sites retenus : voyez « Écartés par vos seuils ».';
    return 'Aucun site dans cette liste.';
  }

  function caption(total, shown) {
    const kind = byId('only').selectedOptions[0]?.textContent ?? '';
    return `${kind} : ${Atlas.number(shown, 0)} affichés sur ${Atlas.number(total, 0)}. Score sur 100, un bloc par critère, hachuré ce qui n’est pas connu ; puissance en MW informatiques en ${state.period} ; surface utile en ha.`;
  }

  function heading(column) {
    const sorted = view.sort === column.id ? (view.down ? 'descending' : 'ascending') : null;
    const button = element('button', { type: 'button', title: column.title }, column.label);
    button.addEventListener('click', () => sortBy(column));
    return element('th', { scope: 'col', 'aria-sort': sorted, class: column.number ? 'number' : null }, button);
  }

  function sortBy(column) {
    view.down = view.sort === column.id ? !view.down : Boolean(column.best);
    view.sort = column.id;
    draw();
    byId('ranking-head').querySelector('[aria-sort] button')?.focus();
  }

  function line(row) {
    const chosen = row === state.selected;
    const cells = columns.map((column) =>
      element(column.header ? 'th' : 'td', { scope: column.header ? 'row' : null, class: column.number ? 'number' : null }, column.cell(row)),
    );
    const attributes = {
      tabindex: row === view.focus ? 0 : -1, 'data-row': row, 'aria-current': chosen ? 'true' : null,
      class: onMap.retained(row) ? 'kept' : null,
    };
    return element('tr', attributes, cells);
  }

  const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

  // One stop in the tab order; arrows walk the rows, Enter chooses.
  function onKey(event) {
    const line = event.target.closest('tr');
    if (!line) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      Atlas.select(Number(line.dataset.row), 'tableau');
      return;
    }
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const lines = [...byId('ranking-rows').children];
    const next = lines[Math.max(0, Math.min(lines.length - 1, lines.indexOf(line) + step))];
    line.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function onSelect() {
    if (state.selected < 0) return;
    const fate = sites.at('fate', state.selected);
    if (state.selectedFrom !== 'tableau' && fate === 'candidat') reveal(state.selected);
    else mark();
  }

  function mark() {
    for (const line of byId('ranking-rows').children) {
      const chosen = Number(line.dataset.row) === state.selected;
      if (chosen) line.setAttribute('aria-current', 'true');
      else line.removeAttribute('aria-current');
      line.tabIndex = chosen ? 0 : -1;
    }
    if (!byId('ranking-rows').querySelector('[tabindex="0"]')) byId('ranking-rows').firstElementChild?.setAttribute('tabindex', '0');
  }

  function reveal(row) {
    const position = matching().indexOf(row);
    if (position >= view.shown) view.shown = Math.ceil((position + 1) / PAGE) * PAGE;
    draw();
    byId('ranking-rows').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  function goBack() {
    Atlas.showTab('classement');
    const line = byId('ranking-rows').querySelector('[aria-current]') ?? byId('ranking-rows').querySelector('[tabindex="0"]');
    line?.focus({ preventScroll: false });
  }

  // The share the calculation found, whatever weights are chosen here: the page measures nothing anew.
  function showStability() {
    view.stable = !view.stable;
    draw();
    return view.stable;
  }

  function start() {
    byId('ranking-rows').addEventListener('keydown', onKey);
    byId('ranking-rows').addEventListener('click', (event) => {
      const line = event.target.closest('tr');
      if (line) Atlas.select(Number(line.dataset.row), 'tableau');
    });
    byId('more').addEventListener('click', () => {
      view.shown += PAGE;
      draw();
    });
    byId('only').addEventListener('change', (event) => {
      Object.assign(view, { only: event.target.value, shown: PAGE });
      draw();
    });
    byId('search').addEventListener('input', (event) => {
      Object.assign(view, { search: event.target.value, shown: PAGE });
      draw();
    });
    Atlas.on('period', draw);
    Atlas.on('weights', draw);
    Atlas.on('select', onSelect);
    Atlas.on('notes', draw);
    draw();
  }

  Atlas.table = { start, matching, plain, showStability, hectares, goBack };
})();
