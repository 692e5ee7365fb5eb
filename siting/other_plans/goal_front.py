"""Between two goals: plans that each can only better one by worsening the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.french import NARROW, number
from siting.choice.open_site_counts import search_by_count
from siting.program.plan_goals import GOALS, ceiling_row, goal_named, summed
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.solve import DEFAULT_GAP, relaxation
from siting.solver.highs_engine import Answer

Floats = NDArray[np.float64]
COLUMNS = (
    "point", "x", "y", "x_label_fr", "x_unit", "y_label_fr", "y_unit", "sites", "gap", "gap_of",
)  # fmt: skip
# The other goal, and the weighted sum, only choose between plans equal on the first.
TIE = 1e-3
# A front is for comparing: a point stops early, with the gap it has proven, and is asked again
# for longer when that gap is wide.
NODES, MORE_NODES = 200, 800
WIDE = 0.01
# A ceiling is met up to the simplex's own tolerance.
ROOM = 1e-6
# Below this spread from site to site, where a plan goes does not move the goal.
SAME_EVERYWHERE = 0.02


@dataclass(frozen=True)
class Point:
    """One plan of the front: both goals in their units, open sites, and the gap proven.

    ``gap_of`` says on which goal, x or y: the one that this point was asked to minimise, under
    ``ceiling`` on x; ``opened`` is where the next point starts from.
    """

    x: float
    y: float
    sites: int
    gap: float
    gap_of: str
    ceiling: float
    opened: Floats


class Front:
    """One program, two goals: asked again and again under a moving ceiling on the first."""

    def __init__(self, inputs: Inputs, x: str, y: str, gap: float) -> None:
        for name in (x, y):
            goal_named(name)
        if x == y:
            raise SitingError("SIT202", "les deux objectifs sont le même", where=f"{x} et {y}")
        ceilings = {**inputs.objective.ceilings, x: math.inf}
        problem = build(replace(inputs, objective=replace(inputs.objective, ceilings=ceilings)))
        self.terms = {name: summed(GOALS[name].terms(problem)) for name in (x, y)}
        self.engine, self.relaxed = relaxation(problem, 120.0)
        self.engine.most_nodes = NODES
        self.x, self.y, self.gap = x, y, gap
        self.scale = {name: self._size(name) for name in (x, y)}
        soft = [each.slack for each in self.engine.problem.billed if each.slack is not None]
        self.slacks = self.engine.index(soft)

    def least(self, gap_of: str, ceiling: float = math.inf, start: Point | None = None) -> Point:
        """Return the best plan on goal x or y, the other choosing between equals.

        Parameters
        ----------
        gap_of : « x » or « y », the goal to minimise.
        ceiling : on x, in its row unit.
        start : a plan known to be under the ceiling: never worse than it.

        Returns
        -------
        The plan, and the gap proven.

        Raises
        ------
        SitingError : SIT300 when no plan is under the ceiling.
        """
        engine = self.engine
        row = engine.rows[ceiling_row(self.x)]
        top = ceiling + ROOM * max(1.0, abs(ceiling)) if math.isfinite(ceiling) else math.inf
        engine.highs.changeRowBounds(row, engine.row_lower[row], top)
        engine.set_costs(self._costs(gap_of))
        engine.paid = np.abs(self._costs(gap_of))
        engine.highs.clearSolver()
        hint = None if start is None else self._held(start.opened)
        known = hint if hint is not None and hint.is_usable else None
        found = search_by_count(engine, self.gap, known)
        if found is None:
            raise SitingError("SIT300", "aucun plan sous ce plafond", where=f"{self.x}, {top:g}")
        opened = np.round(found.best.values[engine.discrete])
        answer = self._held(opened)
        gap = (answer.objective - found.bound) / abs(answer.objective) if answer.objective else 0.0
        x, y = (self._value(name, answer.values) for name in (self.x, self.y))
        count = int(opened[: len(engine.opened)].sum())
        return Point(x, y, count, max(0.0, gap), gap_of, ceiling, opened)

    def _costs(self, gap_of: str) -> Floats:
        first, second = (self.x, self.y) if gap_of == "x" else (self.y, self.x)
        costs = self._vector(first) / self.scale[first]
        costs += TIE * self._vector(second) / self.scale[second]
        costs[self.slacks] = self.engine.costs[self.slacks]
        return costs

    def _held(self, opened: Floats) -> Answer:
        """Return the best plan that opens these sites and no other."""
        self.engine.set_bounds(self.engine.discrete, opened, opened)
        answer = self.engine.run()
        self.engine.restore_bounds()
        return answer

    def _size(self, name: str) -> float:
        """Return the order of magnitude of a goal: what the relaxed plan of the inputs reaches."""
        return max(abs(self._value(name, self.relaxed.values)), 1.0)

    def _vector(self, name: str) -> Floats:
        vector = np.zeros_like(self.engine.costs)
        for variable, factor in self.terms[name].items():
            vector[self.engine.columns[variable]] = factor * OBJECTIVE_SCALE
        return vector

    def _value(self, name: str, values: Floats) -> float:
        return float((self._vector(name) * values).sum()) / OBJECTIVE_SCALE


def front(
    inputs: Inputs,
    x: str,
    y: str,
    *,
    points: int = 9,
    gap: float = DEFAULT_GAP,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Return plans from the least ``x`` to the least ``y``, evenly spaced in ``x``.

    Each point is the least y under a ceiling on x, proven within its ``gap`` (the first, the least
    x); points no better than another are kept, so that a flat front shows as such. The ceiling
    rises from one point to the next, so that each starts from the last one's plan.

    Parameters
    ----------
    inputs : the question.
    x : name of a goal.
    y : name of another.
    points : how many, both ends included.
    gap : sought at each point.
    progress : receives each step, in French.

    Returns
    -------
    Columns ``COLUMNS``; x and y in the goal's own unit, a gain with its natural sign.

    Raises
    ------
    SitingError : SIT202 when a goal is unknown or both are one, SIT300 when no plan exists.
    """
    tell = progress or (lambda _: None)
    asked = Front(inputs, x, y, gap)
    found = [asked.least("x")]
    last = asked.least("y", start=found[0])
    tell(f"front : les deux bouts, à {_percent(found[0].gap)} et {_percent(last.gap)} près")
    for k, ceiling in enumerate(np.linspace(found[0].x, last.x, points)[1:-1], start=2):
        found.append(asked.least("y", float(ceiling), found[-1]))
        tell(f"front : point {k} sur {points}, à {_percent(found[-1].gap)} près")
    return _table(_best_under(_insisted(asked, [*found, last], tell)), x, y)


