"""National nature reserves and their protection perimeters, where an export covers them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import near, polygons_of, region_of, rounded
from layers.sources.common_shapes import NAME, ZONE_ID
from layers.words.territory_paper import CRS


@layer(
    "national_reserves",
    label_fr="Réserves naturelles nationales",
    theme="Biodiversité",
    key=("reserve_id",),
    geometry="Polygon",
    columns={
        "reserve_id": Column(
            "Identifiant INPN", kind="text", generated=True, aliases=ZONE_ID.aliases
        ),
        "name": Column("Nom", kind="text", aliases=NAME.aliases, nullable=True),
        "kind": Column("réserve ou périmètre de protection", nullable=True),
        "area_ha": Column("Surface publiée", "ha", nullable=True),
    },
    exports={
        "reserves": (
            Export(
                "nature/patrinat_rnn*.geojson",
                ("id_mnhn", "nom_site", "surf_off"),
                adapt=lambda table: table.rename(
                    columns={"nom_site": "nom", "surf_off": "surf_ha"}
                ),
            ),
            Export("nature/rnn_*.geojson", ("id_mnhn", "nom", "surf_ha")),
        )
    },
    needs=("communes",),
    overlap_ha="reserve_overlap_ha",
    excludes=True,
)
def tidy(raw: Raw) -> Tidied:
    """Tell reserves from protection perimeters; outside the export's window all is unknown."""
    source = raw.exports["reserves"].sort_values("id_mnhn").reset_index(drop=True)
    perimeter = source["nom"].str.contains("protection", case=False)
    table = gpd.GeoDataFrame(
        {
            "reserve_id": source["id_mnhn"],
            "name": source["nom"].str.strip(),
            "kind": np.where(perimeter, "périmètre de protection", "réserve"),
            "area_ha": source["surf_ha"],
        },
        geometry=polygons_of(rounded(source.geometry.to_crs(CRS), 1.0)),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    table = table[inside].reset_index(drop=True)
    why = "réserve ou périmètre de la fenêtre de l'export"
    return Tidied(table, [ReportLine("national_reserves", "kept", len(table), why)])
