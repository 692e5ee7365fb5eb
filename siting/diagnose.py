"""Why there is no plan, and what each rule costs: questions asked of the same program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.errors import SitingError
from layers.french import NARROW, NO_BREAK, significant
from siting.bill import euros_per_unit
from siting.engine import Answer, Engine, Verdict
from siting.problem import OBJECTIVE_SCALE, BilledRow
from siting.registry import RULES

COST_COLUMNS = ("rule_id", "rule", "label_fr", "scope", "cost", "cost_meur", "share", "text_fr")
LEAST_SIZE = "taille minimale d'un site"


@dataclass(frozen=True)
class Relaxation:
    """The least by which one rule alone must give way, all others held."""

    rule_id: str
    rule: str
    label_fr: str
    where: str
    period: int
    amount: float
    unit: str
    text_fr: str


class InfeasiblePlanError(SitingError):
    """No plan respects every rule: which contradict each other, and by how much."""

    def __init__(self, conflict: Sequence[str], relaxations: Sequence[Relaxation]) -> None:
        labels = [RULES[name].label_fr if name in RULES else name for name in conflict]
        super().__init__(
            "SIT300",
            "aucun plan ne respecte toutes les règles retenues",
            where="en conflit : " + f"{NARROW}; ".join(labels),
            hint=_hint(conflict, relaxations),
        )
        self.conflict = tuple(conflict)
        self.relaxations = tuple(relaxations)


def rows_by_rule(engine: Engine, *, only_hard: bool = False) -> dict[str, list[BilledRow]]:
    """Return the billed rows of each rule, in the order of the identifiers."""
    groups: dict[str, list[BilledRow]] = {}
    for billed in engine.problem.billed:
        if billed.hard or not only_hard:
            groups.setdefault(billed.rule.name, []).append(billed)
    return groups


def rule_costs(engine: Engine, relaxed: Answer) -> pd.DataFrame:
    """Return what each rule costs at least: its rows freed, the relaxation solved again.

    Columns rule_id, rule, label_fr, scope, cost (objective), cost_meur (M€-equivalent),
    share (of the objective), text_fr. The relaxation understates: « au moins ».
    """
    euro = euros_per_unit(engine.problem)
    rows = []
    for name, group in rows_by_rule(engine).items():
        if name == "demand.served":
            continue
        places = [engine.rows[billed.name] for billed in group]
        engine.free_rows(places)
        without = engine.run()
        engine.restore_rows(places)
        cost = max(0.0, relaxed.objective - without.objective) / OBJECTIVE_SCALE
        rows.append(_cost_row(name, cost, relaxed.objective / OBJECTIVE_SCALE, euro))
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def explain_infeasible(engine: Engine) -> SitingError:
    """Return the error to raise when the relaxation has no solution.

    Physics is never dropped: when it cannot serve the need alone, the need exceeds every
    capacity (SIT303); else the rules in conflict are named (SIT300).
    """
    engine.set_costs(np.zeros_like(engine.costs))
    short = _beyond_physics(engine)
    if short is not None:
        return short
    conflict = conflicting_rules(engine)
    found = [each for name in conflict for each in least_relaxation(engine, name)]
    engine.set_costs(engine.costs)
    return InfeasiblePlanError(conflict, found)


def explain_sizes(engine: Engine) -> SitingError:
    """Return the error to raise when only whole sites are impossible: the least size bites."""
    engine.set_costs(np.zeros_like(engine.costs))
    engine.set_integer(True)
    conflict = conflicting_rules(engine)
    engine.set_integer(False)
    engine.set_costs(engine.costs)
    return InfeasiblePlanError([*conflict, LEAST_SIZE], [])


def conflicting_rules(engine: Engine) -> list[str]:
    """Return a set of hard rules that contradict each other, none of which can be left out.

    A deletion filter by rule, from the last to the first: the answer names the need (C01) and
    the earliest rules of the catalogue when several sets exist.
    """
    groups = rows_by_rule(engine, only_hard=True)
    places = {name: [engine.rows[each.name] for each in group] for name, group in groups.items()}
    kept = list(groups)
    for name in reversed(list(groups)):
        engine.free_rows(places[name])
        if engine.run().verdict is Verdict.INFEASIBLE:
            kept.remove(name)
        else:
            engine.restore_rows(places[name])
    for name in groups:
        engine.restore_rows(places[name])
    return kept


def least_relaxation(engine: Engine, name: str) -> list[Relaxation]:
    """Return the least shortage of one rule, by place and period, all other rules held."""
    group = rows_by_rule(engine, only_hard=True)[name]
    places = [engine.rows[each.name] for each in group]
    engine.set_costs(np.zeros_like(engine.costs))
    with engine.elastic(places) as added:
        every = engine.highs.getNumCol()
        costs = np.zeros(every)
        costs[added] = 1.0
        engine.set_costs(costs)
        answer = engine.run()
        engine.set_costs(np.zeros(every))
        if answer.verdict is not Verdict.OPTIMAL:
            return []
        amounts = answer.values[added]
    return [_relaxation(each, float(x)) for each, x in zip(group, amounts, strict=True) if x > 1e-7]


def _relaxation(billed: BilledRow, amount: float) -> Relaxation:
    rule, row = billed.rule, billed.row
    shown = amount * rule.shown_per_row
    text = f"{row.where}, {row.period} : il manque {significant(shown)}{NO_BREAK}{rule.lack_fr}"
    return Relaxation(
        rule.id, rule.name, rule.label_fr, row.where, row.period, shown, rule.unit, text
    )


def _beyond_physics(engine: Engine) -> SitingError | None:
    """Free every rule but the need: land, lines and growth alone must be able to serve it."""
    groups = rows_by_rule(engine)
    others = [
        engine.rows[each.name]
        for name, group in groups.items()
        if name != "demand.served"
        for each in group
    ]
    engine.free_rows(others)
    feasible = engine.run().verdict is not Verdict.INFEASIBLE
    lacks = [] if feasible else least_relaxation(engine, "demand.served")
    engine.restore_rows(others)
    if feasible:
        return None
    worst = max((each.amount for each in lacks), default=float("nan"))
    return SitingError(
        "SIT303",
        "le besoin dépasse ce que les candidats peuvent porter, toutes règles levées : "
        f"il manque {significant(worst)}{NO_BREAK}MW informatiques",
        where="terrains et raccordements des candidats",
    )


def _cost_row(name: str, cost: float, objective: float, euro: float) -> Mapping[str, object]:
    rule = RULES[name]
    share = cost / abs(objective) if objective else float("nan")
    text = "ne coûte rien dans cette relaxation"
    if share > 1e-6:
        amount = (
            f", soit {significant(cost * euro)}{NO_BREAK}M€ équivalents"
            if np.isfinite(euro)
            else ""
        )
        text = f"coûte au moins {significant(100 * share)}{NARROW}% de l'objectif{amount}"
    return {
        "rule_id": rule.id,
        "rule": name,
        "label_fr": rule.label_fr,
        "scope": rule.scope,
        "cost": round(cost, 9),
        "cost_meur": round(cost * euro, 6),
        "share": round(share, 9),
        "text_fr": text,
    }


def _hint(conflict: Sequence[str], relaxations: Sequence[Relaxation]) -> str:
    """Say the least relaxation of each rule, one at a time: the largest shortage of each."""
    worst: dict[str, Relaxation] = {}
    for each in relaxations:
        if each.rule not in worst or each.amount > worst[each.rule].amount:
            worst[each.rule] = each
    told = [f"«{NO_BREAK}{each.label_fr}{NO_BREAK}» ({each.text_fr})" for each in worst.values()]
    if not told:
        return "assouplissez une des règles en conflit, ou baissez le besoin"
    said = "assouplissez une seule de ces règles : " + f"{NARROW}; ".join(told)
    alone = [RULES[name].label_fr for name in conflict if name in RULES and name not in worst]
    return said + "".join(
        f"{NARROW}; lever seule la règle «{NO_BREAK}{label}{NO_BREAK}» ne suffit pas"
        for label in alone
    )
