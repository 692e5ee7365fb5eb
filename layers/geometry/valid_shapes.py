"""Polygons made valid and flat: arrays in, arrays out, nothing else loaded."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
POLYGONS = (3, 6)


def valid_polygons(shapes: Shapes) -> Shapes:
    """Make polygons valid and flat, and drop the lines and points that repair leaves behind.

    Parameters
    ----------
    shapes : polygons, valid or not, of any system.

    Returns
    -------
    As many shapes, in two dimensions; empty where nothing areal is left.
    """
    valid: Any = shapely.make_valid(shapely.force_2d(shapes))
    mixed = ~np.isin(shapely.get_type_id(valid), POLYGONS)
    valid[mixed] = [_areal(shape) for shape in valid[mixed]]
    return np.asarray(valid, dtype=object)


def _areal(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), POLYGONS)])
