"""What is not known of protections and hazards: outlines that the pack does not hold."""

from __future__ import annotations

import pandas as pd

from layers.words.dated_values import Value
from layers.words.french import NO_BREAK, number, plural
from siting.other_plans.missing_facts.fact_ends import is_blank, without
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown


@unknown(
    "nature.natura2000",
    label_fr="Périmètres Natura 2000",
    ask_fr="INPN, DREAL (périmètres surfaciques)",
    give_fr="--layer natura2000_polygons=natura2000.gpkg",
)
def natura2000(now: Situation) -> Ends | None:
    """Un site à l'intérieur sort du plan ; le lot n'a que les centres."""
    sites, radius = now.inputs.sites, now.ranges["natura2000_radius_km"]
    if not is_blank(sites, "natura2000_overlap_ha") or "natura2000_centre_km" not in sites:
        return None
    near = sites.index[sites["natura2000_centre_km"] <= radius.number]
    told = (
        f"{plural(len(near), 'candidat')} à moins de {number(radius.number, 1)}{NO_BREAK}km d'un "
        "centre : tous dedans, ou aucun (un site étendu peut en atteindre d'autres)"
    )
    return Ends(without(now.inputs, near), None, told, radius.status)


@unknown(
    "nature.znieff",
    label_fr="Périmètres des ZNIEFF",
    ask_fr="INPN, DREAL (inventaire surfacique)",
    give_fr="--layer znieff_1=znieff1.gpkg --layer znieff_2=znieff2.gpkg",
)
def znieff(now: Situation) -> Ends | None:
    """Un site à l'intérieur sort du plan ; le lot n'en a aucun contour."""
    share = now.ranges["znieff_share"]
    return _struck(now, ("znieff_overlap_ha",), share, "part du territoire en ZNIEFF")


@unknown(
    "nature.wetlands",
    label_fr="Zones humides, trame verte et bleue",
    ask_fr="agence régionale de la biodiversité, SAGE, DDT(M)",
    give_fr="--layer wetlands=humides.gpkg --layer green_blue_network=trame.gpkg",
)
def wetlands(now: Situation) -> Ends | None:
    """Un site en zone humide ou dans un corridor sort du plan."""
    columns = ("wetland_overlap_ha", "green_blue_overlap_ha")
    return _struck(now, columns, now.ranges["unmapped_share"], "faute d'inventaire")


@unknown(
    "risk.zones",
    label_fr="Zones inondables et d'aléa feu de forêt",
    ask_fr="Géorisques, DDT(M) (plans de prévention des risques)",
    give_fr="--layer flood_zones=inondable.gpkg --layer forest_fire=feux.gpkg",
)
def hazards(now: Situation) -> Ends | None:
    """Un site exposé sort du plan, ou se construit plus cher."""
    columns = ("flood_overlap_ha", "fire_overlap_ha")
    return _struck(now, columns, now.ranges["unmapped_share"], "faute de zonage")


def _struck(now: Situation, columns: tuple[str, ...], share: Value, told: str) -> Ends | None:
    """Lose the largest retained sites, as many as the share says: the worst place for it."""
    if not now.retained or not any(is_blank(now.inputs.sites, column) for column in columns):
        return None
    count = max(1, round(share.number * len(now.retained)))
    lost = pd.Index(now.retained[:count])
    said = f"les {count} plus grands" if count > 1 else "le plus grand"
    range_fr = f"{said} des {len(now.retained)} sites retenus atteints, ou aucun ({told})"
    return Ends(without(now.inputs, lost), None, range_fr, share.status)
