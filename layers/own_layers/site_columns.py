"""The columns that a file of sites may have, and the words it may say in them."""

from __future__ import annotations

from collections.abc import Mapping

from layers.opening.french_table import Heading

HEADINGS: Mapping[str, Heading] = {
    "site_id": Heading(
        "identifiant du site",
        names=("identifiant", "id", "id_site", "identifiant_site", "code_site", "reference",
               "ref", "site"),
    ),
    "name": Heading("nom du site", names=("nom", "libelle", "nom_site", "site_nom", "label")),
    "kind": Heading("nature du site", names=("nature", "type", "type_site", "usage")),
    "area_ha": Heading(
        "surface en hectares", "number",
        ("surface_ha", "superficie_ha", "surface (ha)", "ha", "surface en ha", "aire_ha"),
    ),
    "area_m2": Heading(
        "surface en mètres carrés", "number",
        ("surface_m2", "superficie_m2", "surface (m²)", "m2", "site_surface", "aire_m2"),
    ),
    "bare_area": Heading("surface", "number", ("surface", "superficie", "area")),
    "commune_code": Heading(
        "code INSEE de la commune", "code",
        ("insee", "code_insee", "codgeo", "comm_insee", "insee_com", "code_commune"),
    ),
    "plu_zone": Heading(
        "zone du PLU", names=("zone_plu", "zonage_plu", "zone_urba", "urba_zone_type", "zonage"),
    ),
    "artificialised": Heading(
        "sol déjà artificialisé", "flag",
        ("deja_artificialise", "artificialise", "sol_artificialise", "already_built"),
    ),
    "status": Heading("statut", names=("statut", "etat", "site_statut", "state")),
    "heat_gwh": Heading(
        "chaleur voisine (GWh/an)", "number",
        ("chaleur_voisine_gwh", "chaleur_gwh", "heat_neighbours_gwh"),
    ),
    "brought_by": Heading(
        "qui apporte le site", names=("apporte_par", "porteur", "brought_by", "institution"),
    ),
}  # fmt: skip
ZONES = {"u": "U", "au": "AU", "1au": "AU", "2au": "AU", "a": "A", "n": "N"}
STATUSES = {
    "libre": "libre", "free": "libre", "vacant": "libre", "vacante": "libre",
    "occupé": "occupé", "occupe": "occupé", "occupée": "occupé", "occupied": "occupé",
    "avec projet": "avec projet", "projet": "avec projet", "with project": "avec projet",
    "sans projet": "sans projet", "without project": "sans projet",
}  # fmt: skip
