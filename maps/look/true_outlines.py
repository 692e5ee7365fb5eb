"""The ground of the sites whose outline a results folder holds: areas, and sites brought drawn."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from scenarios.storage.results import Results

TABLES = ("areas", "own_outlines")


def true_outlines(results: Results) -> gpd.GeoSeries | None:
    """Return the outlines held, index site_id.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    Polygons, Lambert-93; None when every site is a point.
    """
    held = [
        results.context(name).set_index("site_id").geometry
        for name in TABLES
        if (results.folder / "context" / f"{name}.parquet").is_file()
    ]
    return gpd.GeoSeries(pd.concat(held)) if held else None
