"""What is not known of the heat: what networks can take, what the decree asks."""

from __future__ import annotations

from dataclasses import replace

from siting.other_plans.missing_facts.fact_ends import percent, two_ends
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown
from siting.program.program_inputs import scaled_curve
from siting.program.rule_registry import setting_of


@unknown(
    "heat.substitutable",
    label_fr="Part de chaleur que chaque réseau peut remplacer",
    ask_fr="exploitants et collectivités délégantes des réseaux de chaleur",
    give_fr="--set heat.by_network.8701C=0.5",
)
def substitutable(now: Situation) -> Ends | None:
    """Un réseau déjà vert ou sous contrat prend moins de chaleur fatale."""
    inputs = now.inputs
    near = sorted(set(inputs.links["sink_id"]) & set(inputs.heat_sinks) & set(inputs.heat_curves))
    whole = sum(float(inputs.heat_curves[sink][-1, 1]) for sink in near)
    if not whole:
        return None
    ends, told = [], []
    for end in ("least", "most"):
        scale = {sink: getattr(inputs.heat_sinks[sink], end) for sink in near}
        curves = {
            **inputs.heat_curves,
            **{n: scaled_curve(inputs.heat_curves[n], scale[n]) for n in near},
        }
        ends.append(replace(inputs, heat_curves=curves))
        told.append(sum(float(curves[sink][-1, 1]) for sink in near))
    gwh = f"{told[0]:.0f} à {told[1]:.0f} GWh/an de chaleur remplaçable"
    return Ends(ends[0], ends[1], f"{gwh}, {whole:.0f} retenus")


@unknown(
    "heat.decree",
    label_fr="Part de chaleur exigée par le décret",
    ask_fr="décret n° 2025-1382 à lire, DGEC",
    give_fr="--set rules.heat.recovered_share.erf_min=0.15",
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
