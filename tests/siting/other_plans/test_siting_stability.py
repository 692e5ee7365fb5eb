"""What holds from one draw to the next, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.other_plans.plan_stability import (
    COLUMNS,
    DrawnPlan,
    price_intervals,
    share_interval,
    stability,
)
from siting.solve import solve
from tests.village.hand import site_table, village

FOUR = [
    DrawnPlan({"A": 10.0, "C": 20.0}, {"Y1": 14.0, "Y2": 28.0}),
    DrawnPlan({"B": 10.0, "C": 20.0}, {"Y1": 14.0, "Y2": 28.0}),
    DrawnPlan({"A": 5.0, "C": 25.0}, {"Y1": 7.0, "Y2": 35.0}),
    DrawnPlan({"C": 30.0}, {"Y2": 42.0}),
]


def told(grain: str, place: str) -> pd.Series:
    table = stability(FOUR, site_table())
    return table[(table["grain"] == grain) & (table["id"] == place)].iloc[0]


def test_sites_that_swap_within_a_territory_leave_it_stable():
    assert told("site", "A")["kept_share"] == 0.5
    assert told("site", "B")["kept_share"] == 0.25
    assert told("epci", "E1")["kept_share"] == 0.75
    assert told("yard", "Y1")["kept_share"] == 0.75
    assert told("departement", "33")["kept_share"] == 1.0


def test_megawatts_count_the_draws_that_leave_the_place_empty():
    assert told("epci", "E1")["mw_p50"] == 7.5  # 0, 5, 10, 10
    assert told("site", "C")["mw_p50"] == 22.5  # 20, 20, 25, 30


def test_the_widest_grain_comes_first_and_the_surest_place_before_the_others():
    table = stability(FOUR, site_table())
    assert list(table.columns) == list(COLUMNS)
    assert table["grain"].drop_duplicates().tolist() == ["departement", "epci", "yard", "site"]
    for _, part in table.groupby("grain"):
        assert part["kept_share"].is_monotonic_decreasing


def test_a_draw_reads_sites_and_yards_of_its_plan():
    draw = DrawnPlan.of(solve(village()), 2036)
    assert sum(draw.site_mw.values()) == pytest.approx(50.0, rel=0.03)
    assert set(draw.yard_mw) <= {"Y1", "Y2", "Y3"}
    assert sum(draw.yard_mw.values()) >= 1.35 * sum(draw.site_mw.values()) - 1e-6


def test_without_any_plan_the_tables_are_empty():
    assert stability([], site_table()).empty
    assert price_intervals([]).empty


@given(st.integers(1, 500), st.data())
def test_the_interval_of_a_share_holds_it_and_narrows_with_draws(draws, data):
    kept = data.draw(st.integers(0, draws))
    low, high = share_interval(kept, draws)
    assert 0 <= low <= kept / draws <= high <= 1
    more = share_interval(4 * kept, 4 * draws)
    assert more[1] - more[0] < high - low


def test_prices_over_draws_are_quantiles_of_the_bills():
    bill = solve(village(), gap=0.0).bill
    dearer = bill.assign(price=bill["price"] * 3.0)
    table = price_intervals([bill, dearer, dearer])
    assert len(table)
    first = table.iloc[0]
    match = bill[(bill["rule_id"] == first["rule_id"]) & (bill["where"] == first["where"])
                 & (bill["period"] == first["period"])].iloc[0]  # fmt: skip
    assert first["price_p50"] == pytest.approx(3.0 * match["price"])
    assert first["binding_share"] == 1.0
    assert np.isfinite(table[["price_p5", "price_p95"]].to_numpy()).all()
    assert (table["price_p5"] <= table["price_p95"]).all()
