"""HiGHS, in process: with ``array_engine`` and ``highs``, what alone speaks to the solver.

PuLP builds; the same HiGHS object then serves every question (relaxation, restricted selection,
prices, freed rules), one thread, a fixed seed, and nothing that depends on the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from layers.words.errors import SitingError
from siting.program.objective import exchange_rates, period_shares
from siting.program.problem import OBJECTIVE_SCALE, Problem
from siting.solver.highs_process import run_until_told, solver_silent

Floats = NDArray[np.float64]
Indices = NDArray[np.int32]
INFINITY = float(highspy.kHighsInf)
SEED = 20261123
# HiGHS calls a column optimal down to a reduced cost of 1e-7; above this it is really priced.
PRICED = 1e-6
MOST_NODES = 5000


class Verdict(Enum):
    """What the solver says of a program."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Answer:
    """A solution with its proof: ``bound`` and ``gap`` are the objective's, before the scale."""

    verdict: Verdict
    objective: float
    bound: float
    values: Floats
    row_duals: Floats
    reduced_costs: Floats
    by_clock: bool = False

    @property
    def is_usable(self) -> bool:
        """Return whether the values respect every row."""
        return self.verdict in (Verdict.OPTIMAL, Verdict.FEASIBLE)


# A warm start, or presolve on a program that is barely impossible, can leave HiGHS undecided
# (status unknown): start again from cold, without presolve first, which decides fastest.
COLD_STARTS = (("simplex", "off"), ("simplex", "choose"), ("ipm", "choose"))


