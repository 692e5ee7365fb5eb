"""What the choices made outside the program cost: the same question, asked without them."""

from __future__ import annotations

from dataclasses import replace

from layers.words.errors import SitingError
from siting.program.plan_tables import Outcome
from siting.program.program_inputs import Inputs
from siting.solve import solve


def with_cost_of_locks(inputs: Inputs, outcome: Outcome) -> Outcome:
    """Return an outcome with what its locks cost, in M€-equivalent: at least, at most.

    The best plan with the locks lies between its bound and the plan; so does the best without.
    NaN when cost is not weighed, or when nothing can be said without the locks.

    Parameters
    ----------
    inputs : the question, with its locks.
    outcome : of its plan.

    Returns
    -------
    A copy with locks_low_meur and locks_high_meur.
    """
    rules = {name: each for name, each in inputs.rules.items() if name != "sites.locks"}
    try:
        free = solve(replace(inputs, locks=(), rules=rules), answers=False).outcome
    except SitingError:
        return replace(outcome, locks_low_meur=float("nan"), locks_high_meur=float("nan"))
    weight = inputs.weights.get("connection_cost", 0.0)
    euro = inputs.references["connection_cost"].number / weight if weight else float("nan")
    least = max(0.0, outcome.bound - free.objective) * euro
    most = max(0.0, outcome.objective - free.bound) * euro
    return replace(outcome, locks_low_meur=round(least, 6), locks_high_meur=round(most, 6))
