// The ranking as a spreadsheet reads it: semicolons, decimal commas, and no cell taken for a formula.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, state, sites: onMap, ranking } = Atlas;
  const { sites, island } = data;

  function cell(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? String(value).replace('.', ',') : '';
    let text = String(value ?? '');
    if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  const round = (value, digits = 2) => (Atlas.isNumber(value) ? Number(value.toFixed(digits)) : NaN);

  function header() {
    return [
      'rang', 'site_id', 'nom', 'commune', 'code_insee', 'departement', 'score_bas', 'score_haut',
      ...island.periods.map((period) => `mw_informatiques_${period}`),
      'surface_utile_ha', 'poste_le_plus_proche', 'distance_poste_le_plus_proche_km', 'zre', 'zone_plu',
      ...ranking.graded.map((criterion) => `note_${criterion.criterion}`),
    ];
  }

  function line(row) {
    return [
      state.ranks[row], sites.at('site_id', row), sites.at('name_fr', row), sites.at('commune_name', row),
      sites.at('commune_code', row), sites.at('departement_code', row), round(state.low[row]), round(state.high[row]),
      ...island.periods.map((period) => round(onMap.power(row, period))),
      round((sites.at('usable_area_m2', row) ?? NaN) / 1e4), sites.at('yard_name', row),
      round(sites.at('yard_distance_km', row)), Atlas.yesNo(sites.at('zre', row)), sites.at('plu_zone', row),
      ...ranking.graded.map((criterion) => round(criterion.verdicts.at('score_low', row), 4)),
    ];
  }

  function rankingCsv() {
    const weights = ranking.graded.map((criterion, k) => `${criterion.criterion}=${round(state.weights[k])}`).join(' ');
    const asked = ranking.graded.flatMap((criterion, k) => (state.thresholds[k] === null ? [] : [`${criterion.criterion} ${state.senses[k] === '>=' ? 'au moins' : 'au plus'} ${round(state.thresholds[k], 4)}`]));
    const foot = [`# poids : ${weights}`, `# scénario : ${island.identity.name} ; règles du ${Atlas.date(island.identity.reference_date)}`, ...(asked.length ? [`# seuils éliminatoires : ${asked.join(' ; ')}`] : [])];
    const lines = [header(), ...state.ordered.map(line), ...foot.map((text) => [text])];
    return `\ufeff${lines.map((cells) => cells.map(cell).join(';')).join('\r\n')}\r\n`;
  }

  function save(blob, name) {
    const link = Atlas.element('a', { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function saveRanking() {
    save(new Blob([rankingCsv()], { type: 'text/csv;charset=utf-8' }), 'classement.csv');
  }

  function savePicture() {
    const canvas = document.createElement('canvas');
    Atlas.picture.draw(canvas, Atlas.chart.seen());
    canvas.toBlob((blob) => save(blob, 'carte.png'));
  }

  Atlas.export = { cell, rankingCsv, saveRanking, savePicture, save };
})();
