"""Which sites to keep among thousands, each whole or not at all, with a proven distance to best.

Our own presolve, then a relaxation tightened by cover cuts, a first choice among the sites it
prices best, and the proof among the few that could still improve on it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layers.words.errors import SitingError
from siting.program.neighbour_cliques import cliques
from siting.solver.array_engine import ArrayEngine, Solution
from siting.solver.cover_cuts import Inequality, violated_covers
from siting.solver.highs_engine import Verdict

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]

PROVEN, STOPPED = "prouvé", "arrêté avant la preuve"
DEFAULT_GAP = 1e-3
# The first choice is made among the sites the relaxation prices best; three hundred hold it.
FIRST_WIDTH = 300
FIRST_NODES = 50
MOST_ROUNDS = 30
# A round of cuts that tightens the bound by less than this is the last.
WORTH_A_ROUND = 1e-4
# Relative and absolute: what a limit may be passed by, rounding included.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Budget:
    """Σ weight over the open sites of a place ≤ its limit; ``place`` gives each site's."""

    label_fr: str
    weight: Floats
    place: NDArray[np.integer]
    limit: Floats


@dataclass(frozen=True)
class Question:
    """What is chosen: ``value`` is maximised; MW within a band; pairs ``apart`` never both open.

    Attributes
    ----------
    value, mw : by site, ≥ 0.
    least_mw, most_mw : the band the MW of the open sites must fall in.
    budgets : by place: yards, basins, départements.
    apart : (m, 2) positions of the pairs too close to one another.
    most_sites : how many sites may open.
    """

    value: Floats
    mw: Floats
    least_mw: float
    most_mw: float
    budgets: tuple[Budget, ...]
    apart: NDArray[np.integer]
    most_sites: int


@dataclass(frozen=True)
class Choice:
    """The open sites, what they are worth, and the most any choice could be worth.

    ``gap`` is (bound − value) / value; ``first_value`` and ``first_seconds`` are those of the
    first choice shown; ``sites_fit`` could ever open, ``sites_proved`` took part in the proof.
    """

    opened: Chosen
    value: float
    bound: float
    status: str
    first_value: float
    first_seconds: float
    seconds: float
    sites_fit: int
    sites_proved: int

    @property
    def gap(self) -> float:
        """Return the proven relative distance to the best."""
        return max(0.0, self.bound - self.value) / abs(self.value) if self.value else 0.0


def choose(
    question: Question, *, gap: float = DEFAULT_GAP, seconds: float = float("inf")
) -> Choice:
    """Return a choice proven within ``gap`` of the best, or the best known when time runs out.

    The time limit only cuts the proof short: a choice is always returned when one exists, its gap
    is true, and every limit is met.

    Parameters
    ----------
    question : what is chosen, and under what limits.
    gap : relative, on the value.
    seconds : for the whole, the first choice included.

    Returns
    -------
    The choice; ``status`` is « prouvé » or « arrêté avant la preuve ».

    Raises
    ------
    SitingError : SIT105 when a number is missing or negative, or the tables are not of the same
        sites; SIT300 when no choice meets the limits.
    """
    begun = time.perf_counter()
    check_question(question)
    fits = np.flatnonzero(ever_fits(question))
    if not fits.size:
        raise _nothing_fits()
    rows, budgets = rows_of(question, fits)
    relaxed, cuts = _tightened(question, fits, rows, budgets, gap)
    best = _first_choice(question, fits, relaxed, [*rows, *cuts], gap)
    value = float(question.value @ best)
    first = time.perf_counter() - begun
    found = Choice(
        best, value, max(relaxed.bound, value), STOPPED, value, first, first, len(fits), 0
    )
    if found.gap > gap:
        left = seconds - (time.perf_counter() - begun)
        found = _proved(question, fits, relaxed, [*rows, *cuts], found, gap, left)
    status = PROVEN if found.gap <= gap + ROUNDING else STOPPED
    return replace(found, status=status, seconds=time.perf_counter() - begun)


