"""Dominant land cover, about 5 km: context, never a parcel's land use."""

from __future__ import annotations

import numpy as np
from rasterio.warp import Resampling

from layers.contracts.contract import Export, Raster, Raw, ReportLine, Tidied, layer
from layers.geometry.raster_grid import warp_onto
from layers.geometry.vector_overlay import region_of

CELL_M = 5_000.0
HOLE = 255


@layer(
    "land_cover",
    label_fr="Occupation du sol dominante (5 km)",
    theme="Relief et occupation du sol",
    form="raster",
    exports={"classes": Export("land/modis_igbp_*.tif")},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Warp by nearest cell; the file declares an odd spheroid but holds plain degrees."""
    found: Raster = raw.exports["classes"]
    source = Raster(
        values=np.where(found.values == HOLE, np.nan, found.values).astype("float32"),
        transform=found.transform,
        crs="EPSG:4326",
        nodata=float("nan"),
    )
    region = region_of(raw.layers["communes"])
    warped = warp_onto(source, region, raw.territory.margin_km, CELL_M, Resampling.nearest)
    values = np.where(np.isnan(warped.values), HOLE, warped.values).astype("uint8")
    known = int((values != HOLE).sum())
    why = "cellule de 5 km, classe IGBP dominante ; sphéroïde déclaré ignoré (EPSG:4326)"
    return Tidied(
        Raster(values, warped.transform, warped.crs, HOLE),
        [ReportLine("land_cover", "repaired", known, why)],
    )
