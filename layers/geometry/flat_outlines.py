"""Shapes as flat arrays, as the filling loops take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.geometry.raster_grid import Grid
from layers.geometry.shape_filling import (
    Floats,
    Frame,
    Integers,
    Paths,
    Words,
    fill_inside,
    fill_near,
)
from layers.words.compiled_loops import compiled
from layers.words.errors import SitingError

Shapes = NDArray[np.object_]
AREAS, MULTI = (3,), (4, 5, 6, 7)


@dataclass(frozen=True)
class Outlines:
    """Polygons to fill, and every path (ring, line, point) to measure a distance from."""

    areas: Paths
    others: Paths

    @classmethod
    def of(cls, shapes: Shapes, where: str) -> Outlines:
        """Flatten shapes of any type.

        Parameters
        ----------
        shapes : points, lines, polygons or collections of them, Lambert-93 metres.
        where : the file or layer that the error names.

        Returns
        -------
        The shapes parted in polygons and others, collections taken apart.

        Raises
        ------
        SitingError : SIT105 when a shape is missing or empty, or a coordinate is not finite.
        """
        if shapely.is_missing(shapes).any() or shapely.is_empty(shapes).any():
            raise SitingError("SIT105", "géométrie absente ou vide", where=where)
        while np.isin(kinds := shapely.get_type_id(shapes), MULTI).any():
            shapes = shapely.get_parts(shapes)
        is_area = np.isin(kinds, AREAS)
        found = cls(_paths(shapes[is_area], True), _paths(shapes[~is_area], False))
        if not all(np.isfinite(paths.xy).all() for paths in (found.areas, found.others)):
            raise SitingError(
                "SIT105",
                "coordonnée absente (NaN) ou infinie",
                where=where,
                hint="réparez la couche : une forme sans position ne peut être ni dedans ni dehors",
            )
        return found

    def fill(self, words: Words, grid: Grid, reach_m: float) -> None:
        """Set the cells in a shape or within reach of it, the reach included.

        Parameters
        ----------
        words : (rows, words) of the grid; bits are set, none is cleared.
        grid : the lattice that the words are of.
        reach_m : metres around the shapes; at 0, only what polygons cover is set.
        """
        frame = Frame(grid.columns, grid.west, grid.north, float(grid.cell_m))
        fill_inside(words, self.areas, frame)
        if reach_m > 0:
            fill_near(words, self.areas, frame, reach_m)
            fill_near(words, self.others, frame, reach_m)


def _paths(shapes: Shapes, is_area: bool) -> Paths:
    """Return simple shapes of one family as flat arrays."""
    if is_area:
        rings, owner = shapely.get_rings(shapes, return_index=True)
    else:
        rings, owner = shapes, np.arange(len(shapes))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    path = np.searchsorted(ring, np.arange(len(rings) + 1)).astype(np.int64)
    part = np.searchsorted(owner, np.arange(len(shapes) + 1)).astype(np.int64)
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    clockwise = np.zeros(len(rings), dtype=np.int64)
    if is_area:
        _is_clockwise(xy, path, clockwise)
    return Paths(
        np.ascontiguousarray(xy),
        path,
        part,
        clockwise,
        np.ascontiguousarray(bounds[:, 1]),
        np.ascontiguousarray(bounds[:, 3]),
    )


@compiled
def _is_clockwise(xy: Floats, path: Integers, clockwise: Integers) -> None:
    """Write 1 for each closed ring drawn clockwise, 0 for the others."""
    for k in range(path.shape[0] - 1):
        first, twice = path[k], 0.0
        for i in range(first, path[k + 1] - 1):
            ax, ay = xy[i, 0] - xy[first, 0], xy[i, 1] - xy[first, 1]
            bx, by = xy[i + 1, 0] - xy[first, 0], xy[i + 1, 1] - xy[first, 1]
            twice += ax * by - bx * ay
        clockwise[k] = 1 if twice < 0.0 else 0


def words_of(grid: Grid) -> int:
    """Return the number of 64-bit words of a row.

    Parameters
    ----------
    grid : the lattice.

    Returns
    -------
    The least number of words that hold its columns.

    Examples
    --------
    >>> words_of(Grid(0.0, 100.0, 1, 65, 100))
    2
    """
    return (grid.columns + 63) // 64
