"""Industrial sites with excess heat: competitors for the same networks, and possible sinks."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import code_under, number, points_from
from layers.words.territory_paper import CRS

SUBSECTOR_FR = {
    "Paper and printing": "papier et imprimerie",
    "Chemical industry": "chimie",
    "Iron and steel": "sidérurgie",
    "Non-metallic mineral products": "minéraux non métalliques",
    "Non-ferrous metals": "métaux non ferreux",
    "Cement": "ciment",
    "Glass": "verre",
    "Refineries": "raffinage",
    "Other": "autre",
}


@layer(
    "industry_heat",
    label_fr="Chaleur excédentaire de l'industrie",
    theme="Chaleur",
    key=("plant_id",),
    geometry="Point",
    columns={
        "plant_id": Column("Identifiant"),
        "commune_code": Column("Commune sous le point", nullable=True),
        "subsector_fr": Column("Branche"),
        "excess_heat_gwh": Column("Chaleur excédentaire", "GWh/an", nullable=True),
        "fuel_demand_gwh": Column("Combustible consommé", "GWh/an", nullable=True),
    },
    exports={
        "plants": Export(
            "heat/Industrial_Database_*.csv",
            ("SiteID", "geom", "Subsector", "Fuel_Demand", "Excess_Heat_Total"),
            separator=";",
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place, branch and heat: firm names and addresses are not needed, so not read."""
    source = raw.exports["plants"]
    lonlat = source["geom"].str.extract(r"POINT\((?P<lon>[-\d.]+) (?P<lat>[-\d.]+)\)")
    placed = lonlat["lon"].notna()
    source, lonlat = source[placed], lonlat[placed]
    points = points_from(lonlat["lon"], lonlat["lat"])
    table = gpd.GeoDataFrame(
        {
            "plant_id": source["SiteID"],
            "commune_code": code_under(points, raw.layers["communes"], "commune_code"),
            "subsector_fr": source["Subsector"].map(SUBSECTOR_FR).fillna("autre"),
            "excess_heat_gwh": number(source["Excess_Heat_Total"]),
            "fuel_demand_gwh": number(source["Fuel_Demand"]),
        },
        geometry=points,
        crs=CRS,
    )
    inside = table["commune_code"].notna()
    table = table[inside].sort_values("plant_id").reset_index(drop=True)
    return Tidied(
        table,
        [
            ReportLine("industry_heat", "kept", len(table), "site industriel"),
            ReportLine(
                "industry_heat", "dropped", int((~inside).sum()), "point hors du territoire"
            ),
            ReportLine("industry_heat", "dropped", int((~placed).sum()), "site sans position"),
        ],
    )
