"""Candidates the program could not take: what they lack to hold the least size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.program.presolve import KNOWN_ABOVE, domain_floors, largest_site
from siting.program.problem import Problem

COLUMNS = ("cause", "carries_mw", "least_mw")


def left_out(problem: Problem) -> pd.DataFrame:
    """Return why each candidate that holds no variable of the program was left out of it.

    Parameters
    ----------
    problem : the program as written.

    Returns
    -------
    Index site_id; cause (``no_line``, ``small_land``, ``voltage_floor``, ``small_line``);
    carries_mw : IT MW its land, its best line, or all the plan could put there; least_mw : what it
    had to carry.
    """
    inputs = problem.inputs
    sites = inputs.sites.sort_index()[~problem.caps.fits]
    names = list(sites.index)
    ratio = pd.Series(inputs.coefficient("connection_ratio", names).min(axis=1), names)
    land = inputs.coefficient("land", names).min(axis=1)
    by_land = sites["usable_area_m2"].to_numpy(dtype=np.float64) / land
    lines = inputs.connections[inputs.connections["site_id"].isin(names)]
    best = lines.groupby("site_id")["limit_mw"].max().reindex(names)
    by_line = (best / ratio).to_numpy(dtype=np.float64)
    least = problem.caps.min_mw
    is_short_of_line = by_line < least - KNOWN_ABOVE
    causes = np.select(
        [best.isna().to_numpy(), by_land < least - KNOWN_ABOVE, is_short_of_line],
        ["no_line", "small_land", "small_line"],
        "voltage_floor",
    )
    largest = np.minimum(by_land, largest_site(inputs))
    carried = np.select(
        [causes == "no_line", causes == "small_land", causes == "small_line"],
        [0.0, by_land, np.nan_to_num(by_line)],
        largest,
    )
    floors = lines["domain"].map(domain_floors(inputs)).astype(float).fillna(0.0)
    strong = lines["limit_mw"] >= least * lines["site_id"].map(ratio).astype(float) - KNOWN_ABOVE
    floor = floors[strong].groupby(lines["site_id"]).min().reindex(names).astype(float)
    asked = np.where(causes == "voltage_floor", floor / ratio, least)
    values = (causes, np.round(carried, 6), np.round(asked.astype(np.float64), 6))
    table = dict(zip(COLUMNS, values, strict=True))
    return pd.DataFrame(table, index=pd.Index(names, name="site_id", dtype="object"))
