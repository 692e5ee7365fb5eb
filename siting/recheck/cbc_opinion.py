"""Another solver on the same program: CBC, to doubt HiGHS with.

PuLP says « Optimal » when CBC merely ran out of time, and hands no bound back: how CBC ended and
what it proved are read in its own log. Two proofs agree when each one's bound stays below the
other's plan.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pulp

from layers.words.errors import SitingError
from siting.program.plan_tables import DUST_MW, Outcome, Plan
from siting.program.problem import OBJECTIVE_SCALE, Problem
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.solver.highs_process import solver_silent

SECONDS = 600.0
# Both solvers hold rows to 1e-6 or 1e-7: closer than this, two costs are the same.
SAME = 1e-6
NOTHING = 1e-9
# What CBC writes for « no bound yet ».
NO_BOUND = -1e40
_ENDED = re.compile(r"^Result - Optimal solution found", re.MULTILINE)
_BOUND = re.compile(r"^Lower bound:\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class SecondOpinion:
    """What CBC finds and proves, in the unit of ``Outcome.objective``.

    ``objective`` is NaN when CBC stopped without a plan; ``is_finished`` when it reached the gap
    asked for, by itself.
    """

    objective: float
    bound: float
    is_finished: bool

    @property
    def gap(self) -> float:
        """Return the proven relative distance between its plan and its bound."""
        return (self.objective - self.bound) / abs(self.objective) if self.objective else 0.0

    def agrees(self, outcome: Outcome) -> bool:
        """Return whether neither proof denies the other's plan.

        Parameters
        ----------
        outcome : of the plan by HiGHS.

        Returns
        -------
        False when a plan is below the other's bound.
        """
        return not (_is_below(outcome.objective, self.bound)
                    or _is_below(self.objective, outcome.bound))  # fmt: skip


def second_opinion(
    inputs: Inputs,
    *,
    gap: float = 0.0,
    seconds: float = SECONDS,
) -> SecondOpinion:
    """Solve the same program with CBC, sites and lines whole.

    Parameters
    ----------
    inputs : the question.
    gap : relative, as CBC takes it.
    seconds : when CBC is stopped.

    Returns
    -------
    What it finds and proves.

    Raises
    ------
    SitingError : SIT300 when CBC finds that no plan exists, SIT301 when CBC itself fails.
    """
    problem = build(inputs)
    _make_whole(problem)
    return _asked(problem, gap, seconds)


def cost_at_the_same_sites(inputs: Inputs, plan: Plan) -> float:
    """Return what CBC finds a plan costs once its sites and lines are set, year by year.

    Parameters
    ----------
    inputs : the question.
    plan : its retained sites and connections are read.

    Returns
    -------
    In the unit of ``Outcome.objective``; NaN when CBC stopped without a plan.

    Raises
    ------
    SitingError : SIT300 when CBC finds that nothing fits in those sites, SIT301 when CBC itself
        fails.
    """
    problem = build(inputs)
    _make_whole(problem)
    held = set(plan.retained)
    for site, variable in zip(problem.site_ids, problem.opened, strict=True):
        _set(variable, site in held)
    lines = plan.connections[plan.connections["meter_mw"] > DUST_MW]
    keys = ["site_id", "yard_id", "domain"]
    taken = set(lines[[*keys, "period"]].itertuples(index=False, name=None))
    ends = problem.connections[keys].itertuples(index=False, name=None)
    for end, row in zip(ends, problem.used, strict=True):
        for period, variable in zip(problem.periods, row, strict=True):
            _set(variable, (*end, period) in taken)
    return _asked(problem, 0.0, SECONDS).objective


def is_same(one: float, other: float) -> bool:
    """Return whether two costs are the same, to the solvers' own rounding.

    Parameters
    ----------
    one : in the unit of ``Outcome.objective``.
    other : same unit.

    Returns
    -------
    True within 1e-6 of each other, relative.
    """
    return not (_is_below(one, other) or _is_below(other, one))


def _is_below(one: float, other: float) -> bool:
    return one < other - SAME * abs(other) - NOTHING


def _make_whole(problem: Problem) -> None:
    for family in (problem.opened, problem.used.ravel(), problem.grown.ravel(), problem.backs):
        for variable in family:
            variable.cat = pulp.LpInteger


def _set(variable: pulp.LpVariable, is_on: bool) -> None:
    variable.lowBound = variable.upBound = float(is_on)


def _asked(problem: Problem, gap: float, seconds: float) -> SecondOpinion:
    program = problem.program
    with TemporaryDirectory() as aside:
        log = Path(aside) / "cbc.log"
        solver = {"msg": False, "gapRel": gap, "timeLimit": seconds, "threads": 1}
        with solver_silent(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the bundled CBC, as PuLP pins it
            try:
                status = program.solve(pulp.PULP_CBC_CMD(logPath=str(log), **solver))
            except pulp.PulpSolverError:
                raise _silent("CBC ne s'est pas exécuté jusqu'au bout") from None
        told = log.read_text(encoding="utf-8", errors="replace")
    if status == pulp.LpStatusInfeasible:
        raise SitingError("SIT300", "CBC ne trouve aucun plan", where="programme du scénario")
    return _read(problem, told)


def _read(problem: Problem, told: str) -> SecondOpinion:
    """Read the plan from PuLP, how it ended and the bound from CBC's own words."""
    is_finished, bound = bool(_ENDED.search(told)), _BOUND.search(told)
    known = (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    has_plan = problem.program.sol_status in known
    objective = float(pulp.value(problem.program.objective)) if has_plan else float("nan")
    is_linear = not any(each.cat == pulp.LpInteger for each in problem.opened)
    if bound is None and not (has_plan and (is_finished or is_linear)):
        raise _silent("CBC s'est arrêté sans réponse")
    proven = objective if bound is None else float(bound[1])
    proven = proven if proven > NO_BOUND else float("-inf")
    scaled = (objective / OBJECTIVE_SCALE, proven / OBJECTIVE_SCALE)
    return SecondOpinion(*scaled, is_finished or is_linear)


def _silent(why: str) -> SitingError:
    return SitingError("SIT301", why, where="programme du scénario")
