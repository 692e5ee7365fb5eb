"""Why no plan exists once sites are open or shut, though one does when they open in part.

The rules in conflict, then the least by which each alone must give way, all others held: the
program itself, sites whole, one rule elastic. The least size of a site is one of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from layers.errors import SitingError
from layers.french import NO_BREAK, significant
from siting.build import written
from siting.cuts import selection_cuts
from siting.diagnose import (
    LEAST_SAID,
    InfeasiblePlanError,
    Relaxation,
    relaxation_of,
    rows_by_rule,
)
from siting.engine import Answer, Engine, refuse_silence
from siting.problem import BilledRow, Problem

LEAST_SIZE = "taille minimale d'un site"
WHOLE_SITES = "ouverture entière des sites"
# A relaxation is told with three digits: this close to the least is the least.
GAP = 1e-4
# Under this a site is not one.
SMALLEST_MW = 0.01
# Openings tried before the number of sites is the only explanation given.
NODES = 500
# The relaxation's own rounding, on a number of sites.
TOLERANCE = 1e-6


def explain_sizes(engine: Engine) -> SitingError:
    """Return the error to raise when only whole sites are impossible."""
    inputs, size = engine.problem.inputs, engine.problem.caps.min_mw
    fewest, most = _open_sites(engine)
    engine.set_costs(np.zeros_like(engine.costs))
    engine.set_integer(True)
    engine.most_nodes = NODES
    engine.stop_at(GAP, 0.0)
    if engine.is_feasible() and math.ceil(fewest) > math.floor(most):
        return _no_number(fewest, most)  # proven, but not by openings: no rule could be tried
    conflict = _conflict(engine)
    groups = rows_by_rule(engine, only_hard=True)
    found = [each for name in conflict for each in _least(engine, groups[name])]
    engine.set_integer(False)
    engine.set_costs(engine.costs)
    smaller = Problem(replace(inputs, min_mw=SMALLEST_MW), tight=False)
    smaller.caps = replace(smaller.caps, min_mw=size)
    least = _least_size(Engine(written(smaller), safety_seconds=engine.safety_seconds), size)
    whole = LEAST_SIZE if least else WHOLE_SITES
    return InfeasiblePlanError([*conflict, whole], [*found, *least])


def some_number_fits(engine: Engine) -> bool:
    """Return whether a whole number lies between the fewest and the most sites a plan may open.

    Nothing between 5.8 and 5.97 is a number of sites: this alone proves what trying openings,
    each as good as the next, may not.
    """
    fewest, most = _open_sites(engine)
    return math.ceil(fewest) <= math.floor(most)


def _open_sites(engine: Engine) -> tuple[float, float]:
    """Return the fewest and the most sites a plan may open, sites opening in part."""
    costs = np.zeros_like(engine.costs)
    ends = []
    with engine.extra_rows(selection_cuts(engine.problem)):
        for sign in (1.0, -1.0):
            costs[engine.opened] = sign
            engine.set_costs(costs)
            answer = engine.run_afresh()
            refuse_silence(answer)
            # No plan at all, sites in part: an empty interval.
            ends.append(sign * answer.objective if answer.is_usable else sign * math.inf)
    engine.set_costs(engine.costs)
    return ends[0] - TOLERANCE, ends[1] + TOLERANCE


def _no_number(fewest: float, most: float) -> SitingError:
    if math.isinf(fewest):
        between = "aucun site ne s'ouvre tout entier sans manquer à l'une d'elles"
    else:
        between = (
            f"il faudrait plus de {math.floor(fewest)} sites et moins de {math.ceil(most)}, "
            "de la plus petite à la plus grande taille admises"
        )
    return SitingError(
        "SIT300",
        "aucun plan ne respecte toutes les règles retenues",
        where=between,
        hint="baissez la taille minimale d'un site (sizes.min_mw), relevez sa taille maximale, "
        "ou changez le besoin",
    )


def _conflict(engine: Engine) -> list[str]:
    """Return the rules in conflict: no price proves anything of whole sites, each is asked."""
    groups = rows_by_rule(engine, only_hard=True)
    places = {name: [engine.rows[each.name] for each in group] for name, group in groups.items()}
    kept = list(groups)
    for name in reversed(list(groups)):
        engine.free_rows(places[name])
        if not engine.is_feasible():
            kept.remove(name)
        else:
            engine.restore_rows(places[name])
    for name in groups:
        engine.restore_rows(places[name])
    return kept


def _least(engine: Engine, group: Sequence[BilledRow]) -> list[Relaxation]:
    """Return the least shortage of one rule's rows, all others held; none when that is no help."""
    with engine.elastic([engine.rows[each.name] for each in group]) as columns:
        amounts = _cheapest(engine, columns)
    return [
        relaxation_of(billed, amount)
        for billed, amount in zip(group, amounts, strict=False)
        if amount > LEAST_SAID
    ]


def _least_size(engine: Engine, size: float) -> list[Relaxation]:
    """Return by how much the least size must come down; ``engine`` offers smaller sites too."""
    rows = [row for name, row in engine.rows.items() if name.startswith("P05_least__")]
    engine.set_costs(np.zeros_like(engine.costs))
    engine.set_integer(True)
    with engine.elastic(rows, together=True) as columns:
        amounts = _cheapest(engine, columns)
    engine.set_integer(False)
    if not amounts:
        return []
    enough = math.floor(100 * (size - amounts[0]) + 1e-6) / 100  # rounded up, it would not do
    text = f"{significant(enough)}{NO_BREAK}MW au lieu de {significant(size)} suffiraient"
    period = engine.problem.periods[-1]
    return [Relaxation("", LEAST_SIZE, LEAST_SIZE, "chaque site", period, amounts[0], "MW", text)]


def _cheapest(engine: Engine, columns: NDArray[np.int32]) -> list[float]:
    """Return the shortages whose sum is least; none when no shortage is enough."""
    engine.price(columns, 1.0)
    engine.stop_at(GAP, 0.0)
    answer: Answer = engine.run_afresh()
    return answer.values[columns].tolist() if answer.is_usable else []
