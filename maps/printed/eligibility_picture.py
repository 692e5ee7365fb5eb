"""The picture of an eligibility: the unknown hatched by how much is unknown, and its grounds."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
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
from layers.words.french import day, plural, quantity
from scenarios.land_eligibility.three_readings import degree_fr
from scenarios.storage.results import read_json

PIXELS = 1400
ELIGIBLE_LOOK = ("#1c7a5a", "")
EXCLUDED_LOOK = ("#beb8ac", "")
# From the best known to the least: never a green, for none of it is good news.
DEGREES = (("#fdf4da", "/"), ("#f9e2a7", "//"), ("#efc56b", "////"), ("#d99f3f", "//////"))
HATCH_INK = "#a9822f"
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
    unknown, _ = _thinned(folder / "regles_inconnues.tif")
    shares = _shares(report["readings"])
    figure = Figure(figsize=(8.2, 11.0))
    panel = figure.add_axes((0.03, 0.265, 0.94, 0.66))
    _paint(panel, states, unknown, shares, extent)
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
    _words(figure, report, shares)
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


@dataclass(frozen=True)
class Share:
    """Land not excluded that as many rules say nothing of: from so many to so many, hectares."""

    least: int
    most: int
    area_ha: float
    colour: str
    hatch: str

    def label_fr(self, rules: int) -> str:
        """Say what the share is.

        Parameters
        ----------
        rules : how many rules there are in all.

        Returns
        -------
        The words of the legend, in French.
        """
        if self.least == self.most:
            return f"non exclu, {degree_fr(self.most, rules)}"
        return f"non exclu, de {self.least} à {degree_fr(self.most, rules)}"


def _shares(readings: dict[str, Any]) -> list[Share]:
    """Return the land not excluded by number of unknown rules, in four shares at most."""
    found = [row for row in readings["by_unknown_rules"] if row["unknown_rules"]]
    count = min(len(found), len(DEGREES))
    looks = [DEGREES[round(k * (len(DEGREES) - 1) / max(count - 1, 1))] for k in range(count)]
    groups = [found[len(found) * k // count : len(found) * (k + 1) // count] for k in range(count)]
    return [
        Share(
            group[0]["unknown_rules"],
            group[-1]["unknown_rules"],
            sum(row["area_ha"] for row in group),
            *look,
        )
        for group, look in zip(groups, looks, strict=True)
    ]


def _paint(
    panel: Axes,
    states: NDArray[np.uint8],
    unknown: NDArray[np.uint8],
    shares: list[Share],
    extent: tuple[float, float, float, float],
) -> None:
    mpl.rcParams["hatch.color"] = HATCH_INK
    _fill(panel, states == ELIGIBLE, ELIGIBLE_LOOK, extent)
    _fill(panel, states == EXCLUDED, EXCLUDED_LOOK, extent)
    for share in shares:
        here = (unknown >= share.least) & (unknown <= share.most) & (states == UNKNOWN)
        _fill(panel, here, (share.colour, share.hatch), extent)


def _fill(
    panel: Axes,
    here: NDArray[np.bool_],
    look: tuple[str, str],
    extent: tuple[float, float, float, float],
) -> None:
    colour, hatch = look
    seen = np.ma.masked_where(~here, np.ones(here.shape))
    panel.imshow(
        seen, cmap=ListedColormap([colour]), extent=extent, interpolation="nearest", zorder=0
    )
    if not hatch or not here.any():
        return
    west, east, south, north = extent
    rows, columns = here.shape
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    every = max(1, rows // 500)
    mesh = (x[::every], y[::every], here[::every, ::every].astype(float))
    panel.contourf(*mesh, levels=[0.5, 1.5], colors="none", hatches=[hatch], zorder=1)


def _scale(panel: Axes, extent: tuple[float, float, float, float]) -> None:
    west, east, south, north = extent
    length = max(step for step in (1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5) if step < (east - west) / 3)
    x, y = west + 0.02 * (east - west), south - 0.03 * (north - south)
    panel.plot([x, x + length], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
    panel.text(x, y + 0.008 * (north - south), quantity(length / 1e3, "km"), fontsize=8, color=INK)


def _words(figure: Figure, report: dict[str, Any], shares: list[Share]) -> None:
    figure.text(0.04, 0.965, report["title"], fontsize=12.5, weight="bold", color=INK)
    figure.text(0.04, 0.943, f"Maille de {report['cell_m']} m, {_stamp(report)}", fontsize=9)
    readings = report["readings"]
    known = plural(readings["known_rules"], "règle évaluée", "règles évaluées")
    rows = [
        (EXCLUDED_LOOK, f"exclu par ce qui est connu ({known})", report["excluded_ha"]),
        (ELIGIBLE_LOOK, "éligible : aucune règle inconnue ici", report["eligible_ha"]),
    ]
    rows += [((s.colour, s.hatch), s.label_fr(readings["rules"]), s.area_ha) for s in shares]
    boxes = [
        Patch(
            facecolor=colour,
            edgecolor=HATCH_INK if hatch else "none",
            hatch=hatch or None,
            label=f"{label} : {quantity(area_ha, 'ha')} "
            f"({quantity(100 * area_ha / max(report['total_ha'], 1e-9), '%', 1)})",
        )
        for (colour, hatch), label, area_ha in rows
    ]
    figure.legend(
        handles=boxes, loc="upper left", bbox_to_anchor=(0.03, 0.262), frameon=False, fontsize=9.5
    )
    held = [line for line in report["audit"] if line["state_fr"] != "non évaluée"]
    lines = [
        f"Ce qui manque retirerait au plus {quantity(readings['at_most_removed_ha'], 'ha')} ; il "
        f"resterait au moins {quantity(readings['at_least_left_ha'], 'ha')}.",
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
