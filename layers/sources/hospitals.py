"""Hospitals and clinics: one near is a fact, none found proves nothing."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, region_of, rounded
from layers.words.territory_paper import CRS

PLACED_FR = {"1": "adresse", "2": "rue ou lieu-dit", "3": "commune"}


@layer(
    "hospitals",
    label_fr="Hôpitaux et cliniques",
    theme="Population et voisinage",
    key=("place_id",),
    geometry="Point",
    columns={
        "place_id": Column("Numéro FINESS"),
        "placed_fr": Column("Finesse de la position"),
    },
    exports={"hospitals": Export("people/hopitaux_finess_*.gpkg", ("id", "geo_qual"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place and how well it is placed; establishments of one point are one place."""
    source = raw.exports["hospitals"].drop_duplicates("id")
    quality = source["geo_qual"].astype("str")
    table = gpd.GeoDataFrame(
        {"place_id": source["id"], "placed_fr": quality.map(PLACED_FR).fillna("inconnue")},
        geometry=rounded(source.geometry.to_crs(CRS), 1.0),
        crs=CRS,
    ).sort_values("place_id")
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    coarse = (quality.reindex(table.index) == "3").to_numpy()
    table = table[inside & ~coarse]
    single = ~table.geometry.to_wkb().duplicated()
    return Tidied(
        table[single].reset_index(drop=True),
        report_of(
            "hospitals",
            ("kept", int(single.sum()), "hôpital ou clinique, avec ceux de la marge"),
            ("merged", int((~single).sum()), "même point qu'un autre : un seul lieu"),
            ("dropped", int((inside & coarse).sum()), "placé à la commune seulement"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
