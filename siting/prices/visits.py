"""Which sites deserve a visit: those the program would take, were the land found free."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.program.plan_tables import DUST_MW
from siting.solver.highs_engine import Engine, Verdict

RULE = "land.vacancy"
COLUMN = "if_free_mw"


def visited(sites: pd.DataFrame, engine: Engine) -> pd.DataFrame:
    """Add to the worth of sites what the program would place there, were all land free.

    Parameters
    ----------
    sites : as ``sites_worth`` returns.
    engine : the program, put back as it was.

    Returns
    -------
    The sites with if_free_mw, the MW of the last period in the relaxation without C31, zero for a
    site that needs no visit; a site that C31 shuts has no entry price, as no price would let it in.
    """
    problem = engine.problem
    rows = [engine.rows[billed.name] for billed in problem.billed if billed.rule.name == RULE]
    doubtful = pd.Series(False, index=sites["site_id"])
    if rows and "retainable" in problem.inputs.sites:
        doubtful = ~problem.inputs.sites["retainable"].astype(bool).reindex(sites["site_id"])
    mw = _if_free(engine, rows).reindex(sites["site_id"]).fillna(0.0).where(doubtful, 0.0)
    shut = doubtful.to_numpy() & (sites["it_mw"].to_numpy() <= DUST_MW)
    return sites.assign(
        if_free_mw=mw.to_numpy().round(6),
        entry_meur_per_mw=sites["entry_meur_per_mw"].where(~shut),
    )


def _if_free(engine: Engine, rows: list[int]) -> pd.Series:
    """Return the MW of each site at the last period, the rows of C31 freed, sites partly open."""
    problem = engine.problem
    nothing = pd.Series(np.zeros(len(problem.site_ids)), index=problem.site_ids)
    if not rows:
        return nothing
    engine.free_rows(rows)
    free = engine.run()
    engine.restore_rows(rows)
    if free.verdict is not Verdict.OPTIMAL:
        return nothing
    return pd.Series(engine.read(free, problem.site_mw[:, -1]), index=problem.site_ids)
