"""GeoJSON for the web: WGS 84, RFC 7946, with the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio

DIGITS = 6
"""Decimal degrees kept: a tenth of a metre, finer than any place we know."""


def write_geojson(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer as RFC 7946 asks: degrees, outer rings anticlockwise, no « crs » member.

    Parameters
    ----------
    table : in any known system of coordinates.
    path : « .geojson », in a folder that exists.
    """
    pyogrio.write_dataframe(
        table.to_crs("EPSG:4326"),
        path,
        driver="GeoJSON",
        layer_options={
            "RFC7946": "YES",
            "COORDINATE_PRECISION": str(DIGITS),
            "WRITE_NAME": "NO",
        },
    )
