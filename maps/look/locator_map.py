"""A small map for paper: outlines as vectors, sites as numbered circles that never overlap."""

from __future__ import annotations

import html

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from maps.look.map_colours import LOOK
from maps.look.page_geography import Ground

WIDTH = 300.0
TOLERANCE_M = 900.0
BADGE = 8.2
"""Least radius of a numbered circle, in units of the drawing."""
ROUNDS = 200
MOVED = 1.0
"""Beyond that, in units of the drawing, a circle is no longer on its site: it is tied to it."""
NOTE = (
    "Surface des cercles selon la puissance, au-dessus d'une taille minimale ; un point marque le "
    "lieu exact, relié à son cercle, quand la place manque."
)

Floats = NDArray[np.float64]


def locator(ground: Ground, sites: gpd.GeoDataFrame, power: Floats, ink: str) -> str:
    """Return an SVG of the territory with one numbered circle a site, in the order given.

    Parameters
    ----------
    ground : outlines of the territory.
    sites : points in the CRS of the ground.
    power : MW of each site; the circle's area follows it, above a floor that holds the number.
    ink : colour of the circles, ``#rrggbb``, checked by the caller.

    Returns
    -------
    One ``<svg>`` element ``WIDTH`` units wide, with an ``aria-label`` in French.
    """
    west, south, east, north = ground.communes.total_bounds
    margin = 0.045 * (east - west)
    scale = WIDTH / (east - west + 2 * margin)
    corner = np.array([west - margin, north + margin])
    height = scale * (north - south + 2 * margin)
    frame = shapely.box(west - margin, south - margin, east + margin, north + margin)
    spots = (sites.get_coordinates().to_numpy() - corner) * np.array([scale, -scale])
    radii = np.maximum(BADGE, np.sqrt(power / max(power.max(initial=1.0), 1e-9)) * 16.0)
    places = apart(spots, radii)
    inside = [
        _area(ground.sea.geometry.to_numpy(), frame, corner, scale, "sea", str(LOOK["sea"])),
        _area(_simple(ground), frame, corner, scale, "land", str(LOOK["land"])),
        *(_badge(k, place, radii[k], ink) for k, place in enumerate(places)),
        *(_leader(*each, ink) for each in zip(spots, places, radii, strict=True)),
        _bar(scale, height),
    ]
    said = html.escape(f"Carte : {len(sites)} sites numérotés, listés à côté.")
    return (
        f'<svg class="locator" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" '
        f'aria-label="{said}">{"".join(inside)}</svg>'
    )


def apart(spots: Floats, radii: Floats) -> Floats:
    """Push circles apart until none overlaps, each as near its own place as it can.

    Parameters
    ----------
    spots : places wanted (n, 2), in units of the drawing.
    radii : radius of each circle (n,), in the same units.

    Returns
    -------
    Places (n, 2); circles may still touch after ``ROUNDS`` rounds.

    Examples
    --------
    >>> apart(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([2.0, 2.0])).round(1).tolist()
    [[-1.5, 0.0], [2.5, 0.0]]
    """
    places = spots.astype(float).copy()
    reach = radii[:, None] + radii[None, :]
    for _ in range(ROUNDS):
        between = places[:, None, :] - places[None, :, :]
        gap = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(gap, np.inf)
        lacking = np.maximum(reach - gap, 0.0)
        if lacking.max(initial=0.0) < 1e-3:
            break
        same = gap < 1e-6
        between[same] = np.sign(np.subtract.outer(np.arange(len(spots)), np.arange(len(spots))))[
            same
        ][:, None]
        way = between / np.maximum(gap, 1e-6)[..., None]
        places += 0.5 * (way * lacking[..., None]).sum(axis=1)
    return places


def _simple(ground: Ground) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.coverage_simplify(
        ground.departements.geometry.to_numpy(), TOLERANCE_M
    )
    return shapes


def _area(
    shapes: NDArray[np.object_], frame: shapely.Polygon, corner: Floats, scale: float, name: str,
    fill: str,
) -> str:  # fmt: skip
    clipped = shapely.get_parts(shapely.intersection(shapes, frame))
    rings = shapely.get_rings(clipped[shapely.area(clipped) > 1e6])
    path = "".join(_ring(ring, corner, scale) for ring in rings)
    line = LOOK["departementLine"] if name == "land" else LOOK["shore"]
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width=".6"/>'


def _ring(ring: shapely.LinearRing, corner: Floats, scale: float) -> str:
    points = (shapely.get_coordinates(ring) - corner) * np.array([scale, -scale])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points[:-1]) + "Z"


def _leader(here: Floats, there: Floats, radius: float, ink: str) -> str:
    """Tie a circle that was moved to the place of its site, over whatever lies between."""
    way = here - there
    far = float(np.hypot(*way))
    if far <= MOVED:
        return ""
    dot = (
        f'<circle cx="{here[0]:.1f}" cy="{here[1]:.1f}" r="2.2" fill="{ink}" stroke="#fff" '
        'stroke-width=".7"/>'
    )
    if far <= radius:
        return dot
    edge = there + way * radius / far
    path = f"M{here[0]:.1f} {here[1]:.1f}L{edge[0]:.1f} {edge[1]:.1f}"
    lines = (("#fff", 2.6), (ink, 1.0))
    return "".join(f'<path d="{path}" stroke="{c}" stroke-width="{w}"/>' for c, w in lines) + dot


def _badge(index: int, place: Floats, radius: float, ink: str) -> str:
    x, y = place
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{LOOK["badge"]}" '
        f'stroke="{ink}" stroke-width="1.3"/><text x="{x:.1f}" y="{y + 3.4:.1f}" '
        f'text-anchor="middle" font-size="9.5" font-weight="700" fill="{ink}">{index + 1}</text>'
    )


def _bar(scale: float, height: float) -> str:
    length, foot = 50_000 * scale, height - 8
    return (
        f'<path d="M8 {foot:.1f}h{length:.1f}" stroke="#333" stroke-width="1.4"/>'
        f'<text x="8" y="{foot - 4:.1f}" font-size="8.5" fill="#333">50\u00a0km</text>'
    )
