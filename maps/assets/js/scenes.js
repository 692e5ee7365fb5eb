// « Présenter » : full-screen scenes for a room, one finding each, walked with the arrow keys.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId } = Atlas;
  const { scenes } = data.island;
  let here = 0;
  let spoken = false;

  const dialog = () => byId('scenes');

  function figure({ label, value, doubt }) {
    return element('div', {}, element('dt', {}, label), element('dd', {}, value), doubt ? element('dd', { class: 'doubt' }, doubt) : null);
  }

  // The map of a scene is read from the back of the room: the plan and what exists, names 20 points high.
  const [WIDE, HIGH, SHARP] = [400, 350, 4];

  function plate(scene) {
    if (!scene.map) return null;
    const canvas = document.createElement('canvas');
    const view = Atlas.layers.during(['plan', 'existants', 'noms'], () => Atlas.surface.picture(canvas, Atlas.chart.home, WIDE, HIGH, SHARP));
    const letters = Atlas.picture.letters(view);
    const said = Atlas.typeset(`Carte du plan en ${Atlas.state.period} : ${Atlas.sites.retainedRows().map(Atlas.naming.fullName).join(', ') || 'aucun site'}.`);
    return element('figure', { class: 'scene-map' }, element('img', { src: canvas.toDataURL('image/png'), alt: said }), letters ? element('figcaption', {}, letters) : null);
  }

  function body(scene, k) {
    return element(
      'article', { class: scene.map ? 'scene with-map' : 'scene' },
      element('p', { class: 'scene-place' }, `${k + 1} / ${scenes.length} · ${data.island.identity.title}`),
      element('h2', { id: `scene-${k}`, tabindex: -1 }, scene.title),
      element(
        'div', { class: 'scene-body' },
        element('div', {}, scene.figures.length ? element('dl', {}, scene.figures.map(figure)) : null, scene.lines.length ? element('ul', {}, scene.lines.map((line) => element('li', {}, line))) : null),
        plate(scene),
      ),
      element('p', { class: 'scene-notes', hidden: !spoken }, scene.notes),
    );
  }

  function show(k, focus = true) {
    here = Math.max(0, Math.min(scenes.length - 1, k));
    Atlas.fill(byId('scene'), body(scenes[here], here));
    byId('scene-before').disabled = here === 0;
    byId('scene-after').disabled = here === scenes.length - 1;
    if (focus) byId(`scene-${here}`).focus();
  }

  function open() {
    dialog().showModal();
    dialog().requestFullscreen?.().catch(() => {});
    show(0);
  }

  function close() {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    dialog().close();
    byId('present').focus();
  }

  const STEPS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Home: -Infinity, End: Infinity };

  function onKey(event) {
    if (event.target.tagName === 'BUTTON' && event.key === ' ') return;
    if (event.key.toLowerCase() === 'n') notes();
    else if (STEPS[event.key] !== undefined) show(here + STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  function notes() {
    spoken = !spoken;
    byId('scene-speak').setAttribute('aria-pressed', String(spoken));
    show(here, false);
  }

  // Slides on paper: every scene on a sheet of its own, its notes below.
  function print() {
    spoken = true;
    Atlas.fill(byId('scene'), scenes.map(body));
    document.documentElement.dataset.printing = 'scenes';
    window.print();
    delete document.documentElement.dataset.printing;
    spoken = byId('scene-speak').getAttribute('aria-pressed') === 'true';
    show(here, false);
  }

  function start() {
    byId('present').addEventListener('click', open);
    byId('scene-before').addEventListener('click', () => show(here - 1, false));
    byId('scene-after').addEventListener('click', () => show(here + 1, false));
    byId('scene-speak').addEventListener('click', notes);
    byId('scene-print').addEventListener('click', print);
    byId('scene-close').addEventListener('click', close);
    dialog().addEventListener('keydown', onKey);
    dialog().addEventListener('cancel', (event) => {
      event.preventDefault();
      close();
    });
  }

  Atlas.scenes = { start, open, close, show, all: scenes };
})();
