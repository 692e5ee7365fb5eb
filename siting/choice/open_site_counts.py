"""The selection, one number of open sites after the other.

Between two whole numbers the relaxation opens half a site, saves half its opening and proves
little. The least objective at a fixed number is convex in that number, so the search starts from
the number the relaxation points at, and goes on each way until nothing better can be there.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from contextlib import contextmanager

from siting.choice.site_opening import Search, allowed, search
from siting.prices.site_worth import by_promise, entry_prices
from siting.program.selection_cuts import selection_cuts
from siting.solver.highs_engine import Answer, Engine, Verdict, refuse_silence

# Numbers of sites searched whole; beyond, the bound is that of the next one, relaxed.
MOST_COUNTS = 4


def search_by_count(engine: Engine, gap: float, start: Answer | None = None) -> Search | None:
    """Return the best selection found, and a bound for every number of sites; None without any.

    Parameters
    ----------
    engine : the program.
    gap : a share of what the plan pays before credits.
    start : a plan known to respect the rows as they stand: never worse than it.

    Returns
    -------
    The selection, or None.

    Raises
    ------
    SitingError : SIT301 when the solver has no answer.
    """
    with engine.extra_rows(selection_cuts(engine.problem)):
        root = engine.run()
        refuse_silence(root)
        if root.verdict is Verdict.INFEASIBLE:
            return None
        middle = math.floor(float(root.values[engine.opened].sum()) + 1e-6)
        best, width, by_clock, proven = start, 0, False, math.inf
        waiting: list[tuple[float, int, int, Answer]] = []
        for count, step in ((middle, -1), (middle + 1, 1)):
            proven = min(proven, line_up(engine, waiting, count, step, root.objective))
        for _ in range(MOST_COUNTS):
            if not waiting or _is_done(engine, best, waiting[0][0], gap):
                break
            _, count, step, answer = heapq.heappop(waiting)
            found = _at(engine, count, answer, gap, start)
            if found.best.is_usable and found.best.objective < _value(best):
                best = found.best
            if found.best.verdict is not Verdict.INFEASIBLE:
                proven = min(proven, found.bound)
            width, by_clock = max(width, found.width), by_clock or found.by_clock
            proven = min(proven, line_up(engine, waiting, count + step, step, root.objective))
    if best is None:
        return None
    bound = min([proven, best.objective, *(each[0] for each in waiting)])
    return Search(best, bound, width, by_clock)


def line_up(
    engine: Engine,
    waiting: list[tuple[float, int, int, Answer]],
    count: int,
    step: int,
    root: float,
) -> float:
    """Put a number of sites in line by its relaxation; return what is proven beyond if it is not.

    Where the solver cannot tell whether so many sites may be, that side is left, and the
    relaxation of every number, ``root``, stands for it: a weaker bound, not a lost answer.

    Parameters
    ----------
    engine : the program.
    waiting : the line, a heap; changed in place.
    count : the number of sites.
    step : -1 or 1, the way the search goes from there.
    root : objective of the relaxation of every number.

    Returns
    -------
    ∞ when it is in line or impossible, else ``root``.
    """
    if not 0 <= count <= len(engine.opened):
        return math.inf
    with _so_many(engine, count):
        answer = engine.run_interior()
    if answer.verdict is Verdict.STOPPED:
        return root
    if answer.verdict is not Verdict.INFEASIBLE:
        heapq.heappush(waiting, (answer.objective, count, step, answer))
    return math.inf


def _at(engine: Engine, count: int, relaxed: Answer, gap: float, start: Answer | None) -> Search:
    order = by_promise(engine, relaxed, entry_prices(engine, relaxed))
    fits = start is not None and round(float(start.values[engine.opened].sum())) == count
    with _so_many(engine, count):
        return search(engine, relaxed, order, gap, start if fits else None)


@contextmanager
def _so_many(engine: Engine, count: int) -> Iterator[None]:
    opened = engine.problem.opened
    above, below = [(site, 1.0) for site in opened], [(site, -1.0) for site in opened]
    with engine.extra_rows([above, below], [float(count), -float(count)]):
        yield


def _is_done(engine: Engine, best: Answer | None, bound: float, gap: float) -> bool:
    return best is not None and best.objective - bound <= allowed(engine, best, gap)


def _value(best: Answer | None) -> float:
    return math.inf if best is None else best.objective
