"""Longitudes counted from 0 to 360, brought back to either side of Greenwich."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyproj
import shapely

MENDED = ("repaired", "longitude de 0 à 360° ramenée de −180 à 180°")


def unturned(
    shapes: np.ndarray[Any, np.dtype[np.object_]], crs: str | None, mended: Counter[tuple[str, str]]
) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return shapes whose longitudes beyond 180° are counted westwards.

    Parameters
    ----------
    shapes : of any system; only degrees are touched.
    crs : their system, or None.
    mended : counts of shapes by what was done; added to.

    Returns
    -------
    The shapes; those whose coordinates are no degrees at all are left for others to refuse.
    """
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        turned = (bounds[:, 2] > 180.0) & (bounds[:, 2] <= 360.0)
        turned &= (bounds[:, 0] >= 0.0) & (np.abs(bounds[:, [1, 3]]) <= 90.0).all(axis=1)
    if crs is None or not turned.any() or not pyproj.CRS(crs).is_geographic:
        return shapes
    mended[MENDED] += int(turned.sum())
    shapes = shapes.copy()
    shapes[turned] = shapely.transform(shapes[turned], _westwards)
    return shapes


def _westwards(degrees: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    return degrees - np.array([360.0, 0.0]) * (degrees[:, :1] > 180.0)
