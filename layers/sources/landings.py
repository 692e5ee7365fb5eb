"""Landings of submarine cables."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import Column, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import rounded
from layers.words.territory_paper import CRS


@layer(
    "landings",
    label_fr="Atterrages de câbles sous-marins",
    theme="Datacenters et numérique",
    key=("cable",),
    geometry="Point",
    columns={
        "cable": Column("Câble"),
        "commune_code": Column("Commune"),
        "commune_name": Column("Nom de la commune"),
        "in_service": Column("Année de mise en service", "année"),
        "caveat_fr": Column("Réserve"),
        "reference": Column("Source"),
    },
    exports={},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Put each landing at a point inside its commune: the exact place is not published."""
    written = pd.DataFrame(raw.territory.settings.get("landings", ()))
    if written.empty:
        written = pd.DataFrame(columns=["cable", "commune_code"])
    communes = raw.layers["communes"].set_index("commune_code")
    written = written[written["commune_code"].isin(communes.index)].reset_index(drop=True)
    points = communes.geometry.representative_point().reindex(written["commune_code"])
    table = gpd.GeoDataFrame(
        written.reindex(
            columns=[
                "cable",
                "commune_code",
                "commune_name",
                "in_service",
                "caveat_fr",
                "reference",
            ]
        ),
        geometry=rounded(gpd.GeoSeries(points.values, crs=CRS), 1.0),
        crs=CRS,
    )
    why = "point représentatif de la commune, position approximative"
    return Tidied(table, [ReportLine("landings", "kept", len(table), why)])
