"""What is not known of the need: what already runs, what liquid can cool."""

from __future__ import annotations

from dataclasses import replace

from layers.words.french import NO_BREAK, significant
from siting.other_plans.missing_facts.fact_ends import percent, two_ends
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown


@unknown(
    "demand.existing",
    label_fr="Puissance déjà en service dans la région",
    ask_fr="opérateurs (déclaration européenne du 15 mai), DREAL, Arcep",
    give_fr="--set demand.audit=audit.csv (« siting indicators » en écrit le modèle)",
)
def existing(now: Situation) -> Ends | None:
    """Elle se retranche du besoin : c'est autant de moins à placer."""
    known, demand = two_ends(now.ranges["existing_it_mw"]), now.inputs.demand
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
    give_fr="--set designs.max_liquid_share=0.6",
)
def liquid(now: Situation) -> Ends | None:
    """Le refroidissement liquide consomme moins et rend une chaleur plus chaude."""
    known = two_ends(now.ranges["liquid_share"])
    if known is None or not now.inputs.coefficients["is_liquid"].astype(bool).any():
        return None
    low, _, high = known
    ends = [replace(now.inputs, max_liquid_share=end) for end in (low, high)]
    return Ends(ends[0], ends[1], f"{percent(low)} à {percent(high)} du besoin")
