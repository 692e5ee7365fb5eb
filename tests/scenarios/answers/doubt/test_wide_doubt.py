from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import xarray as xr

import impacts
from impacts.quantities.backup_power import engines_thermal_mw
from scenarios.answers.backup_figures import backup_table, icpe_table
from scenarios.answers.doubt.wide_doubt import needed, wide_draws, wide_figures, wide_said
from siting.solve import solve
from tests.village.hand import village

FACTORS = impacts.factors(date(2026, 12, 1))


@pytest.fixture(scope="module")
def solved():
    inputs = village()
    return inputs, solve(inputs)


def test_the_need_moves_every_total_and_no_ratio():
    wide = wide_draws(FACTORS, 40)
    assert 0.86 <= wide.need.min() < 0.9
    assert 1.1 < wide.need.max() <= 1.14
    drawn = xr.Dataset(
        {
            "water": ("draw", np.full(40, 2.0), {"units": "m3/MW"}),
            "pue": ("draw", np.full(40, 1.1), {"units": "1"}),
        }
    )
    found = needed(drawn, wide)
    np.testing.assert_allclose(found["water"], 2.0 * wide.need)
    assert (found["pue"] == 1.1).all()
    assert found["water"].attrs["units"] == "m3/MW"
    again = wide_draws(FACTORS, 40)
    np.testing.assert_array_equal(wide.need, again.need)


def test_prices_stay_between_the_costs_declared_and_rooms_between_theirs(solved):
    inputs, plan = solved
    period = inputs.demand.periods[-1]
    wide = wide_draws(FACTORS, 100)
    found = wide_figures(inputs, plan, period, wide)
    keys = ["site_id", "yard_id", "domain"]
    used = plan.connections[plan.connections["period"] == period]
    lines = used[keys].drop_duplicates().merge(inputs.connections, on=keys)
    assert lines["cost_low_meur"].sum() <= found["connection_cost_meur_p5"]
    assert found["connection_cost_meur_p5"] < found["connection_cost_meur_p95"]
    assert found["connection_cost_meur_p95"] <= lines["cost_high_meur"].sum()
    ample = replace(inputs, yards=inputs.yards.assign(
        room_low_mw=1e4, room_mw=1e4, room_high_mw=1e4))  # fmt: skip
    full = replace(inputs, yards=inputs.yards.assign(
        room_low_mw=0.1, room_mw=0.1, room_high_mw=0.1))  # fmt: skip
    assert wide_figures(ample, plan, period, wide)["room_short_share"] == 0
    assert wide_figures(full, plan, period, wide)["room_short_share"] == 1


def test_the_wide_doubt_is_said_only_when_it_was_drawn():
    spread = FACTORS["uncertainty.demand_spread"]
    assert wide_said({"water_m3": 1.0}, spread) == []
    figures = {"connection_cost_meur_p5": 12.0, "connection_cost_meur_p95": 29.0}
    told = wide_said({**figures, "room_short_share": 0.25}, spread)
    assert "86 à 114" in told[0]
    assert "12 à 29" in told[0]
    assert "25" in told[1]
    assert max(len(sentence.split()) for text in told for sentence in text.split(". ")) <= 35


def test_each_site_has_its_backup_and_the_headings_it_crosses(solved):
    inputs, plan = solved
    period = inputs.demand.periods[-1]
    # The village's designs are its own: those of the catalogue stand for them.
    names = dict(zip(("air", "liquid", "pads"), ("air_chiller_fc", "dlc_dry", "dlc_adiab"),
                     strict=True))  # fmt: skip
    coefficients = inputs.coefficients.assign_coords(
        design=[names[str(name)] for name in inputs.coefficients["design"].values]
    )
    coefficients["pue_max"] = xr.full_like(coefficients["site_energy"], 1.25)
    placements = plan.placements.assign(design=plan.placements["design"].map(names))
    inputs, plan = replace(inputs, coefficients=coefficients), replace(plan, placements=placements)
    table = backup_table(inputs, plan, period, FACTORS).set_index("site_id")
    placed = placements[placements["period"] == period].groupby("site_id")["it_mw"].sum()
    np.testing.assert_allclose(table["it_mw"], placed, rtol=1e-5)
    np.testing.assert_allclose(table["engines_mw"], 1.5 * placed, rtol=1e-5)
    assert (table["peak_hours"] == 250).all()
    crossed = icpe_table(inputs, plan, period, FACTORS)
    large = {site for site, mw in placed.items() if engines_thermal_mw(float(mw), FACTORS) >= 50}
    assert set(crossed.loc[crossed["rubric"] == "3110", "site_id"]) == large
    assert (crossed["quantity"] >= crossed["threshold"]).all()
    assert set(crossed["value"]) <= set(FACTORS)
