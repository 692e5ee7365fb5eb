// Power plants and the landing of submarine cables: small signs, drawn close to their legend's.
(() => {
  'use strict';
  const Atlas = window.Atlas;
  const { data } = Atlas;
  const look = data.island.look;
  const FUELS = {
    nucléaire: look.nuclear, hydraulique: look.hydro, éolien: look.wind, solaire: look.solar,
  };

  function fuelColour(fuel) {
    return FUELS[fuel] ?? look.otherFuel;
  }

  // Area in proportion to the capacity; the small ones wait for a closer view.
  function plantSize(capacity) {
    return Math.max(2.4, Math.min(9, Math.sqrt(capacity ?? 1) / 5));
  }

  function drawPlant(pen, x, y, fuel, capacity) {
    const half = plantSize(capacity);
    pen.beginPath();
    for (let corner = 0; corner < 5; corner += 1) {
      const angle = (corner * 2 * Math.PI) / 5 - Math.PI / 2;
      pen.lineTo(x + half * Math.cos(angle), y + half * Math.sin(angle));
    }
    pen.closePath();
    pen.fillStyle = fuelColour(fuel);
    pen.strokeStyle = '#14161a';
    pen.lineWidth = 0.8;
    pen.fill();
    pen.stroke();
  }

  function paintPlants(view) {
    Atlas.territory.eachPoint(view, data.plants, (x, y, row) => {
      const capacity = data.plants.table.at('capacity_mw', row) ?? 0;
      if (view.zoom < 8.5 && capacity < 50) return;
      drawPlant(view.context, x, y, data.plants.table.at('fuel', row), capacity);
    });
  }

  // A ring with a tail that goes to sea.
  function drawLanding(pen, x, y) {
    pen.lineWidth = 1.8;
    pen.strokeStyle = look.landing;
    pen.fillStyle = '#fff';
    pen.beginPath();
    pen.moveTo(x - 4, y);
    pen.quadraticCurveTo(x - 7, y - 4, x - 11, y);
    pen.stroke();
    pen.beginPath();
    pen.arc(x, y, 4, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }

  function paintLandings(view) {
    Atlas.territory.eachPoint(view, data.landings, (x, y, row) => {
      drawLanding(view.context, x, y);
      Atlas.labels.reserve(view, x, y, 5);
      if (view.zoom < 8) return;
      const text = `Câble ${data.landings.table.at('name', row)}`;
      Atlas.labels.write(view, text, x, y, { size: 11, colour: look.landing, offset: 5 });
    });
  }

  Atlas.spots = { paintPlants, paintLandings, drawPlant, drawLanding };
})();
