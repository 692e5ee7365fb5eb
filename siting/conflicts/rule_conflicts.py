"""Why there is no plan: the rules in conflict, and the least by which each must give way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, listing, plural, significant
from siting.conflicts.row_shortage import Shortages, shortages
from siting.program.problem import BilledRow, Problem
from siting.program.rule_registry import RULES
from siting.solver.highs_engine import Engine

NEED = "demand.served"
# Below this, in the row's unit, nothing lacks.
LEAST_SAID = 1e-7


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


class NoPlanError(SitingError):
    """No plan: the rules that stand in the way, and the least by which each must give way."""

    conflict: tuple[str, ...] = (NEED,)
    relaxations: tuple[Relaxation, ...] = ()


class InfeasiblePlanError(NoPlanError):
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
    """Return the billed rows of each rule, in the order of the identifiers.

    Parameters
    ----------
    engine : the program.
    only_hard : leave out the rows of soft rules.

    Returns
    -------
    Rows by name of rule.
    """
    groups: dict[str, list[BilledRow]] = {}
    for billed in engine.problem.billed:
        if billed.hard or not only_hard:
            groups.setdefault(billed.rule.name, []).append(billed)
    return groups


def explain_infeasible(engine: Engine) -> SitingError:
    """Return the error to raise when the relaxation has no solution.

    Physics is never dropped: when it cannot serve the need alone, the need exceeds every
    capacity (SIT303); else the rules in conflict are named (SIT300).

    Parameters
    ----------
    engine : the program, impossible.

    Returns
    -------
    SIT303 or SIT300, to be raised.
    """
    with shortages(engine, rows_by_rule(engine, only_hard=True)) as short:
        if short.is_impossible([NEED]):
            return _beyond_physics(short)
        conflict, *further = successive_conflicts(short)
        broken = list(dict.fromkeys(name for each in (conflict, *further) for name in each))
        found = [each for name in broken for each in _least_alone_or_with(short, name, broken)]
    return InfeasiblePlanError(conflict, found, further, note_fr=at_most(engine.problem))


def unexplained() -> SitingError:
    """Return the error of a scenario nobody asked to explain: one draw among many.

    Returns
    -------
    SIT300, to be raised.
    """
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

    Parameters
    ----------
    short : the shortages of an impossible program.
    lifted : names of rules that stay free.

    Returns
    -------
    Names of rules, in the order of the catalogue.
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

    Parameters
    ----------
    short : the shortages of an impossible program.

    Returns
    -------
    Conflicts, each a list of names of rules.
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
    """Say by how much a row must give way.

    Parameters
    ----------
    billed : the row.
    amount : in the row's own unit.

    Returns
    -------
    The amount in the unit shown, with its sentence.
    """
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
    few = at_most(short.engine.problem)
    fault = NoPlanError(
        "SIT303",
        "le besoin dépasse ce que les candidats peuvent porter, toutes règles levées : "
        f"il manque {significant(worst)}{NO_BREAK}MW informatiques",
        where=", ".join(filter(None, ["terrains et raccordements des candidats", few])),
    )
    fault.relaxations = tuple(lacks)
    return fault


def at_most(problem: Problem) -> str:
    """Say the number of sites that the scenario allows, if it bounds it.

    Parameters
    ----------
    problem : its ``max_sites`` is read.

    Returns
    -------
    Words in French, empty without a bound.
    """
    most = problem.inputs.max_sites
    return "" if most is None else f"en {plural(most, 'site')} au plus (sizes.max_sites)"


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
