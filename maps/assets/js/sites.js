// The sites on the map: candidates by score, retained ones by power, and which one is under the pointer.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, state, ranking } = Atlas;
  const { sites } = data;
  const look = data.island.look;

  // The power of the plan on the map: the retained one, or the variant being looked at.
  function power(row, period = state.period) {
    if (state.variant < 0) return sites.at(`it_mw_${period}`, row) ?? 0;
    return data.island.variants[state.variant].power[period]?.[sites.at('site_id', row)] ?? 0;
  }

  function retained(row) {
    return power(row) > 0;
  }

  function retainedRows() {
    return ranking.candidates.filter(retained).sort((one, other) => power(other) - power(one));
  }

  // Whatever variant is shown, the sites of the plan itself.
  function plannedRows() {
    const planned = (row) => sites.at(`it_mw_${state.period}`, row) ?? 0;
    return ranking.candidates.filter((row) => planned(row) > 0).sort((one, other) => planned(other) - planned(one));
  }

  function classOf(score) {
    return state.breaks.filter((limit) => score > limit).length;
  }

  function colour(score) {
    return look.scores[classOf(score)];
  }

  // Area in proportion to the power, the greatest site of any period giving the scale; a floor lets
  // the least one be touched.
  const greatest = Math.max(1, ...data.island.periods.flatMap((period) => ranking.candidates.map((row) => power(row, period))));

  function retainedRadius(mw, zoom) {
    return Math.max(5.5, Math.sqrt(mw / greatest) * (zoom >= 9 ? 26 : 19));
  }

  function candidateRadius(row, zoom) {
    const grown = Math.max(0, Math.min(3, zoom - 7.5));
    const rank = state.ranks[row];
    return (rank <= 20 ? 4.4 : rank <= 100 ? 3.2 : MANY ? 1.2 : 2.2) + grown * (MANY && rank > 100 ? 0.5 : 1);
  }

  function place(view, row) {
    return view.at(sites.places[2 * row], sites.places[2 * row + 1]);
  }

  function disc(pen, x, y, radius) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }

  const isArea = (row) => sites.at('source', row) === 'areas';
  const isOwn = (row) => sites.at('source', row) === 'own';

  // A friche is a disc; land that is none, a square; a site brought, a triangle on its point.
  function triangle(pen, x, y, radius) {
    pen.beginPath();
    pen.moveTo(x, y + 1.3 * radius);
    pen.lineTo(x + 1.2 * radius, y - 0.9 * radius);
    pen.lineTo(x - 1.2 * radius, y - 0.9 * radius);
    return pen.closePath();
  }

  function sign(pen, row, x, y, radius) {
    if (isOwn(row)) return triangle(pen, x, y, radius);
    if (!isArea(row)) return disc(pen, x, y, radius);
    pen.beginPath();
    return pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  function onView(view, [x, y]) {
    return x > -30 && y > -30 && x < view.width + 30 && y < view.height + 30;
  }

  // Thousands of dots are drawn as plain squares, class by class; the first hundred keep their discs.
  const MANY = ranking.candidates.length > 3000;

  // The best are drawn last, so that they stay on top of the others.
  function paintCandidates(view) {
    const pen = view.context;
    for (let row = 0; row < sites.length; row += 1) if (state.barred[row]) paintBarred(view, row);
    if (sites.shapes && view.zoom >= 9.5) paintOutlines(view);
    const discs = MANY ? Math.min(100, state.ordered.length) : state.ordered.length;
    if (MANY) paintSquares(view, discs);
    for (let k = discs - 1; k >= 0; k -= 1) {
      const row = state.ordered[k];
      const at = place(view, row);
      if (!onView(view, at)) continue;
      sign(pen, row, at[0], at[1], candidateRadius(row, view.zoom));
      pen.fillStyle = colour(state.low[row]);
      pen.strokeStyle = '#14161a';
      pen.lineWidth = state.ranks[row] <= 100 ? 1 : 0.5;
      pen.fill();
      pen.stroke();
    }
  }

  // Close up, no name hides a candidate; retained sites were named before.
  function reserveCandidates(view) {
    if (view.zoom < 9) return;
    for (const row of state.ordered.slice(0, 2000)) {
      const at = place(view, row);
      if (onView(view, at)) Atlas.labels.reserve(view, at[0], at[1], 3);
    }
  }

  function paintBarred(view, row) {
    const at = place(view, row);
    if (onView(view, at)) drawAside(view.context, at[0], at[1], state.barred[row] === 2);
  }

  function paintSquares(view, from) {
    const pen = view.context;
    for (let k = state.ordered.length - 1; k >= from; k -= 1) {
      const row = state.ordered[k];
      const at = place(view, row);
      if (!onView(view, at)) continue;
      const half = candidateRadius(row, view.zoom);
      pen.fillStyle = colour(state.low[row]);
      pen.fillRect(at[0] - half, at[1] - half, 2 * half, 2 * half);
    }
  }

  // Close up, a candidate known by its limits shows them.
  function paintOutlines(view) {
    const pen = view.context;
    view.inWorld((px) => {
      pen.lineWidth = 1.2 * px;
      for (const row of state.ordered) {
        const { path, box } = sites.shapes[row];
        if (!view.sees(box)) continue;
        pen.fillStyle = Atlas.tint(colour(state.low[row]), 0.45);
        pen.strokeStyle = '#14161a';
        pen.fill(path, 'evenodd');
        pen.stroke(path);
      }
    });
  }

  // What was put aside is a small cross, what could not be judged an open ring.
  function paintAside(view) {
    const pen = view.context;
    for (let row = 0; row < sites.length; row += 1) {
      const fate = sites.at('fate', row);
      if (fate !== 'écarté' && fate !== 'inconnu') continue;
      const [x, y] = place(view, row);
      if (onView(view, [x, y])) drawAside(pen, x, y, fate === 'inconnu');
    }
  }

  function drawAside(pen, x, y, unknown) {
    pen.strokeStyle = look.aside;
    pen.lineWidth = 1.1;
    if (unknown) {
      pen.setLineDash([2, 1.6]);
      disc(pen, x, y, 3.4);
      pen.stroke();
      pen.setLineDash([]);
      return;
    }
    pen.beginPath();
    pen.moveTo(x - 2.3, y - 2.3);
    pen.lineTo(x + 2.3, y + 2.3);
    pen.moveTo(x + 2.3, y - 2.3);
    pen.lineTo(x - 2.3, y + 2.3);
    pen.stroke();
  }

  // What the reader's own thresholds or choices take off the plan on the map.
  function struck(row) {
    return Boolean(state.barred[row]) || (state.variant < 0 && state.givenUp.has(row));
  }

  function drawRetained(pen, x, y, radius, fill, out = false) {
    const colour = out ? look.aside : look.retained;
    disc(pen, x, y, radius + 1.6);
    pen.fillStyle = Atlas.tint(colour, out ? 0.12 : 0.24);
    pen.strokeStyle = '#fff';
    pen.lineWidth = 2.2;
    pen.fill();
    pen.stroke();
    disc(pen, x, y, radius);
    pen.strokeStyle = colour;
    pen.lineWidth = out ? 1.6 : 2.4;
    pen.setLineDash(out ? [4, 3] : []);
    pen.stroke();
    pen.setLineDash([]);
    if (out) {
      strike(pen, x, y, radius * 0.7);
      return;
    }
    disc(pen, x, y, 3.2);
    pen.fillStyle = fill;
    pen.strokeStyle = '#14161a';
    pen.lineWidth = 1;
    pen.fill();
    pen.stroke();
  }

  // What the period adds: a plus on a site it opens, a thin ring at the size of one it enlarges.
  function drawChange(pen, x, y, radius, former) {
    if (former > 0 && former < radius - 0.5) {
      disc(pen, x, y, former);
      pen.lineWidth = 1;
      pen.strokeStyle = look.retained;
      pen.stroke();
    }
    if (former !== 0) return;
    const [left, top] = [x + radius * 0.72, y - radius * 0.72];
    disc(pen, left, top, 4.4);
    pen.fillStyle = look.retained;
    pen.strokeStyle = '#fff';
    pen.lineWidth = 1;
    pen.fill();
    pen.stroke();
    pen.fillStyle = '#fff';
    pen.fillRect(left - 2.5, top - 0.7, 5, 1.4);
    pen.fillRect(left - 0.7, top - 2.5, 1.4, 5);
  }

  // The radius a site had at the period before: null at the first, or while a variant is shown.
  function formerRadius(row, zoom) {
    const before = data.island.periods[data.island.periods.indexOf(state.period) - 1];
    if (before === undefined || state.variant >= 0) return null;
    const mw = power(row, before);
    return mw > 0 ? retainedRadius(mw, zoom) : 0;
  }

  function strike(pen, x, y, half) {
    pen.beginPath();
    for (const way of [1, -1]) {
      pen.moveTo(x - half, y - way * half);
      pen.lineTo(x + half, y + way * half);
    }
    pen.lineWidth = 2;
    pen.strokeStyle = look.aside;
    pen.stroke();
  }

  // The circles as they are seen on that view, the last one on top: what is drawn, named and clicked.
  function discs(view) {
    return retainedRows().map((row) => {
      const [x, y] = place(view, row);
      return { row, x, y, r: retainedRadius(power(row), view.zoom) };
    }).filter(({ x, y }) => onView(view, [x, y]));
  }

  function paintRetained(view) {
    const drawn = discs(view);
    for (const { row, x, y, r } of drawn) {
      drawRetained(view.context, x, y, r, colour(state.low[row]), struck(row));
      if (!struck(row)) drawChange(view.context, x, y, r, formerRadius(row, view.zoom));
    }
    Atlas.naming.name(view, drawn);
    for (const { x, y, r } of drawn) Atlas.labels.reserve(view, x, y, r * 0.8);
  }

  // The first twenty keep their rank in sight: a retained one has it in its name.
  function nameRanks(view) {
    const seen = state.ordered.slice(0, 20).filter((row) => !Atlas.labels.outside(view, [...place(view, row), ...place(view, row)]));
    const named = new Set((view.named ?? []).flatMap(({ rows }) => rows));
    const written = seen.filter((row) => {
      if (retained(row) && named.has(row)) return true;
      const style = { size: 10.5, weight: 700, colour: '#14161a', offset: candidateRadius(row, view.zoom) };
      return Atlas.labels.write(view, String(state.ranks[row]), ...place(view, row), style);
    });
    view.ranks = { seen: seen.length, written: written.length };
  }

  function paintSelected(view) {
    if (state.selected < 0) return;
    const [x, y] = place(view, state.selected);
    const pen = view.context;
    const radius = (retained(state.selected) ? retainedRadius(power(state.selected), view.zoom) : 6) + 5;
    for (const [width, ink] of [[5, '#fff'], [2.5, look.selected]]) {
      disc(pen, x, y, radius);
      pen.lineWidth = width;
      pen.strokeStyle = ink;
      pen.stroke();
    }
  }

  function bestByCommune() {
    const best = new Map();
    for (const row of ranking.candidates) {
      const code = sites.at('commune_code', row);
      best.set(code, Math.max(best.get(code) ?? -Infinity, state.low[row]));
    }
    return best;
  }

  function latLng(row) {
    const [longitude, latitude] = Atlas.degrees(sites.places[2 * row], sites.places[2 * row + 1]);
    return [latitude, longitude];
  }

  Atlas.sites = {
    power, retained, retainedRows, plannedRows, reserveCandidates, classOf, colour, retainedRadius, bestByCommune, latLng, struck, candidateRadius, drawChange, formerRadius,
    hasAreas: Array.from({ length: sites.length }, (_, row) => row).some(isArea),
    hasOwn: Array.from({ length: sites.length }, (_, row) => row).some(isOwn),
    triangle,
    paintCandidates, paintAside, paintRetained, paintSelected, nameRanks, drawRetained, drawAside,
  };
})();
