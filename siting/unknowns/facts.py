"""Each missing fact, and the inputs at both its ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from layers.dated import Value
from layers.french import NARROW, NO_BREAK, number, plural, significant
from siting.inputs import Inputs
from siting.registry import setting_of
from siting.unknowns.registry import Ends, Situation, unknown

ASSUMED = ("assumption", "memory")


@unknown(
    "grid.room",
    label_fr="Place réelle des postes électriques",
    ask_fr="RTE (postes 63 à 400 kV), Enedis et les régies (HTA)",
    give_fr="grid.yard_answers = une table « yard_id;room_mw;answered_on »",
)
def room(now: Situation) -> Ends | None:
    """Elle borne ce que chaque site peut soutirer, et donc où vont les mégawatts."""
    yards = now.inputs.yards
    open_question = yards["room_status"] != "read"
    if not open_question.any():
        return None
    ends = [
        replace(now.inputs, yards=yards.assign(room_mw=yards["room_mw"].where(~open_question,
                                                                             yards[column])))
        for column in ("room_low_mw", "room_high_mw")
    ]  # fmt: skip
    told = f"{plural(int(open_question.sum()), 'poste')} supposés, de la borne basse à la haute"
    return Ends(ends[0], ends[1], told)


@unknown(
    "grid.zone",
    label_fr="Soutirage amont possible par département",
    ask_fr="RTE (schéma décennal, études de zone)",
    give_fr="candidates.zonal_share, dans le tri, ou une réponse par poste",
)
def zone(now: Situation) -> Ends | None:
    """Il plafonne la somme des raccordements d'un département."""
    if (known := _ends(now.inputs.policy.get("candidates.zonal_share"))) is None:
        return None
    low, usual, high = known
    caps = now.inputs.zones
    ends = [replace(now.inputs, zones=caps.assign(cap_mw=caps["cap_mw"] * end / usual))
            for end in (low, high)]  # fmt: skip
    told = f"{_percent(low)} à {_percent(high)} de la pointe du département"
    return Ends(ends[0], ends[1], told)


@unknown(
    "grid.cost",
    label_fr="Coût des raccordements",
    ask_fr="RTE et Enedis (étude exploratoire, proposition technique et financière)",
    give_fr="candidates.line_cost_… et bay_cost_…, dans le tri",
)
def cost(now: Situation) -> Ends | None:
    """Il départage les sites proches d'un poste de ceux qui ne le sont pas."""
    lines = now.inputs.connections
    if (lines["cost_high_meur"] <= lines["cost_low_meur"]).all():
        return None
    dear, cheap = (replace(now.inputs, connections=lines.assign(cost_meur=lines[column]))
                   for column in ("cost_high_meur", "cost_low_meur"))  # fmt: skip
    return Ends(dear, cheap, "borne haute à borne basse de chaque ligne et cellule")


@unknown(
    "land.plu",
    label_fr="Zone du document d'urbanisme des friches",
    ask_fr="communes et intercommunalités (Géoportail de l'urbanisme)",
    give_fr="--layer plu_zones=plu.gpkg",
)
def plu(now: Situation) -> Ends | None:
    """Elle dit si le sol est déjà artificialisé ou si le site consomme de l'ENAF."""
    unknown_zone = now.inputs.sites["enaf"] != "no"
    if not unknown_zone.any():
        return None
    sites = now.inputs.sites
    worst = _without(now.inputs, sites.index[unknown_zone])
    best = replace(now.inputs, sites=sites.assign(enaf="no"))
    count = plural(int(unknown_zone.sum()), "friche candidate", "friches candidates")
    told = f"{count} de zone inconnue, A ou N : toutes naturelles, ou toutes urbaines"
    return Ends(worst, best, told)


@unknown(
    "land.verified",
    label_fr="État réel des friches non vérifiées",
    ask_fr="communes, EPF Nouvelle-Aquitaine, visite sur place",
    give_fr="--layer brownfields=friches.csv (standard CNIG)",
)
def verified(now: Situation) -> Ends | None:
    """Une friche reprise, bâtie ou disparue sort du plan."""
    doubtful = ~now.inputs.sites["is_verified"].astype(bool)
    if not doubtful.any():
        return None
    count = plural(int(doubtful.sum()), "friche candidate", "friches candidates")
    told = f"{count} : aucune disponible, ou toutes"
    return Ends(_without(now.inputs, now.inputs.sites.index[doubtful]), None, told)


@unknown(
    "land.usable",
    label_fr="Part aménageable de chaque friche",
    ask_fr="communes, propriétaires publics, EPF (diagnostic de site)",
    give_fr="candidates.usable_share, dans le tri",
)
def usable(now: Situation) -> Ends | None:
    """Elle borne la puissance qu'un terrain peut porter."""
    if (known := _ends(now.inputs.policy.get("candidates.usable_share"))) is None:
        return None
    low, usual, high = known
    sites = now.inputs.sites
    ends = [replace(now.inputs, sites=sites.assign(
                usable_area_m2=sites["usable_area_m2"] * end / usual))
            for end in (low, high)]  # fmt: skip
    return Ends(ends[0], ends[1], f"{_percent(low)} à {_percent(high)} de la surface")


