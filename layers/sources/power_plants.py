"""Power plants, as context of the grid."""

from __future__ import annotations

import geopandas as gpd

from layers.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.overlay import near, number, points_from, region_of
from layers.territory import CRS

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


@layer(
    "power_plants",
    label_fr="Centrales électriques",
    theme="Réseau électrique",
    key=("plant_id",),
    geometry="Point",
    columns={
        "plant_id": Column("Identifiant"),
        "name": Column("Nom"),
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
    table = gpd.GeoDataFrame(
        {
            "plant_id": source["id"],
            "name": source["Name"].fillna("sans nom").str.strip(),
            "fuel_fr": source["Fueltype"].map(FUEL_FR).fillna("autre"),
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
