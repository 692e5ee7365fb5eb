"""Which limits leave a site no room beside the plan, and what each of them weighs on its price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array, csr_array

from siting.prices.rule_bill import Solved
from siting.prices.site_worth import reduced
from siting.program.physical_rows import line_bounds
from siting.program.problem import OBJECTIVE_SCALE, BilledRow
from siting.solver.highs_engine import Engine

Floats = NDArray[np.float64]
# A limit of the whole region is shared by every site: it shuts none of them rather than another.
LOCAL_GRAINS = ("basin", "departement", "territory", "domain", "yard", "site")
# Said in their own way: the need, the sites kept or left out, the land still to be verified.
APART = ("demand.served", "sites.locks", "land.vacancy")
ROUNDING = 1e-6


@dataclass(frozen=True)
class Entries:
    """The least a site could enter with, line by line, against the limits of the plan.

    Attributes
    ----------
    rows : the local limits of the last period, one a position.
    full : (rows, lines): the limit has no room left for the least entry by this line.
    rent : (rows, sites): what the limit adds to the entry price of the site's best line,
        objective units per MW.
    """

    rows: list[BilledRow]
    full: NDArray[np.bool_]
    rent: Floats

    def shutting(self, lines: NDArray[np.intp]) -> list[int]:
        """Return the rows that leave no line of a site any room; none when one line has some.

        Parameters
        ----------
        lines : positions of a site's lines.

        Returns
        -------
        Positions in ``rows``, the one that is full for most lines first.
        """
        here = self.full[:, lines]
        if not lines.size or not here.any(axis=0).all():
            return []
        often = here.sum(axis=1)
        return [int(r) for r in np.argsort(-often, kind="stable") if often[r]]


def entries(solved: Solved) -> Entries:
    """Return how the least entry of each site weighs on the local limits of the plan.

    Parameters
    ----------
    solved : the engine, the plan and the relaxation.

    Returns
    -------
    The local limits of the last period, and each line's least entry against them.
    """
    engine, problem = solved.engine, solved.engine.problem
    last = problem.periods[-1]
    rows = [
        billed
        for billed in problem.billed
        if billed.row.period == last
        and (billed.row.grain or billed.rule.grain) in LOCAL_GRAINS
        and billed.rule.name not in APART
    ]
    least, places, per_mw = _least_entries(engine, solved)
    matrix = _matrix(engine)
    chosen = matrix[[engine.rows[billed.name] for billed in rows]]
    need = np.asarray((chosen @ least).todense()) if rows else np.zeros((0, least.shape[1]))
    signs = np.array([1.0 if b.row.sense == "<=" else -1.0 for b in rows])[:, None]
    left = np.array([_left(engine, solved, b) for b in rows])[:, None]
    full = signs * need > np.maximum(left, 0.0) + ROUNDING
    duals = np.array([abs(solved.relaxed.row_duals[engine.rows[b.name]]) for b in rows])[:, None]
    by_line = np.maximum(signs * need, 0.0) * duals / OBJECTIVE_SCALE / np.maximum(per_mw, ROUNDING)
    rent = np.zeros((len(rows), len(problem.site_ids)))
    rent[:, places >= 0] = by_line[:, places[places >= 0]]
    return Entries(rows, np.asarray(full, dtype=bool), rent)


def _left(engine: Engine, solved: Solved, billed: BilledRow) -> float:
    """Return the room a limit has left in the plan, below zero when a soft one is passed."""
    row, values = billed.row, solved.plan.values
    taken = sum(values[engine.columns[v]] * f for v, f in row.left) + row.constant
    limit = sum(values[engine.columns[v]] * f for v, f in row.right) + row.limit
    return float(limit - taken) if row.sense == "<=" else float(taken - limit)


def _matrix(engine: Engine) -> csr_array:
    """Return the rows of the program as HiGHS holds them."""
    held = engine.highs.getLp().a_matrix_
    shape = (engine.highs.getNumRow(), engine.highs.getNumCol())
    parts = (np.array(held.value_), np.array(held.index_), np.array(held.start_))
    is_by_column = str(held.format_).endswith("kColwise")
    matrix = csc_array(parts, shape) if is_by_column else csr_array(parts, shape)
    return csr_array(matrix)


def _least_entries(engine: Engine, solved: Solved) -> tuple[csc_array, NDArray[np.intp], Floats]:
    """Return the columns of the least entry by each line, the best line of each site, and its MW.

    One column a line: the least size, or what fills the line to its voltage's floor, with the
    design the relaxation likes best there.
    """
    problem = engine.problem
    table = problem.connections
    place = pd.Series(np.arange(len(problem.site_ids)), index=problem.site_ids)
    site = table["site_id"].map(place).to_numpy(dtype=np.intp)
    ratio = problem.coefficient("connection_ratio")
    line = reduced(engine, solved.relaxed, problem.meter[:, -1])
    it = reduced(engine, solved.relaxed, problem.it[:, :, -1])
    design = (it[site] + ratio[site] * line[:, None]).argmin(axis=1)
    floors = np.asarray(line_bounds(problem)[0], dtype=np.float64)
    mw = np.maximum(problem.caps.min_mw, floors / ratio[site, design])
    ones = np.ones(len(mw))
    families = (
        (problem.it[site, design, -1], mw),
        (problem.site_mw[site, -1], mw),
        (problem.meter[:, -1], mw * ratio[site, design]),
        (problem.used[:, -1], ones),
        (problem.opened[site], ones),
    )
    columns = np.concatenate([engine.index(variables) for variables, _ in families])
    amounts = np.concatenate([amount for _, amount in families])
    lines = np.tile(np.arange(len(mw)), len(families))
    held = columns >= 0
    least = coo_array(
        (amounts[held], (columns[held], lines[held])), (engine.highs.getNumCol(), len(mw))
    )
    cost = (it[site, design] + ratio[site, design] * line) + reduced(
        engine, solved.relaxed, problem.used[:, -1]
    ) / np.maximum(mw, ROUNDING)
    best = np.full(len(problem.site_ids), -1, dtype=np.intp)
    for k in np.argsort(-cost, kind="stable").tolist():
        best[site[k]] = k
    return csc_array(least), best, mw
