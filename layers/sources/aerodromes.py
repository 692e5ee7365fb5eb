"""Aerodromes, as one point each; their easements are not held."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, points_from, region_of
from layers.words.territory_paper import CRS


@layer(
    "aerodromes",
    label_fr="Aérodromes",
    theme="Transports",
    key=("aerodrome_id",),
    geometry="Point",
    columns={"aerodrome_id": Column("Code OACI"), "name": Column("Nom")},
    exports={
        "aerodromes": Export(
            "transport/airportsdata_aerodromes_*.csv", ("icao", "name", "lat", "lon")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the aerodromes of the territory and of its margin."""
    source = raw.exports["aerodromes"].drop_duplicates("icao").reset_index(drop=True)
    table = gpd.GeoDataFrame(
        {"aerodrome_id": source["icao"], "name": source["name"]},
        geometry=points_from(source["lon"], source["lat"]),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    return Tidied(
        table[inside].sort_values("aerodrome_id").reset_index(drop=True),
        report_of(
            "aerodromes",
            ("kept", int(inside.sum()), "aérodrome, avec ceux de la marge du territoire"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
