"""Zonal figures, exact: share of a site under zones, mean of a raster, distance to the nearest."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.contracts.contract import Raster
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
AREAL = (3, 6)
THREADS = 2
# Less than this is shapes that touch: corners written to the nanometre over kilometres of edge.
TOUCH_M2 = 1e-2


@dataclass(frozen=True)
class Ragged:
    """Shapes as plain arrays: corners, the rings that cut them, the shapes that cut the rings."""

    xy: Floats
    rings: Rows
    shapes: Rows
    exterior: NDArray[np.bool_]

    @classmethod
    def of(cls, shapes: Shapes) -> Ragged:
        """Flatten points, lines or polygons, parts and holes included; empty shapes keep a row.

        Parameters
        ----------
        shapes : one kind or several; of several parts, each keeps its rings in order.

        Returns
        -------
        The arrays: ring k has the corners ``rings[k]:rings[k + 1]`` of ``xy``, shape s the rings
        ``shapes[s]:shapes[s + 1]``; lines and points are rings of their own.
        """
        parts, owner = shapely.get_parts(shapes, return_index=True)
        areal = np.flatnonzero(np.isin(shapely.get_type_id(parts), AREAL))
        plain = np.setdiff1d(np.arange(len(parts)), areal)
        rings, of = shapely.get_rings(parts[areal], return_index=True)
        outer = np.append(True, of[1:] != of[:-1])[: len(of)]
        part = np.concatenate([areal[of], plain])
        order = np.argsort(part, kind="stable")
        rings = np.concatenate([rings, parts[plain]])[order]
        exterior = np.concatenate([outer, np.ones(len(plain), dtype=bool)])[order]
        owner = owner[part[order]]
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        return cls(
            np.ascontiguousarray(xy),
            _cuts(ring, len(rings)),
            _cuts(owner, len(shapes)),
            exterior,
        )

    def corners(self) -> Rows:
        """Return the number of corners of each shape.

        Returns
        -------
        One count a shape; 0 when it is empty.
        """
        found: Rows = np.diff(self.rings[self.shapes])
        return found


def _cuts(owner: Rows, count: int) -> Rows:
    """Return where each owner's run begins and ends, runs in order."""
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def in_threads(work: Callable[[int, int], None], count: int) -> None:
    """Run work(begin, end) over slices of a range, two at a time; each writes its own rows.

    Parameters
    ----------
    work : does the rows from the first number to the second, excluded.
    count : how many rows there are.
    """
    threads = min(THREADS, os.cpu_count() or 1)
    edges = np.linspace(0, count, min(count, 4 * threads) + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, edges[:-1].tolist(), edges[1:].tolist()))


def covered_m2(sites: Shapes, zones: Shapes) -> Floats:
    """Return each site's area under the union of the zones: zones that overlap count once.

    A ring that crosses itself is read by parity, never dropped.

    Parameters
    ----------
    sites : polygons, Lambert-93.
    zones : polygons, Lambert-93.

    Returns
    -------
    One area in m² a site; below 0.01 m², shapes that merely touch, it is 0.
    """
    from layers.geometry.kernels.slab_areas import covered_areas

    total, covered = np.zeros(len(sites)), np.zeros(len(sites))
    zone, site = shapely.STRtree(sites).query(zones)
    if not len(site):
        return covered
    order = np.lexsort((zone, site))
    site = site[order]
    used, zone = np.unique(zone[order], return_inverse=True)
    table = Ragged.of(np.concatenate([sites, zones[used]]))
    zone = zone + len(sites)
    met = np.bincount(site, table.corners()[zone], len(sites)) + table.corners()[: len(sites)]
    room = int(2 * met.max()) + 16
    first_pair = _cuts(site, len(sites))
    in_threads(
        lambda begin, end: covered_areas(
            table.xy, table.rings, table.shapes, first_pair, zone, begin, end, room, total, covered
        ),
        len(sites),
    )
    covered[covered < TOUCH_M2] = 0.0
    return covered


def share_under(sites: Shapes, zones: Shapes) -> Floats:
    """Return the share of each site under the union of the zones.

    Parameters
    ----------
    sites : polygons or points, Lambert-93.
    zones : polygons, Lambert-93.

    Returns
    -------
    One share in 0–1 a site; a site without an area is wholly in (1) or wholly out (0).
    """
    area = shapely.area(sites)
    share = np.divide(covered_m2(sites, zones), area, out=np.zeros(len(sites)), where=area > 0)
    flat = np.flatnonzero(area == 0)
    if len(flat):
        inside = shapely.STRtree(zones).query(sites[flat], predicate="intersects")[0]
        share[flat[inside]] = 1.0
    return np.clip(share, 0.0, 1.0)


def mean_over(sites: Shapes, raster: Raster, where: str = "raster") -> tuple[Floats, Floats]:
    """Return the mean of a raster over each site, and the share of the site it is unknown on.

    Each cell weighs the exact part of it that the site covers, so a site smaller than a cell has
    its value too. Holes, NaN and what lies outside the raster are unknown. A site without an area
    reads the cell under its centre.

    Parameters
    ----------
    sites : polygons or points, Lambert-93.
    raster : square, upright cells in Lambert-93.
    where : the file or layer that the error names.

    Returns
    -------
    Means, in the raster's unit, NaN for a site wholly unknown; and shares in 0–1 of each site's
    area.

    Raises
    ------
    SitingError : SIT102 when the raster is not in Lambert-93, SIT105 when its cells are turned or
        not square.
    """
    from layers.geometry.kernels.cell_shares import weighted_means

    west, north, cell = _frame(raster, where)
    values = known_values(raster)
    mean, known = np.full(len(sites), np.nan), np.zeros(len(sites))
    ground = Ragged.of(sites)
    in_threads(
        lambda begin, end: weighted_means(
            values, west, north, cell, ground.xy, ground.rings, ground.shapes, ground.exterior,
            begin, end, mean, known,
        ),
        len(sites),
    )  # fmt: skip
    area = shapely.area(sites) / cell**2
    unknown = 1.0 - np.divide(known, area, out=np.zeros(len(sites)), where=area > 0)
    flat = np.flatnonzero(area == 0)
    mean[flat] = _under(values, west, north, cell, sites[flat])
    unknown[flat] = np.isnan(mean[flat])
    return mean, np.where(unknown > 1e-9, np.clip(unknown, 0.0, 1.0), 0.0)


