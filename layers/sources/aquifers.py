"""Outcropping groundwater bodies, by name."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, polygons_of, region_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "aquifers",
    label_fr="Masses d'eau souterraine affleurantes",
    theme="Eau",
    key=("body_id",),
    geometry="Polygon",
    columns={"body_id": Column("Code de la masse d'eau"), "name": Column("Nom")},
    exports={
        "bodies": Export(
            "water/masses_eau_souterraines_affleurantes_vrap2022_*.gpkg", ("code", "nom")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep name and outline, drawn to about 400 m; what lies deeper is not held."""
    source = raw.exports["bodies"]
    shapes = polygons_of(rounded(source.geometry.to_crs(CRS), 10.0))
    table = gpd.GeoDataFrame(
        {"body_id": source["code"], "name": source["nom"]}, geometry=shapes.values, crs=CRS
    )
    table = table[~table.geometry.is_empty].dissolve("body_id", aggfunc="first").reset_index()
    inside = near(table.geometry, region_of(raw.layers["communes"]), 0.0)
    return Tidied(
        table[inside].sort_values("body_id").reset_index(drop=True),
        report_of("aquifers", ("kept", int(inside.sum()), "masse d'eau souterraine affleurante")),
    )
