"""Plants followed by Global Energy Monitor, with their status: a few, each well placed."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import code_under, points_from
from layers.words.territory_paper import CRS

KIND_FR = {
    "iron-steel": "aciérie",
    "bioenergy": "centrale à biomasse",
    "gas": "centrale à gaz",
    "oil": "centrale au fioul",
    "coal": "centrale à charbon",
    "cement": "cimenterie",
}
STATUS_FR = {"operating": "en service", "retired": "fermée", "mothballed": "à l'arrêt"}


@layer(
    "industrial_plants",
    label_fr="Usines et centrales suivies par Global Energy Monitor",
    theme="Friches et sites pollués",
    key=("plant_id",),
    geometry="Point",
    columns={
        "plant_id": Column("Commune et nature"),
        "kind_fr": Column("Nature"),
        "status_fr": Column("État"),
    },
    exports={
        "plants": Export(
            "electricity/gem_sites_industriels_*.csv", ("kind", "status", "lat", "lon")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place, kind and status; the firm's name is not needed, so not read."""
    source = raw.exports["plants"]
    points = points_from(source["lon"], source["lat"])
    code = code_under(points, raw.layers["communes"], "commune_code")
    table = gpd.GeoDataFrame(
        {
            "plant_id": code.astype("str") + "_" + source["kind"].astype("str"),
            "kind_fr": source["kind"].map(KIND_FR).fillna("usine"),
            "status_fr": source["status"].map(STATUS_FR).fillna("état inconnu"),
        },
        geometry=points,
        crs=CRS,
    )[code.notna()]
    table = table.drop_duplicates("plant_id").sort_values("plant_id").reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "industrial_plants",
            ("kept", len(table), "usine ou centrale dans le territoire"),
            ("dropped", int(code.isna().sum()), "hors du territoire"),
        ),
    )
