// What the room asks: a list of demands, said in words, undone one by one, kept in the address.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data } = Atlas;
  const { sites } = data;
  const FORMAT = 'siting-salle';
  const HOW = { hard: 'dure', soft: 'souple', off: 'levée' };
  const PLACE = {
    commune_code: ['commune', 'la commune', 'commune_name'], epci_code: ['intercommunalité', 'l’intercommunalité', 'epci_name'],
    departement_code: ['département', 'le département', 'departement_name'], sector_code: ['bassin', 'le bassin', 'sector_name'], zre: ['zone de répartition des eaux (ZRE)', '', ''],
  };
  let program = null;
  let asked = [];

  const row = (id) => Atlas.rowOf.get(id);
  const siteName = (id) => (row(id) === undefined ? id : `${sites.at('commune_name', row(id)) ?? ''} (${id})`);

  function placeName(kind, code) {
    const { id, [kind]: codes } = program.document.sites;
    const at = (codes ?? []).indexOf(code);
    return (at >= 0 && row(id[at]) !== undefined && sites.at(PLACE[kind][2], row(id[at]))) || code;
  }

  function say(demand) {
    const [kind, ...rest] = demand;
    const rule = program.rules.get(rest[0]);
    const value = rule?.values.find(({ key }) => key === rest[1]);
    const term = program.document.terms.find(({ name }) => name === rest[0]);
    switch (kind) {
      case 'keep': return `Garder ${siteName(rest[0])}`;
      case 'ban': return `Écarter ${siteName(rest[0])}`;
      case 'min': return `Au moins ${Atlas.quantity(rest[1], 'MW')} à ${siteName(rest[0])}`;
      case 'max': return `Au plus ${Atlas.quantity(rest[1], 'MW')} à ${siteName(rest[0])}`;
      case 'need': return `Besoin total de ${Atlas.quantity(rest[1], 'MW')} en ${rest[0]}`;
      case 'largest': return `Aucun site de plus de ${Atlas.quantity(rest[0], 'MW')}`;
      case 'sites': return `Au plus ${Atlas.plural(rest[0], 'site', 'sites')}`;
      case 'heat': return `Au moins ${Atlas.quantity(rest[0], 'GWh/an')} de chaleur utile`;
      case 'each': return 'Au moins un site par département';
      case 'shut': return rest[0] === 'zre' ? 'Aucun site en ZRE, ni d’état inconnu' : `Aucun site dans ${PLACE[rest[0]][1]} ${placeName(rest[0], rest[1])}`;
      case 'rule': return `${rule.label} : ${HOW[rest[1]]}`;
      case 'value': return `${value.label} : ${amount(rest[2], value.unit)}`;
      case 'cooling': return `Refroidissements : ${rest[0].split(',').map((id) => program.document.designs.find((each) => each.id === id)?.label ?? id).join(', ')}`;
      default: return `${term.label} : pondération ${Atlas.number(rest[1], 2)}`;
    }
  }

  const amount = (value, unit) => (unit === '1' && value <= 1 ? Atlas.quantity(100 * value, '%', 1) : Atlas.quantity(value, unit));

  function add(demand) {
    const [kept] = program.understood([demand]);
    if (!kept) return false;
    const key = window.Room.keyOf(kept);
    // A field left after its figure was read says it again: nothing new is asked.
    if (asked.some((each) => JSON.stringify(each) === JSON.stringify(kept))) return true;
    asked = [...asked.filter((each) => window.Room.keyOf(each) !== key), kept];
    Atlas.tell('room-asked');
    return true;
  }

  function remove(demand) {
    asked = asked.filter((each) => each !== demand);
    Atlas.tell('room-asked');
  }

  // Back to what the scenario says: the demand leaves the list, whatever its figure.
  function withdraw(like) {
    const key = window.Room.keyOf(like);
    if (!asked.some((each) => window.Room.keyOf(each) === key)) return;
    asked = asked.filter((each) => window.Room.keyOf(each) !== key);
    Atlas.tell('room-asked');
  }

  function replace(demands) {
    asked = program.understood(demands);
    Atlas.tell('room-asked');
    return asked.length;
  }

  const find = (like) => asked.find((each) => window.Room.keyOf(each) === window.Room.keyOf(like));

  // The file: what was asked, and what the page answered, for « siting run --from-room ».
  function file(answer) {
    const { identity } = data.island;
    return `${JSON.stringify({ format: FORMAT, version: 1, scenario: identity.name, title: identity.title, demands: asked, said: asked.map(say), answer }, null, 1)}\n`;
  }

  function fromFile(text) {
    const read = JSON.parse(text);
    if (read?.format !== FORMAT) throw new Error('ce n’est pas un fichier de la salle');
    const count = Array.isArray(read.demands) ? read.demands.length : 0;
    const kept = replace(read.demands);
    const other = read.scenario && read.scenario !== data.island.identity.name ? ` Il portait sur le scénario « ${String(read.scenario).slice(0, 80)} ».` : '';
    return `${Atlas.plural(kept, 'demande relue', 'demandes relues')}${count > kept ? `, ${Atlas.plural(count - kept, 'laissée', 'laissées')} de côté` : ''}.${other}`;
  }

  Atlas.demands = {
    PLACE, HOW, add, remove, withdraw, replace, find, say, siteName, placeName, amount, file, fromFile,
    use: (read) => { program = read; },
    get all() { return asked; },
    address: () => (asked.length ? JSON.stringify(asked) : ''),
  };
})();
