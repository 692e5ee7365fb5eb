// What is in service already, as an audit tells it: on the map, by place, and what nobody says.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, element, byId } = Atlas;
  const parc = data.island.existing;
  if (!parc) return;

  const told = (centre) => `${centre.name}, ${centre.commune} : ${centre.figures.map(([label, text]) => `${label} ${text}`).join(' ; ') || 'aucun chiffre dit'}`;

  function places(kind, title) {
    const rows = parc.places.filter((place) => place.kind === kind);
    return element(
      'div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title },
      element(
        'table', {},
        element('caption', {}, title),
        element('thead', {}, element('tr', {}, parc.heads.map((head) => element('th', { scope: 'col' }, head)))),
        element('tbody', {}, rows.map((place) => element(
          'tr', {},
          element('th', { scope: 'row' }, place.name),
          place.cells.map((cell) => element('td', { class: 'number' }, cell)),
          element('td', {}, place.untold || 'rien'),
        ))),
      ),
    );
  }

  const panel = element(
    'details', { class: 'part', id: 'existing-part' },
    element('summary', {}, 'Existant : ce qui est en service'),
    element('p', {}, parc.status),
    element('p', { class: 'meta' }, 'Un chiffre que personne ne dit manque ; il ne vaut jamais zéro.'),
    places('departement', 'Par département'),
    places('epci', 'Par intercommunalité'),
    element('h3', {}, 'Centre par centre'),
    element('ul', { class: 'sentences' }, parc.centres.map((centre) => element(
      'li', {},
      element('strong', {}, `${centre.name}, ${centre.commune}`), ` (${centre.status}) : `,
      centre.figures.map(([label, text]) => `${label} ${text}`).join(' ; ') || 'aucun chiffre dit',
      centre.untold ? element('span', { class: 'meta' }, ` ; non dit : ${centre.untold}`) : null,
    ))),
  );
  byId('figures-part').after(panel);

  // A square ring apart from the round candidates: filled in service, hollow when announced.
  Atlas.existing = {
    show(map) {
      const marks = parc.centres.filter((centre) => Atlas.isNumber(centre.latitude)).map((centre) => {
        const inService = centre.status === 'en service';
        const mark = L.circleMarker([centre.latitude, centre.longitude], {
          radius: 7, weight: 3, color: '#1f1f1f', fillColor: '#ffd54a', fillOpacity: inService ? 1 : 0, dashArray: inService ? null : '3 3',
        });
        return mark.bindTooltip(`${told(centre)} (${centre.status}, ${centre.placed})`);
      });
      L.layerGroup(marks).addTo(map);
    },
  };
})();
