"""The picture of an eligibility: three states, the unknown hatched, and what it stands on."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import rasterio
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray
from rasterio.enums import Resampling

from layers.words.cell_states import ELIGIBLE, EXCLUDED, UNKNOWN
from layers.words.french import day, quantity
from scenarios.storage.results import read_json

PIXELS = 1400
HATCH = "////"
LOOKS: Mapping[int, tuple[str, str, str]] = {
    ELIGIBLE: ("#1c7a5a", "éligible (toutes les règles évaluées)", "eligible_ha"),
    EXCLUDED: ("#beb8ac", "exclu par au moins une règle", "excluded_ha"),
    UNKNOWN: ("#fbe9bd", "inconnu : au moins une règle non évaluée ici", "unknown_ha"),
}
INK = "#2b2f36"
HALO = [withStroke(linewidth=2.2, foreground="white", alpha=0.75)]


def draw_eligibility(folder: Path) -> Path:
    """Draw ``eligibilite.tif`` of a folder as ``eligibilite.png``.

    Parameters
    ----------
    folder : folder that also holds ``eligibilite.json`` and ``departements.parquet``.

    Returns
    -------
    Path of the picture; the unknown is hatched.

    Raises
    ------
    SitingError : SIT400 when ``eligibilite.json`` cannot be read.
    """
    mpl.rcParams["font.family"] = "DejaVu Sans"
    mpl.rcParams["hatch.linewidth"] = 0.5
    report: dict[str, Any] = read_json(folder / "eligibilite.json")
    states, extent = _thinned(folder / "eligibilite.tif")
    figure = Figure(figsize=(8.2, 11.0))
    panel = figure.add_axes((0.03, 0.235, 0.94, 0.69))
    _paint(panel, states, extent)
    outlines = gpd.read_parquet(folder / "departements.parquet")
    outlines.boundary.plot(ax=panel, color="#6b655a", linewidth=0.7)
    for row in outlines.itertuples():
        spot = row.geometry.representative_point()
        panel.annotate(
            str(row.name), (spot.x, spot.y), ha="center", fontsize=8, color=INK, path_effects=HALO
        )
    west, east, south, north = extent
    panel.set(xlim=(west, east), ylim=(south - 0.035 * (north - south), north), aspect="equal")
    panel.set_axis_off()
    _scale(panel, extent)
    _words(figure, report)
    path = folder / "eligibilite.png"
    figure.savefig(path, dpi=130, metadata={"Software": None}, facecolor="white")
    return path


def _thinned(path: Path) -> tuple[NDArray[np.uint8], tuple[float, float, float, float]]:
    """Read the states at the picture's size; each pixel is the commonest state under it."""
    with rasterio.open(path) as file:
        step = max(1.0, max(file.width, file.height) / PIXELS)
        shape = (round(file.height / step), round(file.width / step))
        values = file.read(1, out_shape=shape, resampling=Resampling.mode)
        bounds = file.bounds
    return values, (bounds.left, bounds.right, bounds.bottom, bounds.top)


def _paint(
    panel: Axes, states: NDArray[np.uint8], extent: tuple[float, float, float, float]
) -> None:
    for state, (colour, _, _) in LOOKS.items():
        seen = np.ma.masked_where(states != state, np.ones_like(states))
        panel.imshow(
            seen, cmap=ListedColormap([colour]), extent=extent, interpolation="nearest", zorder=0
        )
    doubt = (states == UNKNOWN).astype(float)
    if doubt.any():
        west, east, south, north = extent
        rows, columns = states.shape
        x = west + (np.arange(columns) + 0.5) * (east - west) / columns
        y = north - (np.arange(rows) + 0.5) * (north - south) / rows
        every = max(1, rows // 500)
        mesh = (x[::every], y[::every], doubt[::every, ::every])
        mpl.rcParams["hatch.color"] = "#c9a24a"
        panel.contourf(*mesh, levels=[0.5, 1.5], colors="none", hatches=[HATCH], zorder=1)


def _scale(panel: Axes, extent: tuple[float, float, float, float]) -> None:
    west, east, south, north = extent
    length = max(step for step in (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5) if step < (east - west) / 3)
    x, y = west + 0.02 * (east - west), south - 0.03 * (north - south)
    panel.plot([x, x + length], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
    panel.text(x, y + 0.008 * (north - south), quantity(length / 1e3, "km"), fontsize=8, color=INK)


def _words(figure: Figure, report: dict[str, Any]) -> None:
    figure.text(0.04, 0.965, report["title"], fontsize=12.5, weight="bold", color=INK)
    figure.text(0.04, 0.943, f"Maille de {report['cell_m']} m, {_stamp(report)}", fontsize=9)
    boxes = [
        Patch(
            facecolor=colour,
            edgecolor="#c9a24a" if state == UNKNOWN else "none",
            hatch=HATCH if state == UNKNOWN else None,
            label=f"{label} : {quantity(report[key], 'ha')} "
            f"({quantity(100 * report[key] / max(report['total_ha'], 1e-9), '%', 1)})",
        )
        for state, (colour, label, key) in LOOKS.items()
    ]
    figure.legend(
        handles=boxes, loc="upper left", bbox_to_anchor=(0.03, 0.228), frameon=False, fontsize=9.5
    )
    held = [line for line in report["audit"] if line["state_fr"] != "non évaluée"]
    lines = [
        "Évalué : " + " ; ".join(_evaluated(line) for line in held) + ".",
        "Non évalué, faute de couche : " + ", ".join(report["not_evaluated"]) + "."
        if report["not_evaluated"]
        else "",
        report["caveat_fr"],
        "Sources : " + " ; ".join(sorted({_source(line) for line in held})) + ".",
    ]
    text = "\n".join(textwrap.fill(line, 158) for line in lines if line)
    figure.text(0.04, 0.148, text, fontsize=6.9, va="top", color=INK, linespacing=1.35)


def _evaluated(line: dict[str, Any]) -> str:
    partly = ", en partie" if line["state_fr"] == "évaluée en partie" else ""
    distance = quantity(line["distance_m"], "m") if line["distance_m"] else ""
    told = ", ".join(text for text in (line["sought_fr"], distance, line["status_fr"]) if text)
    return f"{line['label_fr']} ({told}){partly}"


def _source(line: dict[str, Any]) -> str:
    return f"{line['producer']}, {line['layer']}, {line['vintage']} ({line['licence']})"


def _stamp(report: dict[str, Any]) -> str:
    return f"règles en vigueur le {day(date.fromisoformat(report['reference_date']))}"
