"""The front between two goals of a scenario: what one costs the other."""

from __future__ import annotations

import pandas as pd

from layers.pack import Pack
from scenarios.progress import Tell, silent, step
from scenarios.run import assess, prepare, program_inputs
from scenarios.scenario import Scenario
from siting.front import front
from siting.goals import goal_named
from siting.inputs import Inputs


def pareto(
    scenario: Scenario, pack: Pack, x: str, y: str, points: int = 9, *, tell: Tell = silent
) -> pd.DataFrame:
    """Return the front between two goals (``siting.goals``), columns of ``siting.front``.

    Raises SIT202 for an unknown goal, before any layer is read.
    """
    for name in (x, y):
        goal_named(name)
    with step(tell, "couches lues, empreintes calculées"):
        inputs = inputs_for(scenario, pack)
    with step(tell, f"front de {points} points"):
        return front(inputs, x, y, points=points, progress=tell)


def inputs_for(scenario: Scenario, pack: Pack) -> Inputs:
    """Return what the program is given for a scenario."""
    evidence, values, factors = prepare(scenario, pack)
    coefficients = assess(scenario, pack, evidence, factors)
    return program_inputs(scenario, pack, evidence, coefficients, values, factors)


def sentence(table: pd.DataFrame) -> str:
    """Say in one sentence what the front shows, or that there is none."""
    spread = table[["x", "y"]].max() - table[["x", "y"]].min()
    if (spread <= 1e-3 * table[["x", "y"]].abs().max()).any():
        return "Les deux objectifs ne s'opposent pas ici : un même plan sert les deux."
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"De {first['y']:.1f} à {last['y']:.1f} {first['y_unit']} "
        f"({first['y_label_fr'].lower()}), il faut passer de {first['x']:.1f} à {last['x']:.1f} "
        f"{first['x_unit']} ({first['x_label_fr'].lower()})."
    )
