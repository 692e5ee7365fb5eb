"""HiGHS on plain arrays: yes-or-no sites, a value to maximise, rows; for large selections.

The regional program goes through PuLP (``highs_engine``); twenty thousand sites do not need it.
HiGHS's own presolve is off once sites are whole: ours has done its work, and it takes five
seconds to find nothing more (bench/selection.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from siting.solver.cover_cuts import Inequality
from siting.solver.highs_engine import INFINITY, SEED, Verdict, verdict_of
from siting.solver.highs_process import run_until_told, solver_silent

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
FEASIBLE = 1e-9


@dataclass(frozen=True)
class Solution:
    """What HiGHS says: values by site (zero for those left out), bound, prices of the sites."""

    verdict: Verdict
    value: float
    bound: float
    opened: Floats
    prices: Floats


class ArrayEngine:
    """A selection among some sites, in one HiGHS object."""

    def __init__(
        self, value: Floats, among: Indices, rows: Sequence[Inequality], *, whole: bool
    ) -> None:
        self.count, self.among = len(value), among
        self.place = np.full(len(value), -1, dtype=np.int32)
        self.place[among] = np.arange(len(among), dtype=np.int32)
        self.whole = whole
        with solver_silent():
            self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
            self.highs.setOptionValue("output_flag", False)
            self.highs.setOptionValue("threads", 1)
            self.highs.setOptionValue("random_seed", SEED)
            self.highs.setOptionValue("presolve", "off" if whole else "choose")
            self.highs.passModel(self._model(value, rows))

    def _model(self, value: Floats, rows: Sequence[Inequality]) -> highspy.HighsLp:
        matrix, floor, limit = _matrix(rows, self.count)
        matrix = matrix[:, self.among]
        bites = (np.asarray(matrix.sum(axis=1)).ravel() > limit + FEASIBLE) | np.isfinite(floor)
        matrix, floor, limit = matrix[bites], floor[bites], limit[bites]
        model, width = highspy.HighsLp(), len(self.among)
        model.num_col_, model.num_row_ = width, matrix.shape[0]
        model.col_cost_ = value[self.among]
        model.col_lower_, model.col_upper_ = np.zeros(width), np.ones(width)
        model.row_lower_ = np.where(np.isfinite(floor), floor, -INFINITY)
        model.row_upper_ = np.where(np.isfinite(limit), limit, INFINITY)
        model.sense_ = highspy.ObjSense.kMaximize
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        if self.whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * width
        return model

    def add(self, cuts: Sequence[Inequality]) -> None:
        """Add rows to the program as it stands.

        Parameters
        ----------
        cuts : rows over positions of sites; sites the engine leaves out are dropped from them.
        """
        for cut in cuts:
            columns = self.place[cut.sites]
            here = columns >= 0
            self.highs.addRow(
                -INFINITY, cut.limit, int(here.sum()), columns[here], cut.factors[here]
            )

    def run(
        self, *, gap: float = 0.0, seconds: float = INFINITY, nodes: int | None = None,
        start: NDArray[np.bool_] | None = None,
    ) -> Solution:  # fmt: skip
        """Solve to a relative gap, within a time and a number of nodes, from a known choice.

        Parameters
        ----------
        gap : relative, on the value; 0 asks for 1e-6 absolute.
        seconds : less than zero is read as zero.
        nodes : the most branch-and-bound nodes, kept for the next runs; None changes nothing.
        start : by site, every site of the question: a choice known to hold.

        Returns
        -------
        The verdict, the value and its bound, and by site what is open (0 to 1) and its reduced
        cost; zeros where the solver gave none.

        Raises
        ------
        KeyboardInterrupt : when Ctrl-C stopped the solver.
        """
        self.highs.setOptionValue("mip_rel_gap", gap)
        self.highs.setOptionValue("mip_abs_gap", 0.0 if gap else 1e-6)
        self.highs.setOptionValue("time_limit", max(seconds, 0.0))
        if nodes is not None:
            self.highs.setOptionValue("mip_max_nodes", nodes)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start[self.among].astype(np.float64).tolist()
            known.value_valid = True
            self.highs.setSolution(known)
        with solver_silent():
            run_until_told(self.highs)
        solution, info = self.highs.getSolution(), self.highs.getInfo()
        reached = float(info.objective_function_value)
        opened, prices = np.zeros(self.count), np.zeros(self.count)
        if len(solution.col_value) == len(self.among):
            opened[self.among] = solution.col_value
        if len(solution.col_dual) == len(self.among):
            prices[self.among] = solution.col_dual
        bound = float(info.mip_dual_bound) if self.whole else reached
        return Solution(verdict_of(self.highs), reached, bound, opened, prices)


def _matrix(rows: Sequence[Inequality], count: int) -> tuple[sparse.csr_matrix, Floats, Floats]:
    starts = np.cumsum([0, *(len(row.sites) for row in rows)])
    sites = np.concatenate([row.sites for row in rows])
    factors = np.concatenate([row.factors for row in rows])
    matrix = sparse.csr_matrix((factors, sites, starts), shape=(len(rows), count))
    floor = np.array([row.floor for row in rows], dtype=np.float64)
    return matrix, floor, np.array([row.limit for row in rows], dtype=np.float64)
