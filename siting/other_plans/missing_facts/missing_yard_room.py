"""Yard by yard, what its true room could change: the rows of the yard alone move."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from siting.other_plans.missing_facts.fact_bounds import Base, Reaction, clean, react
from siting.prices.rule_bill import PRICED, value_of
from siting.program.problem import OBJECTIVE_SCALE, BilledRow

COLUMNS = (
    "yard_id", "name", "room_low_mw", "room_mw", "room_high_mw", "used_mw", "worst_moved_mw",
    "worst_cost_meur", "best_cost_meur",
)  # fmt: skip
RULES_OF_ROOM = ("grid.yard_capacity", "grid.reserve")


def yards_effects(base: Base, most: int = 10) -> pd.DataFrame:
    """Return, yard by yard, what the plan becomes at the ends of its room; the greatest first.

    Only the yards the plan draws from and that nobody answered for; the rows of the yard alone
    move, in the program already solved.

    Parameters
    ----------
    base : the plan of the run.
    most : how many yards at most.

    Returns
    -------
    Columns ``COLUMNS``, in MW and M€-equivalent.
    """
    last = base.inputs.demand.periods[-1]
    drawn = base.plan.connections[base.plan.connections["period"] == last]
    used = drawn.groupby("yard_id")["meter_mw"].sum()
    rows = []
    yards = base.inputs.yards[base.inputs.yards["room_status"] != "read"].to_dict("index")
    for yard, mw in used.items():
        if (facts := yards.get(yard)) is None:
            continue
        low, high = (float(facts[c]) / float(facts["room_mw"]) for c in
                     ("room_low_mw", "room_high_mw"))  # fmt: skip
        worst = _lower(base, str(yard), low)
        rows.append(
            {
                "yard_id": yard,
                **{c: facts[c] for c in ("name", "room_low_mw", "room_mw", "room_high_mw")},
                "used_mw": clean(float(mw)),
                "worst_moved_mw": worst.moved_mw,
                "worst_cost_meur": worst.cost_meur,
                "best_cost_meur": _saved(base, str(yard), high),
            }
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values(
        ["worst_moved_mw", "worst_cost_meur", "used_mw", "yard_id"],
        ascending=[False, False, False, True],
        ignore_index=True,
    ).head(most)


def _lower(base: Base, yard: str, factor: float) -> Reaction:
    """Return the reaction to less room; none when neither the plan nor the best needs more."""
    limits = _limits(base, yard, factor)
    needed = (
        max(_plan_draw(base, yard, row), value_of(base.engine, base.relaxed, row.row.left)) - limit
        for row, limit in limits.values()
    )
    return Reaction(0.0, 0.0) if all(more <= 0 for more in needed) else _moved(base, limits)


def _saved(base: Base, yard: str, factor: float) -> float:
    """Return what more room costs, which is less: nothing where the rows have no price."""
    limits = _limits(base, yard, factor)
    duals = np.abs(base.relaxed.row_duals[list(limits)]) / OBJECTIVE_SCALE
    if limits and factor >= 1.0 and duals.max() <= PRICED:
        return 0.0
    return _moved(base, limits, only_cost=True).cost_meur


def _moved(
    base: Base, limits: Mapping[int, tuple[BilledRow, float]], *, only_cost: bool = False
) -> Reaction:
    """Return the reaction to other limits, from where the base stood; then put it back."""
    engine = base.engine
    engine.start_at(base.basis)
    for place, (_, limit) in limits.items():
        engine.limit(place, limit)
    answer = engine.run()
    if only_cost and answer.is_usable:
        cost = clean((answer.objective - base.best) / OBJECTIVE_SCALE * base.euro)
        told = Reaction(cost, math.nan)
    else:
        told = react(base, engine, answer, base.need)
    engine.restore_rows(list(limits))
    return told


def _limits(base: Base, yard: str, factor: float) -> dict[int, tuple[BilledRow, float]]:
    """Return the rows of one yard, capacity and reserve, with their limit at a share of room."""
    return {
        base.engine.rows[billed.name]: (billed, billed.row.limit * factor - billed.row.constant)
        for billed in base.engine.problem.billed
        if billed.rule.name in RULES_OF_ROOM and billed.row.slug == yard
    }


def _plan_draw(base: Base, yard: str, billed: BilledRow) -> float:
    lines = base.plan.connections
    now = lines[(lines["yard_id"] == yard) & (lines["period"] == billed.row.period)]
    return float(now["meter_mw"].sum())
