"""Among plans equal on the objective: verified land first, then large, then near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siting.program.problem import Problem
from siting.solver.highs_engine import Engine

Floats = NDArray[np.float64]


def tie_rank(problem: Problem) -> NDArray[np.intp]:
    """Return the rank of each site: verified first, then large, then near, then by identifier.

    Parameters
    ----------
    problem : a program; is_verified, usable_area_m2 and distance_km of its sites are read.

    Returns
    -------
    From 0, one a site, in the order of ``site_ids``.
    """
    sites = problem.sites.reset_index()
    order = sites.assign(doubt=~sites["is_verified"].astype(bool), area=-sites["usable_area_m2"])
    order = order.sort_values(["doubt", "area", "distance_km", "site_id"], kind="stable")
    rank = np.empty(len(order), dtype=np.intp)
    rank[order.index.to_numpy()] = np.arange(len(order))
    return rank


def tie_costs(engine: Engine) -> Floats:
    """Rank × MW, then the first design, the first connection and the first sink, much lighter.

    Parameters
    ----------
    engine : a program in HiGHS; it is not changed.

    Returns
    -------
    By column; 0 for all the others.
    """
    problem = engine.problem
    costs = np.zeros_like(engine.costs)
    rank = (tie_rank(problem) + 1.0) / len(problem.site_ids)
    for variables, weight in (
        (problem.site_mw, rank[:, None]),
        (problem.it, 1e-2 * np.arange(1, len(problem.designs) + 1)[None, :, None]),
        (problem.meter, 1e-3 * _positions(problem.meter)),
        (problem.heat_sent, 1e-3 * _positions(problem.heat_sent)),
    ):
        columns = engine.index(variables)
        known = columns >= 0
        costs[columns[known]] = np.broadcast_to(weight, variables.shape).ravel()[known]
    return costs


def _positions(variables: NDArray[np.object_]) -> Floats:
    return np.asarray((np.arange(len(variables)) + 1.0)[:, None] / max(len(variables), 1))