def check_question(question: Question) -> None:
    """Refuse what no choice can be read from: missing or negative numbers, unknown sites.

    Parameters
    ----------
    question : what is chosen, and under what limits.

    Raises
    ------
    SitingError : SIT105 when a number is missing or negative, or the tables are not of the same
        sites.
    """
    count = len(question.value)
    for label, numbers in (
        ("valeur", question.value),
        ("MW", question.mw),
        *((budget.label_fr, budget.weight) for budget in question.budgets),
        *((budget.label_fr, budget.limit) for budget in question.budgets),
    ):
        if not (np.asarray(numbers) >= 0).all():
            raise SitingError("SIT105", f"« {label} » manque ou est négatif", where="sélection")
    sizes = [
        question.mw,
        *(b.weight for b in question.budgets),
        *(b.place for b in question.budgets),
    ]
    known = question.apart.size == 0 or (question.apart.min() >= 0 and question.apart.max() < count)
    if any(len(each) != count for each in sizes) or not known:
        raise SitingError(
            "SIT105", "les tables ne décrivent pas les mêmes sites", where="sélection"
        )


def ever_fits(question: Question) -> Chosen:
    """Return the sites that alone exceed no limit: the others can never open.

    Parameters
    ----------
    question : what is chosen, and under what limits; pairs are not looked at.

    Returns
    -------
    One boolean a site.
    """
    fits = question.mw <= question.most_mw
    for budget in question.budgets:
        fits &= budget.weight <= budget.limit[budget.place]
    return np.asarray(fits, dtype=bool)


def rows_of(
    question: Question, fits: NDArray[np.intp]
) -> tuple[list[Inequality], list[Inequality]]:
    """Return every row of the selection, and among them the budgets that can bind.

    A budget that all its sites together meet is left out; pairs come as cliques.

    Parameters
    ----------
    question : what is chosen, and under what limits.
    fits : positions of the sites that may open, sorted.

    Returns
    -------
    Band of MW, number of sites, budgets, then pairs; and the budgets alone.
    """
    columns = fits.astype(np.int32)
    band = Inequality(columns, question.mw[fits], question.most_mw, question.least_mw)
    count = Inequality(columns, np.ones(len(fits)), float(question.most_sites))
    budgets = [row for budget in question.budgets for row in _budget_rows(budget, columns)]
    is_here = np.zeros(len(question.value), dtype=bool)
    is_here[fits] = True
    pairs = question.apart.reshape(-1, 2)
    crowds = cliques(pairs[is_here[pairs].all(axis=1)])
    apart = [Inequality(crowd, np.ones(len(crowd)), 1.0) for crowd in crowds]
    return [band, count, *budgets, *apart], budgets


def _budget_rows(budget: Budget, columns: NDArray[np.int32]) -> list[Inequality]:
    order = columns[np.argsort(budget.place[columns], kind="stable")]
    places, starts = np.unique(budget.place[order], return_index=True)
    groups = zip(places.tolist(), np.split(order, starts[1:]), strict=True)
    rows = (
        Inequality(sites, budget.weight[sites], float(budget.limit[place]))
        for place, sites in groups
    )
    return [row for row in rows if row.factors.sum() > row.limit]


def _tightened(
    question: Question,
    fits: NDArray[np.intp],
    rows: list[Inequality],
    budgets: list[Inequality],
    gap: float,
) -> tuple[Solution, list[Inequality]]:
    """Return the relaxation once cover cuts no longer tighten it, and the cuts."""
    engine = ArrayEngine(question.value, fits, rows, whole=False)
    relaxed, cuts = engine.run(), []
    _refuse_impossible(relaxed)
    for _ in range(MOST_ROUNDS):
        found = violated_covers(budgets, relaxed.opened)
        if not found:
            break
        engine.add(found)
        cuts += found
        before, relaxed = relaxed.bound, engine.run()
        _refuse_impossible(relaxed)
        if before - relaxed.bound < WORTH_A_ROUND * abs(relaxed.bound):
            break
    return relaxed, cuts


