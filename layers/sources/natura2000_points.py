"""Natura 2000 sites as points: centre and official area only, never a disc."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number, rounded
from layers.words.territory_paper import CRS


@layer(
    "natura2000_points",
    label_fr="Natura 2000 (centres des sites)",
    theme="Biodiversité",
    key=("site_code",),
    geometry="Point",
    columns={
        "site_code": Column("Code du site"),
        "name": Column("Nom"),
        "directive": Column("ZPS (oiseaux) ou ZSC/SIC (habitats)"),
        "official_area_ha": Column("Surface officielle", "ha", nullable=True),
        "departement_code": Column("Département du centre", nullable=True),
    },
    exports={
        "sites": Export(
            "nature/natura2000_sites_*_points*.gpkg",
            ("siteCode", "siteName", "directive", "areaHa", "dep"),
        )
    },
)
def tidy(raw: Raw) -> Tidied:
    """Keep the territory's sites, at sea too; without polygons every verdict is unknown."""
    source = raw.exports["sites"]
    inside = source["dep"].isin(raw.territory.departements)
    # A site at sea has no département: its code says which former région runs it.
    regional = (
        source["siteCode"].str[:4].isin(raw.territory.settings.get("natura2000_prefixes", ()))
    )
    at_sea = source["dep"].isna() & regional & raw.territory.whole
    kept = source[inside | at_sea]
    kept = kept.sort_values("siteCode").reset_index(drop=True)
    table = gpd.GeoDataFrame(
        {
            "site_code": kept["siteCode"],
            "name": kept["siteName"].fillna("").str.strip(),
            "directive": kept["directive"],
            "official_area_ha": number(kept["areaHa"].astype("str")),
            "departement_code": kept["dep"],
        },
        geometry=rounded(kept.geometry.to_crs(CRS), 1.0),
        crs=CRS,
    )
    return Tidied(
        table,
        [
            ReportLine("natura2000_points", "kept", int(inside.sum()), "centre dans le territoire"),
            ReportLine("natura2000_points", "kept", len(table) - int(inside.sum()), "site en mer"),
            ReportLine(
                "natura2000_points",
                "dropped",
                len(source) - len(table),
                "site d'un territoire voisin",
            ),
        ],
    )
