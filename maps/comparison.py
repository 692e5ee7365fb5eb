"""Plans side by side: small maps at one scale, one table, one printable page without network."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.french import NARROW, number
from scenarios.around import projects_of
from scenarios.results import Results

SEA, LAND, NEIGHBOUR, LINE, PLAN = "#d9e7ee", "#fbfaf6", "#edeae2", "#8c877c", "#8c1c53"
ANNOUNCED = "#4a4a4a"
# Points² of a circle for one MW: the same in every panel, so that areas compare.
AREA_PER_MW = 9.0
SCALE_KM = 100


def draw_comparison(results: Sequence[Results], document: dict[str, Any], into: Path) -> Path:
    """Write ``comparaison.png`` and ``comparaison.html`` in a folder; return the page."""
    into.mkdir(parents=True, exist_ok=True)
    picture = into / "comparaison.png"
    names = [column["title"] for column in document["columns"]]
    figure = _figure(results, names)
    figure.savefig(picture, dpi=110, metadata={"Software": None}, facecolor="white")
    page = into / "comparaison.html"
    page.write_text(_page(document, picture), encoding="utf-8")
    return page


def _figure(results: Sequence[Results], names: Sequence[str]) -> Figure:
    mpl.rcParams["font.family"] = "DejaVu Sans"
    columns = min(3, len(results))
    rows = -(-len(results) // columns)
    figure = Figure(figsize=(4.6 * columns, 5.6 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel in panels[len(results) :]:
        panel.set_axis_off()
    spans = [_span(plan) for plan in results]
    extent = (max(width for width, _ in spans), max(height for _, height in spans))
    for panel, plan, name in zip(panels, results, names, strict=False):
        _panel(panel, plan, name, extent)
    return figure


def _span(results: Results) -> tuple[float, float]:
    west, south, east, north = results.context("departements").total_bounds
    return east - west, north - south


def _panel(panel: Axes, results: Results, name: str, extent: tuple[float, float]) -> None:
    """Draw one plan; every panel shows the same width and height of ground, in metres."""
    ground = results.context("departements")
    period = results.summary["periods"][-1]
    west, south, east, north = _window(ground, extent)
    margin = 0.03 * extent[1]
    panel.set_facecolor(SEA)
    results.context("neighbours").plot(
        ax=panel, color=NEIGHBOUR, edgecolor="#d4cfc2", linewidth=0.4
    )
    ground.plot(ax=panel, color=LAND, edgecolor=LINE, linewidth=0.7)
    sites = results.sites[results.sites["retained"]]
    power = sites[f"it_mw_{period}"]
    panel.scatter(
        sites.geometry.x, sites.geometry.y, s=AREA_PER_MW * power, color=PLAN, alpha=0.45,
        edgecolor=PLAN, linewidth=1.2, zorder=3,
    )  # fmt: skip
    _draw_announced(panel, results)
    panel.set_xlim(west - margin, east + margin)
    panel.set_ylim(south - margin, north + margin)
    panel.set_aspect("equal")
    panel.set(xlabel="", ylabel="")
    panel.set_xticks([])
    panel.set_yticks([])
    figures = results.summary["plan"][str(period)]
    told = f"{number(figures['it_mw'])} MW IT, {figures['sites']} sites en {period}"
    panel.set_title(f"{_wrapped(name)}\n{told}", fontsize=9.5, loc="left")
    _scale(panel, west, south)


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


def _wrapped(text: str, width: int = 46) -> str:
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _scale(panel: Axes, west: float, south: float) -> None:
    panel.plot([west, west + SCALE_KM * 1000], [south, south], color="#333333", linewidth=2)
    panel.text(west, south + 6000, f"{SCALE_KM}\u00a0km", fontsize=8, color="#333333")
    panel.scatter([west + 160_000], [south], s=AREA_PER_MW * 20, color=PLAN, alpha=0.45,
                  edgecolor=PLAN)  # fmt: skip
    panel.text(west + 175_000, south - 3000, "20\u00a0MW", fontsize=8, color="#333333")


def _page(document: dict[str, Any], picture: Path) -> str:
    image = base64.b64encode(picture.read_bytes()).decode("ascii")
    heads = "".join(f'<th scope="col">{_safe(c["title"])}</th>' for c in document["columns"])
    rows = "".join(_row(row["label_fr"], row["cells"]) for row in document["rows"])
    around = "".join(_row(row["label_fr"], row["cells"]) for row in document["around"])
    sources = "".join(
        f"<li>{_safe(row['label_fr'])} : {_safe(row['source_fr'])}</li>"
        for row in document["around"]
    )
    shared = "".join(
        f"<li>{_safe(' et '.join(pair['plans']))} : "
        + ", ".join(f"{g} {number(v, 1)}{NARROW}%" for g, v in pair["shared_mw_pct"].items())
        + "</li>"
        for pair in document["shared"]
    )
    described = " ; ".join(
        f"{c['title']} : {row}" for c, row in zip(
            document["columns"], document["rows"][7]["cells"], strict=True)
    )  # fmt: skip
    return _TEMPLATE.format(
        image=image,
        described=_safe(described),
        heads=heads,
        rows=rows,
        shared=shared,
        around=around,
        sources=sources,
    )


def _row(label: str, cells: Sequence[str]) -> str:
    return (
        f'<tr><th scope="row">{_safe(label)}</th>'
        + "".join(f"<td>{_safe(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)


_TEMPLATE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Comparaison de plans</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1d2430; margin: 1.5rem auto; max-width: 76rem; padding: 0 1rem }}
img {{ width: 100%; height: auto; border: 1px solid #cfd6dd }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100%; font-size: .95rem }}
th, td {{ border-bottom: 1px solid #cfd6dd; padding: .5rem .6rem; text-align: left; vertical-align: top }}
thead th {{ background: #eef3f6 }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 11px }} }}
</style></head><body><main>
<h1>Comparaison de plans</h1>
<p>Dernière échéance de chaque plan, mêmes échelles. Chaque plan est le meilleur selon ses propres
pondérations ; les chiffres sont ceux des sites placés, hors existant et projets déjà décidés.</p>
<figure><img alt="Cartes des plans à la même échelle. {described}" src="data:image/png;base64,{image}">
<figcaption>Cercles : puissance informatique des sites retenus, même échelle pour tous les plans.
Cercles en tirets : projets annoncés, qui ne sont pas du plan.</figcaption></figure>
<h2>Plan par plan</h2>
<div class="wide" tabindex="0"><table><thead><tr><th scope="col">Par an</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
<h2>Autour des plans</h2>
<p>Une annonce n'est pas une décision ; « non évalué » n'est pas une bonne nouvelle.</p>
<div class="wide" tabindex="0"><table class="around"><thead><tr><th scope="col">Contexte</th>{heads}</tr></thead><tbody>{around}</tbody></table></div>
<p>Sources :</p>
<ul>{sources}</ul>
<h2>Ce que deux plans partagent</h2>
<p>Part de la puissance du plus petit des deux placée au même endroit par l'autre.</p>
<ul>{shared}</ul>
</main></body></html>
"""  # noqa: E501 - a page, not code
