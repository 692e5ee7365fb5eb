"""Why there is no plan, and what each rule costs: questions asked of the same program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from layers.errors import SitingError
from layers.french import NARROW, NO_BREAK, listing, significant
from siting.bill import euros_per_unit
from siting.build import build
from siting.engine import Answer, Engine
from siting.inputs import RuleSetting
from siting.presolve import READ_BEFORE
from siting.problem import OBJECTIVE_SCALE, BilledRow
from siting.registry import RULES
from siting.shortage import Shortages, shortages
from siting.warm import Stand, run_from

COST_COLUMNS = (
    "rule_id", "rule", "label_fr", "scope", "cost", "cost_meur", "share", "low_meur", "high_meur",
    "text_fr",
)  # fmt: skip
NEED = "demand.served"
# Below this, in the row's unit, nothing lacks.
LEAST_SAID = 1e-7
# Above this, in the unit of its row, a soft rule is exceeded.
EXCEEDED = 1e-6


@dataclass(frozen=True)
class Relaxation:
    """The least by which one rule alone must give way, all others held.

    ``amount`` is enough, at a place and a period. ``at_least`` is proven, of the whole rule: both
    are the same least unless the search ended before its proof. ``is_found`` is false when it
    ended without any plan: ``amount`` is then no more than what is proven to lack.
    """

    rule_id: str
    rule: str
    label_fr: str
    where: str
    period: int
    amount: float
    unit: str
    text_fr: str
    is_alone: bool = True
    at_least: float = float("nan")
    is_found: bool = True


class InfeasiblePlanError(SitingError):
    """No plan respects every rule: which contradict each other, and by how much.

    ``doubtful`` : rules of the conflict that nothing proves necessary to it; ``undecided`` : rules
    of which nothing proves whether giving way alone would do. Both only when a search among whole
    sites ended before its proof; ``note_fr`` then says what else is known.
    """

    def __init__(
        self,
        conflict: Sequence[str],
        relaxations: Sequence[Relaxation],
        further: Sequence[Sequence[str]] = (),
        *,
        doubtful: Sequence[str] = (),
        undecided: Sequence[str] = (),
        note_fr: str = "",
    ) -> None:
        where = f"en conflit{NO_BREAK}: " + f"{NARROW}; ".join(_labels(conflict))
        walls = [listing(_labels([name for name in each if name != NEED])) for each in further]
        if walls:
            where += (
                f"{NARROW}; ces règles levées tour à tour, le besoin bute encore sur{NO_BREAK}: "
            )
            where += f"{NARROW}; ".join(walls)
        if doubtful:
            where += (
                f" (sans preuve que soient nécessaires{NO_BREAK}: {', '.join(_labels(doubtful))})"
            )
        if note_fr:
            where += f"{NARROW}; {note_fr}"
        super().__init__(
            "SIT300",
            "aucun plan ne respecte toutes les règles retenues",
            where=where,
            hint=_hint(conflict, relaxations, undecided),
        )
        self.conflict = tuple(conflict)
        self.relaxations = tuple(relaxations)
        self.further = tuple(tuple(each) for each in further)
        self.doubtful = tuple(doubtful)
        self.undecided = tuple(undecided)


def rows_by_rule(engine: Engine, *, only_hard: bool = False) -> dict[str, list[BilledRow]]:
    """Return the billed rows of each rule, in the order of the identifiers."""
    groups: dict[str, list[BilledRow]] = {}
    for billed in engine.problem.billed:
        if billed.hard or not only_hard:
            groups.setdefault(billed.rule.name, []).append(billed)
    return groups


def rule_costs(engine: Engine, relaxed: Answer) -> pd.DataFrame:
    """Return what each rule costs, about: its rows freed, the relaxation solved again.

    Columns rule_id, rule, label_fr, scope, cost (objective), cost_meur (M€-equivalent),
    share (of the objective), low_meur and high_meur (NaN: ``siting.intervals`` proves them),
    text_fr. An estimate, as sites may be partly open; a soft rule that
    is exceeded has no cost of its own, only our penalty: NaN.
    """
    euro, stand = euros_per_unit(engine.problem), Stand.of(engine)
    rows = []
    for name, group in rows_by_rule(engine).items():
        if name == NEED:
            continue
        without = _without(engine, name, group, stand)
        cost = max(0.0, relaxed.objective - without.objective) / OBJECTIVE_SCALE
        slacks = engine.index([each.slack for each in group if each.slack is not None])
        if (relaxed.values[slacks] > EXCEEDED).any():
            cost = float("nan")
        rows.append(_cost_row(name, cost, relaxed.objective / OBJECTIVE_SCALE, euro))
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def _without(engine: Engine, name: str, group: Sequence[BilledRow], stand: Stand) -> Answer:
    """Return the relaxation without a rule: its rows freed, or the program written again.

    Written again where the rule, hard, also sizes lines and sites before the program is: freeing
    its rows alone would let in none of the larger lines that the rule keeps out.
    """
    problem = engine.problem
    if name in READ_BEFORE and group[0].hard:
        rules = {**problem.inputs.rules, name: RuleSetting(enabled=False)}
        freed = build(
            replace(problem.inputs, rules=rules), tight=problem.tight, proof=problem.proof
        )
        return run_from(Engine(freed, safety_seconds=engine.safety_seconds), stand)
    places = [engine.rows[billed.name] for billed in group]
    engine.free_rows(places)
    without = engine.run()
    engine.restore_rows(places)
    return without


def explain_infeasible(engine: Engine) -> SitingError:
    """Return the error to raise when the relaxation has no solution.

    Physics is never dropped: when it cannot serve the need alone, the need exceeds every
    capacity (SIT303); else the rules in conflict are named (SIT300).
    """
    with shortages(engine, rows_by_rule(engine, only_hard=True)) as short:
        if short.is_impossible([NEED]):
            return _beyond_physics(short)
        conflict, *further = successive_conflicts(short)
        broken = list(dict.fromkeys(name for each in (conflict, *further) for name in each))
        found = [each for name in broken for each in _least_alone_or_with(short, name, broken)]
    return InfeasiblePlanError(conflict, found, further)


def unexplained() -> SitingError:
    """Return the error of a scenario nobody asked to explain: one draw among many."""
    return SitingError(
        "SIT300",
        "aucun plan ne respecte toutes les règles retenues",
        where="conflit non recherché dans cette variante",
        hint="lancez ce scénario seul : les règles en conflit seront nommées",
    )


def conflicting_rules(short: Shortages, lifted: Sequence[str] = ()) -> list[str]:
    """Return a set of hard rules that contradict each other, none of which can be left out.

    A deletion filter by rule, from the last to the first: the answer names the need (C01) and
    the earliest rules of the catalogue when several sets exist. ``lifted`` stay free. A rule
    without a part in the last impossibility is left out without being asked.
    """
    kept = [name for name in short.names if name not in lifted]
    short.is_impossible(kept)
    for name in reversed(list(kept)):
        others = [other for other in kept if other != name]
        if not short.has_part(name) or short.is_impossible(others):
            kept = others
    return kept


def successive_conflicts(short: Shortages) -> list[list[str]]:
    """Return a conflict, then what still conflicts once its rules but the need are lifted.

    The walls of an impossible need, one behind the other: each rule appears once.
    """
    found, lifted = [conflicting_rules(short)], []
    while True:
        fresh = [name for name in found[-1] if name != NEED and name not in lifted]
        lifted += fresh
        held = [name for name in short.names if name not in lifted]
        if not fresh or not short.is_impossible(held):
            return found
        found.append(conflicting_rules(short, lifted))


def _least_alone_or_with(short: Shortages, name: str, broken: Sequence[str]) -> list[Relaxation]:
    """Return the least shortage of a rule, others held; failing that, the broken ones lifted."""
    others = [other for other in short.names if other != name]
    if not short.is_impossible(others):
        return _relaxations(short, name, others)
    held = [other for other in others if other == NEED or other not in broken]
    if name == NEED or short.is_impossible(held):
        return []
    return [replace(each, is_alone=False) for each in _relaxations(short, name, held)]


def _relaxations(short: Shortages, name: str, held: Sequence[str]) -> list[Relaxation]:
    """Return the least shortage of one rule, by place and period, the rules held kept whole."""
    amounts = short.least(name, held).tolist()
    pairs = zip(short.groups[name], amounts, strict=True)
    return [relaxation_of(each, amount) for each, amount in pairs if amount > LEAST_SAID]


def relaxation_of(billed: BilledRow, amount: float) -> Relaxation:
    """Say by how much a row must give way; ``amount`` is in the row's own unit."""
    rule, row = billed.rule, billed.row
    shown = amount * billed.shown
    text = f"{row.where}, {row.period} : il manque {significant(shown)}{NO_BREAK}{billed.lack_fr}"
    return Relaxation(
        rule.id, rule.name, rule.label_fr, row.where, row.period, shown, billed.unit, text
    )


