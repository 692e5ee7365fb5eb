"""Local renewables: what panels on the sites' own artificialised ground can give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from layers.words.dated_values import Value
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, Terms, rule

HA_PER_M2 = 1e-4


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    ground = inputs.sites.loc[inputs.sites["enaf"] == "no", "usable_area_m2"].sum() * HA_PER_M2
    most = ground * values["yield_gwh_per_ha"].number
    return Bite(
        "oui", f"{most:.0f} GWh/an au plus sur le sol artificialisé de tous les candidats ouverts"
    )


@rule(
    "energy.local_renewables",
    id="C14",
    label_fr="Part renouvelable locale",
    unit="GWh/an",
    scope="N",
    can_bite=_bites,
    lack_fr="GWh solaires produits sur les sites",
    values={
        "local_share": "solar.local_share",
        "yield_gwh_per_ha": "solar.yield_gwh_per_ha",
    },
)
def local_renewables(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ V[s,t] ≥ ρ[t]·Σₛ E[s,d]·p[s,d,t], où V[s,t] ÷ y + Σ_d a[d]·p ≤ terrain des sites ouverts.

    Only ground already artificialised carries panels; their cost is not counted.
    """
    energy, land = problem.coefficient("site_energy"), problem.coefficient("land", HA_PER_M2)
    gwh_per_ha = values["yield_gwh_per_ha"].number
    ground = problem.sites["usable_area_m2"].to_numpy(dtype=np.float64) * HA_PER_M2
    hosts = np.flatnonzero((problem.sites["enaf"] == "no").to_numpy(dtype=bool))
    for t, period in enumerate(problem.periods):
        made: Terms = []
        for i in hosts.tolist():
            name = f"{problem.site_ids[i]}_{period}"
            panels = problem.variable(f"solar_{name}")
            taken: Terms = [(panels, 1.0 / gwh_per_ha)]
            taken += list(zip(problem.it[i, :, t], land[i].tolist(), strict=True))
            problem.add(
                f"P10_solar__{name}", [*taken, (problem.opened[i], -float(ground[i]))], "<=", 0.0
            )
            made.append((panels, 1.0))
        total = problem.total("site_gwh", period, problem.placed(energy, period))
        share = values["local_share"].at(period)
        yield Row(
            "region",
            "région",
            period,
            made,
            ">=",
            0.0,
            right=[(total, share)],
            scale=max(share * problem.need(period) * float(energy.max()), 1.0),
            note_fr="coût des panneaux non compté",
        )
