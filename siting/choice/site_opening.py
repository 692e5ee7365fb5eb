"""Which sites open: a choice among a few, then among all that could still enter, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from siting.conflicts.whole_site_conflicts import SMALLEST_MW
from siting.prices.site_worth import by_promise, entry_prices, lines_still_possible
from siting.program.selection_cuts import selection_cuts
from siting.solver.flow_covers import tightened
from siting.solver.highs_engine import Answer, Engine, Indices, Verdict, refuse_silence
from siting.solver.site_numbers import some_number_fits

Floats = NDArray[np.float64]
# The first selection only has to give a good plan to start from, soon: among so many sites, to so
# many times the gap asked, after so many nodes at most.
FIRST_WIDTH, FIRST_LOOSENESS, FIRST_NODES = 35, 4.0, 5
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


def select(engine: Engine, gap: float, known: Answer | None = None) -> Selection | None:
    """Choose the open sites among a few, then among all that could still enter, and prove it.

    A line left out of the second choice has a reduced cost above what the first plan leaves to
    gain: no better plan holds it, so the bound stands for every site.

    Parameters
    ----------
    engine : the program.
    gap : a share of what the plan pays before credits.
    known : a plan that respects the rows as they stand: never worse than it.

    Returns
    -------
    The selection, or None when no plan opens whole sites.

    Raises
    ------
    SitingError : SIT301 when the solver has no answer.
    """
    start = engine.basis()
    if _are_alike(engine) and not some_number_fits(engine):
        return None
    engine.start_at(start)
    with engine.extra_rows(selection_cuts(engine.problem)), tightened(engine, engine.run()) as root:
        order = by_promise(engine, root, entry_prices(engine, root))
        found = search(engine, root, order, gap, known)
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

    Parameters
    ----------
    engine : the program.
    root : the relaxation as the rows stand.
    order : positions of the sites, the most promising first.
    gap : a share of what the plan pays before credits.
    start : a plan known to respect the rows.

    Returns
    -------
    The best selection found, and its bound.
    """
    first = order[:FIRST_WIDTH]
    if start is not None:
        first = np.union1d(first, np.flatnonzero(start.values[engine.opened] > 0.5))
    room = allowed(engine, root, gap)
    nodes, engine.most_nodes = engine.most_nodes, min(FIRST_NODES, engine.most_nodes)
    among = _lines_of(engine, first)
    best, _, by_clock = _among(engine, among, start, FIRST_LOOSENESS * room, engine.last)
    engine.most_nodes = nodes
    bound, width = root.objective, len(first)
    for whole in (engine.last, engine.discrete):
        if best.is_usable and best.objective - bound <= room:
            break
        lines = np.ones(len(engine.problem.connections), dtype=bool)
        if best.is_usable:
            lines = lines_still_possible(engine, root, best)
        known = best if best.is_usable else None
        answer, proven, late = _among(engine, lines, known, room, whole)
        if not best.is_usable or (answer.is_usable and answer.objective < best.objective):
            best = answer
        if best.is_usable and np.isfinite(proven):
            bound = max(bound, min(proven, best.objective))
        width = int(engine.problem.connections.loc[lines, "site_id"].nunique())
        by_clock = by_clock or late
        if answer.verdict is Verdict.INFEASIBLE:
            break
    return Search(best, min(bound, best.objective), width, by_clock)


def _lines_of(engine: Engine, sites: NDArray[np.intp]) -> NDArray[np.bool_]:
    names = {engine.problem.site_ids[i] for i in sites.tolist()}
    return engine.problem.connections["site_id"].isin(names).to_numpy(dtype=bool)


def _among(
    engine: Engine, lines: NDArray[np.bool_], start: Answer | None, room: float, whole: Indices
) -> tuple[Answer, float, bool]:
    """Solve the selection with some lines only; return a plan, what is proven, if by the clock.

    Where only what stands at the last period is a yes or a no, the earlier years are then settled
    whole, sites and lines held; where none fits them, all is asked at once.
    """
    shut = engine.index(engine.problem.used[~lines].ravel())
    nothing = np.zeros(len(shut))
    engine.set_bounds(shut, nothing, nothing)
    found = answer = _whole(engine, whole, start, room)
    if found.is_usable and len(whole) < len(engine.discrete):
        answer = _settled(engine, found)
    if found.is_usable and not answer.is_usable:
        found = answer = _whole(engine, engine.discrete, start, room)
    engine.restore_bounds()
    return answer, found.bound, found.by_clock or answer.by_clock


def _whole(engine: Engine, columns: Indices, start: Answer | None, room: float) -> Answer:
    engine.set_integer(True, columns)
    engine.stop_at(0.0, room)
    if start is not None:
        engine.start_from(start.values)
    answer = engine.run()
    engine.set_integer(False)
    return answer


def _settled(engine: Engine, found: Answer) -> Answer:
    """Return the best plan that ends with these sites and lines, its earlier years whole too."""
    last = np.round(found.values[engine.last])
    lower, upper = engine.bounds_of(engine.last)
    engine.set_bounds(engine.last, last, last)
    answer = _whole(engine, engine.discrete, None, 0.0)
    engine.set_bounds(engine.last, lower, upper)
    return answer


def allowed(engine: Engine, plan: Answer, gap: float) -> float:
    """Return how far from the best a plan may be: a share of what it pays before credits.

    Parameters
    ----------
    engine : what each column pays.
    plan : its values are read.
    gap : the share.

    Returns
    -------
    A distance in the program's own scale, at least ``ABSOLUTE_GAP`` unless ``gap`` is 0.
    """
    return max(gap * float((engine.paid * plan.values).sum()), ABSOLUTE_GAP if gap else 1e-6)
