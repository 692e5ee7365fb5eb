"""The plan one regrets least: what having opened its sites costs when assumptions turn out so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from siting.other_plans.kept_program import KeptProgram

REGRET_COLUMNS = ("draw", "structure", "holds", "regret_meur")
WORST_COLUMNS = ("structure", "draws", "held_draws", "median_meur", "worst_meur", "is_least")


def regrets(
    draw: int, program: KeptProgram, sites_of: Mapping[int, Sequence[str]]
) -> list[dict[str, object]]:
    """Return what each plan costs more than the best of one draw, once its sites are opened.

    In the draw, the sites of the plan have to open; their MW and lines adapt, and other sites may
    be added. The regret is counted from the best plan known of the draw, in M€-equivalent of the
    draw's own weights; NaN, and ``holds`` false, when no plan of the draw opens these sites.

    Parameters
    ----------
    draw : its number.
    program : of the draw; cost is weighed.
    sites_of : the sites of each plan, by number of structure.

    Returns
    -------
    Rows of ``REGRET_COLUMNS``, one a plan.
    """
    held = {number: program.holding(sites) for number, sites in sites_of.items()}
    known = [kept.plan.outcome.objective for kept in held.values() if kept is not None]
    best = min([program.first.plan.outcome.objective, *known])
    rows: list[dict[str, object]] = []
    for number, kept in held.items():
        more = float("nan") if kept is None else kept.plan.outcome.objective - best
        regret = round(more / program.rate, 6)
        row = (draw, number, kept is not None, regret)
        rows.append(dict(zip(REGRET_COLUMNS, row, strict=True)))
    return rows


def worst_regrets(table: pd.DataFrame) -> pd.DataFrame:
    """Return by structure its worst and its median regret, and which one is regretted least.

    The least regretted holds in the most draws, then has the least worst regret, then the least
    median, then the fewest sites (the larger number).

    Parameters
    ----------
    table : columns ``REGRET_COLUMNS``, one row at least.

    Returns
    -------
    Columns ``WORST_COLUMNS``, one row a structure.
    """
    rows = [
        (
            number,
            len(of),
            int(of["holds"].sum()),
            round(float(of["regret_meur"].median()), 6),
            round(float(of["regret_meur"].max()), 6),
        )
        for number, of in table.groupby("structure", sort=True)
    ]
    found = pd.DataFrame(rows, columns=list(WORST_COLUMNS[:-1]))
    order = found.sort_values(
        ["held_draws", "worst_meur", "median_meur", "structure"],
        ascending=[False, True, True, False],
        kind="stable",
    )
    return found.assign(is_least=found.index == order.index[0])
