// The name of each retained site owns its circle: beside it, tied to it, or a letter and a list.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data, state, labels } = Atlas;
  const look = data.island.look;
  const FAR = [10, 22, 36, 54, 76];
  const NEAR = [2, 8, 16, 26, 40];
  const CLEAR = 5;
  const ADJACENT = 3;
  const TOGETHER = 7;
  const STYLE = { size: 13, weight: 700 };

  const middle = ([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2];

  function nearest([left, top, right, bottom], x, y) {
    return [Math.max(left, Math.min(x, right)), Math.max(top, Math.min(y, bottom))];
  }

  function gap(box, disc) {
    const [x, y] = nearest(box, disc.x, disc.y);
    return Math.hypot(x - disc.x, y - disc.y) - disc.r;
  }

  // Beside its circle, and nearer to it than to any other, by its edge and by its middle.
  function owns(box, disc, discs) {
    const [x, y] = middle(box);
    const apart = (other) => Math.hypot(x - other.x, y - other.y) - other.r;
    return discs.every((other) => other === disc || (gap(box, other) > gap(box, disc) + CLEAR && apart(other) > apart(disc) + CLEAR));
  }

  // Whether a segment meets a box (Liang and Barsky).
  function meets([x0, y0, x1, y1], [left, top, right, bottom]) {
    let [from, to] = [0, 1];
    for (const [way, room] of [[x0 - x1, x0 - left], [x1 - x0, right - x0], [y0 - y1, y0 - top], [y1 - y0, bottom - y0]]) {
      if (way === 0 && room < 0) return false;
      if (way < 0) from = Math.max(from, room / way);
      if (way > 0) to = Math.min(to, room / way);
    }
    return from <= to;
  }

  function cross([ax, ay, bx, by], [cx, cy, dx, dy]) {
    const side = (px, py, qx, qy, rx, ry) => Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
    return side(ax, ay, bx, by, cx, cy) !== side(ax, ay, bx, by, dx, dy) && side(cx, cy, dx, dy, ax, ay) !== side(cx, cy, dx, dy, bx, by);
  }

  function toSegment([x0, y0, x1, y1], x, y) {
    const long = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const share = long ? Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / long)) : 0;
    return Math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0));
  }

  // Free: inside what is seen, over no circle, no other name, no line that ties one.
  function free(view, box, discs, ties) {
    return !labels.outside(view, box) && !labels.overlaps(view.labels, box) && discs.every((disc) => gap(box, disc) > 1)
      && ties.every((tie) => !meets(tie, box));
  }

  function clear(view, tie, disc, discs, ties) {
    return !view.labels.some((box) => meets(tie, box)) && !ties.some((other) => cross(tie, other))
      && discs.every((other) => other === disc || toSegment(tie, other.x, other.y) > CLEAR);
  }

  // The whole search for one text: beside first, then further away with a line to the middle.
  function place(view, size, disc, discs, ties, reaches) {
    const { x, y, r } = disc;
    const boxes = (reach) => labels.around(x, y, size.width, size.height, r + reach)
      .map(([left, top]) => [left - 2, top - 1, left + size.width + 2, top + size.height + 1]);
    for (const box of boxes(ADJACENT)) {
      if (free(view, box, discs, ties) && owns(box, disc, discs)) return { box, tie: null };
    }
    for (const box of [ADJACENT, ...reaches].flatMap(boxes)) {
      const tie = [...nearest(box, x, y), x, y];
      if (free(view, box, discs, ties) && clear(view, tie, disc, discs, ties)) return { box, tie };
    }
    return null;
  }

  const letter = (k) => (k < 26 ? '' : String.fromCharCode(64 + Math.floor(k / 26))) + String.fromCharCode(65 + (k % 26));

  // Two sites of one commune are told apart by their area, as in every list of the plan.
  function placeName(row) {
    const commune = data.sites.at('commune_name', row) ?? Atlas.siteName(row);
    const twins = Atlas.sites.retainedRows().filter((other) => data.sites.at('commune_code', other) === data.sites.at('commune_code', row));
    return twins.length > 1 ? `${commune}, ${Atlas.number((data.sites.at('area_m2', row) ?? 0) / 1e4, 1)} ha` : commune;
  }

  function fullName(row) {
    const mw = Atlas.sites.power(row);
    const rank = Atlas.layers.isOn('rangs') && state.ranks[row] > 0 && state.ranks[row] <= 20 ? ` · rang ${state.ranks[row]}` : '';
    return `${placeName(row)} ${Atlas.quantity(short(mw), 'MW')}${rank}`;
  }

  const short = (mw) => (mw < 10 ? Math.round(mw * 10) / 10 : Math.round(mw));

  // Circles with one middle, as far as an eye can tell, are named together.
  function groups(discs) {
    const found = [];
    for (const disc of discs) {
      const near = found.filter((group) => group.some(({ x, y }) => Math.hypot(x - disc.x, y - disc.y) < TOGETHER));
      for (const group of near) found.splice(found.indexOf(group), 1);
      found.push([...near.flat(), disc]);
    }
    return found.map((group) => {
      const [x, y] = ['x', 'y'].map((way) => group.reduce((sum, disc) => sum + disc[way], 0) / group.length);
      const r = Math.max(...group.map((disc) => Math.hypot(disc.x - x, disc.y - y) + disc.r));
      return { x, y, r, rows: group.map(({ row }) => row) };
    });
  }

  // One site: its name. Several of one commune: how many. Of several communes: only a letter can tell.
  function groupName(rows) {
    if (rows.length === 1) return fullName(rows[0]);
    const communes = new Set(rows.map((row) => data.sites.at('commune_name', row)));
    const mw = rows.reduce((sum, row) => sum + Atlas.sites.power(row), 0);
    return communes.size === 1 ? `${[...communes][0]}, ${rows.length} sites ${Atlas.quantity(short(mw), 'MW')}` : null;
  }

  // Every retained circle in view gets a name, a letter, or at least a line of the list.
  function name(view, discs) {
    const all = groups(discs);
    const seen = all.filter(({ x, y }) => !labels.outside(view, [x, y, x, y]));
    const ties = [];
    const left = [];
    view.named = [];
    const write = (group, text, reaches) => {
      const found = text && place(view, labels.measure(view.context, text, STYLE), group, all, ties, reaches);
      if (!found) return false;
      view.labels.push(found.box);
      if (found.tie) ties.push(found.tie);
      view.named.push({ rows: group.rows, text, ...found });
      return true;
    };
    for (const group of seen) if (!write(group, groupName(group.rows), FAR)) left.push(group);
    left.forEach((group, k) => {
      const sign = write(group, letter(k), NEAR) ? letter(k) : '';
      if (sign) view.named.at(-1).letter = sign;
      else view.named.push({ rows: group.rows, letter: '' });
    });
    for (const tie of ties) labels.tie(view.context, ...tie, look.retained);
    for (const { text, box, rows } of view.named) {
      if (box) labels.print(view.context, text, box, { ...STYLE, colour: rows.every(Atlas.sites.struck) ? look.aside : look.retained });
    }
    view.discs = discs;
  }

  const lettered = (view) => (view.named ?? []).filter(({ letter: sign }) => sign !== undefined)
    .flatMap(({ rows, letter: sign }) => rows.map((row) => ({ row, sign })));

  // The letters of the map and what they stand for, beside the legend; each opens its site.
  let shown = '';

  function list(view) {
    const lines = lettered(view);
    const said = lines.map(({ row, sign }) => [sign || '·', fullName(row)]);
    if (JSON.stringify(said) === shown) return false;
    shown = JSON.stringify(said);
    const item = ([sign, text], k) => Atlas.element('li', {}, Atlas.element('button', { type: 'button', class: 'link', onclick: () => Atlas.select(lines[k].row, 'liste') }, Atlas.element('b', {}, sign), ` ${text}`));
    Atlas.fill(Atlas.byId('map-key-list'), said.map(item));
    const unplaced = lines.some(({ sign }) => !sign) ? ', ou sans place ici' : '';
    Atlas.fill(Atlas.byId('map-key-title'), `${Atlas.plural(lines.length, 'site repéré', 'sites repérés')} par une lettre${unplaced}`);
    Atlas.byId('map-key').hidden = !lines.length;
    return true;
  }

  Atlas.naming = { name, list, lettered, placeName, fullName };
})();
