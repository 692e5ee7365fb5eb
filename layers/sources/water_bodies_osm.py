"""Water bodies of OpenStreetMap, for maps (ODbL: a file of its own)."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import near, number, polygons_of, region_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "water_bodies_osm",
    label_fr="Plans d'eau",
    theme="Eau",
    key=("water_id",),
    geometry="Polygon",
    odbl=True,
    columns={
        "water_id": Column("Numéro, du plus grand au plus petit"),
        "area_ha": Column("Surface publiée", "ha"),
    },
    exports={"bodies": Export("nature/osm_waterbodies_*.gpkg", ("area_km2",))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Simplify to 20 m: islands were already filled at source, so areas are not measures."""
    source = raw.exports["bodies"]
    shapes = source.geometry.to_crs(CRS)
    inside = near(shapes, region_of(raw.layers["communes"]), 0.0)
    simple = polygons_of(rounded(shapes[inside].simplify(20.0), 10.0))
    table = gpd.GeoDataFrame(
        {"area_ha": (number(source["area_km2"][inside].astype("str")) * 100.0).round(1)},
        geometry=simple,
        crs=CRS,
    )
    lost = table.geometry.is_empty
    table = table[~lost]
    table["x"], table["y"] = table.geometry.bounds["minx"], table.geometry.bounds["miny"]
    table = table.sort_values(["area_ha", "x", "y"], ascending=[False, True, True])
    table = table.drop(columns=["x", "y"]).reset_index(drop=True)
    table.insert(0, "water_id", range(1, len(table) + 1))
    return Tidied(
        table,
        [
            ReportLine("water_bodies_osm", "kept", len(table), "plan d'eau du territoire"),
            ReportLine("water_bodies_osm", "dropped", int((~inside).sum()), "hors du territoire"),
            ReportLine(
                "water_bodies_osm", "dropped", int(lost.sum()), "disparu à la simplification"
            ),
        ],
    )
