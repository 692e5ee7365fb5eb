// The room: a demand is made, the plan answers, and the answer is said, drawn and checked.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId, state, demands, solver, roomAnswer } = Atlas;
  const SECONDS = 10;
  const REST = 120;
  let program = null;
  let opening = null;
  let latest = null; // the last answer that held
  let waiting = 0;
  let before = null; // the yes and no of the last answer: where the next search starts

  function say(text) {
    Atlas.fill(byId('salle-said'), text);
  }

  function doing(text) {
    byId('salle-doing').hidden = !text;
    Atlas.fill(byId('salle-doing'), text);
  }

  function chips() {
    const { all } = demands;
    byId('salle-asked-none').hidden = all.length > 0;
    byId('salle-undo').disabled = byId('salle-clear').disabled = !all.length;
    byId('salle-other').hidden = !all.length;
    Atlas.fill(byId('salle-asked'), all.map((demand) => element('li', {}, demands.say(demand), element('button', { type: 'button', 'aria-label': `Retirer : ${demands.say(demand)}`, onclick: () => demands.remove(demand) }, '×'))));
  }

  function onAsked() {
    chips();
    clearTimeout(waiting);
    if (!demands.all.length) {
      solver.stop();
      rest();
      return;
    }
    doing('Le plan cherche…');
    waiting = setTimeout(search, REST);
  }

  // Nothing asked: the plan in force is back.
  function rest() {
    doing('');
    latest = before = null;
    byId('salle-answer').hidden = true;
    byId('salle-export').disabled = true;
    draw(null);
    say('Le plan en vigueur est sur la carte. Posez une première demande.');
  }

  function search() {
    const current = { bound: -Infinity };
    let shown = 0;
    solver.ask({ demands: demands.all, before, seconds: SECONDS }, (message) => {
      if (message.kind === 'bound') current.bound = message.bound / program.document.scale;
      else if (message.kind === 'plan' || message.kind === 'done') {
        const done = message.kind === 'done';
        const answer = { values: message.values, objective: message.objective / program.document.scale, bound: (done ? message.bound : null) === null ? current.bound : message.bound / program.document.scale, paid: done ? message.paid / program.document.scale : null };
        if (done) before = message.discrete;
        take(answer, done, shown);
        shown += 1;
      } else if (['clash', 'impossible'].includes(message.kind)) impossible(message);
      else {
        doing('');
        latest = null;
        byId('salle-answer').hidden = byId('salle-export').disabled = true;
        draw(null);
        say(message.kind === 'silent' ? 'Pas de plan trouvé dans le temps donné, ni de preuve qu’il n’y en a pas : retirez une demande, ou lancez « siting run --from-room ».' : `Le solveur n’a pas répondu : ${message.why}.`);
      }
    });
  }

  function take(answer, done, shown) {
    latest = roomAnswer.show(answer, done) ? answer : null;
    byId('salle-export').disabled = !(done && latest);
    const better = done ? '' : shown ? ', meilleur que le précédent' : ', premier trouvé';
    const near = done ? roomAnswer.near(answer) : '';
    draw(answer);
    say(`${roomAnswer.sentence(answer)}${better}${near ? ` ; ${near}` : ''}.`);
    doing(done ? '' : 'On cherche mieux…');
  }

  function impossible(found) {
    doing(found.kind === 'clash' ? 'On cherche ce qu’il suffirait de céder…' : '');
    latest = null;
    byId('salle-export').disabled = true;
    say(roomAnswer.refuse(found));
    draw(null);
  }

  // The room's plan goes on the map as a variant does; the plan in force comes back without it.
  function draw(answer) {
    const { variants } = data.island;
    const at = variants.findIndex((variant) => variant.room);
    if (at >= 0) {
      state.variant = -1; // nobody draws a plan that is no longer there
      variants.splice(at, 1);
    }
    if (answer) {
      const [power, figures] = [roomAnswer.powerOf(answer.values), roomAnswer.figuresOf(answer.values)];
      variants.push({ room: true, name: 'réponse de la salle', power, sums: Object.fromEntries(Object.entries(figures).map(([period, sums]) => [period, { it_mw: sums.it_mw, sites: sums.sites, water_input_m3: sums.water_input_m3, land_ha: sums.land_ha, heat_gwh: sums.heat_gwh, carbon_kt: sums.carbon_kt }])) });
      Atlas.plans.take({ power, figures, force: roomAnswer.figuresOf(roomAnswer.inForce()) });
      Atlas.chooseVariant(variants.length - 1);
    } else {
      Atlas.plans.take(null);
      Atlas.chooseVariant(-1);
    }
  }

  function exported() {
    const power = roomAnswer.powerOf(latest.values);
    return demands.file({
      objective: latest.objective, bound: latest.bound, paid: latest.paid, gap_pct: roomAnswer.gapPct(latest), verified: true,
      departements: Object.keys(program.document.extra).filter((key) => key.startsWith('departement:')).map((key) => key.split(':')[1]),
      among: program.document.sites.id.length, power, figures: roomAnswer.figuresOf(latest.values),
    });
  }

  function save() {
    Atlas.export.save(new Blob([exported()], { type: 'application/json;charset=utf-8' }), 'salle.json');
    say('Fichier salle.json enregistré : « siting run --from-room salle.json » le refait en entier.');
  }

  async function read(file) {
    if (!file) return;
    try {
      if (file.size > 2e6) throw new Error('le fichier dépasse 2 Mo');
      say(demands.fromFile(await file.text()));
    } catch (problem) {
      say(`Fichier non relu : ${problem instanceof SyntaxError ? 'ce n’est pas du JSON valable' : problem.message}.`);
    }
    byId('salle-file').value = '';
  }

  // The program is read the first time the room is opened, so that the page is ready as soon as before.
  async function open() {
    program = await solver.read();
    demands.use(program);
    roomAnswer.start(program);
    Atlas.gestures.start(program);
    Atlas.weighing.start(program);
    Atlas.on('room-asked', onAsked);
    Atlas.on('period', () => { if (latest && byId('salle-doing').hidden) roomAnswer.show(latest, true); });
    byId('salle-undo').addEventListener('click', () => demands.remove(demands.all.at(-1)));
    byId('salle-clear').addEventListener('click', () => demands.replace([]));
    byId('salle-export').addEventListener('click', save);
    byId('salle-other').addEventListener('click', () => byId('salle-site').focus());
    byId('salle-read').addEventListener('click', () => byId('salle-file').click());
    byId('salle-file').addEventListener('change', (event) => read(event.target.files[0]));
    document.documentElement.dataset.room = 'open';
  }

  const opened = () => (opening ??= open());

  function without(text) {
    byId('salle-solves').hidden = true;
    byId('salle-none').hidden = false;
    Atlas.fill(byId('salle-none'), text);
  }

  async function fromAddress(text) {
    if (!text || !solver.holds()) return;
    await opened();
    try {
      demands.replace(JSON.parse(text));
    } catch {
      // An address that is not ours is left aside.
    }
  }

  function start() {
    Atlas.plans.start();
    if (!solver.holds()) return without('Cette page ne porte pas de solveur : les plans calculés d’avance restent comparables ci-dessous.');
    if (!solver.able()) return without('Ce navigateur ne peut pas faire tourner le solveur : les plans calculés d’avance restent comparables ci-dessous.');
    byId('onglet-salle').addEventListener('click', opened);
    byId('onglet-salle').addEventListener('focus', opened);
    return undefined;
  }

  Atlas.room = { start, opened, fromAddress, exported, address: () => demands.address() };
})();
