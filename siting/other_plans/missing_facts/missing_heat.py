"""What is not known of the heat: what networks can take, what the decree asks."""

from __future__ import annotations

from dataclasses import replace

from siting.other_plans.missing_facts.fact_ends import percent, two_ends
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown
from siting.program.rule_registry import setting_of


@unknown(
    "heat.substitutable",
    label_fr="Part de chaleur que chaque réseau peut remplacer",
    ask_fr="exploitants et collectivités délégantes des réseaux de chaleur",
    give_fr="impacts/constants/heat.toml, substitutable_share",
)
def substitutable(now: Situation) -> Ends | None:
    """Un réseau déjà vert ou sous contrat prend moins de chaleur fatale."""
    known = two_ends(now.inputs.policy.get("heat.substitutable_share"))
    if known is None or now.inputs.links.empty:
        return None
    low, usual, high = known
    ends = [
        replace(now.inputs, heat_curves={
            sink: curve * (end / usual) for sink, curve in now.inputs.heat_curves.items()})
        if end != usual else None
        for end in (low, high)
    ]  # fmt: skip
    return Ends(ends[0], ends[1], f"{percent(low)} à {percent(high)} de la chaleur livrée")


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
    known = two_ends(share)
    if share is None or known is None or not setting.enabled or "erf_min" in setting.overrides:
        return None
    low, _, high = known
    ends = [replace(now.inputs, policy={**now.inputs.policy, share.name: replace(share, value=end)})
            for end in (high, low)]  # fmt: skip
    return Ends(ends[0], ends[1], f"{percent(low)} à {percent(high)} de l'énergie")
