"""Water: none for cooling in a deficit sector, a budget for the region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from layers.words.dated_values import DAYS_IN_MONTH, Value
from layers.words.french import plural
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs, may_be_in_deficit
from siting.program.rule_registry import PARTLY_FR, Bite, Row, rule

# Rows are in 1,000 m³ so that coefficients stay near one; the bill is shown in m³.
THOUSAND_M3 = 1e-3
DAYS = np.array(DAYS_IN_MONTH, dtype=np.float64)


def _basin_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    inside = int(may_be_in_deficit(inputs.sites).sum())
    unknown = int((inputs.sites["zre"] == "unknown").sum())
    if not inside:
        return Bite("non", "aucun candidat n'est dans un secteur en ZRE")
    if not (inputs.coefficients["cooling_water"].values > 0).any():
        return Bite("non", "aucun refroidissement proposé n'évapore d'eau")
    worst = f", dont {unknown} d'état inconnu, comptés au pire" if unknown else ""
    return Bite("oui", f"{inside} candidats en ZRE{worst} ; hors ZRE, non évalué")


@rule(
    "water.basin_budget",
    id="C09",
    label_fr="Eau de refroidissement en ZRE",
    unit="m³/an",
    scope="L",
    grain="basin",
    can_bite=_basin_bites,
    lack_fr="m³ d'eau de refroidissement en ZRE",
    values={"basin_budget_m3": "water.basin_budget_m3", "month_share": "water.month_share"},
    needs_layers=("sectors",),
    shown_per_row=1000.0,
)
def basin_budget(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀b en ZRE, ou d'état inconnu : Σₛ∈b e[s,d]·p[s,d,t] ≤ W[b] : évaporation et purge seules.

    With a month's share μ below one, each month m as well: Σₛ∈b e[s,d,m]·p[s,d,t] ≤ μ·W[b].
    """
    water = problem.coefficient("cooling_water", THOUSAND_M3)
    share = values["month_share"].number
    inside = may_be_in_deficit(problem.sites)
    unknown = int((problem.sites["zre"] == "unknown").sum())
    count = plural(unknown, "candidat d'état ZRE inconnu", "candidats d'état ZRE inconnu")
    note = f"{PARTLY_FR} : {count}, au pire compté en ZRE" if unknown else ""
    for sector in sorted(set(problem.sites["sector_code"][inside])):
        among = inside & (problem.sites["sector_code"] == sector)
        for period in problem.periods:
            limit = values["basin_budget_m3"].at(period) * THOUSAND_M3
            yield Row(
                str(sector),
                f"secteur {sector}",
                period,
                problem.placed(water, period, among.to_numpy(dtype=bool)),
                "<=",
                limit,
                scale=max(limit, problem.need(period) * float(water.max()), 1e-3),
                note_fr=note,
            )
            if share < 1 and limit > 0:
                here = among.to_numpy(dtype=bool)
                yield from _months(problem, str(sector), here, period, share * limit)


def _months(
    problem: Problem, sector: str, among: NDArray[np.bool_], period: int, limit: float
) -> Iterator[Row]:
    """One row a month: humidification is spread over the days, the rest is the cooling's."""
    for month, water in enumerate(cooling_by_month(problem), start=1):
        yield Row(
            f"{sector}_m{month:02}",
            f"secteur {sector}, mois {month}",
            period,
            problem.placed(water, period, among),
            "<=",
            limit,
            scale=max(limit, problem.need(period) * float(water.max()), 1e-3),
        )


def cooling_by_month(problem: Problem) -> NDArray[np.float64]:
    """Return the cooling water of each month (month, site, design), in 1,000 m³ per MW.

    Parameters
    ----------
    problem : a program; its coefficients are read.

    Returns
    -------
    (month, site, design), ≥ 0: what a site takes for other uses is spread by days and left out.
    """
    table = problem.inputs.coefficients["water_month"].transpose("month", "site_id", "design")
    table = table.sel(site_id=list(problem.sites.index), design=problem.designs)
    other = problem.coefficient("water_input") - problem.coefficient("cooling_water")
    spread = DAYS[:, None, None] / DAYS.sum() * other
    return np.asarray(np.maximum(table.values - spread, 0.0) * THOUSAND_M3, dtype=np.float64)


def _regional_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    most = float(inputs.coefficients["water_input"].max()) * _largest_need(inputs)
    limit = min(values["regional_water_m3"].at(period) for period in inputs.demand.periods)
    if most <= limit:
        return Bite("non", "même le refroidissement le plus consommateur tient dans le budget")
    return Bite("oui", "le choix du refroidissement décide")


def _largest_need(inputs: Inputs) -> float:
    return max(inputs.demand.to_place_mw(period) for period in inputs.demand.periods)


def _existing_water(inputs: Inputs) -> str:
    """Say whose water of what exists is counted: that which an audit tells."""
    demand = inputs.demand
    if demand.existing_water_m3 is None:
        return "eau des datacenters déjà en service inconnue, non comptée"
    silent = demand.silent_water
    return f"eau de {silent} centres en service non dite, non comptée" if silent else ""


@rule(
    "water.regional_budget",
    id="C10",
    label_fr="Budget d'eau régional",
    unit="m³/an",
    scope="N",
    can_bite=_regional_bites,
    lack_fr="m³ d'eau",
    values={"regional_water_m3": "water.regional_water_m3"},
    shown_per_row=1000.0,
)
def regional_budget(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ w[s,d]·p[s,d,t] + audité + décidé ≤ W[t] : eau apportée, humidification comprise."""
    water = problem.coefficient("water_input", THOUSAND_M3)
    standing = problem.inputs.demand.existing_water_m3 or 0.0
    for period in problem.periods:
        limit = values["regional_water_m3"].at(period) * THOUSAND_M3
        yield problem.capped(
            Row(
                "region",
                "région",
                period,
                problem.placed(water, period),
                "<=",
                limit,
                constant=(problem.fixed("water_m3", period) + standing) * THOUSAND_M3,
                scale=max(limit, problem.need(period) * float(np.median(water)), 1.0),
                note_fr=_existing_water(problem.inputs),
            )
        )
