"""Plans side by side: small maps at one scale, circles whose areas compare."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.words.french import NO_BREAK, number
from maps.pictures.picture_canvas import INK, VERMILION, foot, sheet, wrapped
from scenarios.reading.plan_comparison import titles
from scenarios.reading.plan_surroundings import projects_of
from scenarios.storage.results import Results

SEA, LAND, NEIGHBOUR, LINE = "#d9e7ee", "#fbfaf6", "#edeae2", "#8c877c"
ANNOUNCED = "#4a4a4a"
# Points² of a circle for one MW: the same in every panel, so that areas compare.
AREA_PER_MW = 9.0
SCALE_KM = 100
ACROSS = 3


def draw_small_maps(results: Sequence[Results]) -> tuple[Figure, str]:
    """Draw several plans at the same scale, each at its last period.

    Parameters
    ----------
    results : opened results folders, of one territory or several.

    Returns
    -------
    The figure and the French sentences that say it.
    """
    columns = min(ACROSS, len(results))
    rows = -(-len(results) // columns)
    title = "Où vont les mégawatts, d'un plan à l'autre"
    under = "Dernière échéance de chaque plan ; l'aire d'un cercle suit la puissance informatique."
    figure = sheet((max(7.5, 4.6 * columns), 5.6 * rows + 1.0), title, under)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel in panels[len(results) :]:
        panel.set_axis_off()
    spans = [_span(plan) for plan in results]
    extent = (max(width for width, _ in spans), max(height for _, height in spans))
    told = [
        _panel(panel, plan, name, extent)
        for panel, plan, name in zip(panels, results, titles(results), strict=False)
    ]
    versions = sorted({str(plan.descriptor.get("version", "")) for plan in results})
    foot(
        figure,
        "Chaque plan est le meilleur, à son écart prouvé près, selon ses pondérations, "
        f"{compatible(results)}. "
        "Cercles tiretés : projets annoncés, hors du plan ; l'existant n'est pas dessiné.",
        f"Source : dossiers de résultats de siting {', '.join(versions)}.",
    )
    return figure, " ".join(told)


def compatible(results: Sequence[Results]) -> str:
    """Say what all the plans are compatible with: one that exceeds a soft rule lowers the claim.

    Parameters
    ----------
    results : opened results folders.

    Returns
    -------
    French words without stop.
    """
    broken = any(plan.summary["broken_rules"] for plan in results)
    rules = "les règles dures" if broken else "le jeu de règles"
    return f"compatible avec {rules} qu'il déclare"


def _span(results: Results) -> tuple[float, float]:
    west, south, east, north = results.context("departements").total_bounds
    return east - west, north - south


def _panel(panel: Axes, results: Results, name: str, extent: tuple[float, float]) -> str:
    """Draw one plan; every panel shows the same width and height of ground, in metres."""
    ground = results.context("departements")
    period = results.summary["periods"][-1]
    west, south, east, north = _window(ground, extent)
    margin = 0.03 * extent[1]
    around = results.context("neighbours")
    if around.empty:  # nobody said what lies around: it may as well be land
        panel.set_facecolor(NEIGHBOUR)
    else:
        panel.set_facecolor(SEA)
        around.plot(ax=panel, color=NEIGHBOUR, edgecolor="#d4cfc2", linewidth=0.4)
    ground.plot(ax=panel, color=LAND, edgecolor=LINE, linewidth=0.7)
    sites = results.sites[results.sites["retained"]]
    panel.scatter(
        sites.geometry.x, sites.geometry.y, s=AREA_PER_MW * sites[f"it_mw_{period}"],
        color=VERMILION, alpha=0.5, edgecolor="#3d1b00", linewidth=0.9, zorder=3,
    )  # fmt: skip
    _draw_announced(panel, results)
    panel.set_xlim(west - margin, east + margin)
    panel.set_ylim(south - margin, north + margin)
    panel.set_aspect("equal")
    panel.set(xlabel="", ylabel="", xticks=[], yticks=[])
    figures = results.summary["plan"][str(period)]
    told = f"{number(figures['it_mw'])} MW IT, {figures['sites']} sites en {period}"
    panel.set_title(f"{wrapped(name, 46)}\n{told}", fontsize=9.5, loc="left")
    _scale(panel, west, south)
    return f"{name} : {told}."


def _window(
    ground: gpd.GeoDataFrame, extent: tuple[float, float]
) -> tuple[float, float, float, float]:
    west, south, east, north = ground.total_bounds
    x, y = (west + east) / 2, (south + north) / 2
    return x - extent[0] / 2, y - extent[1] / 2, x + extent[0] / 2, y + extent[1] / 2


def _draw_announced(panel: Axes, results: Results) -> None:
    """Draw announced projects hollow: they are not the plan's."""
    for project in projects_of(results) or []:
        if "x_m" not in project:
            continue
        mw = max(project["it_mw"].values())
        panel.scatter(
            project["x_m"], project["y_m"], s=AREA_PER_MW * mw, facecolor="none",
            edgecolor=ANNOUNCED, linewidth=1.2, linestyle="--", zorder=2,
        )  # fmt: skip


def _scale(panel: Axes, west: float, south: float) -> None:
    panel.plot([west, west + SCALE_KM * 1000], [south, south], color=INK, linewidth=2)
    panel.text(west, south + 6000, f"{SCALE_KM}{NO_BREAK}km", fontsize=8, color=INK)
    panel.scatter([west + 160_000], [south], s=AREA_PER_MW * 20, color=VERMILION, alpha=0.5,
                  edgecolor="#3d1b00")  # fmt: skip
    panel.text(west + 175_000, south - 3000, f"20{NO_BREAK}MW", fontsize=8, color=INK)
