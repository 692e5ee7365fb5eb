"""Elevation, coarse: context and height correction only, never slope."""

from __future__ import annotations

import numpy as np
import xarray as xr
from rasterio.transform import from_origin
from rasterio.warp import Resampling

from layers.contracts.contract import Export, Raster, Raw, ReportLine, Tidied, layer
from layers.geometry.raster_grid import warp_onto
from layers.geometry.vector_overlay import region_of

CELL_M = 2_500.0
HOLE = -32768


@layer(
    "elevation",
    label_fr="Altitude (2,5 km)",
    theme="Relief et occupation du sol",
    form="raster",
    exports={"heights": Export("land/etopo2_*.nc")},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Warp the 2-arc-minute grid onto Lambert-93; the sea keeps its negative heights."""
    cube: xr.Dataset = raw.exports["heights"]
    heights = cube["elevation"].sortby("lat", ascending=False)
    lat, lon = heights["lat"].values, heights["lon"].values
    dy, dx = abs(lat[1] - lat[0]), lon[1] - lon[0]
    source = Raster(
        values=heights.values.astype("float32"),
        transform=from_origin(lon[0] - dx / 2, lat[0] + dy / 2, dx, dy),
        crs="EPSG:4326",
        nodata=float("nan"),
    )
    region = region_of(raw.layers["communes"])
    warped = warp_onto(source, region, raw.territory.margin_km, CELL_M, Resampling.bilinear)
    values = np.where(np.isnan(warped.values), HOLE, np.round(warped.values)).astype("int16")
    known = int((values != HOLE).sum())
    return Tidied(
        Raster(values, warped.transform, warped.crs, HOLE),
        [ReportLine("elevation", "kept", known, "cellule de 2,5 km (source : 2 minutes d'arc)")],
    )
