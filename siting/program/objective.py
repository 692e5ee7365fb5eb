"""The objective: weights are exchange rates over fixed, dated references.

Σ_c weight[c]·(term[c] ÷ reference[c]). A weight of one on two terms reads « à poids égal,
140 M€ = 150 000 m³-éq ». Weights are positive; the term carries its sense. Annual terms are the
mean over the years each period stands for; investment is counted once, on what is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.three_states import may_be
from siting.program.heat_pumps import net_share, pump_gwh, pump_kt
from siting.program.problem import Problem
from siting.program.rule_registry import Terms

Floats = NDArray[np.float64]

# Years a period stands for: the first five, the next ones ten each.
FIRST_YEARS, NEXT_YEARS = 5.0, 10.0
WEAK_LEVERAGE = 0.02


@dataclass(frozen=True)
class Term:
    """A term of the objective: its label, its reference's unit, and its sense."""

    label_fr: str
    unit: str
    sense: float = 1.0


TERMS: Mapping[str, Term] = {
    "connection_cost": Term("Coût de raccordement et d'ouverture", "M€"),
    "water_scarcity": Term("Eau consommée pondérée par la rareté", "m³-éq/an"),
    "enaf": Term("ENAF consommé (pire des cas)", "ha"),
    "land_reused": Term("Sol déjà artificialisé réemployé", "ha"),
    "useful_heat": Term("Chaleur utile (gain)", "GWh/an", sense=-1.0),
    "energy_above_it": Term("Énergie au-delà de l'informatique", "GWh/an"),
    "carbon": Term("Carbone", "kt CO2e/an"),
}


def write_objective(problem: Problem) -> None:
    """Add each weighted term of the scenario to the program's objective.

    Parameters
    ----------
    problem : a program that has its columns; its costs are added to.

    Raises
    ------
    SitingError : SIT202, SIT200 or SIT500, as ``exchange_rates``.
    """
    rates = exchange_rates(problem)
    years = period_shares(problem.periods)
    for name in ("water_scarcity", "energy_above_it", "carbon"):
        if name in rates:
            per_mw = per_mw_of(problem, name) * rates[name]
            for t, share in enumerate(years):
                problem.cost(_pairs(problem.it[:, :, t], per_mw * share))
    _write_pumps(problem, rates, years)
    for name in ("enaf", "land_reused"):
        if name in rates:
            problem.cost(_pairs(problem.it[:, :, -1], per_mw_of(problem, name) * rates[name]))
    if "useful_heat" in rates:
        for t, share in enumerate(years):
            problem.cost(
                (column, rates["useful_heat"] * share) for column in problem.sink_gwh[:, t]
            )
    if "connection_cost" in rates:
        _write_investment(problem, rates["connection_cost"])


def exchange_rates(problem: Problem) -> dict[str, float]:
    """Return sense × weight ÷ reference of each term the scenario weighs.

    Parameters
    ----------
    problem : a program; its weights and references are read.

    Returns
    -------
    Rates by name of term, per unit of the term, sorted; negative for a gain. A weight of zero is
    left out.

    Raises
    ------
    SitingError : SIT202 for an unknown term, SIT200 for a negative weight, SIT500 without a
        positive reference.
    """
    rates: dict[str, float] = {}
    for name, weight in sorted(problem.inputs.weights.items()):
        if name not in TERMS:
            raise SitingError(
                "SIT202",
                f"« {name} » n'est pas un terme de l'objectif",
                where="[objective] weights",
                hint=f"termes connus : {', '.join(TERMS)}",
            )
        if not weight >= 0:
            raise SitingError(
                "SIT200",
                f"le poids de « {name} » est négatif",
                where="[objective] weights",
                hint="un poids est positif : le terme porte son sens (la chaleur est un gain)",
            )
        if weight:
            rates[name] = TERMS[name].sense * weight / reference_of(problem, name)
    return rates


def reference_of(problem: Problem, name: str) -> float:
    """Return the reference of a term, in the term's unit.

    Parameters
    ----------
    problem : a program; its references are read.
    name : a key of ``TERMS``.

    Returns
    -------
    A number above zero, in ``TERMS[name].unit``.

    Raises
    ------
    SitingError : SIT500 when the term has no positive reference.
    """
    value = problem.inputs.references.get(name)
    if value is None or not value.number > 0:
        raise SitingError(
            "SIT500",
            f"le terme « {TERMS[name].label_fr} » n'a pas de référence positive",
            where=f"références de l'objectif, {name}",
        )
    return value.number


def period_shares(periods: tuple[int, ...]) -> list[float]:
    """Return the share of the years each period stands for.

    Parameters
    ----------
    periods : years, in order; the first stands for 5 years, each next one for 10.

    Returns
    -------
    One share a period; they add up to 1.

    Examples
    --------
    >>> [round(share, 3) for share in period_shares((2031, 2036))]
    [0.333, 0.667]
    """
    years = [FIRST_YEARS, *[NEXT_YEARS] * (len(periods) - 1)]
    return [year / sum(years) for year in years]


