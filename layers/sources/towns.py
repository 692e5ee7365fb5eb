"""Main towns, for the labels of maps."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import rounded
from layers.words.territory_paper import CRS

TOWNS = 25


@layer(
    "towns",
    label_fr="Villes principales",
    theme="Limites administratives",
    key=("commune_code",),
    geometry="Point",
    columns={
        "commune_code": Column("Code de la commune"),
        "name": Column("Nom"),
        "population": Column("Population municipale", "hab"),
        "is_prefecture": Column("Chef-lieu de département"),
        "rank": Column("Rang par population"),
    },
    exports={},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Take the most populous communes and every prefecture, at a point inside each commune."""
    communes = raw.layers["communes"].sort_values(
        ["population", "commune_code"], ascending=[False, True]
    )
    prefectures = set(raw.territory.settings.get("prefectures", ()))
    count = int(raw.territory.settings.get("towns", TOWNS))
    named = communes["commune_code"].isin(prefectures)
    chosen = communes[named | communes["commune_code"].isin(communes["commune_code"].head(count))]
    chosen = chosen.reset_index(drop=True)
    table = gpd.GeoDataFrame(
        {
            "commune_code": chosen["commune_code"],
            "name": chosen["name"],
            "population": chosen["population"],
            "is_prefecture": chosen["commune_code"].isin(prefectures),
            "rank": range(1, len(chosen) + 1),
        },
        geometry=rounded(chosen.geometry.representative_point(), 1.0),
        crs=CRS,
    )
    why = f"{count} communes les plus peuplées, et préfectures"
    return Tidied(table, [ReportLine("towns", "kept", len(table), why)])
