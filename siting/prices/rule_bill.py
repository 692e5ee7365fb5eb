"""The bill of the rules: what each takes, what is left, and what one unit more would bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp

from layers.words.french import NARROW, NO_BREAK, estimate, significant
from siting.prices.row_margins import confirmed
from siting.program.objective import reference_of
from siting.program.problem import OBJECTIVE_SCALE, BilledRow, Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import (
    RULES,
    Bite,
    CatalogueEntry,
    Rule,
    catalogue,
    is_hard,
    setting_of,
)
from siting.solver.highs_engine import Answer, Engine

COLUMNS = (
    "rule_id", "rule", "label_fr", "scope", "kind", "hard", "evaluated", "can_bite", "where",
    "period", "unit", "activity", "limit", "slack", "binding", "price", "price_text_fr", "excess",
    "status", "reference", "note_fr",
)  # fmt: skip

# Prices of a yard, a site or a voltage move 0–3.6× when costs move 1 % : noise.
SOUND_GRAINS = ("region", "basin", "departement")
BINDING = 1e-6
PRICED = 1e-9
CARRIED_BY_TABLES = "capacités, réserves et délais portés par les tables de raccordement"


@dataclass(frozen=True)
class Solved:
    """What the bill reads of the solver: the plan, the prices, and the relaxation's prices."""

    engine: Engine
    plan: Answer
    priced: Answer
    relaxed: Answer


