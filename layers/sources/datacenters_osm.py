"""Existing datacenters known to OpenStreetMap (ODbL: a file of its own)."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import groups_within, near, region_of, rounded
from layers.words.territory_paper import CRS

ONE_SITE_M = 500.0


@layer(
    "datacenters_osm",
    label_fr="Datacenters existants",
    theme="Datacenters et numérique",
    key=("osm_id",),
    geometry="Point",
    odbl=True,
    columns={
        "osm_id": Column("Identifiant OpenStreetMap"),
        "site_group": Column("Numéro du site (bâtiments à moins de 500 m)"),
        "name": Column("Nom", nullable=True),
    },
    exports={"features": Export("datacenters/datacenters_osm_*.geojson", ("osm_id", "name"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Give each feature the number of its site: a datacenter is mapped building by building."""
    source = raw.exports["features"]
    points = rounded(source.geometry.to_crs(CRS), 1.0)
    inside = near(points, region_of(raw.layers["communes"]), 0.0)
    table = gpd.GeoDataFrame(
        {
            "osm_id": source["osm_id"][inside].astype("int64").astype("str"),
            "name": source["name"][inside].replace("", None),
        },
        geometry=points[inside],
        crs=CRS,
    )
    table = table.sort_values("osm_id").reset_index(drop=True)
    table.insert(1, "site_group", groups_within(table.geometry, ONE_SITE_M))
    sites = int(table["site_group"].nunique())
    return Tidied(
        table,
        [
            ReportLine("datacenters_osm", "kept", len(table), "objet OpenStreetMap"),
            ReportLine(
                "datacenters_osm", "merged", len(table) - sites, "bâtiment d'un site déjà compté"
            ),
            ReportLine("datacenters_osm", "unknown", sites, "puissance inconnue"),
        ],
    )
