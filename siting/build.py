"""The whole program of one question: physics, the scenario's rules, the objective."""

from __future__ import annotations

from siting import rules
from siting.inputs import Inputs
from siting.objective import write_objective
from siting.physics import write_physics
from siting.problem import Problem
from siting.registry import enabled_rules

FAMILIES = rules.__all__  # importing the families is what registers the rules


def build(inputs: Inputs) -> Problem:
    """Write the program that answers the inputs, with PuLP; nothing is solved.

    Raises SIT105, SIT200, SIT202 or SIT500 when the inputs cannot make a program.
    """
    problem = Problem(inputs)
    write_physics(problem)
    for rule in enabled_rules(inputs):
        problem.apply(rule)
    write_objective(problem)
    problem.finish()
    return problem