@unknown(
    "land.density",
    label_fr="Sol occupé par mégawatt informatique",
    ask_fr="opérateurs (permis de construire, audits)",
    give_fr="designs.density, ou impacts/constants/land.toml",
)
def density(now: Situation) -> Ends | None:
    """Il fait l'emprise, l'ENAF et le nombre de terrains assez grands."""
    kind = now.inputs.coefficients.attrs.get("density", "standard")
    if (known := _ends(now.inputs.policy.get(f"land.{kind}"))) is None:
        return None
    low, usual, high = known
    ends = [_scaled(now.inputs, "land", end / usual) for end in (high, low)]
    told = f"{significant(low)} à {significant(high)}{NO_BREAK}m²/MW"
    return Ends(ends[0], ends[1], told)


@unknown(
    "water.zre",
    label_fr="Secteurs en zone de répartition des eaux",
    ask_fr="DREAL, agences de l'eau (arrêtés de classement)",
    give_fr="--layer sectors=secteurs.gpkg",
)
def zre(now: Situation) -> Ends | None:
    """En ZRE, l'eau de refroidissement est interdite ou comptée."""
    sites = now.inputs.sites
    open_question = sites["zre"] == "unknown"
    if not open_question.any():
        return None
    worst = replace(now.inputs, sites=sites.assign(zre=sites["zre"].replace("unknown", "yes")))
    told = f"{plural(int(open_question.sum()), 'candidat')} : tous en ZRE, ou aucun"
    return Ends(worst, None, told)


@unknown(
    "water.scarcity",
    label_fr="Eau réellement disponible par bassin",
    ask_fr="agences de l'eau, SAGE (volumes prélevables)",
    give_fr="--layer aware_basins=bassins.gpkg",
)
def scarcity(now: Situation) -> Ends | None:
    """Elle pèse sur le choix des bassins et des refroidissements."""
    spread = now.inputs.policy.get("uncertainty.aware_spread")
    if spread is None or not now.inputs.weights.get("water_scarcity"):
        return None
    factor = spread.number**1.645  # nine chances in ten of a lognormal law
    ends = [_scaled(now.inputs, "scarcity", f) for f in (factor, 1 / factor)]
    told = f"facteur de rareté divisé ou multiplié par {significant(factor, 2)}"
    return Ends(ends[0], ends[1], told, spread.status)


@unknown(
    "heat.substitutable",
    label_fr="Part de chaleur que chaque réseau peut remplacer",
    ask_fr="exploitants et collectivités délégantes des réseaux de chaleur",
    give_fr="heat.substitutable_share, dans impacts/constants/heat.toml",
)
def substitutable(now: Situation) -> Ends | None:
    """Un réseau déjà vert ou sous contrat prend moins de chaleur fatale."""
    known = _ends(now.inputs.policy.get("heat.substitutable_share"))
    if known is None or now.inputs.links.empty:
        return None
    low, usual, high = known
    ends = [
        replace(now.inputs, heat_curves={
            sink: curve * (end / usual) for sink, curve in now.inputs.heat_curves.items()})
        if end != usual else None
        for end in (low, high)
    ]  # fmt: skip
    return Ends(ends[0], ends[1], f"{_percent(low)} à {_percent(high)} de la chaleur livrée")


@unknown(
    "heat.decree",
    label_fr="Part de chaleur exigée par le décret",
    ask_fr="décret n° 2025-1382 à lire, DGEC",
    give_fr="[rules] heat.recovered_share = { erf_min = … }",
)
def decree(now: Situation) -> Ends | None:
    """Elle attire ou non les sites vers les réseaux de chaleur."""
    share = now.inputs.policy.get("heat.erf_min")
    setting = setting_of(now.inputs, "heat.recovered_share")
    known = _ends(share)
    if share is None or known is None or not setting.enabled or "erf_min" in setting.overrides:
        return None
    low, _, high = known
    ends = [replace(now.inputs, policy={**now.inputs.policy, share.name: replace(share, value=end)})
            for end in (high, low)]  # fmt: skip
    return Ends(ends[0], ends[1], f"{_percent(low)} à {_percent(high)} de l'énergie")


@unknown(
    "demand.existing",
    label_fr="Puissance déjà en service dans la région",
    ask_fr="opérateurs (déclaration européenne du 15 mai), DREAL, Arcep",
    give_fr="demand.audit = l'audit rempli (« siting indicators » en écrit le modèle)",
)
def existing(now: Situation) -> Ends | None:
    """Elle se retranche du besoin : c'est autant de moins à placer."""
    known, demand = _ends(now.ranges["existing_it_mw"]), now.inputs.demand
    if known is None or not demand.existing_it_mw:
        return None
    # A part of the region keeps the region's doubt, in proportion.
    low, high = (demand.existing_it_mw * end / known[1] for end in (known[0], known[2]))
    ends = [replace(now.inputs, demand=replace(demand, existing_it_mw=end)) for end in (low, high)]
    told = f"{significant(low)} à {significant(high)}{NO_BREAK}MW"
    return Ends(ends[0], ends[1], told)


