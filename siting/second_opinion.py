"""Another solver on the same program: CBC, to doubt HiGHS with.

PuLP says « Optimal » when CBC merely ran out of time: only ``sol_status`` tells, and CBC's own
bound is not handed back. The answer is therefore compared with HiGHS's proven bound.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import pulp

from layers.errors import SitingError
from siting.build import build
from siting.highs import solver_silent
from siting.inputs import Inputs
from siting.problem import OBJECTIVE_SCALE

SECONDS = 300.0


@dataclass(frozen=True)
class SecondOpinion:
    """What CBC finds: its objective, as ``Outcome.objective``, and whether it ended by itself."""

    objective: float
    is_finished: bool
    solver: str = "CBC"


def second_opinion(
    inputs: Inputs, *, gap: float = 0.0, seconds: float = SECONDS, tight: bool = True
) -> SecondOpinion:
    """Solve the same program with CBC, sites whole; ``tight`` as the outcome says.

    Raises SIT300 when CBC finds no plan, SIT301 when it stops without one.
    """
    problem = build(inputs, tight=tight)
    for variable in problem.opened:
        variable.cat = pulp.LpInteger
    with solver_silent(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the bundled CBC, pinned with PuLP
        solver = pulp.PULP_CBC_CMD(msg=False, gapRel=gap, timeLimit=seconds, threads=1)
        status = problem.program.solve(solver)
    found = problem.program.sol_status
    if status == pulp.LpStatusInfeasible:
        raise SitingError("SIT300", "CBC ne trouve aucun plan", where="programme du scénario")
    if found not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        raise SitingError("SIT301", "CBC s'est arrêté sans réponse", where="programme du scénario")
    objective = float(pulp.value(problem.program.objective)) / OBJECTIVE_SCALE
    return SecondOpinion(objective, found == pulp.LpSolutionOptimal)
