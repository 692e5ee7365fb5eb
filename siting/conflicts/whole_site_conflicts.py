"""Why no plan exists once sites are open or shut, though one does when they open in part.

The rules in conflict, then the least by which each alone must give way, all others held: the
program itself, sites whole, one rule elastic. The least size of a site is one of them. Each
question ends on a number of openings tried, never on the clock: the least is then told between
what is proven to lack and what a plan found does with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, significant
from siting.conflicts.rule_conflicts import (
    LEAST_SAID,
    InfeasiblePlanError,
    Relaxation,
    at_most,
    relaxation_of,
    rows_by_rule,
)
from siting.program.presolve import READ_BEFORE, largest_site
from siting.program.problem import BilledRow, Problem
from siting.program.program_building import written
from siting.program.selection_cuts import Cut, selection_cuts
from siting.solver.highs_engine import Engine, Indices, Verdict
from siting.solver.site_numbers import is_number_between, open_sites

LEAST_SIZE = "taille minimale d'un site"
SIZE = "territory.site_size"
WHOLE_SITES = "ouverture entière des sites"
# A relaxation is told with three digits: this close to the least is the least.
GAP = 1e-4
# Under this a site is not one.
SMALLEST_MW = 0.01
# Openings tried for each question; beyond, what is proven and what is found are told apart.
NODES = 500
# Beyond so long a question stops too, though a run elsewhere may say a little more.
SECONDS = 60.0


@dataclass(frozen=True)
class Shortage:
    """The least Σ of the shortages of some rows: proven to lack, and enough in a plan found."""

    at_least: float
    amounts: tuple[float, ...] | None

    @property
    def is_proven(self) -> bool:
        """Return whether the plan found lacks no more than any plan must."""
        if self.amounts is None:
            return math.isinf(self.at_least)
        whole = sum(self.amounts)
        return whole - self.at_least <= max(GAP * whole, LEAST_SAID)


def explain_sizes(engine: Engine) -> SitingError:
    """Return the error to raise when only whole sites are impossible.

    Parameters
    ----------
    engine : the program with every line, possible with sites open in part.

    Returns
    -------
    An ``InfeasiblePlanError`` (SIT300), to be raised.
    """
    safety, engine.safety_seconds = engine.safety_seconds, min(engine.safety_seconds, SECONDS)
    ends = open_sites(engine, selection_cuts(engine.problem))
    engine.set_costs(np.zeros_like(engine.costs))
    engine.most_nodes = NODES
    engine.stop_at(GAP, 0.0)
    conflict, doubtful = _conflict(engine)
    groups = rows_by_rule(engine, only_hard=True)
    found: list[Relaxation] = []
    undecided = []
    for name in conflict:
        rows = groups[name]
        with engine.elastic([engine.rows[each.name] for each in rows]) as columns:
            cuts = [*_cuts(engine, [name]), *_sizes(engine.problem, rows, columns)]
            short = _least(engine, columns, cuts)
        found += _told(rows, short)
        if short.amounts is None and not short.is_proven:
            undecided.append(name)
    engine.set_costs(engine.costs)
    least, is_known = _least_size(engine)
    undecided += [] if is_known else [LEAST_SIZE]
    engine.safety_seconds = safety
    whole = LEAST_SIZE if least else WHOLE_SITES
    return InfeasiblePlanError(
        [*conflict, whole],
        [*found, *least],
        doubtful=doubtful,
        undecided=undecided,
        note_fr=at_most(engine.problem) if is_number_between(*ends) else _between(*ends),
    )


def _between(fewest: float, most: float) -> str:
    if math.isinf(fewest):
        return "aucun site ne s'ouvre tout entier sans manquer à l'une d'elles"
    return (
        f"il faudrait plus de {math.floor(fewest)} sites et moins de {math.ceil(most)}, "
        "de la plus petite à la plus grande taille admises"
    )


def _conflict(engine: Engine) -> tuple[list[str], list[str]]:
    """Return the rules in conflict, and those of them that nothing proves necessary.

    No price proves anything of whole sites: each rule is asked, from the last to the first.
    """
    groups = rows_by_rule(engine, only_hard=True)
    places = {name: [engine.rows[each.name] for each in group] for name, group in groups.items()}
    kept = list(groups)
    freed: list[str] = []
    doubtful: list[str] = []
    for name in reversed(list(groups)):
        engine.free_rows(places[name])
        possible = _is_possible(engine, _cuts(engine, [*freed, name]))
        if possible is False:
            kept.remove(name)
            freed.append(name)
            continue
        if possible is None:
            doubtful.append(name)
        engine.restore_rows(places[name])
    for name in groups:
        engine.restore_rows(places[name])
    return kept, [name for name in kept if name in doubtful]


def _is_possible(engine: Engine, cuts: Sequence[Cut]) -> bool | None:
    """Return whether whole sites make a plan, as far as so many openings tell; else None."""
    with engine.extra_rows(cuts):
        engine.set_integer(True)
        verdict = engine.run_afresh().verdict
        engine.set_integer(False)
    if verdict is Verdict.INFEASIBLE:
        return False
    if verdict is not Verdict.STOPPED:
        return True
    fits = is_number_between(*open_sites(engine, cuts))
    engine.set_costs(np.zeros_like(engine.costs))
    return None if fits else False


def _cuts(engine: Engine, given_up: Sequence[str]) -> list[Cut]:
    """Return the selection's cuts that hold once some rules are given up.

    Those that size sites before the program is written also size the cuts; without the yards',
    the size rule still bounds what an open site holds.
    """
    problem, lost = engine.problem, set(given_up) & set(READ_BEFORE)
    if not lost:
        return selection_cuts(problem)
    if SIZE in lost:
        return []
    caps = np.minimum(problem.caps.physical_mw, largest_site(problem.inputs)).tolist()
    return [
        [(mw, 1.0), (opened, -cap)]
        for mw, opened, cap in zip(problem.site_mw[:, -1], problem.opened, caps, strict=True)
    ]


def _sizes(problem: Problem, rows: Sequence[BilledRow], columns: Indices) -> list[Cut]:
    """P[s,t] ≤ Pmax·open[s] + shortage: the cut on sizes that an elastic size rule still obeys."""
    if rows[0].rule.name != SIZE:
        return []
    place = {site: i for i, site in enumerate(problem.site_ids)}
    return [
        [*each.row.left, (problem.opened[place[each.row.slug]], -each.row.limit), (column, -1.0)]
        for each, column in zip(rows, columns.tolist(), strict=True)
    ]


def _least(
    engine: Engine,
    columns: Indices,
    cuts: Sequence[Cut],
    with_at_least: Callable[[int], tuple[list[Cut], list[float]]] = lambda _: ([], []),
) -> Shortage:
    """Return the least sum of shortages, whole sites, on each side of the relaxation's number.

    Between two whole numbers of sites there is none: each side has a bound of its own, far
    above the relaxation's where sites are alike. ``with_at_least`` : rows, and their
    limits, that hold once so many sites are open.
    """
    engine.price(columns, 1.0)
    at_least, amounts = math.inf, None
    with engine.extra_rows(cuts):
        relaxed = engine.run_afresh()
        if not relaxed.is_usable:
            return Shortage(math.inf, None)
        below = math.floor(float(relaxed.values[engine.opened].sum()) + 1e-6)
        for sign, number in ((1, below), (-1, below + 1)):
            count: Cut = [(site, float(sign)) for site in engine.problem.opened]
            rows, limits = ([], []) if sign > 0 else with_at_least(number)
            with engine.extra_rows([count, *rows], [float(sign * number), *limits]):
                bound, found = _on_one_side(engine, columns, math.inf if amounts is None
                                            else sum(amounts))  # fmt: skip
            at_least = min(at_least, bound)
            if found is not None and (amounts is None or sum(found) < sum(amounts)):
                amounts = found
    return Shortage(min(at_least, math.inf if amounts is None else sum(amounts)), amounts)


def _on_one_side(
    engine: Engine, columns: Indices, known: float
) -> tuple[float, tuple[float, ...] | None]:
    """Return a proven bound on the shortages, and those of a plan found, if better than known."""
    relaxed = engine.run_afresh()
    if not relaxed.is_usable:
        return math.inf, None
    if relaxed.objective >= known * (1.0 - GAP):
        return relaxed.objective, None
    engine.set_integer(True)
    answer = engine.run_afresh()
    engine.set_integer(False)
    if answer.verdict is Verdict.INFEASIBLE:
        return math.inf, None
    proven = answer.bound if math.isfinite(answer.bound) else 0.0
    found = tuple(answer.values[columns].tolist()) if answer.is_usable else None
    return max(relaxed.objective, proven), found


def _told(rows: Sequence[BilledRow], short: Shortage) -> list[Relaxation]:
    """Say what a rule lacks, row by row; between two ends when the least is not proven.

    Rows of several units (megawatts, sites, cubic metres) have no total: only theirs are said.
    """
    has_total = len({each.unit for each in rows}) == 1
    least = short.at_least * rows[-1].shown
    if short.amounts is None:
        if short.is_proven or short.at_least <= LEAST_SAID or not has_total:
            return []
        text = f"il manque au moins {significant(least)}{NO_BREAK}{rows[-1].lack_fr}"
        unfound = relaxation_of(rows[-1], short.at_least)
        return [replace(unfound, where="", text_fr=text, at_least=least, is_found=False)]
    lacking = [
        (billed, relaxation_of(billed, amount))
        for billed, amount in zip(rows, short.amounts, strict=True)
        if amount > LEAST_SAID
    ]
    said = [replace(each, at_least=least if has_total else each.amount) for _, each in lacking]
    if short.is_proven:
        return said
    if short.at_least <= LEAST_SAID or not has_total:
        told = "suffiraient, sans preuve qu'il en faille autant"
    else:
        whole = " en tout" if len(said) > 1 else ""
        told = f"suffiraient, et au moins {significant(least)}{whole} sont nécessaires"
    return [
        replace(each, text_fr=f"{each.where}, {each.period} : {significant(each.amount)}{NO_BREAK}"
                              f"{billed.lack_fr} {told}")
        for (billed, _), each in zip(lacking, said, strict=True)
    ]  # fmt: skip


def _least_size(whole: Engine) -> tuple[list[Relaxation], bool]:
    """Return by how much the least size must come down, smaller sites offered too.

    And whether that is known: no answer may also be a search that ended too soon.
    """
    inputs, size = whole.problem.inputs, whole.problem.caps.min_mw
    smaller = Problem(replace(inputs, min_mw=SMALLEST_MW), tight=False)
    smaller.caps = replace(smaller.caps, min_mw=size)
    engine = Engine(written(smaller), safety_seconds=whole.safety_seconds)
    engine.most_nodes = NODES
    engine.stop_at(GAP, 0.0)
    rows = [row for name, row in engine.rows.items() if name.startswith("P05_least__")]
    engine.set_costs(np.zeros_like(engine.costs))

    def shared(number: int) -> tuple[list[Cut], list[float]]:
        """(least size − s)·N ≤ ΣP for N sites open: so many of them, and s leaves at least it."""
        mw: Cut = [(site, -1.0) for site in smaller.site_mw[:, -1]]
        return [[*mw, (int(columns[0]), -float(number))]], [-size * number]

    with engine.elastic(rows, together=True) as columns:
        short = _least(engine, columns, selection_cuts(engine.problem), shared)
    if short.amounts is None:
        return [], short.is_proven
    [amount] = short.amounts
    enough = math.floor(100 * (size - amount) + 1e-6) / 100  # rounded up, it would not do
    if enough >= size:
        return [], False
    text = f"{significant(enough)}{NO_BREAK}MW au lieu de {significant(size)} suffiraient"
    if not short.is_proven:
        text += ", sans preuve qu'il faille descendre autant"
    period = engine.problem.periods[-1]
    said = Relaxation("", LEAST_SIZE, LEAST_SIZE, "chaque site", period, amount, "MW", text)
    return [replace(said, at_least=short.at_least)], True
