"""Schools: a school near is a fact, none found proves nothing."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, region_of, rounded
from layers.words.territory_paper import CRS

KIND_FR = {"ecole": "école", "college": "collège", "lycee": "lycée"}


@layer(
    "schools",
    label_fr="Écoles, collèges et lycées",
    theme="Population et voisinage",
    key=("place_id",),
    geometry="Point",
    columns={
        "place_id": Column("Code UAI"),
        "kind_fr": Column("École, collège ou lycée"),
    },
    exports={"schools": Export("people/ecoles_colleges_lycees_*.gpkg", ("uai", "type"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place and kind; schools of one group share a point, counted once."""
    source = raw.exports["schools"]
    points = rounded(source.geometry.to_crs(CRS), 1.0)
    table = gpd.GeoDataFrame(
        {
            "place_id": source["uai"],
            "kind_fr": source["type"].map(KIND_FR).fillna("établissement scolaire"),
        },
        geometry=points,
        crs=CRS,
    ).sort_values("place_id")
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    table = table[inside]
    single = ~table.geometry.to_wkb().duplicated()
    return Tidied(
        table[single].reset_index(drop=True),
        report_of(
            "schools",
            ("kept", int(single.sum()), "lieu d'enseignement, avec ceux de la marge"),
            ("merged", int((~single).sum()), "même point qu'un autre : un seul lieu"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
