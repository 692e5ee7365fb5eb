"""Static maps of a site, at a stated scale, in the CRS of the results: no browser, no network."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from layers.words.french import number
from maps.look.map_colours import LOOK
from maps.look.page_geography import Ground
from maps.paper.sheet_material import Material, Subject

FONTS = Path(__file__).parents[1] / "assets" / "font"
MM = 1 / 25.4
WIDE_MM, HIGH_MM = 87.0, 78.0
SCALES = {"abords": 100_000, "situation": 500_000}
"""Name of a map → its scale once printed at its own size."""
SALT = "siting"
SITE = "#96114f"
MOST_NAMES = 14
HALO = [withStroke(linewidth=1.6, foreground="white")]


@dataclass(frozen=True)
class Plates:
    """What the maps of every site share, read and made ready once."""

    material: Material

    @cached_property
    def ground(self) -> Ground:
        """Return outlines, sea and neighbours."""
        return Ground.of(self.material.results)

    @cached_property
    def communes(self) -> gpd.GeoDataFrame:
        """Return the communes, in the order of the index of their boxes."""
        return self.ground.communes.reset_index(drop=True)

    @cached_property
    def region(self) -> list[np.ndarray]:
        """Return the rings of the départements, thinned for a stamp."""
        thin = shapely.coverage_simplify(self.ground.departements.geometry.to_numpy(), 2_000.0)
        return _rings(thin)

    def within(self, name: str, frame: shapely.Polygon) -> gpd.GeoDataFrame | None:
        """Return the objects of a context table that a frame shows.

        Parameters
        ----------
        name : name in ``context/``.
        frame : rectangle in the CRS of the results.

        Returns
        -------
        Rows in the order of the table; None when there is none.
        """
        table = self.material.context(name)
        if table is None or table.empty:
            return None
        seen = table.iloc[np.sort(table.sindex.query(frame, predicate="intersects"))]
        return seen if len(seen) else None


def use_typeface() -> None:
    """Set the project's own typeface, whatever the machine has."""
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(str(path))
    mpl.rcParams["font.family"] = ["Atlas Sans", "DejaVu Sans"]
    mpl.rcParams["svg.hashsalt"] = SALT
    mpl.rcParams["hatch.linewidth"] = 0.5


def draw_site(plates: Plates, subject: Subject, name: str) -> bytes:
    """Return one map of a site as SVG: « abords » or « situation »; the same bytes each time.

    Parameters
    ----------
    plates : material and maps of the folder.
    subject : the site.
    name : key of ``SCALES``.

    Returns
    -------
    UTF-8 SVG of ``WIDE_MM`` × ``HIGH_MM``, centred on the site.
    """
    scale = SCALES[name]
    point = shapely.centroid(subject.site.geometry)
    half = np.array([WIDE_MM, HIGH_MM]) * scale / 2000.0
    frame = shapely.box(point.x - half[0], point.y - half[1], point.x + half[0], point.y + half[1])
    figure = Figure(figsize=(WIDE_MM * MM, HIGH_MM * MM))
    panel = figure.add_axes((0, 0, 1, 1))
    _background(panel, plates, frame, scale)
    _evidence(panel, plates, frame, scale)
    _network(panel, plates, subject, frame, scale)
    _mark(panel, subject, scale)
    _frame(panel, frame)
    _bar(panel, frame, scale)
    if name == "situation":
        _stamp(figure, plates, frame)
    sheet = io.BytesIO()
    figure.savefig(sheet, format="svg", metadata={"Date": None, "Creator": None})
    return sheet.getvalue()


def _rings(shapes: np.ndarray) -> list[np.ndarray]:
    parts = shapely.get_parts(shapes)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return [shapely.get_coordinates(shapely.get_exterior_ring(p)) for p in polygons]


def _fill(panel: Axes, shapes: np.ndarray, **look: Any) -> None:
    panel.add_collection(PolyCollection(_rings(shapes), **look))


