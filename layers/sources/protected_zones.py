"""Outlines of protected and inventoried nature, as the INPN services publish them."""

from __future__ import annotations

from layers.contracts.contract import Column
from layers.sources.common_shapes import zones

THEME = "Biodiversité"

zones(
    "natura2000_polygons",
    "Natura 2000 (polygones ZSC et ZPS)",
    THEME,
    "nature/patrinat_sic*.geojson",
    "nature/patrinat_zps*.geojson",
)
zones("znieff_1", "ZNIEFF de type I", THEME, "nature/patrinat_znieff1*.geojson")
zones("znieff_2", "ZNIEFF de type II", THEME, "nature/patrinat_znieff2*.geojson")
zones("biotope_orders", "Arrêtés de protection de biotope", THEME, "nature/patrinat_apb*.geojson")
zones("regional_reserves", "Réserves naturelles régionales", THEME, "nature/patrinat_rnr*.geojson")
zones("park_core", "Cœur de parc national", THEME, "nature/patrinat_pn[._]*geojson")
zones("ramsar", "Sites Ramsar", THEME, "nature/patrinat_ramsar*.geojson")
zones(
    "conservation_land",
    "Terrains des conservatoires (CEN, littoral)",
    THEME,
    "nature/patrinat_cen*.geojson",
    "nature/patrinat_cdl*.geojson",
)
zones("wetlands", "Zones humides", THEME, "nature/zones_humides*.geojson")
zones("green_blue_network", "Trame verte et bleue", THEME, "nature/trame_verte_bleue*.geojson")
zones(
    "zaer_exclusion",
    "Zones exclues des zones d'accélération",
    THEME,
    "nature/zones_exclues_aires_acceleration*.geojson",
)
zones(
    "other_protections",
    "Autres espaces protégés ou inventoriés",
    THEME,
    "nature/patrinat_pprnn*.geojson",
    "nature/patrinat_pnm*.geojson",
    "nature/patrinat_rncfs*.geojson",
    "nature/patrinat_apg*.geojson",
    "nature/patrinat_aphn*.geojson",
    "nature/patrinat_rb[._]*geojson",
    "nature/patrinat_bios*.geojson",
    "nature/patrinat_zpr*.geojson",
    "nature/patrinat_sc[._]*geojson",
    "nature/patrinat_inpg*.geojson",
    "nature/mer_znieff*.geojson",
    columns={"kind": Column("Nature", nullable=True, kind="text", aliases=("kind_fr",))},
)
