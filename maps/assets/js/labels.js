// Names on the map: the most important first, and none over another.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const FAMILY = '"Liberation Sans", "Segoe UI", system-ui, "DejaVu Sans", sans-serif';

  function overlaps(boxes, box) {
    return boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  }

  // A symbol keeps its place free of names.
  function reserve(view, x, y, radius) {
    view.labels.push([x - radius, y - radius, x + radius, y + radius]);
  }

  // Tries right, left, above, below, a little further, then gives up; says whether it was written.
  function write(view, text, x, y, style) {
    const { size, weight = 400, colour = '#1d2430', halo = '#fff', offset = 0, italic = false, spacing = 0 } = style;
    const pen = view.context;
    pen.font = `${italic ? 'italic ' : ''}${weight} ${size}px ${FAMILY}`;
    pen.letterSpacing = `${spacing}px`;
    const lines = String(text).split('\n');
    const width = Math.max(...lines.map((line) => pen.measureText(line).width));
    const height = lines.length * size * 1.15;
    for (const [left, top] of places(x, y, width, height, offset)) {
      const box = [left - 2, top - 1, left + width + 2, top + height + 1];
      if (overlaps(view.labels, box) || outside(view, box)) continue;
      view.labels.push(box);
      ink(pen, lines, left + (offset ? 0 : width / 2), top, { size, colour, halo, centred: !offset });
      pen.letterSpacing = '0px';
      return true;
    }
    pen.letterSpacing = '0px';
    return false;
  }

  function places(x, y, width, height, offset) {
    if (!offset) return [0, -1.3, 1.3, -2.6, 2.6].map((rows) => [x - width / 2, y - height / 2 + rows * height]);
    return [...around(x, y, width, height, offset + 3), ...around(x, y, width, height, offset + 13)];
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