def per_mw_of(problem: Problem, name: str) -> Floats:
    """Return a term's coefficient (site, design) per MW of IT, in the term's unit.

    Parameters
    ----------
    problem : a program; its coefficients and its sites' ``enaf`` are read.
    name : water_scarcity, energy_above_it, carbon, enaf or land_reused; any other is read as
        land_reused.

    Returns
    -------
    (site, design), both sorted. Land counts whole in enaf where a site is or may be ENAF, else in
    land_reused.
    """
    if name == "water_scarcity":
        return problem.coefficient("scarcity")
    if name == "energy_above_it":
        return problem.coefficient("site_energy") - problem.coefficient("it_energy")
    if name == "carbon":
        return problem.coefficient("carbon", 1e-3)
    unknown = may_be(problem.sites["enaf"]).astype(np.float64)[:, None]
    land = problem.coefficient("land", 1e-4)
    return land * unknown if name == "enaf" else land * (1.0 - unknown)


def cost_per_meter_mw(problem: Problem) -> Floats:
    """Return M€ per MW at the meter of each connection: the whole line over what the site draws.

    Parameters
    ----------
    problem : a program; its connections, caps and sites are read.

    Returns
    -------
    One figure a connection, in their order; what is drawn is the less of the line's limit and of
    the site's cap at its highest ratio.
    """
    table = problem.connections
    most = problem.caps.it_mw * problem.coefficient("connection_ratio").max(axis=1)
    drawn = table["site_id"].map(pd.Series(most, index=problem.site_ids)).to_numpy(dtype=np.float64)
    largest = np.minimum(table["limit_mw"].to_numpy(dtype=np.float64), drawn)
    cost = table["cost_meur"].to_numpy(dtype=np.float64)
    return np.asarray(cost / np.maximum(largest, 1e-6), dtype=np.float64)


def leverage(problem: Problem) -> pd.DataFrame:
    """Return how much each term separates the sites, as a share of what all terms separate.

    The spread of the coefficient between good and bad sites (2nd–98th percentile, best design)
    × need × exchange rate; below 2 % the term « ne départage pas les sites ».

    Parameters
    ----------
    problem : a program; its weights and references are read.

    Returns
    -------
    One row a term of non-zero weight: criterion, label_fr, weight, reference (in ``unit``), unit,
    leverage (0 to 1), note_fr.

    Raises
    ------
    SitingError : SIT202, SIT200 or SIT500, as ``exchange_rates``.
    """
    need = max(problem.need(period) for period in problem.periods)
    spreads = {
        name: abs(rate) * need * _spread(problem, name)
        for name, rate in exchange_rates(problem).items()
    }
    whole = sum(spreads.values()) or 1.0
    rows = [
        {
            "criterion": name,
            "label_fr": TERMS[name].label_fr,
            "weight": problem.inputs.weights[name],
            "reference": reference_of(problem, name),
            "unit": TERMS[name].unit,
            "leverage": spread / whole,
            "note_fr": "ne départage pas les sites" if spread / whole < WEAK_LEVERAGE else "",
        }
        for name, spread in spreads.items()
    ]
    columns = ["criterion", "label_fr", "weight", "reference", "unit", "leverage", "note_fr"]
    return pd.DataFrame(rows, columns=columns)


def _write_pumps(problem: Problem, rates: Mapping[str, float], years: list[float]) -> None:
    """Pay the electricity that raises the heat placed to its networks, and its carbon."""
    for name, pumps in (("energy_above_it", pump_gwh), ("carbon", pump_kt)):
        for t, share in enumerate(years if name in rates else ()):
            terms = pumps(problem, problem.periods[t])
            problem.cost((column, rates[name] * share * each) for column, each in terms)


def _write_investment(problem: Problem, rate: float) -> None:
    """Lines are paid whole, bay included, and once; so is the opening of a site."""
    whole = (problem.connections["cost_meur"].to_numpy(dtype=np.float64) * rate).tolist()
    problem.cost(zip(problem.used[:, -1], whole, strict=True))
    problem.cost(zip(problem.backs, whole, strict=False))
    opening = rate * problem.inputs.opening_cost_meur
    problem.cost((column, opening) for column in problem.opened)


def _pairs(
    columns: NDArray[np.object_], factors: Floats
) -> Iterable[tuple[pulp.LpVariable, float]]:
    terms: Terms = list(zip(columns.ravel(), factors.ravel().tolist(), strict=True))
    return terms


def _spread(problem: Problem, name: str) -> float:
    if name == "connection_cost":
        per_mw = cost_per_meter_mw(problem)
        cheapest = pd.Series(per_mw).groupby(problem.connections["site_id"].to_numpy()).min()
        values = cheapest.to_numpy(dtype=np.float64) * problem.coefficient("connection_ratio").min()
    elif name == "useful_heat":
        values = _first_heat(problem)
    else:
        values = per_mw_of(problem, name).min(axis=1)
    if not values.size:
        return 0.0
    low, high = np.percentile(values, [2.0, 98.0])
    return float(high - low)


def _first_heat(problem: Problem) -> Floats:
    """GWh a year that the first MW of a site can place in its best sink, less its pump's cost."""
    rates = exchange_rates(problem)
    slope = {
        sink: float(curve[1, 1] / curve[1, 0]) * net_share(problem.inputs, rates, sink)
        for sink, curve in problem.inputs.heat_curves.items()
        if len(curve) > 1
    }
    best = problem.links["sink_id"].map(slope).astype(float).groupby(problem.links["site_id"]).max()
    reached = best.reindex(problem.site_ids).fillna(0.0).to_numpy(dtype=np.float64)
    return np.asarray(reached * problem.coefficient("heat_capacity").max(axis=1), dtype=np.float64)
