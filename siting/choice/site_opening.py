"""Which sites open: a choice among a few, then among all that could still enter, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from siting.conflicts.whole_site_conflicts import SMALLEST_MW
from siting.prices.site_worth import by_promise, entry_prices, still_possible
from siting.program.selection_cuts import selection_cuts
from siting.solver.highs_engine import Answer, Engine, Verdict, refuse_silence
from siting.solver.site_numbers import some_number_fits

Floats = NDArray[np.float64]
# Sites the first selection is made among; it only has to give a good plan to start from.
FIRST_WIDTH = 60
# 1e-4 of the references' unit (14 k€ for 140 M€): closer is below what the costs are known to.
ABSOLUTE_GAP = 1.0


@dataclass(frozen=True)
class Selection:
    """Which sites open, how far from the best this can be, and where the relaxation stood."""

    opened: Floats
    bound: float
    is_reproducible: bool
    considered: int
    start: highspy.HighsBasis


@dataclass(frozen=True)
class Search:
    """The best selection found, or why none is, the bound proven, and among how many sites."""

    best: Answer
    bound: float
    width: int
    by_clock: bool


def select(engine: Engine, relaxed: Answer, gap: float) -> Selection | None:
    """Choose the open sites among a few, then among all that could still enter, and prove it.

    None when no plan opens whole sites. A site left out of the second choice has a reduced cost
    above what the first plan leaves to gain: no better plan holds it, so the bound stands for
    every site.
    """
    start = engine.basis()
    order = by_promise(engine, relaxed, entry_prices(engine, relaxed))
    if _are_alike(engine) and not some_number_fits(engine):
        return None
    engine.start_at(start)
    with engine.extra_rows(selection_cuts(engine.problem)):
        found = search(engine, engine.run(), order, gap)
    if found.best.verdict is Verdict.STOPPED and not some_number_fits(engine):
        return None
    refuse_silence(found.best)
    if not found.best.is_usable:
        return None
    opened = np.round(found.best.values[engine.discrete])
    return Selection(opened, found.bound, not found.by_clock, found.width, start)


def _are_alike(engine: Engine) -> bool:
    """Return whether sizes admitted are so close that perhaps no number of sites serves the need.

    Then openings, each as good as the next, would be tried by the thousand.
    """
    problem = engine.problem
    need, largest = problem.need(problem.periods[-1]), float(problem.caps.it_mw.max())
    return need / max(problem.caps.min_mw, SMALLEST_MW) - need / largest < 1.0


def search(
    engine: Engine,
    root: Answer,
    order: NDArray[np.intp],
    gap: float,
    start: Answer | None = None,
) -> Search:
    """Choose among the first sites of an order, those of ``start`` too, then among the rest.

    ``root`` is the relaxation as the rows stand; ``start`` a plan known to respect them.
    """
    first = order[:FIRST_WIDTH]
    if start is not None:
        first = np.union1d(first, np.flatnonzero(start.values[engine.opened] > 0.5))
    best = _among(engine, first, start, 2.0 * gap)
    bound, width, by_clock = root.objective, len(first), best.by_clock
    if not best.is_usable or not is_within(best.objective, bound, gap):
        rest = still_possible(engine, root, best) if best.is_usable else order
        answer = _among(engine, rest, best if best.is_usable else None, gap)
        if answer.is_usable:
            bound = max(bound, min(answer.bound, answer.objective))
        if not best.is_usable or (answer.is_usable and answer.objective < best.objective):
            best = answer
        width, by_clock = len(rest), by_clock or answer.by_clock
    return Search(best, bound, width, by_clock)


def _among(engine: Engine, sites: NDArray[np.intp], start: Answer | None, gap: float) -> Answer:
    """Solve the selection among some sites only, the others shut."""
    upper = engine.upper[engine.discrete].copy()
    shut = np.setdiff1d(np.arange(len(engine.opened)), sites)
    upper[shut] = 0.0
    engine.set_bounds(engine.discrete, np.zeros_like(upper), upper)
    engine.set_integer(True)
    engine.stop_at(gap, ABSOLUTE_GAP if gap else 0.0)
    if start is not None:
        engine.start_from(start.values)
    answer = engine.run()
    engine.set_integer(False)
    engine.restore_bounds()
    return answer


def is_within(objective: float, bound: float, gap: float) -> bool:
    """Return whether an objective is as near its bound as asked."""
    absolute = ABSOLUTE_GAP if gap else 1e-6
    return objective - bound <= max(gap * abs(objective), absolute)
