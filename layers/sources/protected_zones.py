"""Outlines of protected and inventoried nature, as the INPN publishes them, as a map lays them."""

from __future__ import annotations

from layers.contracts.contract import Column
from layers.sources.common_shapes import zones

THEME = "Biodiversité"

zones(
    "park_core",
    "Cœur de parc national",
    THEME,
    "nature/patrinat_pn[._]*geojson",
    overlap_ha="park_core_overlap_ha",
    excludes=True,
    outline_fr="cœur de parc national",
)
zones(
    "regional_reserves",
    "Réserves naturelles régionales",
    THEME,
    "nature/patrinat_rnr*.geojson",
    overlap_ha="regional_reserve_overlap_ha",
    excludes=True,
    outline_fr="réserve naturelle régionale",
)
zones(
    "biotope_orders",
    "Arrêtés de protection de biotope",
    THEME,
    "nature/patrinat_apb*.geojson",
    overlap_ha="biotope_overlap_ha",
    excludes=True,
    outline_fr="arrêté de protection de biotope",
)
zones(
    "conservation_land",
    "Terrains des conservatoires (CEN, littoral)",
    THEME,
    "nature/patrinat_cen*.geojson",
    "nature/patrinat_cdl*.geojson",
    overlap_ha="conservation_overlap_ha",
    excludes=True,
    outline_fr="terrain d'un conservatoire",
)
zones(
    "natura2000_polygons",
    "Natura 2000 (polygones ZSC et ZPS)",
    THEME,
    "nature/patrinat_sic*.geojson",
    "nature/patrinat_zps*.geojson",
    overlap_ha="natura2000_overlap_ha",
    outline_fr="site Natura 2000",
)
zones(
    "znieff_1",
    "ZNIEFF de type I",
    THEME,
    "nature/patrinat_znieff1*.geojson",
    overlap_ha="znieff1_overlap_ha",
    outline_fr="ZNIEFF de type I",
)
zones(
    "znieff_2",
    "ZNIEFF de type II",
    THEME,
    "nature/patrinat_znieff2*.geojson",
    overlap_ha="znieff2_overlap_ha",
    outline_fr="ZNIEFF de type II",
)
zones(
    "ramsar",
    "Sites Ramsar",
    THEME,
    "nature/patrinat_ramsar*.geojson",
    overlap_ha="ramsar_overlap_ha",
    outline_fr="site Ramsar",
)
zones(
    "wetlands",
    "Zones humides",
    THEME,
    "nature/zones_humides*.geojson",
    overlap_ha="wetland_overlap_ha",
    outline_fr="zone humide",
)
zones(
    "green_blue_network",
    "Trame verte et bleue",
    THEME,
    "nature/trame_verte_bleue*.geojson",
    overlap_ha="green_blue_overlap_ha",
    outline_fr="trame verte et bleue",
)
zones(
    "zaer_exclusion",
    "Zones exclues des zones d'accélération",
    THEME,
    "nature/zones_exclues_aires_acceleration*.geojson",
    overlap_ha="zaer_exclusion_overlap_ha",
    outline_fr="zone exclue des zones d'accélération",
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
