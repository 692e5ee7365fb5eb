// One canvas for the whole map: painters in order, redrawn after each move, reusable for print.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const painters = [];
  const painted = [];

  // A view says where a world position falls on a canvas: px = a·x + left, py = a·y + top.
  function makeView(context, width, height, zoom, a, left, top) {
    return {
      context, width, height, zoom, a, left, top,
      visible: [0, 0, width, height],
      hidden: [],
      at: (x, y) => [a * x + left, a * y + top],
      inWorld(draw) {
        context.save();
        context.transform(a, 0, 0, a, left, top);
        draw(1 / a);
        context.restore();
      },
      sees: (box) =>
        a * box[2] + left > 0 && a * box[0] + left < width && a * box[3] + top > 0 && a * box[1] + top < height,
    };
  }

  function paint(view) {
    view.labels = [...view.hidden];
    view.named = [];
    view.context.clearRect(0, 0, view.width, view.height);
    for (const painter of painters) painter(view);
  }

  // Leaflet moves and animates its renderers; this one draws our own canvas (Leaflet 1.9.4 internals).
  const Surface = L.Renderer.extend({
    options: { padding: 0.15 },
    _updatePaths() {},
    _initContainer() {
      this._container = document.createElement('canvas');
      this._container.setAttribute('aria-hidden', 'true');
      this._pen = this._container.getContext('2d');
    },
    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const sharp = Math.min(2, window.devicePixelRatio || 1);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * sharp);
      this._container.height = Math.round(size.y * sharp);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._pen.setTransform(sharp, 0, 0, sharp, 0, 0);
      this._show();
    },
    // What was last drawn on the screen is what is clicked; a list that grew is painted around, once.
    _show(again = true) {
      const view = this.view(this._pen);
      paint(view);
      Atlas.surface.last = { ...view, origin: this._bounds.min };
      if (painted.reduce((changed, after) => after(view) || changed, false) && again) this._show(false);
    },
    view(context) {
      const zoom = this._map.getZoom();
      const size = this._bounds.getSize();
      const [longitude, latitude] = Atlas.degrees(0, 0);
      const home = this._map.latLngToLayerPoint([latitude, longitude]).subtract(this._bounds.min);
      return { ...makeView(context, size.x, size.y, zoom, 2 ** zoom, home.x, home.y), ...this._window() };
    },
    // What the reader sees of the canvas, and what panels cover of it: no name goes there.
    _window() {
      const corner = this._map.containerPointToLayerPoint([0, 0]).subtract(this._bounds.min);
      const size = this._map.getSize();
      const frame = this._map.getContainer().getBoundingClientRect();
      const hidden = [...document.querySelectorAll('#carte .over, #carte .leaflet-control')].map((panel) => {
        const box = panel.getBoundingClientRect();
        const [x, y] = [box.left - frame.left + corner.x, box.top - frame.top + corner.y];
        return [x, y, x + box.width, y + box.height];
      });
      return { visible: [corner.x, corner.y, corner.x + size.x, corner.y + size.y], hidden };
    },
    repaint() {
      if (this._map && this._bounds) this._show();
    },
  });

  // The same painters on a canvas of any size, for print and for a picture: the place seen on screen,
  // sharper. The size is in screen points, so that names keep their proportions.
  function picture(canvas, bounds, width, height, sharp = 2.5) {
    canvas.width = width * sharp;
    canvas.height = height * sharp;
    const pen = canvas.getContext('2d');
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    const [left, top] = Atlas.world(bounds.getWest(), bounds.getNorth());
    const [right, bottom] = Atlas.world(bounds.getEast(), bounds.getSouth());
    const a = Math.min(width / (right - left), height / (bottom - top));
    const x = (width - a * (left + right)) / 2;
    const y = (height - a * (top + bottom)) / 2;
    const view = { ...makeView(pen, width, height, Math.log2(a), a, x, y), paper: true };
    paint(view);
    return view;
  }

  Atlas.surface = {
    painters,
    painted,
    last: null,
    picture,
    create: () => new Surface(),
    paint,
  };
})();
