"""Slivers between outlines of two vintages: closed at the union, so that no hair is left blank."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

SLIVER_M2 = 250_000.0
"""Twenty-five hectares: above, a hole is a place that the layer does not hold."""


def close_slivers(table: gpd.GeoDataFrame, most_m2: float = SLIVER_M2) -> gpd.GeoDataFrame:
    """Give each small hole of the union to the neighbour it shares the longest border with.

    Outlines of merged communes come from another vintage than their neighbours', and leave hairs
    between them.

    Parameters
    ----------
    table : polygons in metres that should cover their union.
    most_m2 : area under which a hole is a sliver.

    Returns
    -------
    The same rows in the same order; their areas add up to that of the union without its slivers.

    Examples
    --------
    >>> frame = shapely.box(0, 0, 9, 9).difference(shapely.box(4, 4, 5, 5))
    >>> table = gpd.GeoDataFrame(geometry=[frame])
    >>> close_slivers(table).area.tolist()
    [81.0]
    """
    shapes = table.geometry.to_numpy().copy()
    whole = shapely.union_all(shapes)
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = [hole for hole in map(shapely.Polygon, rings) if hole.area < most_m2]
    for hole in holes:
        near = np.sort(table.sindex.query(hole, predicate="intersects"))
        borders = shapely.length(shapely.intersection(shapes[near], hole.exterior))
        owner = near[int(np.argmax(borders))]
        shapes[owner] = shapely.union(shapes[owner], hole)
    return table.set_geometry(gpd.GeoSeries(shapes, table.index, table.crs))
