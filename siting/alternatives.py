"""Other plans nearly as good, that share few sites with the best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from layers.errors import SitingError
from siting.inputs import Inputs
from siting.plan import Plan
from siting.solve import solve

COLUMNS = (
    "alternative", "site_id", "design", "period", "it_mw", "is_in_plan", "objective_gap",
    "sites_changed",
)  # fmt: skip


def no_alternatives() -> pd.DataFrame:
    """Return the empty table, with its columns."""
    return pd.DataFrame(columns=list(COLUMNS))


def alternatives(
    inputs: Inputs,
    plan: Plan,
    *,
    count: int = 3,
    worse_at_most: float = 0.05,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Return up to ``count`` plans without the largest sites of the ones before, gap declared.

    Each forbids the half of the previous plan's MW that stands on its largest sites, so that
    plans differ where it matters; one worse than ``worse_at_most`` of the objective is left out.
    Columns: ``COLUMNS``; ``objective_gap`` is relative to the plan, 0.02 for 2 % worse;
    ``sites_changed`` counts the sites of one plan only.
    """
    shut: set[str] = set()
    before, tables = plan, []
    for number in range(1, count + 1):
        shut |= _largest_half(inputs, before)
        left = inputs.sites[~inputs.sites.index.isin(list(shut))]
        try:
            before = solve(replace(inputs, sites=left), progress=progress)
        except SitingError:
            break
        scale = abs(plan.outcome.objective) or 1.0
        worse = (before.outcome.objective - plan.outcome.objective) / scale
        if worse > worse_at_most:
            break
        tables.append(_table(number, before, plan, worse))
    return pd.concat(tables, ignore_index=True) if tables else no_alternatives()


def _largest_half(inputs: Inputs, plan: Plan) -> set[str]:
    sizes = plan.it_mw(inputs.demand.periods[-1]).sort_index()
    sizes = sizes.sort_values(ascending=False, kind="stable")
    before = np.cumsum(sizes.to_numpy()) - sizes.to_numpy()
    return {str(site) for site in sizes.index[before < sizes.sum() / 2]}


def _table(number: int, other: Plan, plan: Plan, worse: float) -> pd.DataFrame:
    kept = set(plan.retained)
    return other.placements.assign(
        alternative=number,
        is_in_plan=other.placements["site_id"].isin(sorted(kept)),
        objective_gap=round(worse, 6),
        sites_changed=len(set(other.retained) ^ kept),
    )[list(COLUMNS)]