def nearest_m(sites: Shapes, things: Shapes) -> tuple[Floats, Rows]:
    """Return the distance from each site to the nearest thing, edge to edge, and its row.

    Parameters
    ----------
    sites : points, lines or polygons, Lambert-93.
    things : points, lines or polygons, Lambert-93.

    Returns
    -------
    Metres, 0 when they touch or one is inside the other; and rows of the things, of those equally
    near the first. Without any thing, NaN and -1.
    """
    from layers.geometry.kernels.nearest_distance import bucketed, nearest

    metres, found = np.full(len(sites), np.nan), np.full(len(sites), -1, dtype=np.int64)
    if not len(things) or not len(sites):
        return metres, found
    segments, owner = _segments(things)
    west, south, east, north = shapely.total_bounds(things)
    cell = max(1.0, float(np.sqrt((east - west + 1.0) * (north - south + 1.0) / len(segments))))
    nx, ny = int((east - west) / cell) + 1, int((north - south) / cell) + 1
    buckets, members = bucketed(segments, west, south, cell, nx, ny)
    ground = Ragged.of(sites)
    areal = bool(np.isin(shapely.get_type_id(sites), AREAL).any())
    in_threads(
        lambda begin, end: nearest(
            ground.xy, ground.rings, ground.shapes, areal, segments, owner, buckets, members,
            west, south, cell, nx, ny, begin, end, metres, found,
        ),
        len(sites),
    )  # fmt: skip
    _within(sites, things, metres, found)
    return metres, found


def _within(sites: Shapes, things: Shapes, metres: Floats, found: Rows) -> None:
    """Set to 0 the sites that lie inside a thing, whose edge may be far."""
    areal = np.flatnonzero(np.isin(shapely.get_type_id(things), AREAL))
    if not len(areal):
        return
    site, thing = shapely.STRtree(things[areal]).query(sites, predicate="intersects")
    order = np.lexsort((thing, site))
    site, first = np.unique(site[order], return_index=True)
    thing = areal[thing[order][first]]
    touching = (metres[site] == 0.0) & (found[site] < thing)
    metres[site] = 0.0
    found[site] = np.where(touching, found[site], thing)


def _segments(things: Shapes) -> tuple[Floats, Rows]:
    """Return every segment of the things (x, y, x, y) and its owner; a point is a segment too."""
    flat = Ragged.of(things)
    corners = np.diff(flat.rings)
    owner = np.repeat(np.arange(len(things)), np.diff(flat.shapes))
    ring = np.repeat(np.arange(len(corners)), corners)
    follows = np.append(ring[1:] == ring[:-1], False)
    starts = np.flatnonzero(follows)
    lone = np.flatnonzero(corners[ring] == 1)
    pairs = np.concatenate([starts, lone]), np.concatenate([starts + 1, lone])
    return np.hstack([flat.xy[pairs[0]], flat.xy[pairs[1]]]), owner[ring[pairs[0]]]


def known_values(raster: Raster) -> NDArray[Any]:
    """Return the cells as floating numbers, holes as NaN: a hole's code is never a value.

    Parameters
    ----------
    raster : cells of any number type.

    Returns
    -------
    (rows, columns), in float32 or float64.
    """
    values = raster.values
    if values.dtype not in (np.float32, np.float64):
        wide = np.float32 if values.dtype.itemsize <= 2 else np.float64
        filled: NDArray[Any] = values.astype(wide)
        filled[values == raster.nodata] = np.nan
        return filled
    if np.isnan(raster.nodata):
        return np.ascontiguousarray(values)
    hole = values == values.dtype.type(raster.nodata)
    return np.ascontiguousarray(np.where(hole, values.dtype.type(np.nan), values))


def _frame(raster: Raster, where: str) -> tuple[float, float, float]:
    """Return west, north and cell of a raster in Lambert-93 with square, upright cells."""
    if raster.crs != CRS:
        raise SitingError(
            "SIT102", f"système attendu {CRS}, trouvé : {raster.crs or 'aucun'}", where=where
        )
    cell, skew_x, west, skew_y, height, north = tuple(raster.transform)[:6]
    if skew_x or skew_y or cell <= 0 or not np.isclose(-height, cell):
        raise SitingError("SIT105", "mailles tournées ou non carrées", where=where)
    return float(west), float(north), float(cell)


def _under(
    values: NDArray[np.floating], west: float, north: float, cell: float, sites: Shapes
) -> Floats:
    centres = shapely.get_coordinates(shapely.centroid(sites))
    column = np.floor((centres[:, 0] - west) / cell).astype(np.int64)
    row = np.floor((north - centres[:, 1]) / cell).astype(np.int64)
    inside = (row >= 0) & (row < values.shape[0]) & (column >= 0) & (column < values.shape[1])
    found = np.full(len(sites), np.nan)
    found[inside] = values[row[inside], column[inside]]
    return found