class Engine:
    """One program in one HiGHS object, whose bounds and costs can be changed and put back."""

    def __init__(self, problem: Problem, *, safety_seconds: float = 120.0) -> None:
        solver = pulp.HiGHS(msg=False, threads=1, timeLimit=safety_seconds, random_seed=SEED)
        with solver_silent():
            solver.createAndConfigureSolver(problem.program)
            solver.buildSolverModel(problem.program)
        self.problem = problem
        self.safety_seconds = safety_seconds
        self.most_nodes = MOST_NODES
        self.highs = problem.program.solverModel
        self.columns = {variable: variable.index for variable in problem.program.variables()}
        self.rows = {name: row.index for name, row in problem.program._constraints.items()}
        model = self.highs.getLp()
        self.costs = np.array(model.col_cost_, dtype=np.float64)
        self.lower = np.array(model.col_lower_, dtype=np.float64)
        self.upper = np.array(model.col_upper_, dtype=np.float64)
        self.row_lower = np.array(model.row_lower_, dtype=np.float64)
        self.row_upper = np.array(model.row_upper_, dtype=np.float64)
        self.opened = self.index(problem.opened)
        families = (problem.opened, problem.used, problem.grown, problem.backs)
        self.discrete = np.concatenate([self.index(each) for each in families])
        final = (problem.opened, problem.used[:, -1], problem.backs)
        self.last = np.concatenate([self.index(each) for each in final])
        self.paid = self.costs_before_credits(self.costs)
        self._is_discrete = False

    def index(self, variables: NDArray[np.object_] | Sequence[pulp.LpVariable | int]) -> Indices:
        """Return the columns of variables; -1 where no row and no cost is.

        Parameters
        ----------
        variables : variables of the program; a number stands for itself. Any shape, read flat.

        Returns
        -------
        One number a variable.
        """
        flat = np.asarray(variables, dtype=np.object_).ravel()
        known = (v if isinstance(v, int) else self.columns.get(v, -1) for v in flat)
        return np.fromiter(known, dtype=np.int32, count=len(flat))

    def read(self, answer: Answer, variables: NDArray[np.object_]) -> Floats:
        """Return the values of variables, same shape; zero for one the program never mentions.

        Parameters
        ----------
        answer : of this program, with values.
        variables : variables of the program, any shape.

        Returns
        -------
        ≥ 0; the solver's rounding below zero is cut off.
        """
        columns = self.index(variables)
        values = np.where(columns >= 0, np.maximum(answer.values[columns], 0.0), 0.0)
        return np.asarray(values.reshape(variables.shape), dtype=np.float64)

    def run(self) -> Answer:
        """Solve as things stand; each run has the whole safety time, as HiGHS's clock goes on.

        Returns
        -------
        The verdict and what the solver holds; objective and bound are × ``OBJECTIVE_SCALE``.

        Raises
        ------
        KeyboardInterrupt : when Ctrl-C stopped the solver.
        """
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + self.safety_seconds)
        with solver_silent():
            run_until_told(self.highs)
            for method, presolve in () if self._is_discrete else COLD_STARTS:
                if verdict_of(self.highs) is not Verdict.STOPPED:
                    break
                self.highs.setOptionValue("solver", method)
                self.highs.setOptionValue("presolve", presolve)
                self.highs.clearSolver()
                run_until_told(self.highs)
                self.highs.setOptionValue("solver", "choose")
                self.highs.setOptionValue("presolve", "choose")
        verdict = verdict_of(self.highs)
        solution, info = self.highs.getSolution(), self.highs.getInfo()
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if self._is_discrete else objective
        return Answer(
            verdict,
            objective,
            bound,
            np.array(solution.col_value, dtype=np.float64),
            np.array(solution.row_dual, dtype=np.float64),
            np.array(solution.col_dual, dtype=np.float64),
            self.highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit,
        )

    def run_afresh(self) -> Answer:
        """Solve from cold: after many changes, presolve does better than the last basis.

        Returns
        -------
        As ``run``.
        """
        self.highs.clearSolver()
        return self.run()

    def run_interior(self) -> Answer:
        """Solve by the interior method, from cold: it decides fast what is barely possible.

        Returns
        -------
        As ``run``; the method is left to HiGHS again afterwards.
        """
        self.highs.setOptionValue("solver", "ipm")
        answer = self.run_afresh()
        self.highs.setOptionValue("solver", "choose")
        return answer

    def is_feasible(self) -> bool:
        """Return whether any plan respects the rows as they stand; asked from cold, to be sure.

        Returns
        -------
        False only when the solver proves there is none; a solver that stops says True.
        """
        return self.run_afresh().verdict is not Verdict.INFEASIBLE

    def costs_before_credits(self, costs: Floats) -> Floats:
        """Return what a plan pays: no gain, and none of the penalties of soft rules.

        Parameters
        ----------
        costs : by column, × ``OBJECTIVE_SCALE``; left as they are.

        Returns
        -------
        By column, ≥ 0.
        """
        paid = costs.copy()
        gain = exchange_rates(self.problem).get("useful_heat", 0.0) * OBJECTIVE_SCALE
        for t, share in enumerate(period_shares(self.problem.periods)):
            paid[self.index(self.problem.sink_gwh[:, t])] -= gain * share  # its pumps stay
        paid = np.maximum(paid, 0.0)
        paid[self.index([b.slack for b in self.problem.billed if b.slack is not None])] = 0.0
        return paid

    def set_integer(self, is_integer: bool, columns: Indices | None = None) -> None:
        """Make sites, lines and growth a yes or a no (or only some columns), or relax them all.

        Parameters
        ----------
        is_integer : whole numbers, or any value between the bounds.
        columns : those concerned; None, all of sites, lines and growth.
        """
        kind = highspy.HighsVarType.kInteger if is_integer else highspy.HighsVarType.kContinuous
        for column in (self.discrete if columns is None else columns).tolist():
            self.highs.changeColIntegrality(column, kind)
        self._is_discrete = is_integer

    def walk_inside(self, is_primal: bool) -> None:
        """Go from plan to plan, when only prices change, instead of from bound to bound.

        Parameters
        ----------
        is_primal : use the primal simplex; False leaves the choice to HiGHS.
        """
        simplex = highspy.simplex_constants.SimplexStrategy
        kind = simplex.kSimplexStrategyPrimal if is_primal else simplex.kSimplexStrategyChoose
        self.highs.setOptionValue("simplex_strategy", int(kind))

    def stop_at(self, relative_gap: float, absolute_gap: float) -> None:
        """Stop a selection at a proven gap or after so many nodes, never on the clock.

        Parameters
        ----------
        relative_gap : share of the objective.
        absolute_gap : in the objective's unit, × ``OBJECTIVE_SCALE``.
        """
        self.highs.setOptionValue("mip_max_nodes", self.most_nodes)
        self.highs.setOptionValue("mip_rel_gap", relative_gap)
        self.highs.setOptionValue("mip_abs_gap", absolute_gap)

    def aim_at(self, objective: float, within: float) -> None:
        """Stop every selection at the first plan within a share of a known objective.

        Parameters
        ----------
        objective : of a known plan, × ``OBJECTIVE_SCALE``.
        within : share of it that a plan may cost more.
        """
        self.highs.setOptionValue("objective_target", objective + within * abs(objective))

    def hold_face(self, answer: Answer) -> None:
        """Keep only the optimal plans: priced columns at their bound, priced rows active.

        Parameters
        ----------
        answer : an optimal relaxation, with its duals.
        """
        fixed = np.flatnonzero(np.abs(answer.reduced_costs) > PRICED).astype(np.int32)
        value = answer.values[fixed]
        self.set_bounds(fixed, value, value)
        for row in np.flatnonzero(np.abs(answer.row_duals) > PRICED).tolist():
            at_top = answer.row_duals[row] < 0
            level = self.row_upper[row] if at_top else self.row_lower[row]
            self.highs.changeRowBounds(row, level, level)

    def start_from(self, values: Floats) -> None:
        """Offer a known plan as the first incumbent.

        Parameters
        ----------
        values : by column of the program.
        """
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        solution.value_valid = True
        self.highs.setSolution(solution)

    def basis(self) -> highspy.HighsBasis:
        """Return where the simplex stands, to come back to it.

        Returns
        -------
        The basis of the last run.
        """
        basis: highspy.HighsBasis = self.highs.getBasis()
        return basis

    def start_at(self, basis: highspy.HighsBasis) -> None:
        """Take the simplex back to where it stood.

        Parameters
        ----------
        basis : as ``basis`` gives it.
        """
        self.highs.setBasis(basis)

    def set_costs(self, costs: Floats) -> None:
        """Replace the objective, column by column.

        Parameters
        ----------
        costs : by column, from the first, × ``OBJECTIVE_SCALE``; ``self.costs`` stays.
        """
        self.highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def set_bounds(self, columns: Indices, lower: Floats, upper: Floats) -> None:
        """Change the bounds of some columns.

        Parameters
        ----------
        columns : those concerned.
        lower : one bound a column, in their order.
        upper : one bound a column, in their order.
        """
        self.highs.changeColsBounds(len(columns), columns, lower, upper)

    def bounds_of(self, columns: Indices) -> tuple[Floats, Floats]:
        """Return the bounds of some columns as they stand.

        Parameters
        ----------
        columns : those concerned.

        Returns
        -------
        Lower then upper bounds, in the order of the columns.
        """
        model = self.highs.getLp()
        lower, upper = np.array(model.col_lower_), np.array(model.col_upper_)
        return lower[columns], upper[columns]

    @contextmanager
    def held(self, columns: Indices, value: float) -> Iterator[None]:
        """Hold some columns at a value for a while, whatever else is changed and put back.

        Parameters
        ----------
        columns : those concerned.
        value : what each takes.

        Yields
        ------
        Nothing; every column's bounds are restored at the end.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        self.lower[columns], self.upper[columns] = value, value
        self.restore_bounds()
        try:
            yield
        finally:
            self.lower, self.upper = lower, upper
            self.restore_bounds()

    def restore_bounds(self) -> None:
        """Put back the bounds of every column the program was built with."""
        every = np.arange(len(self.lower), dtype=np.int32)
        self.set_bounds(every, self.lower, self.upper)

    def free_rows(self, rows: Sequence[int]) -> None:
        """Let rows take any value: as if the rule were not there.

        Parameters
        ----------
        rows : numbers of rows, as ``self.rows`` gives them.
        """
        for row in rows:
            self.highs.changeRowBounds(row, -INFINITY, INFINITY)

    def restore_rows(self, rows: Sequence[int]) -> None:
        """Put back the limits of rows.

        Parameters
        ----------
        rows : numbers of rows, as ``self.rows`` gives them.
        """
        for row in rows:
            self.highs.changeRowBounds(row, self.row_lower[row], self.row_upper[row])

    @contextmanager
    def extra_rows(
        self,
        rows: Sequence[Sequence[tuple[pulp.LpVariable | int, float]]],
        limits: Sequence[float] | None = None,
    ) -> Iterator[None]:
        """Hold Σ factor·column ≤ limit for each row, for a while.

        Parameters
        ----------
        rows : pairs (variable or number of a column, factor) of each row.
        limits : one a row; None, 0 for all.

        Yields
        ------
        Nothing; the rows are removed at the end.
        """
        first = self.highs.getNumRow()
        starts = np.cumsum([0, *[len(row) for row in rows]])[:-1].astype(np.int32)
        columns = self.index([variable for row in rows for variable, _ in row])
        factors = np.array([factor for row in rows for _, factor in row])
        below = np.full(len(rows), -INFINITY)
        above = np.zeros(len(rows)) if limits is None else np.array(limits, dtype=np.float64)
        self.highs.addRows(len(rows), below, above, len(columns), starts, columns, factors)
        try:
            yield
        finally:
            added = np.arange(first, first + len(rows), dtype=np.int32)
            self.highs.deleteRows(len(added), added)

    def limit(self, row: int, above: float) -> None:
        """Change the upper limit of a row, never below what is already decided there.

        Parameters
        ----------
        row : number of a « ≤ » row.
        above : its new limit; below zero is read as zero.
        """
        self.highs.changeRowBounds(row, -INFINITY, max(above, 0.0))

    def loosen(self, row: int, by: float) -> None:
        """Give a row so much more room on the sides it has a limit on; ``restore_rows`` ends it.

        Parameters
        ----------
        row : number of a row.
        by : how much more, in the row's unit.
        """
        self.highs.changeRowBounds(row, self.row_lower[row] - by, self.row_upper[row] + by)

    def price(self, columns: Indices, cost: float) -> None:
        """Give columns added for a while the same cost.

        Parameters
        ----------
        columns : as ``elastic`` yields them.
        cost : of one unit of each.
        """
        self.highs.changeColsCost(len(columns), columns, np.full(len(columns), cost))

    @contextmanager
    def near(self, columns: Indices, levels: Floats, budget: float) -> Iterator[None]:
        """Minimise what columns lack of their levels, the objective held under a budget.

        Parameters
        ----------
        columns : those concerned.
        levels : what each should reach, in the order of the columns.
        budget : the most the objective may be, × ``OBJECTIVE_SCALE``.

        Yields
        ------
        Nothing; the objective and the rows are put back at the end.
        """
        first_row, first = self.highs.getNumRow(), self.highs.getNumCol()
        paid = np.flatnonzero(self.costs).astype(np.int32)
        self.highs.addRow(-INFINITY, budget, len(paid), paid, self.costs[paid])
        self.set_costs(np.zeros_like(self.costs))
        for k, (column, level) in enumerate(zip(columns.tolist(), levels.tolist(), strict=True)):
            self.highs.addRow(level, INFINITY, 1, np.array([column], np.int32), np.ones(1))
            row = np.array([first_row + 1 + k], dtype=np.int32)
            self.highs.addCol(1.0, 0.0, INFINITY, 1, row, np.ones(1))
        try:
            yield
        finally:
            added = np.arange(first, first + len(columns), dtype=np.int32)
            self.highs.deleteCols(len(added), added)
            rows = np.arange(first_row, first_row + 1 + len(columns), dtype=np.int32)
            self.highs.deleteRows(len(rows), rows)
            self.set_costs(self.costs)

    @contextmanager
    def elastic(self, rows: Sequence[int], *, together: bool = False) -> Iterator[Indices]:
        """Give rows a shortage column each for a while, or one for all.

        Parameters
        ----------
        rows : numbers of rows, as ``self.rows`` gives them.
        together : one column for all the rows.

        Yields
        ------
        The columns added, of cost zero; they are removed at the end.
        """
        first = self.highs.getNumCol()
        for group in [list(rows)] if together else [[row] for row in rows]:
            signs = np.where(np.isfinite(self.row_lower[group]), 1.0, -1.0)
            places = np.array(group, dtype=np.int32)
            self.highs.addCol(0.0, 0.0, INFINITY, len(places), places, signs)
        added = np.arange(first, self.highs.getNumCol(), dtype=np.int32)
        try:
            yield added
        finally:
            self.highs.deleteCols(len(added), added)


def verdict_of(highs: highspy.Highs) -> Verdict:
    """Read the model status, then whether there is a point: a stop may still hold a plan.

    Parameters
    ----------
    highs : a model that was run.

    Returns
    -------
    Optimal; infeasible, « unbounded or infeasible » included; feasible; or stopped.
    """
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return Verdict.OPTIMAL
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Verdict.INFEASIBLE
    if highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        return Verdict.FEASIBLE
    return Verdict.STOPPED


def refuse_silence(answer: Answer) -> None:
    """Refuse an answer with nothing to show.

    Parameters
    ----------
    answer : what a run gave.

    Raises
    ------
    SitingError : SIT301 when the solver stopped.
    """
    if answer.verdict is Verdict.STOPPED:
        raise SitingError(
            "SIT301", "le solveur s'est arrêté sans réponse", where="programme du scénario"
        )
