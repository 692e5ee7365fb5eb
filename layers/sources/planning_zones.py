"""Planning documents and land cover: zones of a local plan, SCoT, OCS GE, CORINE."""

from __future__ import annotations

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import zones

THEME = "Sol et urbanisme"

zones(
    "plu_zones",
    "Zones des documents d'urbanisme (polygones)",
    THEME,
    "land/zone_urba*.geojson",
    columns={"zone_type": Column("Type de zone (U, AU, A, N)", kind="text", aliases=("typezone",))},
)
zones("scot", "Périmètres de SCoT", THEME, "admin/scot*.geojson")
# Too large to fetch, and by hundreds of thousands of polygons a département: read near the sites.
OCS_GE = r"_D(\d{3})_"
zones(
    "land_cover_fine",
    "Occupation du sol à grande échelle (OCS GE)",
    THEME,
    Export("land/**/OCCUPATION_SOL*.gpkg", optional=True, by=OCS_GE, near="brownfields"),
    Export("land/**/OCCUPATION_SOL*.shp", optional=True, by=OCS_GE, near="brownfields"),
    columns={
        "cover": Column("Couverture (CS)", nullable=True, kind="text", aliases=("code_cs",)),
        "use": Column("Usage (US)", nullable=True, kind="text", aliases=("code_us",)),
    },
)
zones(
    "corine",
    "Occupation du sol CORINE Land Cover",
    THEME,
    Export("land/*CLC*.gpkg", optional=True, near="communes"),
    Export("land/*CLC*.shp", optional=True, near="communes"),
    columns={"cover": Column("Classe", nullable=True, kind="text", aliases=("code_18", "code_12"))},
)
