"""One grid: Lambert-93, origin on multiples of the cell."""

from __future__ import annotations

import numpy as np
import shapely
from rasterio.transform import from_origin
from rasterio.warp import Resampling, reproject

from layers.contract import Raster
from layers.territory import CRS


def aligned_bounds(
    bounds: tuple[float, float, float, float], cell_m: float
) -> tuple[float, float, float, float]:
    """Widen bounds to multiples of the cell.

    >>> aligned_bounds((12.0, 130.0, 260.0, 200.0), 100.0)
    (0.0, 100.0, 300.0, 200.0)
    """
    west, south, east, north = bounds
    return (
        float(np.floor(west / cell_m) * cell_m),
        float(np.floor(south / cell_m) * cell_m),
        float(np.ceil(east / cell_m) * cell_m),
        float(np.ceil(north / cell_m) * cell_m),
    )


def warp_onto(
    source: Raster,
    region: shapely.Geometry,
    margin_km: float,
    cell_m: float,
    resampling: Resampling,
) -> Raster:
    """Warp a raster onto the grid around a region; holes are NaN on both sides."""
    bounds = shapely.bounds(region)
    margin = margin_km * 1000.0
    west, south, east, north = aligned_bounds(
        (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin), cell_m
    )
    shape = (round((north - south) / cell_m), round((east - west) / cell_m))
    values = np.full(shape, np.nan, dtype="float32")
    transform = from_origin(west, north, cell_m, cell_m)
    reproject(
        source.values,
        values,
        src_transform=source.transform,
        src_crs=source.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs=CRS,
        dst_nodata=np.nan,
        resampling=resampling,
        num_threads=1,
    )
    return Raster(values, transform, CRS, float("nan"))
