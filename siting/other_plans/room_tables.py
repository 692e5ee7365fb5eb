"""What the room's program says of sites, lines, coolings, need and plan, as plain lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from siting.program.physical_rows import line_bounds
from siting.program.plan_tables import Plan
from siting.program.problem import Problem
from siting.solver.highs_engine import Engine

# Ten significant digits: far below the solver's tolerance, and half the bytes.
DIGITS = 10
Sparse = tuple[list[int], list[float]]


def sites_told(problem: Problem) -> dict[str, Any]:
    """Return the sites: places, caps, ratios, least size, whether their ground is verified.

    Parameters
    ----------
    problem : the program.

    Returns
    -------
    Lists in the order of ``site_ids``; ``cap`` and ``least`` in IT MW.
    """
    table = problem.sites
    columns = ("commune_code", "epci_code", "departement_code", "sector_code", "zre")
    found: dict[str, Any] = {"id": problem.site_ids}
    for name in columns:
        if name in table:
            found[name] = table[name].astype(str).tolist()
    found["cap"] = rounded(problem.caps.physical_mw)
    ratio = problem.coefficient("connection_ratio")
    found["ratio"], found["ratio_least"] = rounded(ratio.max(axis=1)), rounded(ratio.min(axis=1))
    found["verified"] = (
        table["retainable"].astype(bool).tolist()
        if "retainable" in table
        else table["is_verified"].astype(bool).tolist()
    )
    found["least"] = problem.caps.min_mw
    return found


def lines_told(problem: Problem) -> dict[str, Any]:
    """Return the lines: site, yard, voltage domain, and floor in MW at the meter.

    Parameters
    ----------
    problem : the program.

    Returns
    -------
    Lists in the order of ``connections``; sites by their position.
    """
    place = {site: i for i, site in enumerate(problem.site_ids)}
    table = problem.connections
    return {
        "site": table["site_id"].map(place).astype(int).tolist(),
        "yard": table["yard_id"].astype(str).tolist(),
        "domain": table["domain"].astype(str).tolist(),
        "floor": rounded(line_bounds(problem)[0]),
    }


def designs_told(problem: Problem) -> list[dict[str, Any]]:
    """Return the coolings offered: id, French label, liquid or not.

    Parameters
    ----------
    problem : the program.

    Returns
    -------
    One entry a design, in the program's order.
    """
    table = problem.inputs.coefficients.sel(design=problem.designs)
    names = table["design_fr"] if "design_fr" in table.coords else table["design"]
    liquid = table["is_liquid"].values.astype(bool)
    return [
        {"id": design, "label": str(name), "liquid": bool(wet)}
        for design, name, wet in zip(problem.designs, names.values, liquid, strict=True)
    ]


def demand_told(problem: Problem) -> dict[str, Any]:
    """Return the need by period, in IT MW.

    Parameters
    ----------
    problem : the program.

    Returns
    -------
    ``need`` left to place, ``total``, ``before`` (what is left before it is cut off at zero), and
    the liquid share admitted.
    """
    demand = problem.inputs.demand
    return {
        "need": [problem.need(period) for period in problem.periods],
        "total": [float(demand.it_mw[period]) for period in problem.periods],
        # What is left to place before it is cut off at zero, so that a page may move the total.
        "before": [
            float(demand.it_mw[p]) - demand.existing_it_mw - demand.fixed_it_mw(p)
            for p in problem.periods
        ],
        "max_liquid_share": problem.inputs.max_liquid_share,
    }


def plan_told(plan: Plan, problem: Problem) -> dict[str, Any]:
    """Return the yes and no of the plan in force, its MW and heat, and its alternatives.

    Parameters
    ----------
    plan : the answer.
    problem : the program, which holds every site of the plan.

    Returns
    -------
    Positions of sites, lines and periods; MW, GWh a year; objective, bound and paid as ``Outcome``.
    """
    ids, lines = problem.site_ids, problem.connections
    place = {site: i for i, site in enumerate(ids)}
    ends = {
        key: k for k, key in enumerate(zip(lines["site_id"], lines["yard_id"], lines["domain"],
                                           strict=True))
    }  # fmt: skip
    periods = {period: t for t, period in enumerate(problem.periods)}
    drawn = plan.connections[["site_id", "yard_id", "domain", "period"]]
    used = [
        [ends[(site, yard, domain)], periods[int(period)]]
        for site, yard, domain, period in drawn.itertuples(index=False, name=None)
    ]
    placed = plan.placements[["site_id", "design", "period", "it_mw"]]
    sent = plan.sinks[["sink_id", "period", "heat_gwh"]]
    outcome = plan.outcome
    return {
        "open": sorted(place[site] for site in plan.retained),
        "use": used,
        "mw": [
            [place[site], periods[int(period)], round(float(mw), 6), problem.designs.index(design)]
            for site, design, period, mw in placed.itertuples(index=False, name=None)
        ],
        "heat": [
            [problem.sinks.index(sink), periods[int(period)], round(float(gwh), 6)]
            for sink, period, gwh in sent.itertuples(index=False, name=None)
        ],
        "objective": outcome.objective, "bound": outcome.bound, "paid": outcome.paid,
        "gap": outcome.gap,
        "alternatives": [
            sorted(place[site] for site in set(group["site_id"].astype(str)))
            for _, group in plan.alternatives.groupby("alternative", sort=True)
        ],
    }  # fmt: skip


def sparse(terms: Mapping[Any, float], engine: Engine) -> Sparse:
    """Return a sum as numbers of columns and their factors.

    Parameters
    ----------
    terms : factors by variable.
    engine : the program in HiGHS.

    Returns
    -------
    Columns and factors; a variable no row mentions is left out.
    """
    columns = engine.index(list(terms))
    values = np.array(list(terms.values()), dtype=np.float64)
    known = columns >= 0
    return columns[known].tolist(), rounded(values[known])


def rounded(values: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """Return figures with ``DIGITS`` significant digits.

    Parameters
    ----------
    values : any finite figures.

    Returns
    -------
    The same, shorter to write.
    """
    return [float(f"{value:.{DIGITS}g}") for value in values]


def bounds(values: Sequence[float]) -> list[float | None]:
    """Return bounds, None for no bound: JSON has no infinity.

    Parameters
    ----------
    values : as HiGHS holds them.

    Returns
    -------
    Figures, or None from 1e19 on.
    """
    return [float(f"{v:.{DIGITS}g}") if abs(v) < 1e19 else None for v in values]
