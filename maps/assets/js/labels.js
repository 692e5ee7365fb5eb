// Names on the map: the most important first, and none over another.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const FAMILY = '"Atlas Sans", "Liberation Sans", "Segoe UI", system-ui, "DejaVu Sans", sans-serif';

  function overlaps(boxes, box) {
    return boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  }

  // A symbol keeps its place free of names.
  function reserve(view, x, y, radius) {
    view.labels.push([x - radius, y - radius, x + radius, y + radius]);
  }

  // Tries right, left, above, below, a little further, then gives up; says whether it was written.
  function write(view, text, x, y, style) {
    const { size, weight = 400, colour = '#1d2430', halo = '#fff', offset = 0, italic = false, spacing = 0, leader = false } = style;
    const pen = view.context;
    pen.font = `${italic ? 'italic ' : ''}${weight} ${size}px ${FAMILY}`;
    pen.letterSpacing = `${spacing}px`;
    const lines = String(text).split('\n');
    const width = Math.max(...lines.map((line) => pen.measureText(line).width));
    const height = lines.length * size * 1.15;
    for (const [left, top] of places(x, y, width, height, offset, leader)) {
      const box = [left - 2, top - 1, left + width + 2, top + height + 1];
      if (overlaps(view.labels, box) || outside(view, box)) continue;
      view.labels.push(box);
      if (leader) lead(pen, x, y, box, offset, colour);
      ink(pen, lines, left + (offset ? 0 : width / 2), top, { size, colour, halo, centred: !offset });
      pen.letterSpacing = '0px';
      return true;
    }
    pen.letterSpacing = '0px';
    return false;
  }

  function places(x, y, width, height, offset, leader) {
    if (!offset) return [0, -1.3, 1.3, -2.6, 2.6].map((rows) => [x - width / 2, y - height / 2 + rows * height]);
    const gaps = leader ? [3, 13, 26, 42] : [3, 13];
    return gaps.flatMap((gap) => around(x, y, width, height, offset + gap));
  }

  function around(x, y, width, height, gap) {
    return [
      [x + gap, y - height / 2],
      [x - gap - width, y - height / 2],
      [x - width / 2, y - gap - height],
      [x - width / 2, y + gap],
      [x + gap * 0.7, y - height - gap * 0.4],
      [x + gap * 0.7, y + gap * 0.4],
      [x - gap * 0.7 - width, y - height - gap * 0.4],
      [x - gap * 0.7 - width, y + gap * 0.4],
    ];
  }

  // A name written further away is tied to its sign.
  function lead(pen, x, y, [left, top, right, bottom], offset, colour) {
    const [to, at] = [Math.max(left, Math.min(x, right)), Math.max(top, Math.min(y, bottom))];
    const apart = Math.hypot(to - x, at - y);
    if (apart < offset + 8) return;
    pen.beginPath();
    pen.moveTo(x + ((to - x) * offset) / apart, y + ((at - y) * offset) / apart);
    pen.lineTo(to, at);
    pen.lineWidth = 1;
    pen.strokeStyle = colour;
    pen.stroke();
  }

  function outside(view, box) {
    const [left, top, right, bottom] = view.visible;
    return box[0] < left || box[1] < top || box[2] > right || box[3] > bottom;
  }

  function ink(pen, lines, x, top, { size, colour, halo, centred }) {
    pen.textAlign = centred ? 'center' : 'left';
    pen.textBaseline = 'top';
    pen.lineJoin = 'round';
    lines.forEach((line, row) => {
      const y = top + row * size * 1.15;
      pen.lineWidth = 3.5;
      pen.strokeStyle = halo;
      pen.strokeText(line, x, y);
      pen.fillStyle = colour;
      pen.fillText(line, x, y);
    });
  }

  Atlas.labels = { write, reserve };
})();
