"""What is not known of the water: deficit zones, what basins can give."""

from __future__ import annotations

from dataclasses import replace

from layers.words.french import plural, significant
from siting.other_plans.missing_facts.fact_ends import scaled
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown


@unknown(
    "water.zre",
    label_fr="Secteurs en zone de répartition des eaux",
    ask_fr="DREAL, agences de l'eau (arrêtés de classement)",
    give_fr="--layer zre_polygons=zre.gpkg",
)
def zre(now: Situation) -> Ends | None:
    """En ZRE, l'eau de refroidissement est interdite ou comptée."""
    sites = now.inputs.sites
    open_question = sites["zre"] == "unknown"
    if not open_question.any():
        return None
    best = replace(now.inputs, sites=sites.assign(zre=sites["zre"].replace("unknown", "no")))
    told = f"{plural(int(open_question.sum()), 'candidat')} : tous en ZRE, comme compté, ou aucun"
    return Ends(None, best, told)


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
    ends = [scaled(now.inputs, "scarcity", f) for f in (factor, 1 / factor)]
    told = f"facteur de rareté divisé ou multiplié par {significant(factor, 2)}"
    return Ends(ends[0], ends[1], told, spread.status)
