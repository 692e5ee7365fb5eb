"""Regional nature parks (PNR)."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import near, polygons_of, region_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "regional_parks",
    label_fr="Parcs naturels régionaux",
    theme="Biodiversité",
    key=("park_id",),
    geometry="Polygon",
    columns={
        "park_id": Column("Identifiant INPN"),
        "name": Column("Nom"),
        "area_ha": Column("Surface publiée", "ha"),
    },
    exports={
        "parks": (
            Export(
                "nature/patrinat_pnr*.geojson",
                ("id_mnhn", "nom_site", "surf_off"),
                adapt=lambda table: table.rename(
                    columns={"nom_site": "nom", "surf_off": "area_ha"}
                ),
            ),
            Export("nature/pnr_*.gpkg", ("id_mnhn", "nom", "area_ha")),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the polygons of mixed collections; outlines are generalised at source."""
    source = raw.exports["parks"].sort_values("id_mnhn").reset_index(drop=True)
    shapes = polygons_of(source.geometry.to_crs(CRS))
    mixed = int((source.geometry.geom_type == "GeometryCollection").sum())
    table = gpd.GeoDataFrame(
        {"park_id": source["id_mnhn"], "name": source["nom"], "area_ha": source["area_ha"]},
        geometry=polygons_of(rounded(shapes, 10.0)),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), 0.0)
    table = table[inside].reset_index(drop=True)
    return Tidied(
        table,
        [
            ReportLine("regional_parks", "kept", len(table), "parc qui touche le territoire"),
            ReportLine(
                "regional_parks", "repaired", mixed, "collection mêlée : polygones seuls gardés"
            ),
        ],
    )