def _first_choice(
    question: Question,
    fits: NDArray[np.intp],
    relaxed: Solution,
    rows: list[Inequality],
    gap: float,
) -> Chosen:
    """Return a choice among the sites the relaxation prices best; among all, if none is there."""
    order = np.argsort(_losses(relaxed)[fits], kind="stable")
    for among in (np.sort(fits[order[:FIRST_WIDTH]]), fits):
        engine = ArrayEngine(question.value, among, rows, whole=True)
        answer = engine.run(gap=gap, nodes=FIRST_NODES)
        if answer.verdict is Verdict.STOPPED:
            answer = engine.run(gap=gap, nodes=2**31 - 1)
        if answer.verdict in (Verdict.OPTIMAL, Verdict.FEASIBLE):
            return np.asarray(answer.opened > 0.5)
    raise _nothing_fits()


def _proved(
    question: Question,
    fits: NDArray[np.intp],
    relaxed: Solution,
    rows: list[Inequality],
    known: Choice,
    gap: float,
    seconds: float,
) -> Choice:
    """Search among the sites that could still better the known choice by more than the gap.

    A site left out loses so much against the relaxation that no choice with it is worth more
    than ``most``, which the bound keeps.
    """
    worth = relaxed.bound - _losses(relaxed)
    enough = known.value + gap * abs(known.value)
    still = fits[(worth[fits] >= enough) | known.opened[fits]]
    left_out = np.setdiff1d(fits, still)
    most = float(worth[left_out].max()) if left_out.size else -np.inf
    engine = ArrayEngine(question.value, still, rows, whole=True)
    answer = engine.run(gap=gap, seconds=seconds, start=known.opened)
    opened, value = known.opened, known.value
    if answer.verdict in (Verdict.OPTIMAL, Verdict.FEASIBLE):
        better = np.asarray(answer.opened > 0.5)
        if question.value @ better > value and not faults(question, better):
            opened, value = better, float(question.value @ better)
    bound = (
        min(relaxed.bound, max(answer.bound, most)) if np.isfinite(answer.bound) else known.bound
    )
    return replace(
        known, opened=opened, value=value, bound=max(bound, value), sites_proved=len(still)
    )


def _losses(relaxed: Solution) -> Floats:
    """Return what opening each shut site costs the relaxation at least; 0 for the others."""
    return np.maximum(0.0, -relaxed.prices)


def faults(question: Question, opened: Chosen) -> list[str]:
    """Return the limits a choice breaks, in French, read from the question alone.

    Parameters
    ----------
    question : what is chosen, and under what limits.
    opened : one boolean a site.

    Returns
    -------
    One sentence a limit broken by more than rounding; empty when all hold.
    """
    mw, count = float(question.mw[opened].sum()), int(opened.sum())
    found = []
    if (
        not question.least_mw - ROUNDING * question.least_mw
        <= mw
        <= question.most_mw * (1 + ROUNDING)
    ):
        found.append(f"puissance hors de la bande : {mw:.3f} MW")
    if count > question.most_sites:
        found.append(f"{count} sites ouverts, {question.most_sites} au plus")
    for budget in question.budgets:
        taken = np.bincount(
            budget.place[opened], budget.weight[opened], minlength=len(budget.limit)
        )
        over = np.flatnonzero(taken > budget.limit * (1 + ROUNDING) + ROUNDING)
        found += [f"{budget.label_fr} dépassé, lieu {place}" for place in over.tolist()]
    pairs = question.apart.reshape(-1, 2)
    found += [
        f"sites {i} et {j} trop proches" for i, j in pairs[opened[pairs].all(axis=1)].tolist()
    ]
    return found


def _refuse_impossible(answer: Solution) -> None:
    if answer.verdict is not Verdict.OPTIMAL:
        raise _nothing_fits()


def _nothing_fits() -> SitingError:
    return SitingError(
        "SIT300",
        "aucun choix de sites ne tient dans toutes les limites",
        where="sélection",
        hint="élargissez la bande de puissance ou un budget",
    )
