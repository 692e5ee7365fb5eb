"""Where the village stands: squares of four kilometres, in Gironde."""

from __future__ import annotations

import geopandas as gpd
import shapely

WEST, SOUTH, SIDE = 410_000.0, 6_420_000.0, 4_000.0


def square(column: int, row: int) -> shapely.Polygon:
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    return shapely.box(west, south, west + SIDE, south + SIDE)


def lonlat(x: float, y: float) -> tuple[float, float]:
    point = gpd.GeoSeries([shapely.Point(x, y)], crs=2154).to_crs(4326).iloc[0]
    return point.x, point.y
