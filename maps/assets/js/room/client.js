// The solver, opened when first asked: blocks of the page, unpacked, run in a worker of its own.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { byId } = Atlas;
  let worker = null;
  let opening = null;
  let busy = 0;
  let number = 0;
  let listener = null;
  let program = null;

  const holds = () => byId('room-program') !== null;
  const able = () => typeof Worker === 'function' && typeof WebAssembly === 'object' && typeof DecompressionStream === 'function';

  async function unpacked(id) {
    const text = atob(byId(id).textContent);
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer();
  }

  const words = async (id) => new TextDecoder().decode(await unpacked(id));

  // The program alone, for the page to write its gestures and to check answers.
  async function read() {
    program ??= new window.Room.Program(JSON.parse(await words('room-program')));
    return program;
  }

  async function opened() {
    const [code, text, wasm] = await Promise.all([words('room-code'), words('room-program'), unpacked('room-solver')]);
    const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    const started = new Worker(address);
    URL.revokeObjectURL(address);
    await new Promise((done, fail) => {
      started.onerror = () => fail(new Error('le solveur ne s’ouvre pas dans ce navigateur'));
      started.onmessage = ({ data }) => (data.kind === 'ready' ? done() : fail(new Error(data.why)));
      started.postMessage({ kind: 'open', wasm, program: text });
    });
    started.onmessage = ({ data }) => {
      if (data.id !== busy) return;
      if (!['plan', 'bound', 'clash'].includes(data.kind)) busy = 0;
      listener?.(data);
    };
    started.onerror = () => listener?.({ kind: 'failed', why: 'le solveur s’est arrêté' });
    worker = started;
  }

  // A question asked while another is being worked on takes its place: the worker is opened anew.
  async function ask(question, tell) {
    number += 1;
    const mine = number;
    if (busy && worker) {
      worker.terminate();
      worker = opening = null;
    }
    busy = mine;
    listener = tell;
    opening ??= opened();
    try {
      await opening;
    } catch (problem) {
      opening = null;
      busy = 0;
      if (mine === number) tell({ kind: 'failed', why: problem.message });
      return;
    }
    if (mine === number) worker.postMessage({ ...question, kind: 'ask', id: mine });
  }

  function stop() {
    number += 1;
    if (busy && worker) {
      worker.terminate();
      worker = opening = null;
    }
    busy = 0;
  }

  Atlas.solver = { holds, able, read, ask, stop };
})();
