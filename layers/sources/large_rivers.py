"""Large rivers, by name: no line near a site proves nothing."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, region_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "large_rivers",
    label_fr="Grandes rivières (masses d'eau)",
    theme="Eau",
    key=("body_id",),
    geometry="Line",
    columns={"body_id": Column("Code de la masse d'eau"), "name": Column("Nom")},
    exports={"rivers": Export("water/masses_eau_rivieres_vrap2022_*.gpkg", ("code", "nom"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep name and line, drawn to about a kilometre: never a distance below two."""
    source = raw.exports["rivers"]
    table = gpd.GeoDataFrame(
        {"body_id": source["code"], "name": source["nom"]},
        geometry=rounded(source.geometry.to_crs(CRS), 10.0),
        crs=CRS,
    )
    table = table[~table.geometry.is_empty].drop_duplicates("body_id")
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    return Tidied(
        table[inside].sort_values("body_id").reset_index(drop=True),
        report_of("large_rivers", ("kept", int(inside.sum()), "masse d'eau de grande rivière")),
    )
