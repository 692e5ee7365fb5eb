"""The front between two goals of a scenario: what one costs the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, in_sentence, listing, significant
from scenarios.question.scenario_reading import Scenario
from scenarios.scenario_run import assess, prepare, program_inputs
from scenarios.terminal.progress import Tell, silent, step
from siting.other_plans.goal_front import front, same_everywhere
from siting.program.plan_goals import goal_named
from siting.program.program_inputs import Inputs

# Below this share of its level, a goal does not move along the front.
FLAT = 1e-3
FEWEST_POINTS, MOST_POINTS = 2, 50


@dataclass(frozen=True)
class Pareto:
    """A front between two goals, columns of ``siting.other_plans.goal_front``, and what it says."""

    table: pd.DataFrame
    sentence_fr: str


def pareto(
    scenario: Scenario, pack: Pack, x: str, y: str, points: int = 9, *, tell: Tell = silent
) -> Pareto:
    """Return the front between two goals (``siting.program.plan_goals``).

    Parameters
    ----------
    scenario : the question.
    pack : the layers.
    x : the goal whose ceiling moves, by name.
    y : the other goal, by name.
    points : points of the front, from 2 to 50.
    tell : hears the steps.

    Returns
    -------
    The front, each goal in its unit, and a French sentence.

    Raises
    ------
    SitingError : SIT202 for an unknown goal or twice the same, SIT200 for a number of points out of
        bounds, both before any layer is read; SIT300 when no plan exists, and what the layers
        raise.
    """
    for name in (x, y):
        goal_named(name)
    if x == y:
        raise SitingError(
            "SIT202",
            f"les deux objectifs sont le même : « {x} »",
            where="--x, --y",
            hint="un front se trace entre deux objectifs différents",
        )
    if not FEWEST_POINTS <= points <= MOST_POINTS:
        raise SitingError(
            "SIT200",
            f"un front compte de {FEWEST_POINTS} à {MOST_POINTS} points",
            where="--points",
            hint="9 suffisent le plus souvent",
        )
    with step(tell, "couches lues, empreintes calculées"):
        inputs = inputs_for(scenario, pack)
    with step(tell, f"front de {points} points"):
        table = front(inputs, x, y, points=points, progress=tell)
    same = [n for n in (x, y) if same_everywhere(inputs, n)] if is_flat(table) else []
    return Pareto(table, sentence(table, [in_sentence(goal_named(name).label_fr) for name in same]))


def inputs_for(scenario: Scenario, pack: Pack) -> Inputs:
    """Return what the program is given for a scenario.

    Parameters
    ----------
    scenario : the question.
    pack : the layers.

    Returns
    -------
    Sites, lines, footprints and rules of the scenario.

    Raises
    ------
    SitingError : what reading the layers and the rules raises.
    """
    evidence, values, factors = prepare(scenario, pack)
    coefficients = assess(scenario, pack, evidence, factors)
    return program_inputs(scenario, pack, evidence, coefficients, values, factors)


def sentence(table: pd.DataFrame, same: Collection[str] = ()) -> str:
    """Say in one sentence what the front shows, or why there is none.

    Parameters
    ----------
    table : columns of ``siting.other_plans.goal_front``, one row a point, from end to end.
    same : labels of the goals that no choice of site moves.

    Returns
    -------
    A French sentence, amounts in the goals' units.
    """
    first, last = table.iloc[0], table.iloc[-1]
    if is_flat(table):
        why = (
            f" ({listing(same)}{NO_BREAK}: affaire de refroidissement, pas de site)" if same else ""
        )
        return (
            f"Les deux objectifs ne s'opposent pas ici{why}{NO_BREAK}: un même plan atteint "
            f"{_amount(first, 'x')} et {_amount(last, 'y')}."
        )
    knee = _knee(table)
    return (
        f"Passer de {_amount(first, 'y')} à {_amount(last, 'y')} ({_label(first, 'y')}) demande de "
        f"passer de {_amount(first, 'x')} à {_amount(last, 'x')} ({_label(first, 'x')}){knee}."
    )


def is_flat(table: pd.DataFrame) -> bool:
    """Return whether one goal hardly moves along the front.

    Parameters
    ----------
    table : columns ``x`` and ``y``, one row a point.

    Returns
    -------
    True when a goal moves by a thousandth of its level at most.
    """
    spread = table[["x", "y"]].max() - table[["x", "y"]].min()
    return bool((spread <= FLAT * table[["x", "y"]].abs().max()).any())


def _knee(table: pd.DataFrame) -> str:
    """Say where nine tenths of the gain on y are reached, when well before the end."""
    first, last = table.iloc[0], table.iloc[-1]
    gained = (table["y"] - first["y"]) / (last["y"] - first["y"])
    paid = (table["x"] - first["x"]) / (last["x"] - first["x"])
    at = table[gained >= 0.9].index[0]
    if paid[at] > 0.6:
        return ""
    return f"{NARROW}; les neuf dixièmes sont acquis dès {_amount(table.loc[at], 'x')}"


def _amount(row: pd.Series, axis: str) -> str:
    return f"{significant(row[axis])}{NO_BREAK}{row[f'{axis}_unit']}"


def _label(row: pd.Series, axis: str) -> str:
    return in_sentence(str(row[f"{axis}_label_fr"]).partition(" (")[0])