def _beyond_physics(short: Shortages) -> SitingError:
    """Say what land, lines and growth alone leave unserved, every other rule lifted."""
    lacks = _relaxations(short, NEED, [])
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
    text = "levée seule, ne change rien à l'objectif (sites ouverts en partie)"
    if np.isnan(cost):
        text = "règle souple dépassée : son coût ne serait que notre pénalité"
    elif share > 1e-6:
        amount = (
            f", soit {significant(cost * euro)}{NO_BREAK}M€ équivalents"
            if np.isfinite(euro)
            else ""
        )
        text = f"coûte environ {significant(100 * share)}{NARROW}% de l'objectif{amount}"
    return {
        "rule_id": rule.id,
        "rule": name,
        "label_fr": rule.label_fr,
        "scope": rule.scope,
        "cost": round(cost, 9),
        "cost_meur": round(cost * euro, 6),
        "share": round(share, 9),
        "low_meur": float("nan"),
        "high_meur": float("nan"),
        "text_fr": text,
    }


def _labels(names: Sequence[str]) -> list[str]:
    return [RULES[name].label_fr if name in RULES else name for name in names]


def _hint(
    conflict: Sequence[str], relaxations: Sequence[Relaxation], undecided: Sequence[str]
) -> str:
    """Say the least relaxation of each rule: alone when it is enough, else with the others."""
    worst: dict[str, Relaxation] = {}
    for each in relaxations:
        if each.rule not in worst or each.amount > worst[each.rule].amount:
            worst[each.rule] = each
    alone = [_told(each) for each in worst.values() if each.is_alone and each.is_found]
    joint = [_told(each) for each in worst.values() if not each.is_alone]
    said = []
    if alone:
        said.append("assouplissez une seule de ces règles : " + f"{NARROW}; ".join(alone))
    if joint:
        said.append("ou toutes celles-ci ensemble : " + f"{NARROW}; ".join(joint))
    if not said and undecided:
        said.append(
            "baissez la taille minimale d'un site (sizes.min_mw), relevez sa taille maximale, ou "
            "changez le besoin"
        )
    elif not said:
        said.append("assouplissez une des règles en conflit, ou baissez le besoin")
    for name in undecided:
        told = f" ({worst[name].text_fr})" if name in worst else ""
        said.append(
            "la recherche s'est arrêtée avant de savoir si assouplir seule la règle "
            f"«{NO_BREAK}{_labels([name])[0]}{NO_BREAK}» suffirait{told}"
        )
    known = {*worst, *undecided}
    silent = [name for name in conflict if name in RULES and name not in known]
    if worst or undecided:
        said += [
            f"lever seule la règle «{NO_BREAK}{label}{NO_BREAK}» ne suffit pas"
            for label in _labels(silent)
        ]
    return f"{NARROW}; ".join(said)


def _told(each: Relaxation) -> str:
    return f"«{NO_BREAK}{each.label_fr}{NO_BREAK}» ({each.text_fr})"