@unknown(
    "demand.liquid",
    label_fr="Part du besoin refroidissable par liquide",
    ask_fr="opérateurs et donneurs d'ordre publics (nature des calculs)",
    give_fr="designs.max_liquid_share",
)
def liquid(now: Situation) -> Ends | None:
    """Le refroidissement liquide consomme moins et rend une chaleur plus chaude."""
    known = _ends(now.ranges["liquid_share"])
    if known is None or not now.inputs.coefficients["is_liquid"].astype(bool).any():
        return None
    low, _, high = known
    ends = [replace(now.inputs, max_liquid_share=end) for end in (low, high)]
    return Ends(ends[0], ends[1], f"{_percent(low)} à {_percent(high)} du besoin")


@unknown(
    "nature.natura2000",
    label_fr="Périmètres Natura 2000",
    ask_fr="INPN, DREAL (périmètres surfaciques)",
    give_fr="--layer natura2000_polygons=natura2000.gpkg",
)
def natura2000(now: Situation) -> Ends | None:
    """Un site à l'intérieur sort du plan ; le lot n'a que les centres."""
    sites, radius = now.inputs.sites, now.ranges["natura2000_radius_km"]
    if not _is_blank(sites, "natura2000_overlap_ha") or "natura2000_centre_km" not in sites:
        return None
    near = sites.index[sites["natura2000_centre_km"] <= radius.number]
    told = (
        f"{plural(len(near), 'candidat')} à moins de {number(radius.number, 1)}{NO_BREAK}km d'un "
        "centre : tous dedans, ou aucun"
    )
    return Ends(_without(now.inputs, near), None, told, radius.status)


@unknown(
    "nature.znieff",
    label_fr="Périmètres des ZNIEFF",
    ask_fr="INPN, DREAL (inventaire surfacique)",
    give_fr="--layer znieff_1=… --layer znieff_2=…",
)
def znieff(now: Situation) -> Ends | None:
    """Un site à l'intérieur sort du plan ; le lot n'en a aucun contour."""
    share = now.ranges["znieff_share"]
    return _struck(now, ("znieff_overlap_ha",), share, "part du territoire en ZNIEFF")


@unknown(
    "nature.wetlands",
    label_fr="Zones humides, trame verte et bleue",
    ask_fr="ARB Nouvelle-Aquitaine, SAGE, DDT(M)",
    give_fr="--layer wetlands=… --layer green_blue_network=…",
)
def wetlands(now: Situation) -> Ends | None:
    """Un site en zone humide ou dans un corridor sort du plan."""
    columns = ("wetland_overlap_ha", "green_blue_overlap_ha")
    return _struck(now, columns, now.ranges["unmapped_share"], "faute d'inventaire")


@unknown(
    "risk.zones",
    label_fr="Zones inondables et d'aléa feu de forêt",
    ask_fr="Géorisques, DDT(M) (plans de prévention des risques)",
    give_fr="--layer flood_zones=… --layer forest_fire=…",
)
def hazards(now: Situation) -> Ends | None:
    """Un site exposé sort du plan, ou se construit plus cher."""
    columns = ("flood_overlap_ha", "fire_overlap_ha")
    return _struck(now, columns, now.ranges["unmapped_share"], "faute de zonage")


def _struck(now: Situation, columns: tuple[str, ...], share: Value, told: str) -> Ends | None:
    """Lose the largest retained sites, as many as the share says: the worst place for it."""
    if not now.retained or not any(_is_blank(now.inputs.sites, column) for column in columns):
        return None
    count = max(1, round(share.number * len(now.retained)))
    lost = pd.Index(now.retained[:count])
    said = f"les {count} plus grands" if count > 1 else "le plus grand"
    range_fr = f"{said} des {len(now.retained)} sites retenus atteints, ou aucun ({told})"
    return Ends(_without(now.inputs, lost), None, range_fr, share.status)


def _is_blank(sites: pd.DataFrame, column: str) -> bool:
    """Return whether a layer that the sites could have been judged on says nothing anywhere."""
    return column in sites and bool(sites[column].isna().all())


def _ends(value: Value | None) -> tuple[float, float, float] | None:
    """Return low, usual and high of a value that has two ends and that nobody has read."""
    if value is None or value.low is None or value.high is None or value.status not in ASSUMED:
        return None
    usual = value.high if isinstance(value.value, dict) else value.number
    return value.low, usual, value.high


def _without(inputs: Inputs, lost: pd.Index) -> Inputs:
    """Return the inputs without some candidates."""
    return replace(
        inputs,
        sites=inputs.sites.drop(index=lost),
        connections=inputs.connections[~inputs.connections["site_id"].isin(lost)],
        links=inputs.links[~inputs.links["site_id"].isin(lost)],
    )


def _scaled(inputs: Inputs, name: str, factor: float) -> Inputs:
    coefficients = inputs.coefficients
    scaled = (coefficients[name] * np.float64(factor)).assign_attrs(coefficients[name].attrs)
    return replace(inputs, coefficients=coefficients.assign({name: scaled}))


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NARROW}%"
