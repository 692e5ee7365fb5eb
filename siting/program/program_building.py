"""The whole program of one question: physics, the scenario's rules, the objective."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import siting.program.rules  # noqa: F401 - registers the rules
from siting.program.objective import write_objective
from siting.program.physical_rows import write_physics
from siting.program.plan_goals import write_ceilings
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import enabled_rules


def build(inputs: Inputs, *, tight: bool = True, proof: bool = False) -> Problem:
    """Write the program that answers the inputs, with PuLP; nothing is solved.

    ``tight`` leaves out the lines a site under the hard size rule would not take; ``proof`` makes
    each line a yes or a no, paid whole.

    Raises SIT105, SIT200, SIT202 or SIT500 when the inputs cannot make a program.
    """
    with _uncollected():
        return written(Problem(inputs, tight=tight, proof=proof))


def written(problem: Problem) -> Problem:
    """Write every row and the objective of a program that has its columns."""
    inputs = problem.inputs
    write_physics(problem)
    for rule in enabled_rules(inputs):
        problem.apply(rule)
    write_ceilings(problem)
    write_objective(problem)
    problem.finish()
    return problem


@contextmanager
def _uncollected() -> Iterator[None]:
    """Write a program of 100,000 objects without Python looking for cycles in them meanwhile."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def lp_text(problem: Problem) -> str:
    """Return the program as a readable .lp file, the opening of sites as yes or no."""
    program, rows = problem.program, problem.program._constraints
    opened = [variable.name for variable in problem.opened]
    bounds = [each.asCplexLpVariable() for each in program.variables() if each.upBound is not None]
    return "\n".join(
        [
            "\\ siting",
            "Minimize",
            program.objective.asCplexLpAffineExpression("OBJ", include_constant=False).rstrip(),
            "Subject To",
            *(row.asCplexLpConstraint(name).rstrip() for name, row in rows.items()),
            "Bounds",
            *(f" {bound}" for bound in bounds),
            "Generals",
            *opened,
            "End",
            "",
        ]
    )
