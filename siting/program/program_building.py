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


def build(inputs: Inputs, *, tight: bool = True) -> Problem:
    """Write the program that answers the inputs, with PuLP; nothing is solved.

    Parameters
    ----------
    inputs : what the program reads.
    tight : leave out the lines that a site under the hard size rule could not load to the floor of
        their voltage, and the sites that may not be retained; explaining a conflict must not.

    Returns
    -------
    The program, every row and its objective written.

    Raises
    ------
    SitingError : SIT105, SIT200, SIT202 or SIT500 when the inputs cannot make a program; SIT106
        when a rule asked for lacks its data and ``refuse_missing``; SIT303 when no candidate can
        hold the least size.
    """
    with _uncollected():
        return written(Problem(inputs, tight=tight))


def written(problem: Problem) -> Problem:
    """Write every row and the objective of a program that has its columns.

    Parameters
    ----------
    problem : a program that has its columns and no row; it is changed.

    Returns
    -------
    The same program.

    Raises
    ------
    SitingError : SIT106, SIT200, SIT202 or SIT500, as ``build``.
    """
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
    """Return the program as a readable .lp file, sites, lines and growth as yes or no.

    Parameters
    ----------
    problem : a program with its objective set.

    Returns
    -------
    The text, in CPLEX's LP format; the objective is × ``OBJECTIVE_SCALE``.
    """
    program, rows = problem.program, problem.program._constraints
    whole = [
        variable.name
        for family in (problem.opened, problem.used.ravel(), problem.grown.ravel(), problem.backs)
        for variable in family
    ]
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
            *whole,
            "End",
            "",
        ]
    )
