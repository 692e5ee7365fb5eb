"""What a site or a yard is worth to the plan: entry prices and rooms that matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.prices.rule_bill import euros_per_unit, gain_per_unit
from siting.program.physical_rows import line_bounds
from siting.program.plan_tables import DUST_MW
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.selection_cuts import line_caps
from siting.solver.highs_engine import Answer, Engine
from siting.solver.tie_break import tie_rank

Floats = NDArray[np.float64]
SITE_COLUMNS = ("site_id", "it_mw", "entry_meur_per_mw", "promise", "if_free_mw")
YARD_COLUMNS = (
    "yard_id", "name", "room_low_mw", "room_mw", "room_high_mw", "room_status", "used_mw",
    "worth_meur_per_mw",
)  # fmt: skip


def entry_prices(engine: Engine, relaxed: Answer) -> Floats:
    """Return, by site, what its best MW at the last period would have to save to enter.

    Σ of reduced costs along the cheapest path (design, line and its fixed charge, opening):
    independent of how the duals share the meter's equality. In objective units per MW, ∞ without
    a line.

    Parameters
    ----------
    engine : the program.
    relaxed : the relaxation; its reduced costs are read.

    Returns
    -------
    One price a site, in the order of ``site_ids``.
    """
    problem = engine.problem
    line = reduced(engine, relaxed, problem.meter[:, -1])
    fixed = reduced(engine, relaxed, problem.used[:, -1])
    line = line + fixed / np.maximum(line_caps(problem), DUST_MW)
    by_site = pd.Series(line).groupby(problem.connections["site_id"].to_numpy()).min()
    best = by_site.reindex(problem.site_ids).fillna(np.inf).to_numpy(dtype=np.float64)
    design = reduced(engine, relaxed, problem.it[:, :, -1])
    path = (design + problem.coefficient("connection_ratio") * best[:, None]).min(axis=1)
    path = path + reduced(engine, relaxed, problem.site_mw[:, -1])
    opening = reduced(engine, relaxed, problem.opened)
    return np.asarray(path + opening / np.maximum(problem.caps.it_mw, DUST_MW), dtype=np.float64)


def lines_still_possible(engine: Engine, root: Answer, best: Answer) -> NDArray[np.bool_]:
    """Return the lines that a plan better than ``best`` could hold.

    Taking a line costs at least the reduced costs, above the root's bound, of its choice, of its
    site's opening and of the least it carries: beyond what ``best`` leaves to gain, no better
    plan holds it.

    Parameters
    ----------
    engine : the program.
    root : the relaxation, whose objective is the bound.
    best : the best plan known.

    Returns
    -------
    One a line; those that ``best`` holds are among them.
    """
    problem = engine.problem
    place = {site: i for i, site in enumerate(problem.site_ids)}
    site = problem.connections["site_id"].map(place).to_numpy(dtype=np.intp)
    ratio = problem.coefficient("connection_ratio").min(axis=1)
    floors = np.maximum(line_bounds(problem)[0], (problem.caps.min_mw * ratio)[site])
    it = reduced(engine, root, problem.it[:, :, -1]).min(axis=1)
    it = np.maximum(it + reduced(engine, root, problem.site_mw[:, -1]), 0.0)
    cost = reduced(engine, root, problem.used[:, -1])
    cost = cost + np.maximum(reduced(engine, root, problem.opened), 0.0)[site]
    cost = cost + np.maximum(reduced(engine, root, problem.meter[:, -1]), 0.0) * floors
    cost = cost + (it * problem.caps.min_mw)[site]
    left = (best.objective - root.objective) / OBJECTIVE_SCALE
    held = best.values[engine.index(problem.used[:, -1])] > 0.5
    return np.asarray((cost <= left + 1e-9) | held, dtype=bool)


def reduced(engine: Engine, answer: Answer, variables: NDArray[np.object_]) -> Floats:
    """Return reduced costs in objective units, same shape; zero for what no row mentions.

    Parameters
    ----------
    engine : where each variable's column is.
    answer : its reduced costs are read.
    variables : of any shape.

    Returns
    -------
    An array of the shape of ``variables``.
    """
    known = np.append(answer.reduced_costs, 0.0) / OBJECTIVE_SCALE  # index -1 reads the zero
    return np.asarray(known[engine.index(variables)].reshape(variables.shape), dtype=np.float64)


def sites_worth(engine: Engine, final: Answer, relaxed: Answer) -> pd.DataFrame:
    """Return site_id, it_mw at the last period, entry price (M€-equivalent per MW) and promise.

    ``promise`` is the order in which the relaxation would take the sites, 1 first. A candidate
    below the least size was never offered to the program: its price is NaN, its promise the last.

    Parameters
    ----------
    engine : the program.
    final : the plan.
    relaxed : the relaxation.

    Returns
    -------
    One row a candidate: site_id, it_mw, entry_meur_per_mw (0 for a site of the plan), promise.
    """
    problem = engine.problem
    mw = final.values[engine.index(problem.site_mw[:, -1])]
    prices = entry_prices(engine, relaxed)
    promise = by_promise(engine, relaxed, prices)
    entry = prices * euros_per_unit(problem)
    entry = np.where(mw > DUST_MW, 0.0, np.maximum(entry, 0.0))
    offered = pd.DataFrame(
        {
            "it_mw": np.round(np.where(mw > DUST_MW, mw, 0.0), 9),
            "entry_meur_per_mw": np.round(entry, 6),
            "promise": np.argsort(promise, kind="stable") + 1,
        },
        index=pd.Index(problem.site_ids, name="site_id"),
    )
    everyone = offered.reindex(problem.inputs.sites.sort_index().index)
    everyone = everyone.fillna({"it_mw": 0.0, "promise": len(everyone)})
    return everyone.astype({"promise": "int64"}).rename_axis("site_id").reset_index()


def by_promise(engine: Engine, relaxed: Answer, prices: Floats) -> NDArray[np.intp]:
    """Sites by MW in the relaxation, then by entry price, then by the tie-break's rank.

    Parameters
    ----------
    engine : the program.
    relaxed : the relaxation.
    prices : as ``entry_prices`` returns.

    Returns
    -------
    Positions of the sites, the first that the relaxation would take first.
    """
    problem = engine.problem
    mw = np.round(relaxed.values[engine.index(problem.site_mw[:, -1])], 6)
    return np.lexsort((tie_rank(problem), np.round(prices, 9), -mw))


def yards_worth(engine: Engine, final: Answer, priced: Answer) -> pd.DataFrame:
    """Return the yards by what one more MW of room would save, then by use: to ask RTE first.

    The worth is read at fixed sites and only orders the list.

    Parameters
    ----------
    engine : the program.
    final : the plan.
    priced : the program at the plan's sites.

    Returns
    -------
    Columns ``YARD_COLUMNS``; used_mw is the most of any period.
    """
    problem, euro = engine.problem, euros_per_unit(engine.problem)
    used = np.zeros(len(problem.yards))
    place = {str(yard): i for i, yard in enumerate(problem.yards.index)}
    ends = problem.connections["yard_id"].map(place).to_numpy(dtype=np.intp)
    for t in range(len(problem.periods)):
        now = np.zeros(len(used))
        np.add.at(now, ends, final.values[engine.index(problem.meter[:, t])])
        used = np.maximum(used, now)
    worth = np.zeros(len(problem.yards))
    for billed in problem.billed:
        if billed.rule.grain == "yard" and billed.row.slug in place:
            share = _room_share(engine, billed.rule.name, billed.row.slug)
            worth[place[billed.row.slug]] += gain_per_unit(engine, priced, billed) * euro * share
    table = problem.yards[["name", "room_low_mw", "room_mw", "room_high_mw", "room_status"]]
    table = table.assign(used_mw=np.round(used, 9), worth_meur_per_mw=np.round(worth, 9))
    return table.reset_index().sort_values(
        ["worth_meur_per_mw", "used_mw", "yard_id"],
        ascending=[False, False, True],
        ignore_index=True,
    )


def _room_share(engine: Engine, rule: str, yard: str) -> float:
    """Return how much of one more MW of room the rule lets through: all but the reserve."""
    if rule != "grid.reserve":
        return 1.0
    return 1.0 - float(engine.problem.yards["reserve_share"].astype(float)[yard])
