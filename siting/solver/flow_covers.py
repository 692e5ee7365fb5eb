"""Cuts of a shared limit: whole lines cannot share a yard as thinly as parts of lines do.

Σ m ≤ b over lines, each m ≤ a·u with u a yes or a no. Where the relaxation takes twelve megawatts
of one line and two thirds of another to fill a yard of twenty, mixed-integer rounding of the
limit (Marchand and Wolsey, 2001) takes the two thirds away. The cuts hold of every plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siting.program.problem import BilledRow, Problem
from siting.program.selection_cuts import line_caps
from siting.solver.highs_engine import Answer, Engine

Floats = NDArray[np.float64]
Columns = NDArray[np.int32]
Booleans = NDArray[np.bool_]
Cover = tuple[Columns, Floats, float]
# How far a cut must be broken, its largest factor one, to be worth a row.
VIOLATED = 1e-3
ROUNDING = 1e-9
# A limit is rounded in units of each line partly taken, and of halves and quarters of it.
PARTS = (1.0, 0.5, 0.25)
MOST_ROUNDS = 8
# A round that raises the bound by less than this share is the last.
WORTH_A_ROUND = 1e-4


class Limit(NamedTuple):
    """Σ flow ≤ limit, each flow within size × choice, its yes or no."""

    flow: Columns
    choice: Columns
    size: Floats
    limit: float


@contextmanager
def tightened(engine: Engine, root: Answer) -> Iterator[Answer]:
    """Hold the cuts of shared limits for a while.

    Parameters
    ----------
    engine : a program in HiGHS, relaxed; the cuts leave it at the end.
    root : its relaxation, as just solved.

    Yields
    ------
    The relaxation under the cuts, once they bring little; ``root`` when no cut is found.
    """
    limits = shared_limits(engine)
    with ExitStack() as held:
        for _ in range(MOST_ROUNDS):
            found = violated_flow_covers(limits, root.values)
            if not found:
                break
            held.enter_context(engine.extra_rows(*_rows(found)))
            before, root = root.objective, engine.run()
            if root.objective - before < WORTH_A_ROUND * abs(before):
                break
        yield root


def shared_limits(engine: Engine) -> list[Limit]:
    """Return the hard limits of yards, voltages and départements on what lines draw together.

    Parameters
    ----------
    engine : a program in HiGHS.

    Returns
    -------
    Limits in MW at the meter, less what fixed projects take, of two lines at least.
    """
    problem = engine.problem
    lines = {variable: k for k, row in enumerate(problem.meter) for variable in row}
    caps = line_caps(problem)
    return [
        limit
        for billed in problem.billed
        if billed.hard and billed.row.sense == "<=" and not billed.row.right
        if (limit := _limit(engine, problem, billed, lines, caps)) is not None
    ]


def _limit(
    engine: Engine, problem: Problem, billed: BilledRow, lines: dict[object, int], caps: Floats
) -> Limit | None:
    places = [lines.get(variable) for variable, factor in billed.row.left if factor == 1.0]
    if len(places) < max(2, len(billed.row.left)) or None in places:
        return None
    rows, t = np.array(places, dtype=np.intp), problem.periods.index(billed.row.period)
    flow, choice = engine.index(problem.meter[rows, t]), engine.index(problem.used[rows, t])
    return Limit(flow, choice, caps[rows], billed.row.limit - billed.row.constant)


def violated_flow_covers(limits: Iterable[Limit], values: Floats) -> list[Cover]:
    """Return the cut each limit breaks most, as columns, factors and an upper limit.

    Parameters
    ----------
    limits : as ``shared_limits``.
    values : by column of the program.

    Returns
    -------
    At most one a limit, broken by more than ``VIOLATED``, its largest factor brought to one.
    """
    return [cut for each in limits for cut in _most_violated(each, values)]


def _most_violated(row: Limit, values: Floats) -> Iterator[Cover]:
    flow, choice = values[row.flow], values[row.choice]
    if float(flow.sum()) < 0.5 * row.limit:
        return
    taken = (row.size * choice - flow <= flow + ROUNDING) & (choice > ROUNDING)
    flipped = taken & (choice > 0.5)
    best: tuple[float, Cover] | None = None
    units = np.unique(row.size[taken & (choice < 1 - 1e-6)])
    for unit in (size * part for size in units.tolist() for part in PARTS):
        cut = _rounded(row, taken, flipped, unit)
        if cut is None:
            continue
        columns, factors, limit = cut
        excess = float(factors @ values[columns] - limit) / max(float(np.abs(factors).max()), 1.0)
        if excess > VIOLATED and (best is None or excess > best[0]):
            best = (excess, cut)
    if best is not None:
        yield best[1]


def _rounded(row: Limit, taken: Booleans, flipped: Booleans, unit: float) -> Cover | None:
    """Return the limit rounded in a unit: m = a·u − t for the lines taken, u = 1 − ū where flipped.

    Σ a·u − Σ t ≤ b over the lines taken, the others left out; whole parts of a over the unit are
    rounded, and t stays with the factor of a continuous term.
    """
    sign = np.where(flipped, -1.0, 1.0)[taken]
    size = row.size[taken] / unit
    right = (row.limit - float(row.size[flipped].sum())) / unit
    floor = np.floor(right + ROUNDING)
    part = max(right - floor, 0.0)
    if part < 0.01 or part > 0.99:
        return None
    low = np.floor(sign * size + ROUNDING)
    factor = low + np.maximum(sign * size - low - part, 0.0) / (1.0 - part)
    loose = 1.0 / (1.0 - part)
    on_choice = factor * sign - size * loose
    on_flow = np.full(len(size), loose / unit)
    columns = np.concatenate([row.choice[taken], row.flow[taken]])
    limit = floor - float(factor[sign < 0].sum())
    return columns, np.concatenate([on_choice, on_flow]), limit


def _rows(cuts: Sequence[Cover]) -> tuple[list[list[tuple[int, float]]], list[float]]:
    rows = [
        list(zip(columns.tolist(), factors.tolist(), strict=True)) for columns, factors, _ in cuts
    ]
    return rows, [limit for _, _, limit in cuts]
