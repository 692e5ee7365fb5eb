"""Upper-tier Seveso establishments of national priority: some of them, never all."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, region_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "seveso_upper",
    label_fr="Établissements Seveso seuil haut prioritaires",
    theme="Risques",
    key=("place_id",),
    geometry="Point",
    columns={
        "place_id": Column("Identifiant Géorisques"),
        "large_water_user": Column("Grand préleveur d'eau", nullable=True),
    },
    exports={
        "sites": Export("risks/seveso_seuil_haut_prioritaires_*.gpkg", ("code_aiot", "PLV_Q75"))
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place and water; names are not needed, so not read."""
    source = raw.exports["sites"].drop_duplicates("code_aiot")
    table = gpd.GeoDataFrame(
        {
            "place_id": source["code_aiot"],
            "large_water_user": source["PLV_Q75"].map({"true": "yes", "false": "no"}),
        },
        geometry=rounded(source.geometry.to_crs(CRS), 1.0),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    return Tidied(
        table[inside].sort_values("place_id").reset_index(drop=True),
        report_of(
            "seveso_upper",
            ("kept", int(inside.sum()), "établissement seuil haut, prioritaire et IED"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