def _insisted(asked: Front, found: list[Point], tell: Callable[[str], None]) -> list[Point]:
    """Ask again, for longer, the points whose gap stayed wide, from the best plan in reach."""
    asked.engine.most_nodes = MORE_NODES
    for k, point in enumerate(found):
        if point.gap > WIDE:
            tell(f"front : point {k + 1} sur {len(found)}, repris ({_percent(point.gap)})")
            inside = [p for p in found if p.x <= point.ceiling * (1 + ROOM)] or [point]
            again = asked.least(
                point.gap_of, point.ceiling, min(inside, key=attrgetter(point.gap_of))
            )
            found[k] = min(point, again, key=attrgetter("gap"))
    return found


def _percent(share: float) -> str:
    return f"{number(100 * share, 1)}{NARROW}%"


def _best_under(found: list[Point]) -> list[Point]:
    """Replace a point by one that is no worse on both: found within a gap, it may be beaten."""
    kept: list[Point] = []
    for point in found:
        better = [p for p in found if p.x <= point.x + ROOM * max(1.0, abs(point.x))]
        kept.append(min(better, key=lambda p: (p.y, p.x)))
    return sorted(kept, key=lambda p: (p.x, -p.y))


def _table(found: list[Point], x: str, y: str) -> pd.DataFrame:
    horizontal, vertical = goal_named(x), goal_named(y)
    rows = [
        {
            "point": k + 1,
            "x": round(point.x * horizontal.shown, 6),
            "y": round(point.y * vertical.shown, 6),
            "x_label_fr": horizontal.label_fr,
            "x_unit": horizontal.unit,
            "y_label_fr": vertical.label_fr,
            "y_unit": vertical.unit,
            "sites": point.sites,
            "gap": round(point.gap, 6),
            "gap_of": point.gap_of,
        }
        for k, point in enumerate(found)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def same_everywhere(inputs: Inputs, name: str) -> bool:
    """Return whether a goal is the same at every site, once the cooling is chosen.

    Judged on the goal's two leanest coolings, as one may only serve a share of the need.

    Parameters
    ----------
    inputs : the question.
    name : of the goal.

    Returns
    -------
    True when nearly all sites are within 2 %; False for a goal that MW do not move.
    """
    problem = build(inputs)
    factors = summed(goal_named(name).terms(problem))
    if not factors.keys() & set(problem.it[:, :, -1].ravel()):
        return False
    per_mw = np.array(
        [[factors.get(column, 0.0) for column in row] for row in problem.it[:, :, -1]]
    )
    leanest = np.argsort(np.median(per_mw, axis=0), kind="stable")[:2]
    low, high = np.percentile(per_mw[:, leanest], [2.0, 98.0], axis=0)
    return bool((high - low <= SAME_EVERYWHERE * np.abs(high)).all())
