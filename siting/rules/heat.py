"""Waste heat: the share of energy that leaves the plan as useful heat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layers.dated import Value
from siting.inputs import Inputs
from siting.problem import Problem, ones
from siting.registry import Bite, Row, rule
from siting.rules.energy import HOURS


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if not inputs.heat_curves or inputs.links.empty:
        return Bite("donnée absente", "aucun réseau de chaleur à portée d'un candidat")
    total = sum(float(curve[-1, 1]) for curve in inputs.heat_curves.values())
    near = int(inputs.links["site_id"].nunique())
    return Bite(
        "oui", f"{total:.0f} GWh/an de chaleur remplaçable au plus, {near} candidats à portée"
    )


@rule(
    "heat.recovered_share",
    id="C18",
    label_fr="Chaleur fatale valorisée",
    unit="GWh/an",
    scope="L",
    can_bite=_bites,
    lack_fr="GWh de chaleur utile",
    values={"erf_min": "heat.erf_min", "fixed_pue": "energy.fixed_pue"},
    needs_layers=("heat_networks",),
)
def recovered_share(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₙ H[n,t] ≥ erf[t]·Σₛ E[s,d]·p[s,d,t] : ERF du plan entier, au sens d’EN 50600-4-6.

    A fixed project counts for the heat it has in excess; what it lacks is its own.
    """
    energy = problem.coefficient("site_energy")
    for t, period in enumerate(problem.periods):
        share = values["erf_min"].at(period)
        total = problem.total("site_gwh", period, problem.placed(energy, period))
        fixed_gwh = (
            HOURS
            * problem.inputs.demand.utilisation
            * problem.inputs.demand.fixed_it_mw(period)
            * values["fixed_pue"].number
        )
        spare = problem.fixed("heat_gwh", period) - share * fixed_gwh
        yield Row(
            "region",
            "région",
            period,
            ones(problem.sink_gwh[:, t]),
            ">=",
            0.0,
            right=[(total, share)],
            constant=max(0.0, spare),
            scale=max(share * problem.need(period) * float(energy.max()), 1.0),
            note_fr="dépassé par un projet déjà décidé" if spare < 0 else "",
        )
