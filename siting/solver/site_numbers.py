"""How many sites a plan may open: whole numbers prove what trying openings one by one may not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from siting.program.selection_cuts import Cut, selection_cuts
from siting.solver.highs_engine import Engine, refuse_silence

# The relaxation's own rounding, on a number of sites.
TOLERANCE = 1e-6


def some_number_fits(engine: Engine) -> bool:
    """Return whether a whole number lies between the fewest and the most sites a plan may open.

    Nothing between 5.8 and 5.97 is a number of sites: this alone proves what trying openings,
    each as good as the next, may not.

    Parameters
    ----------
    engine : a program in HiGHS, relaxed; its costs are put back.

    Returns
    -------
    False proves that no plan exists.

    Raises
    ------
    SitingError : SIT301 when the solver stopped with nothing to show.
    """
    return is_number_between(*open_sites(engine, selection_cuts(engine.problem)))


def is_number_between(fewest: float, most: float) -> bool:
    """Return whether a whole number lies between two others.

    Parameters
    ----------
    fewest : any number; infinite, there is none.
    most : included, as ``fewest`` is; finite unless ``fewest`` is infinite.

    Returns
    -------
    False when the first is above the second.
    """
    return not math.isinf(fewest) and math.ceil(fewest) <= math.floor(most)


def open_sites(engine: Engine, cuts: Sequence[Cut]) -> tuple[float, float]:
    """Return the fewest and the most sites a plan may open, sites opening in part.

    Fewest above most, both infinite, when no plan does even so.

    Parameters
    ----------
    engine : a program in HiGHS, relaxed; its costs are put back.
    cuts : rows Σ factor·column ≤ 0 held meanwhile.

    Returns
    -------
    Fewest, less ``TOLERANCE``, and most, plus it.

    Raises
    ------
    SitingError : SIT301 when the solver stopped with nothing to show.
    """
    costs = np.zeros_like(engine.costs)
    ends = []
    with engine.extra_rows(cuts):
        for sign in (1.0, -1.0):
            costs[engine.opened] = sign
            engine.set_costs(costs)
            answer = engine.run_afresh()
            refuse_silence(answer)
            ends.append(sign * answer.objective if answer.is_usable else sign * math.inf)
    engine.set_costs(engine.costs)
    return ends[0] - TOLERANCE, ends[1] + TOLERANCE
