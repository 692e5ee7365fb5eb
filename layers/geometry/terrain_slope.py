"""Slope of a terrain model, in percent, by Horn's method: eight neighbours, the nearer twice.

B. K. P. Horn, « Hill shading and the reflectance map », Proceedings of the IEEE 69 (1), 1981.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from layers.geometry.shape_filling import Floats
from layers.words.compiled_loops import compiled


def slope_percent(heights: NDArray[Any], wide: float, tall: float) -> Floats:
    """Return the slope of each cell that has eight known neighbours; NaN for the others.

    A plane that climbs 2 m eastwards and 1.5 m northwards on each 25 m cell: sqrt(0.08² + 0.06²) =
    10 %.

    Parameters
    ----------
    heights : (rows, columns), in metres, north first; NaN where unknown.
    wide : side of a cell from west to east, in metres.
    tall : side of a cell from north to south, in metres.

    Returns
    -------
    Slopes in %, of the same shape; the outer cells are NaN.

    Examples
    --------
    >>> plane = [[3.0, 5.0, 7.0], [1.5, 3.5, 5.5], [0.0, 2.0, 4.0]]
    >>> round(float(slope_percent(np.array(plane), 25.0, 25.0)[1, 1]), 9)
    10.0
    >>> int(np.isnan(slope_percent(np.array(plane), 25.0, 25.0)).sum())
    8
    """
    slopes = np.full(heights.shape, np.nan)
    _slopes(np.ascontiguousarray(heights, dtype=np.float64), wide, tall, slopes)
    return slopes


@compiled
def _slopes(z: Floats, wide: float, tall: float, slopes: Floats) -> None:
    for r in range(1, z.shape[0] - 1):
        for c in range(1, z.shape[1] - 1):
            east = z[r - 1, c + 1] + 2.0 * z[r, c + 1] + z[r + 1, c + 1]
            west = z[r - 1, c - 1] + 2.0 * z[r, c - 1] + z[r + 1, c - 1]
            north = z[r - 1, c - 1] + 2.0 * z[r - 1, c] + z[r - 1, c + 1]
            south = z[r + 1, c - 1] + 2.0 * z[r + 1, c] + z[r + 1, c + 1]
            x, y = (east - west) / (8.0 * wide), (north - south) / (8.0 * tall)
            # The cell's own height weighs nothing, but where it is lacking nothing is known.
            slopes[r, c] = 100.0 * np.sqrt(x * x + y * y) + 0.0 * z[r, c]


def slopes_in(raster: Any, window: Window) -> Floats:
    """Return the slopes of a window: read one cell wider, so that no block has an edge of its own.

    Only the cells at the raster's own edge, or beside a hole, stay unknown.

    Parameters
    ----------
    raster : an open dataset of heights, in metres; its first band is read.
    window : the cells wanted, whole, within the raster.

    Returns
    -------
    Slopes in %, of the window's shape; NaN where unknown.
    """
    left, top = int(window.col_off), int(window.row_off)
    right, bottom = left + int(window.width), top + int(window.height)
    x0, y0 = max(left - 1, 0), max(top - 1, 0)
    x1, y1 = min(right + 1, raster.width), min(bottom + 1, raster.height)
    heights = raster.read(1, window=Window(x0, y0, x1 - x0, y1 - y0)).astype(np.float64)
    if raster.nodata is not None:
        heights[heights == raster.nodata] = np.nan
    heights[~np.isfinite(heights)] = np.nan
    slopes = slope_percent(heights, raster.transform.a, -raster.transform.e)
    return slopes[top - y0 : bottom - y0, left - x0 : right - x0]