def _background(panel: Axes, plates: Plates, frame: shapely.Polygon, scale: int) -> None:
    ground = plates.ground
    panel.set_facecolor(str(LOOK["neighbour"]))
    for shapes, colour in (
        (ground.sea.geometry.to_numpy(), "sea"),
        (ground.neighbours.geometry.to_numpy(), "neighbour"),
    ):
        seen = shapely.intersection(shapes, frame)
        _fill(panel, seen, facecolor=str(LOOK[colour]), edgecolor=str(LOOK["shore"]), linewidth=0.4)
    seen = plates.communes.iloc[np.sort(plates.communes.sindex.query(frame))]
    _fill(panel, seen.geometry.to_numpy(), facecolor=str(LOOK["land"]),
          edgecolor="#c9c2b2", linewidth=0.5)  # fmt: skip
    borders = ground.departements.geometry.to_numpy()
    _fill(panel, borders, facecolor="none", edgecolor=str(LOOK["departementLine"]), linewidth=0.9)
    _commune_names(panel, seen, frame, scale)


def _commune_names(
    panel: Axes, communes: gpd.GeoDataFrame, frame: shapely.Polygon, scale: int
) -> None:
    inner = frame.buffer(-0.004 * scale, join_style="mitre")
    shown = communes[communes.representative_point().within(inner)]
    by_size = shown.sort_values(["population", "commune_code"], ascending=[False, True])
    taken: list[shapely.Polygon] = []
    middle = frame.centroid
    clear = middle.buffer(0.004 * scale)
    for name, spot in zip(by_size["name"].astype(str), by_size.representative_point(), strict=True):
        wide, high = len(name) * 0.00068 * scale, 0.0024 * scale
        box = shapely.box(spot.x - wide, spot.y - high, spot.x + wide, spot.y + high)
        if (
            not frame.contains(box)
            or clear.intersects(box)
            or any(box.intersects(other) for other in taken)
        ):
            continue
        taken.append(box)
        panel.text(spot.x, spot.y, _short(name), fontsize=6, color="#6d675c", ha="center",
                   va="center", zorder=5, clip_on=True, path_effects=HALO)  # fmt: skip
        if len(taken) >= MOST_NAMES:
            break


def _short(name: str, most: int = 26) -> str:
    """Cut a name that would run over its neighbours.

    >>> _short("Saint-Hilaire-Peyroux")
    'Saint-Hilaire-Peyroux'
    """
    plain = name.replace("$", "\\$")  # a formula to matplotlib, a name to us
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _evidence(panel: Axes, plates: Plates, frame: shapely.Polygon, scale: int) -> None:
    protected = plates.within("protected", frame)
    if protected is not None:
        shapes = protected.geometry.to_numpy()
        areas = shapes[shapely.get_dimensions(shapes) == 2]
        _fill(panel, shapely.intersection(areas, frame), facecolor="none",
              edgecolor=str(LOOK["protected"]), hatch="////", linewidth=0.6, alpha=0.6)  # fmt: skip
        points = protected[shapely.get_dimensions(shapes) == 0]
        _dots(panel, points, "D", 14, "white", str(LOOK["protected"]))
    sites = plates.material.results.sites
    near = sites.iloc[np.sort(sites.sindex.query(frame))]
    others = near[(near["fate"] == "candidat") & ~near["retained"].astype(bool)]
    _dots(panel, others, "o", 6, "#b9b2a4", "#6f6a60")
    _dots(panel, near[near["retained"].astype(bool)], "o", 26, str(LOOK["badge"]), SITE)
    centres = plates.within("osm", frame)
    if centres is not None:
        _dots(panel, centres.set_geometry(centres.centroid), "s", 14, "#5a4a8a", "white")


def _dots(
    panel: Axes, table: gpd.GeoDataFrame, marker: str, size: float, fill: str, edge: str
) -> PathCollection | None:
    if table.empty:
        return None
    where = table.geometry
    return panel.scatter(where.x, where.y, s=size, marker=marker, c=fill, edgecolors=edge,
                         linewidths=0.7, zorder=6)  # fmt: skip