def bill_of(problem: Problem, solved: Solved | None) -> pd.DataFrame:
    """Return the bill: rows of the rules on, then the rules off or without data.

    A row binds when its limit is reached and either something stands there or the limit has a
    price: 0 of 0 allowed elsewhere is no constraint.

    Parameters
    ----------
    problem : the program as written.
    solved : the plan and its prices; None for an empty plan.

    Returns
    -------
    Columns ``COLUMNS``, sorted by rule_id, where and period.
    """
    euro = euros_per_unit(problem)
    papers = {rule.name: _papers(rule, problem.inputs) for rule in RULES.values()}
    gains = _gains(problem, solved)
    rows = [
        papers[each.rule.name] | _row(solved, each, euro, gains.get(each.name, 0.0))
        for each in problem.billed
    ]
    rows += [papers[each.rule.name] | _note(each) for each in problem.noted]
    built = {billed.rule.name for billed in (*problem.billed, *problem.noted)}
    rows += [papers[name] | _silent(problem.inputs, name) for name in RULES if name not in built]
    rows += [_catalogued(entry) for entry in catalogue()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["period"] = table["period"].astype("Int64")
    return table.sort_values(["rule_id", "where", "period"], kind="stable", ignore_index=True)


def euros_per_unit(problem: Problem) -> float:
    """Return the M€ that one unit of the objective is worth; NaN when cost is not weighed.

    Parameters
    ----------
    problem : its weights and references are read.

    Returns
    -------
    M€-equivalent per objective unit, or NaN.
    """
    weight = problem.inputs.weights.get("connection_cost", 0.0)
    return reference_of(problem, "connection_cost") / weight if weight > 0 else float("nan")


def value_of(engine: Engine, answer: Answer, terms: list[tuple[pulp.LpVariable, float]]) -> float:
    """Return Σ coefficient × value.

    Parameters
    ----------
    engine : where each variable's column is.
    answer : its values are read.
    terms : variables and their coefficients.

    Returns
    -------
    The sum, in the unit of the row.
    """
    return float(sum(answer.values[engine.columns[v]] * factor for v, factor in terms if factor))


def gain_per_unit(engine: Engine, priced: Answer, billed: BilledRow) -> float:
    """Return what one unit of relaxation saves, in objective units, never negative.

    Parameters
    ----------
    engine : where each row is.
    priced : its duals are read.
    billed : the row.

    Returns
    -------
    Objective units per unit of the row, as the program writes it.
    """
    dual = float(priced.row_duals[engine.rows[billed.name]]) / OBJECTIVE_SCALE
    return max(0.0, dual if billed.row.sense == ">=" else -dual)


def _gains(problem: Problem, solved: Solved | None) -> dict[str, float]:
    """Return the price of each row that has one; tried first where it is to be published."""
    if solved is None:
        return {}
    engine = solved.engine
    prices = {each.name: gain_per_unit(engine, solved.priced, each) for each in problem.billed}
    known = {name: gain for name, gain in prices.items() if gain > PRICED}
    asked = [
        (each, known[each.name])
        for each in problem.billed
        if each.name in known
        and (each.row.grain or each.rule.grain) in SOUND_GRAINS
        and not excess_of(engine, solved.plan, each)
    ]
    return known | confirmed(engine, solved.priced, asked)


def _row(solved: Solved | None, billed: BilledRow, euro: float, gain: float) -> dict[str, object]:
    rule, row, shown = billed.rule, billed.row, billed.shown
    activity, limit, excess, promised = row.constant, row.limit, 0.0, 0.0
    if solved is not None:
        activity += value_of(solved.engine, solved.plan, row.left)
        limit += value_of(solved.engine, solved.plan, row.right)
        excess = excess_of(solved.engine, solved.plan, billed)
        promised = gain_per_unit(solved.engine, solved.relaxed, billed)
    slack = (limit - activity) if row.sense == "<=" else (activity - limit)
    reached = solved is not None and slack <= BINDING * max(1.0, abs(limit))
    binding = reached and (abs(activity) > BINDING or max(gain, promised) > PRICED)
    sound = (row.grain or rule.grain) in SOUND_GRAINS
    price = gain * euro / shown
    return {
        "evaluated": True,
        "where": row.where,
        "period": row.period,
        "unit": billed.unit,
        "activity": _clean(activity * shown),
        "limit": _clean(limit * shown),
        "slack": _clean(slack * shown),
        "binding": binding,
        "price": _clean(price) if sound and not excess else np.nan,
        "price_text_fr": _excess_text(billed, excess * shown)
        if excess
        else _price_text(billed, price, binding, gain > PRICED),
        "excess": _clean(excess * shown),
        "note_fr": row.note_fr,
    }


def excess_of(engine: Engine, plan: Answer, billed: BilledRow) -> float:
    """Return by how much an answer passes a soft row, in the row's unit; 0 for dust, or a hard one.

    Parameters
    ----------
    engine : where each variable's column is.
    plan : its values are read.
    billed : the row.

    Returns
    -------
    The value of its slack, in the unit of the row as the program writes it.
    """
    if billed.slack is None:
        return 0.0
    excess = float(plan.values[engine.columns[billed.slack]])
    return excess if excess > BINDING * max(1.0, abs(billed.row.limit)) else 0.0


def _excess_text(billed: BilledRow, excess: float) -> str:
    if billed.row.sense == ">=":
        return f"non atteinte, il manque {significant(excess)}{NO_BREAK}{billed.lack_fr}"
    unit = "" if billed.unit == "1" else f"{NO_BREAK}{billed.unit}"
    return f"dépassé de {significant(excess)}{unit}"


def _price_text(billed: BilledRow, price: float, binding: bool, priced: bool) -> str:
    rule = billed.rule
    if not binding:
        return "ne contraint pas"
    if not priced:
        return "atteinte, sans prix à sites inchangés"
    if (billed.row.grain or rule.grain) not in SOUND_GRAINS:
        return (
            f"atteinte{NARROW}; prix non publié à cette échelle{NO_BREAK}: "
            f"1{NARROW}% d'écart sur les coûts le fait varier de 0 à 3,6 fois"
        )
    if np.isnan(price):
        return f"atteinte{NARROW}; sans prix, le coût de raccordement n'étant pas pondéré"
    unit = billed.unit.removesuffix("/an")
    wording = rule.price_fr if billed.row.sense == ">=" else Rule.price_fr
    words = wording.format(unit=unit, price=money(price)).replace("1 ", f"1{NO_BREAK}", 1)
    return f"à sites inchangés, {words}"


def money(meur: float) -> str:
    """Write a weighted cost given in M€ in the unit a reader expects.

    Parameters
    ----------
    meur : the amount, in M€.

    Returns
    -------
    The amount in M€, k€ or €, to two digits.

    Examples
    --------
    >>> money(1.6551), money(0.0123), money(0.0000042)
    ('1,7 M€ pondérés', '12 k€ pondérés', '4,2 € pondérés')
    """
    for unit, per_meur in (("M€", 1.0), ("k€", 1e3)):
        if abs(meur) * per_meur >= 1.0:
            return f"{estimate(meur * per_meur, 2)}{NO_BREAK}{unit} pondérés"
    return f"{estimate(meur * 1e6, 2)}{NO_BREAK}€ pondérés"


def _note(billed: BilledRow) -> dict[str, object]:
    """Write what fixed projects alone add up to: nothing the program could change."""
    row, shown = billed.row, billed.shown
    slack = (row.limit - row.constant) * (1.0 if row.sense == "<=" else -1.0)
    return {
        "evaluated": True,
        "where": row.where,
        "period": row.period,
        "unit": billed.unit,
        "activity": _clean(row.constant * shown),
        "limit": _clean(row.limit * shown),
        "slack": _clean(slack * shown),
        "binding": False,
        "price": np.nan,
        "price_text_fr": "pour information" if billed.rule.kind == "note" else "ne contraint pas",
        "excess": _clean(max(0.0, -slack) * shown),
        "note_fr": row.note_fr,
    }


def _silent(inputs: Inputs, name: str) -> dict[str, object]:
    lack = RULES[name].lacks(inputs)
    if lack:
        return {
            "evaluated": False,
            "where": "",
            "binding": False,
            "price_text_fr": "",
            "can_bite": "donnée absente",
            "note_fr": f"non évaluée : {lack}",
        }
    on = setting_of(inputs, name).enabled
    why = "aucune ligne à écrire avec ces candidats" if on else "non retenue par le scénario"
    return {"evaluated": on, "where": "", "binding": False, "price_text_fr": "", "note_fr": why}


def _papers(rule: Rule, inputs: Inputs) -> dict[str, object]:
    values = rule.values_in(inputs)
    first = next(iter(values.values()), None)
    lack = rule.lacks(inputs)
    bite = Bite("donnée absente", lack) if lack else rule.can_bite(inputs, values)
    return {
        "rule_id": rule.id,
        "rule": rule.name,
        "label_fr": rule.label_fr,
        "scope": rule.scope,
        "kind": rule.kind,
        "hard": is_hard(inputs, rule),
        "can_bite": bite.answer,
        "unit": rule.unit,
        "status": first.status if first else "assumption",
        "reference": first.reference if first else CARRIED_BY_TABLES,
    }


def _catalogued(entry: CatalogueEntry) -> dict[str, object]:
    return {
        "rule_id": entry.id,
        "rule": entry.name,
        "label_fr": entry.label_fr,
        "scope": entry.scope,
        "kind": entry.kind,
        "hard": False,
        "evaluated": False,
        "can_bite": entry.can_bite,
        "where": "",
        "unit": "",
        "binding": False,
        "price_text_fr": "",
        "status": "assumption",
        "reference": entry.reference,
        "note_fr": f"non évaluée : {entry.why_fr}",
    }


def _clean(number: float) -> float:
    return 0.0 if abs(number) < 1e-9 else round(number, 9)
