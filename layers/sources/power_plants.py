"""Power plants, as context of the grid."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import near, number, points_from, region_of
from layers.words.territory_paper import CRS

FUEL_FR = {
    "Nuclear": "nucléaire",
    "Hydro": "hydraulique",
    "Solar": "solaire",
    "Wind": "éolien",
    "Natural Gas": "gaz",
    "Oil": "fioul",
    "Solid Biomass": "biomasse",
    "Biogas": "biogaz",
    "Waste": "déchets",
    "Hard Coal": "charbon",
    "Geothermal": "géothermie",
}


NAMED = ("nucléaire", "hydraulique")
"""Dams and nuclear plants bear the name of a place; a small farm may bear its owner's."""
UNNAMED = "sans nom"


@layer(
    "power_plants",
    label_fr="Centrales électriques",
    theme="Réseau électrique",
    key=("plant_id",),
    geometry="Point",
    columns={
        "plant_id": Column("Identifiant"),
        "name": Column("Nom du lieu, ou « sans nom » : celui d'un parc peut être d'une personne"),
        "fuel_fr": Column("Énergie"),
        "capacity_mw": Column("Puissance", "MW"),
        "since": Column("Année de mise en service", "année", nullable=True),
    },
    exports={
        "plants": Export(
            "grid/powerplants_ppm_*.csv",
            ("id", "Name", "Fueltype", "Capacity", "DateIn", "DateOut", "lat", "lon"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep plants inside the territory; small solar and wind farms are incomplete at source."""
    source = raw.exports["plants"]
    points = points_from(source["lon"], source["lat"])
    inside = near(points, region_of(raw.layers["communes"]), 0.0)
    source, points = source[inside], points[inside]
    fuel = source["Fueltype"].map(FUEL_FR).fillna("autre")
    table = gpd.GeoDataFrame(
        {
            "plant_id": source["id"],
            "name": _public_name(source["Name"], fuel),
            "fuel_fr": fuel,
            "capacity_mw": number(source["Capacity"]).round(3),
            "since": number(source["DateIn"]).astype("Int64"),
        },
        geometry=points,
        crs=CRS,
    )
    table = table.sort_values("plant_id").reset_index(drop=True)
    return Tidied(
        table,
        [
            ReportLine("power_plants", "kept", len(table), "centrale du territoire"),
            ReportLine("power_plants", "dropped", int((~inside).sum()), "hors du territoire"),
        ],
    )


def _public_name(names: pd.Series, fuel: pd.Series) -> pd.Series:
    """Keep the names of places, each said once: the source repeats those it matched.

    >>> names = pd.Series(["Hautefage", "Val Beynette Val Beynette", "Dupont Solar Farm"])
    >>> _public_name(names, pd.Series(["hydraulique", "hydraulique", "solaire"])).tolist()
    ['Hautefage', 'Val Beynette', 'sans nom']
    """
    plain = names.fillna(UNNAMED).str.strip().str.replace(r"^(.+?)(?: \1)+$", r"\1", regex=True)
    return plain.where(fuel.isin(NAMED), UNNAMED)
