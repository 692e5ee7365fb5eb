"""Climate and carbon: a budget of tonnes, and the places that will be too hot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from layers.words.dated_values import Value
from siting.program.heat_pumps import pump_kt
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule
from siting.program.rules.nature import lacking

KILOTONNE = 1e-3


def _carbon_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    least = float(inputs.coefficients["carbon"].min()) * KILOTONNE
    for period in inputs.demand.periods:
        if inputs.demand.to_place_mw(period) * least > values["carbon_budget_kt"].at(period):
            return Bite("oui", f"dépassé en {period} quel que soit le site : souple seulement")
    return Bite("oui", "le choix du refroidissement et des sites décide")


@rule(
    "carbon.budget",
    id="C13",
    label_fr="Budget carbone",
    unit="kt CO2e/an",
    scope="N",
    can_bite=_carbon_bites,
    lack_fr="kt CO2e",
    values={"carbon_budget_kt": "climate.carbon_budget_kt"},
)
def budget(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ c[s,d]·p[s,d,t] + Σₙ γ·u[n]·H[n,t] ≤ G[t] : sites entiers et pompes à chaleur."""
    carbon = problem.coefficient("carbon", KILOTONNE)
    for period in problem.periods:
        yield Row(
            "region",
            "région",
            period,
            [*problem.placed(carbon, period), *pump_kt(problem, period)],
            "<=",
            values["carbon_budget_kt"].at(period),
            note_fr="sites placés seuls : l'existant et les projets décidés n'ont pas de bilan lu",
        )


def exposed(
    inputs: Inputs, sites: list[str], designs: list[str], most_days: float
) -> NDArray[np.bool_]:
    """Return which (site, design) cool by air where very hot days are too many around 2050.

    Parameters
    ----------
    inputs : what the program reads; hot_days_2050 of its sites.
    sites : site_ids, in the order wanted.
    designs : designs, in the order wanted.
    most_days : very hot days a year; more are too many.

    Returns
    -------
    (site, design); False for a liquid design, or days not known.
    """
    days = inputs.sites["hot_days_2050"].reindex(sites).astype(float).to_numpy()
    liquid = inputs.coefficients["is_liquid"].sel(design=designs).values.astype(bool)
    return np.asarray((days > most_days)[:, None] & ~liquid[None, :])


def _hot_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    count = int((inputs.sites["hot_days_2050"] > values["max_hot_days"].number).sum())
    return Bite("oui" if count else "non", f"{count} candidats au-dessus du nombre de jours admis")


@rule(
    "climate.hot_days",
    id="C25",
    label_fr="Climat 2050",
    unit="MW",
    scope="C",
    grain="site",
    kind="term",
    can_bite=_hot_bites,
    lack_fr="MW informatiques refroidis à l'air en territoire très chaud",
    values={"max_hot_days": "climate.max_hot_days"},
    lacks=lacking(
        ["hot_days_2050"], "les projections de jours très chauds ne sont pas dans le lot"
    ),
    breach_fr="refroidi à l'air, il connaîtrait {where}",
)
def hot_days(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σ_{s très chaud, d à air} p[s,d,t] ≤ 0, souple : le liquide tiède passe les canicules."""
    limit = values["max_hot_days"].number
    weight = exposed(problem.inputs, problem.site_ids, problem.designs, limit).astype(float)
    for period in problem.periods:
        yield Row(
            "region",
            f"plus de {limit:g} jours très chauds par an vers 2050",
            period,
            problem.placed(weight, period),
            "<=",
            0.0,
            scale=max(problem.need(period), 1.0),
        )
