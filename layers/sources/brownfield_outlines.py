"""Outlines of brownfields, where the CNIG standard gives them."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.sources.cnig_standard import OUTLINE_COLUMNS, outlines_of


@layer(
    "brownfield_outlines",
    label_fr="Friches (contours)",
    theme="Friches et sites pollués",
    key=("site_id",),
    geometry="Polygon",
    columns={"site_id": Column("Identifiant Cartofriches", kind="text")},
    exports={"sites": Export("friches/friches-standard*.csv", OUTLINE_COLUMNS, separator="")},
    needs=("brownfields",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the outline of the sites of the territory; the others stay points with an area."""
    outlines = outlines_of(raw.exports["sites"])
    known = outlines.index.isin(raw.layers["brownfields"]["site_id"])
    kept = outlines[known].sort_index()
    table = gpd.GeoDataFrame({"site_id": kept.index}, geometry=kept.values, crs=kept.crs)
    without = len(raw.layers["brownfields"]) - len(table)
    return Tidied(
        table,
        [
            ReportLine("brownfield_outlines", "kept", len(table), "contour du site"),
            ReportLine("brownfield_outlines", "unknown", without, "site sans contour : point seul"),
        ],
    )
