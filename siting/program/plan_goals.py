"""Goals a plan may pursue alone, in order, or against one another, each in its own unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pulp

from layers.words.errors import SitingError
from layers.words.three_states import may_be
from siting.program.heat_pumps import pump_gwh, pump_kt
from siting.program.problem import Problem, ones
from siting.program.rule_registry import Terms

HA_PER_M2 = 1e-4
NO_LIMIT = 1e20
TermsOf = Callable[[Problem], Terms]


@dataclass(frozen=True)
class Goal:
    """A goal: its label, its unit, and the sum to minimise at the last period.

    ``shown`` is −1 for a gain (heat), whose sum is minimised with its sign turned.
    """

    label_fr: str
    unit: str
    terms: TermsOf
    shown: float = 1.0


def _per_mw(name: str, scale: float = 1.0) -> TermsOf:
    def terms(problem: Problem) -> Terms:
        return problem.placed(problem.coefficient(name, scale), problem.periods[-1])

    return terms


def _cost(problem: Problem) -> Terms:
    whole = problem.connections["cost_meur"].astype(float).tolist()
    lines: Terms = list(zip(problem.used[:, -1].tolist(), whole, strict=True))
    lines += list(zip(problem.backs.tolist(), whole, strict=False))
    opening = problem.inputs.opening_cost_meur
    return [*lines, *((column, opening) for column in problem.opened.tolist())]


def _land(problem: Problem) -> Terms:
    """Ground of the open sites, whole: what the plan takes away from any other use."""
    hectares = problem.sites["usable_area_m2"].to_numpy(dtype=np.float64) * HA_PER_M2
    return list(zip(problem.opened.tolist(), hectares.tolist(), strict=True))


def _enaf(problem: Problem) -> Terms:
    doubtful = may_be(problem.sites["enaf"])
    return problem.placed(
        problem.coefficient("land", HA_PER_M2), problem.periods[-1], among=doubtful
    )


def _energy(problem: Problem) -> Terms:
    above = problem.coefficient("site_energy") - problem.coefficient("it_energy")
    period = problem.periods[-1]
    return [*problem.placed(above, period), *pump_gwh(problem, period)]


def _carbon(problem: Problem) -> Terms:
    period = problem.periods[-1]
    carbon = problem.placed(problem.coefficient("carbon", 1e-3), period)
    return [*carbon, *pump_kt(problem, period)]


def _heat(problem: Problem) -> Terms:
    return [(column, -1.0) for column in problem.sink_gwh[:, -1].tolist()]


def _equity(problem: Problem) -> Terms:
    """Largest MW of a département: a column above each of their sums."""
    period, most = problem.periods[-1], problem.largest
    if most is None:
        most = problem.largest = problem.variable("largest_departement")
        codes = problem.sites["departement_code"].astype(str).to_numpy()
        for code in sorted(set(codes)):
            here = ones(problem.site_mw[codes == code, -1])
            problem.add(f"goal_equity__{code}_{period}", [*here, (most, -1.0)], "<=", 0.0)
    return [(most, 1.0)]


GOALS: Mapping[str, Goal] = {
    "cost": Goal("Coût de raccordement et d'ouverture", "M€", _cost),
    "water": Goal("Eau apportée sur site", "milliers de m³/an", _per_mw("water_input", 1e-3)),
    "scarcity": Goal(
        "Eau consommée pondérée par la rareté", "milliers de m³-éq/an", _per_mw("scarcity", 1e-3)
    ),
    "land": Goal("Terrain des sites ouverts", "ha", _land),
    "enaf": Goal("ENAF consommé (pire des cas)", "ha", _enaf),
    "heat": Goal("Chaleur utile", "GWh/an", _heat, shown=-1.0),
    "energy": Goal("Énergie au-delà de l'informatique", "GWh/an", _energy),
    "carbon": Goal("Carbone", "kt CO2e/an", _carbon),
    "equity": Goal("Puissance du département le plus chargé", "MW", _equity),
}


def goal_named(name: str) -> Goal:
    """Return a goal.

    Parameters
    ----------
    name : a key of ``GOALS``.

    Returns
    -------
    The goal of that name.

    Raises
    ------
    SitingError : SIT202, with the nearest name, when no goal has it.
    """
    if name not in GOALS:
        near = get_close_matches(name, list(GOALS), n=1)
        raise SitingError(
            "SIT202",
            f"« {name} » n'est pas un objectif",
            where=f"objectifs connus : {', '.join(GOALS)}",
            hint=f"vouliez-vous dire « {near[0]} » ?" if near else "choisissez l'un d'eux",
        )
    return GOALS[name]


def write_ceilings(problem: Problem) -> None:
    """Bound each goal the inputs give a ceiling to, in its own unit, as a row of its own.

    Parameters
    ----------
    problem : a program that has its columns; rows are added to it. An infinite ceiling is written
        as 1e20.

    Raises
    ------
    SitingError : SIT202 when a ceiling names no goal.
    """
    for name, most in sorted(problem.inputs.objective.ceilings.items()):
        terms = goal_named(name).terms(problem)
        # PuLP takes no infinite limit: far above any plan is as good, and HiGHS reads it as ∞.
        top = most * goal_named(name).shown
        problem.add(ceiling_row(name), terms, "<=", top if math.isfinite(top) else NO_LIMIT)


def ceiling_row(name: str) -> str:
    """Return the name of the row that bounds a goal.

    Parameters
    ----------
    name : a key of ``GOALS``; it is not checked.

    Returns
    -------
    « goal_ceiling__name ».
    """
    return f"goal_ceiling__{name}"


def summed(terms: Terms) -> dict[pulp.LpVariable, float]:
    """Return each variable once, with its whole coefficient.

    Parameters
    ----------
    terms : pairs (variable, coefficient); a variable may come several times.

    Returns
    -------
    Coefficients by variable, in the order they first come.
    """
    total: dict[pulp.LpVariable, float] = {}
    for variable, factor in terms:
        total[variable] = total.get(variable, 0.0) + factor
    return total