def _network(
    panel: Axes, plates: Plates, subject: Subject, frame: shapely.Polygon, scale: int
) -> None:
    yards = plates.material.context("substations")
    if yards is None:
        return
    used = subject.rows("plan/connections", subject.last)
    names = set(used["yard_id"]) if len(used) else {subject.words("yard_id")}
    point = shapely.centroid(subject.site.geometry)
    hosts = yards[yards["can_host"].eq("yes")]
    seen = hosts[hosts.within(frame) | hosts["yard_id"].isin(names)]
    _dots(panel, seen[~seen["yard_id"].isin(names)], "^", 16, "white", "#33383f")
    mine = seen[seen["yard_id"].isin(names)]
    _dots(panel, mine, "^", 30, "#33383f", "white")
    for yard in mine.itertuples():
        panel.plot([point.x, yard.geometry.x], [point.y, yard.geometry.y], linestyle=(0, (3, 2)),
                   color="#33383f", linewidth=0.9, zorder=5)  # fmt: skip
        if frame.contains(yard.geometry):
            panel.annotate(_short(str(yard.name)), (yard.geometry.x, yard.geometry.y), (4, -8),
                           textcoords="offset points", fontsize=6.3, fontweight="bold",
                           color="#33383f", zorder=8, annotation_clip=True,
                           path_effects=HALO)  # fmt: skip


def _mark(panel: Axes, subject: Subject, scale: int) -> None:
    point = shapely.centroid(subject.site.geometry)
    if np.sqrt(shapely.area(subject.ground) / np.pi) > 0.0008 * scale:
        _fill(
            panel,
            np.array([subject.ground]),
            facecolor=SITE,
            edgecolor=SITE,
            alpha=0.35,
            linewidth=1,
        )
    panel.scatter([point.x], [point.y], s=70, marker="*", c=SITE, edgecolors="white",
                  linewidths=0.8, zorder=9)  # fmt: skip


def _frame(panel: Axes, frame: shapely.Polygon) -> None:
    west, south, east, north = frame.bounds
    panel.set_xlim(west, east)
    panel.set_ylim(south, north)
    panel.set_xticks([])
    panel.set_yticks([])
    for side in panel.spines.values():
        side.set_color("#8d867a")
        side.set_linewidth(1.0)


def _bar(panel: Axes, frame: shapely.Polygon, scale: int) -> None:
    west, south, *_ = frame.bounds
    length = 0.02 * scale
    x, y = west + 0.003 * scale, south + 0.0032 * scale
    panel.add_patch(mpl.patches.Rectangle(
        (west, south), length + 0.006 * scale, 0.0085 * scale, facecolor="white", alpha=0.85,
        zorder=9, linewidth=0))  # fmt: skip
    panel.plot([x, x + length], [y, y], color="#22262b", linewidth=2, solid_capstyle="butt",
               zorder=10)  # fmt: skip
    told = f"{number(length / 1000)} km   1:{number(scale)}"
    panel.text(x, y + 0.0014 * scale, told, fontsize=6.3, color="#22262b", zorder=10)
    panel.annotate("N", (0.965, 0.965), (0.965, 0.885), xycoords="axes fraction", fontsize=7,
                   ha="center", color="#22262b", zorder=10,
                   arrowprops={"arrowstyle": "->", "color": "#22262b", "lw": 0.9})  # fmt: skip


def _stamp(figure: Figure, plates: Plates, frame: shapely.Polygon) -> None:
    """Draw the territory in a corner, with the frame of the map on it."""
    stamp = figure.add_axes((0.015, 0.70, 0.22, 0.285))
    stamp.add_collection(PolyCollection(plates.region, facecolor=str(LOOK["land"]),
                                        edgecolor="#b4ac9c", linewidth=0.3))  # fmt: skip
    stamp.add_collection(PolyCollection(_rings(np.array([frame])), facecolor=SITE, alpha=0.5,
                                        edgecolor=SITE, linewidth=0.8))  # fmt: skip
    west, south, east, north = plates.ground.communes.total_bounds
    stamp.set_xlim(west - 1e4, east + 1e4)
    stamp.set_ylim(south - 1e4, north + 1e4)
    stamp.set_aspect("equal")
    stamp.set_facecolor("#ffffffd9")
    stamp.set_xticks([])
    stamp.set_yticks([])
    for side in stamp.spines.values():
        side.set_color("#b4ac9c")
        side.set_linewidth(0.5)
