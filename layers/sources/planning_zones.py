"""Planning documents and land cover: zones of a local plan, SCoT, OCS GE, CORINE."""

from __future__ import annotations

from layers.contract import Column
from layers.families import zones

THEME = "Sol et urbanisme"

zones(
    "plu_zones",
    "Zones des documents d'urbanisme (polygones)",
    THEME,
    "land/zone_urba*.geojson",
    columns={"zone_type": Column("Type de zone (U, AU, A, N)", kind="text", aliases=("typezone",))},
)
zones("scot", "Périmètres de SCoT", THEME, "admin/scot*.geojson")
zones(
    "land_cover_fine",
    "Occupation du sol à grande échelle (OCS GE)",
    THEME,
    columns={"cover": Column("Couverture", nullable=True, kind="text", aliases=("code_cs",))},
)
zones(
    "corine",
    "Occupation du sol CORINE Land Cover",
    THEME,
    columns={"cover": Column("Classe", nullable=True, kind="text", aliases=("code_18", "code_12"))},
)
