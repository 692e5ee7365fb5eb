"""The bill of the rules: what each takes, what is left, and what one unit more would bring."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pulp

from siting.engine import Answer, Engine
from siting.inputs import Inputs
from siting.objective import reference_of
from siting.problem import OBJECTIVE_SCALE, BilledRow, Problem
from siting.registry import RULES, CatalogueEntry, Rule, catalogue, setting_of

COLUMNS = (
    "rule_id", "rule", "label_fr", "scope", "kind", "hard", "evaluated", "can_bite", "where",
    "period", "unit", "activity", "limit", "slack", "binding", "price", "price_text_fr", "excess",
    "status", "reference", "note_fr",
)  # fmt: skip

# Prices of a yard, a site or a voltage move 0–3.6× when costs move 1 % (program.md §2): noise.
SOUND_GRAINS = ("region", "basin", "departement")
BINDING = 1e-6
CARRIED_BY_TABLES = "capacités, réserves et délais portés par les tables de raccordement"
NARROW = "\u202f"
NBSP = "\u00a0"


def bill_of(
    problem: Problem, engine: Engine | None, plan: Answer | None, priced: Answer | None
) -> pd.DataFrame:
    """Return the bill: rows of the rules on, then the rules off or without data.

    ``plan`` gives the values, ``priced`` the duals at fixed sites; None for an empty plan.
    """
    euro = euros_per_unit(problem)
    papers = {rule.name: _papers(rule, problem.inputs) for rule in RULES.values()}
    rows = [
        papers[billed.rule.name] | _row(engine, plan, priced, billed, euro)
        for billed in problem.billed
    ]
    built = {billed.rule.name for billed in problem.billed}
    rows += [papers[name] | _silent(problem.inputs, name) for name in RULES if name not in built]
    rows += [_catalogued(entry) for entry in catalogue()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["period"] = table["period"].astype("Int64")
    return table.sort_values(["rule_id", "where", "period"], kind="stable", ignore_index=True)


def euros_per_unit(problem: Problem) -> float:
    """Return the M€ that one unit of the objective is worth; NaN when cost is not weighed."""
    weight = problem.inputs.weights.get("connection_cost", 0.0)
    return reference_of(problem, "connection_cost") / weight if weight > 0 else float("nan")


def value_of(engine: Engine, answer: Answer, terms: list[tuple[pulp.LpVariable, float]]) -> float:
    """Return Σ coefficient × value."""
    return float(sum(answer.values[engine.columns[v]] * factor for v, factor in terms if factor))


def gain_per_unit(engine: Engine, priced: Answer, billed: BilledRow) -> float:
    """Return what one unit of relaxation saves, in objective units, never negative."""
    dual = float(priced.row_duals[engine.rows[billed.name]]) / OBJECTIVE_SCALE
    return max(0.0, dual if billed.row.sense == ">=" else -dual)


def _row(
    engine: Engine | None, plan: Answer | None, priced: Answer | None, billed: BilledRow,
    euro: float,
) -> dict[str, object]:  # fmt: skip
    rule, row, shown = billed.rule, billed.row, billed.rule.shown_per_row
    activity, limit, excess, price = row.constant, row.limit, 0.0, 0.0
    if engine is not None and plan is not None and priced is not None:
        activity += value_of(engine, plan, row.left)
        limit += value_of(engine, plan, row.right)
        excess = _excess(engine, plan, billed)
        price = gain_per_unit(engine, priced, billed) * euro / shown
    slack = (limit - activity) if row.sense == "<=" else (activity - limit)
    binding = plan is not None and slack <= BINDING * max(1.0, abs(limit))
    sound = rule.grain in SOUND_GRAINS and not row.slug.endswith("_HTA")
    return {
        "evaluated": True,
        "where": row.where,
        "period": row.period,
        "activity": _clean(activity * shown),
        "limit": _clean(limit * shown),
        "slack": _clean(slack * shown),
        "binding": binding,
        "price": _clean(price) if sound and not excess else np.nan,
        "price_text_fr": _price_text(rule, price, excess * shown, binding, sound),
        "excess": _clean(excess * shown),
        "note_fr": row.note_fr,
    }


def _excess(engine: Engine, plan: Answer, billed: BilledRow) -> float:
    if billed.slack is None:
        return 0.0
    excess = float(plan.values[engine.columns[billed.slack]])
    return excess if excess > BINDING * max(1.0, abs(billed.row.limit)) else 0.0


def _price_text(rule: Rule, price: float, excess: float, binding: bool, sound: bool) -> str:
    if excess:
        return f"dépassé de {french(excess)}{NBSP}{rule.unit}"
    if not binding or not price > 0:
        return "ne contraint pas" if not binding else "atteinte, sans prix à sites inchangés"
    if not sound:
        return (
            "atteinte ; prix non publié à cette échelle : 1" + NARROW + "% d'écart sur les coûts "
            "le fait varier de 0 à 3,6 fois"
        )
    if np.isnan(price):
        return "atteinte ; sans prix : le coût de raccordement n'est pas pondéré"
    unit = rule.unit.removesuffix("/an")
    return (
        f"à sites inchangés, 1{NBSP}{unit} de marge en plus rapporterait "
        f"{french(price * 1000)}{NBSP}k€ équivalents"
    )


def _silent(inputs: Inputs, name: str) -> dict[str, object]:
    on = setting_of(inputs, name).enabled
    why = "aucune ligne à écrire avec ces candidats" if on else "non retenue par le scénario"
    return {"evaluated": on, "where": "", "binding": False, "price_text_fr": "", "note_fr": why}


def _papers(rule: Rule, inputs: Inputs) -> dict[str, object]:
    values = rule.values_in(inputs)
    bite, first = rule.can_bite(inputs, values), next(iter(values.values()), None)
    return {
        "rule_id": rule.id,
        "rule": rule.name,
        "label_fr": rule.label_fr,
        "scope": rule.scope,
        "kind": rule.kind,
        "hard": setting_of(inputs, rule.name).hard,
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


def french(number: float) -> str:
    """Write a number as French readers do, three significant figures below a thousand.

    >>> french(12345.6), french(0.01234), french(8.0)
    ('12 346', '0,0123', '8')
    """
    if abs(number) >= 1000:
        return f"{number:,.0f}".replace(",", NARROW)
    return f"{number:.3g}".replace(".", ",")


def _clean(number: float) -> float:
    return 0.0 if abs(number) < 1e-9 else round(number, 9)
