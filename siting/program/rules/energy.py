"""Energy: a regional budget for all datacenters, new, decided and in service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layers.words.dated_values import Value
from siting.program.heat_pumps import most_pump_gwh, pump_gwh
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule

HOURS = 8.76  # thousand hours a year: MW → GWh


def constant_gwh(inputs: Inputs, values: Mapping[str, Value], period: int) -> float:
    """Return the GWh a year of existing and fixed datacenters.

    Parameters
    ----------
    inputs : what the program reads; its demand.
    values : existing_pue and fixed_pue.
    period : a year; fixed projects in service then count.

    Returns
    -------
    GWh a year.
    """
    demand = inputs.demand
    existing = demand.assumed_mw * values["existing_pue"].number
    fixed = demand.fixed_it_mw(period) * values["fixed_pue"].number
    return HOURS * demand.utilisation * (existing + fixed) + demand.told_gwh


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    most = float(inputs.coefficients["site_energy"].max())
    for period in inputs.demand.periods:
        taken = constant_gwh(inputs, values, period)
        need = inputs.demand.to_place_mw(period) * most + most_pump_gwh(inputs)
        if taken + need > values["energy_budget_gwh"].at(period):
            return Bite("oui", "au PUE le plus haut des refroidissements proposés")
    return Bite("non", "le besoin tient dans le budget quel que soit le refroidissement")


@rule(
    "energy.budget",
    id="C12",
    label_fr="Budget énergétique",
    unit="GWh/an",
    scope="N",
    can_bite=_bites,
    lack_fr="GWh d'électricité",
    values={
        "energy_budget_gwh": "energy.energy_budget_gwh",
        "existing_pue": "energy.existing_pue",
        "fixed_pue": "energy.fixed_pue",
    },
)
def budget(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ E[s,d]·p[s,d,t] + Σₙ u[n]·H[n,t] + existant + décidé ≤ E_max[t] : sites et pompes.

    u is the electricity of the heat pumps that raise a GWh of waste heat to its network.
    """
    energy = problem.coefficient("site_energy")
    for period in problem.periods:
        total = problem.total("site_gwh", period, problem.placed(energy, period))
        yield problem.capped(
            Row(
                "region",
                "région",
                period,
                [(total, 1.0), *pump_gwh(problem, period)],
                "<=",
                values["energy_budget_gwh"].at(period),
                constant=constant_gwh(problem.inputs, values, period),
            )
        )
