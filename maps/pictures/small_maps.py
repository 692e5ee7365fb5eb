"""Plans side by side: small maps at one scale, circles whose areas compare."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.french import NO_BREAK, number
from maps.pictures.canvas import INK, VERMILION, foot, sheet, wrapped
from scenarios.results import Results

SEA, LAND, NEIGHBOUR, LINE = "#d9e7ee", "#fbfaf6", "#edeae2", "#8c877c"
# Points² of a circle for one MW: the same in every panel, so that areas compare.
AREA_PER_MW = 9.0
SCALE_KM = 100
ACROSS = 3


def draw_small_maps(results: Sequence[Results]) -> tuple[Figure, str]:
    """Return the figure of several plans at the same scale, and the sentence that says it."""
    columns = min(ACROSS, len(results))
    rows = -(-len(results) // columns)
    title = "Où vont les mégawatts, d'un plan à l'autre"
    under = "Dernière échéance de chaque plan ; l'aire d'un cercle suit la puissance informatique."
    figure = sheet((max(7.5, 4.6 * columns), 5.6 * rows + 1.0), title, under)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel in panels[len(results) :]:
        panel.set_axis_off()
    told = [_panel(panel, plan) for panel, plan in zip(panels, results, strict=False)]
    versions = sorted({str(plan.descriptor.get("version", "")) for plan in results})
    foot(
        figure,
        "Chaque plan est le meilleur selon ses propres pondérations, compatible avec le jeu de "
        "règles qu'il déclare ; existant et projets déjà décidés ne sont pas dessinés.",
        f"Source : dossiers de résultats de siting {', '.join(versions)}.",
    )
    return figure, " ".join(told)


def _panel(panel: Axes, results: Results) -> str:
    ground = results.context("departements")
    period = results.summary["periods"][-1]
    west, south, east, north = ground.total_bounds
    margin = 0.03 * (north - south)
    panel.set_facecolor(SEA)
    results.context("neighbours").plot(
        ax=panel, color=NEIGHBOUR, edgecolor="#d4cfc2", linewidth=0.4
    )
    ground.plot(ax=panel, color=LAND, edgecolor=LINE, linewidth=0.7)
    sites = results.sites[results.sites["retained"]]
    panel.scatter(
        sites.geometry.x, sites.geometry.y, s=AREA_PER_MW * sites[f"it_mw_{period}"],
        color=VERMILION, alpha=0.5, edgecolor="#3d1b00", linewidth=0.9, zorder=3,
    )  # fmt: skip
    panel.set_xlim(west - margin, east + margin)
    panel.set_ylim(south - margin, north + margin)
    panel.set_aspect("equal")
    panel.set(xlabel="", ylabel="", xticks=[], yticks=[])
    figures = results.summary["plan"][str(period)]
    told = f"{number(figures['it_mw'])} MW IT, {figures['sites']} sites en {period}"
    panel.set_title(f"{wrapped(results.summary['title'], 46)}\n{told}", fontsize=9.5, loc="left")
    _scale(panel, west, south)
    return f"{results.summary['title']} : {told}."


def _scale(panel: Axes, west: float, south: float) -> None:
    panel.plot([west, west + SCALE_KM * 1000], [south, south], color=INK, linewidth=2)
    panel.text(west, south + 6000, f"{SCALE_KM}{NO_BREAK}km", fontsize=8, color=INK)
    panel.scatter([west + 160_000], [south], s=AREA_PER_MW * 20, color=VERMILION, alpha=0.5,
                  edgecolor="#3d1b00")  # fmt: skip
    panel.text(west + 175_000, south - 3000, f"20{NO_BREAK}MW", fontsize=8, color=INK)
