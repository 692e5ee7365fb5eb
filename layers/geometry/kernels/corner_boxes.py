"""The box around a run of corners (numpy's own min and max take seconds to compile)."""

from __future__ import annotations

from typing import Any

from layers.words.compiled_loops import compiled


@compiled
def box_of(xy: Any, first: int, last: int) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of a run of corners.

    Parameters
    ----------
    xy : (corners, 2).
    first : the first corner.
    last : the one past the last.

    Returns
    -------
    West, south, east, north, in the unit of the corners.
    """
    west, south, east, north = xy[first, 0], xy[first, 1], xy[first, 0], xy[first, 1]
    for i in range(first + 1, last):
        west, east = min(west, xy[i, 0]), max(east, xy[i, 0])
        south, north = min(south, xy[i, 1]), max(north, xy[i, 1])
    return west, south, east, north
