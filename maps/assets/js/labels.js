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

  function fontOf({ size, weight = 400, italic = false }) {
    return `${italic ? 'italic ' : ''}${weight} ${size}px ${FAMILY}`;
  }

  function measure(pen, text, style) {
    pen.font = fontOf(style);
    const lines = String(text).split('\n');
    return { width: Math.max(...lines.map((line) => pen.measureText(line).width)), height: lines.length * style.size * 1.15 };
  }

  // Tries right, left, above, below, a little further, then gives up; says whether it was written.
  function write(view, text, x, y, style) {
    const { size, colour = '#1d2430', halo = '#fff', offset = 0, spacing = 0 } = style;
    const pen = view.context;
    pen.letterSpacing = `${spacing}px`;
    const { width, height } = measure(pen, text, style);
    for (const [left, top] of places(x, y, width, height, offset)) {
      const box = [left - 2, top - 1, left + width + 2, top + height + 1];
      if (overlaps(view.labels, box) || outside(view, box)) continue;
      view.labels.push(box);
      ink(pen, String(text).split('\n'), left + (offset ? 0 : width / 2), top, { size, colour, halo, centred: !offset });
      pen.letterSpacing = '0px';
      return true;
    }
    pen.letterSpacing = '0px';
    return false;
  }

  // A text whose place was found before.
  function print(pen, text, [left, top], { colour, halo = '#fff', ...style }) {
    pen.font = fontOf(style);
    ink(pen, [text], left + 2, top + 1, { size: style.size, colour, halo, centred: false });
  }

  function places(x, y, width, height, offset) {
    if (!offset) return [0, -1.3, 1.3, -2.6, 2.6].map((rows) => [x - width / 2, y - height / 2 + rows * height]);
    return [3, 13].flatMap((gap) => around(x, y, width, height, offset + gap));
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

  // The line from a name to the middle of its sign, on a white ground that keeps it apart.
  function tie(pen, x0, y0, x1, y1, colour) {
    for (const [width, ink] of [[3, '#fff'], [1.2, colour]]) {
      pen.beginPath();
      pen.moveTo(x0, y0);
      pen.lineTo(x1, y1);
      pen.lineWidth = width;
      pen.strokeStyle = ink;
      pen.stroke();
    }
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

  Atlas.labels = { write, reserve, measure, print, around, overlaps, outside, tie };
})();
