// The worker: HiGHS, one kept model, and the answers to what the page asks.
(() => {
  'use strict';
  const { Room } = globalThis;
  let search = null;
  let start = null;

  async function open({ wasm, program }) {
    // The module is handed over: this build would ask the network for « wasmBinary » all the same.
    const highs = await Module({
      instantiateWasm: (imports, done) => { WebAssembly.instantiate(wasm, imports).then((found) => done(found.instance)); },
    });
    const read = new Room.Program(JSON.parse(program));
    search = new Room.Search(highs, read);
    start = Room.discreteOfPlan(read);
    search.take(read.settled([]));
    search.relax();
    return { kind: 'ready' };
  }

  function ask({ id, demands, before, seconds }) {
    search.take(search.program.settled(demands));
    const tell = (message) => postMessage({ ...message, id });
    const answer = search.plan([...(before ? [before] : []), start], tell, seconds);
    if (answer.kind !== 'impossible') return { ...answer, discrete: answer.values && search.discreteOf(answer.values) };
    return { ...answer, ...Room.conflict(search, demands, tell) };
  }

  onmessage = async ({ data }) => {
    try {
      const answer = data.kind === 'open' ? await open(data) : ask(data);
      postMessage({ ...answer, id: data.id });
    } catch (problem) {
      postMessage({ kind: 'failed', id: data.id, why: String(problem?.message ?? problem) });
    }
  };
})();
