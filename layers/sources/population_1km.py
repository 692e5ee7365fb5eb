"""Inhabitants of the 2021 census, by cell of one kilometre."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, number, region_of, rounded
from layers.words.territory_paper import CRS

HALF_M = 500.0
MARGIN_KM = 5.0
"""Beyond, no cell counts for a site of the territory."""


@layer(
    "population_1km",
    label_fr="Habitants par carreau de 1 km",
    theme="Population et voisinage",
    key=("cell_id",),
    geometry="Point",
    columns={
        "cell_id": Column("Carreau (coin en EPSG:3035, en km)"),
        "people": Column("Habitants en 2021", "hab"),
    },
    exports={
        "cells": Export(
            "people/population_1km_eurostat_2021_*.csv.gz", ("x_3035", "y_3035", "pop_2021")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the inhabited cells of the territory and of its edge, each at its centre."""
    source = raw.exports["cells"]
    people = number(source["pop_2021"])
    inhabited = people > 0
    rows = source[inhabited]
    x, y = number(rows["x_3035"]), number(rows["y_3035"])
    centres = gpd.GeoSeries(
        gpd.points_from_xy(x + HALF_M, y + HALF_M), index=rows.index, crs="EPSG:3035"
    )
    east, north = ((axis / 1e3).astype("int64").astype("str") for axis in (x, y))
    table = gpd.GeoDataFrame(
        {"cell_id": east + "_" + north, "people": people[inhabited].astype("int64")},
        geometry=rounded(centres.to_crs(CRS), 1.0),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), MARGIN_KM)
    return Tidied(
        table[inside].sort_values("cell_id").reset_index(drop=True),
        report_of(
            "population_1km",
            ("kept", int(inside.sum()), "carreau habité"),
            ("dropped", int((~inhabited).sum()), "carreau sans habitant"),
            ("dropped", int((~inside).sum()), "carreau loin du territoire"),
        ),
    )
