from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import impacts
from impacts import uncertainty
from impacts.cooling.hourly_cooling import parameters_of
from layers.words.errors import SitingError

DESIGNS = ["air_chiller_fc", "air_chiller_fc_ad", "dlc_dry"]


@pytest.fixture(scope="module")
def drawn(factors) -> uncertainty.Sample:
    return uncertainty.sample(factors, count=100)


@pytest.fixture(scope="module")
def figures(stations, sites, factors, drawn) -> xr.Dataset:
    return uncertainty.draw(sites, DESIGNS, stations, factors, drawn=drawn)


def test_every_draw_lies_in_the_range_of_its_law(drawn, factors):
    for name, values in drawn.everything().items():
        if name in {"utilisation", "aware"}:
            continue
        value = factors[name]
        if value.law == "triangular":
            assert value.low <= values.min() <= values.max() <= value.high, name


def test_a_lognormal_law_has_its_bounds_at_five_and_ninety_five(factors):
    lopsided = [v for v in factors.values() if v.law == "lognormal"]
    assert len(lopsided) >= 6
    for value in lopsided:
        low, middle, high = uncertainty.inverse(value, np.array([0.05, 0.5, 0.95]))
        assert middle == pytest.approx(value.number), value
        assert low == pytest.approx(value.low), value
        assert high == pytest.approx(value.high), value


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_law_never_falls_back_as_its_share_rises(factors, one, other):
    for name in ("cooling.supply_air", "carbon.servers_cpu", "cooling.electrical_redundancy"):
        low, high = uncertainty.inverse(factors[name], np.sort([one, other]))
        assert low <= high


def test_a_careless_plant_is_careless_throughout(factors):
    many = uncertainty.sample(factors, count=2000)
    fans, pumps = many.plant["room_fan_pressure"], many.plant["pump"]
    good = many.plant["chiller_air_cooled"]
    assert np.corrcoef(fans, pumps)[0, 1] == pytest.approx(0.5, abs=0.06)
    assert np.corrcoef(fans, good)[0, 1] == pytest.approx(-0.5, abs=0.06)
    assert abs(np.corrcoef(fans, many.ledger["carbon.intensity"])[0, 1]) < 0.06
    alone = uncertainty.sample(factors, count=2000, correlation=0)
    assert abs(np.corrcoef(alone.plant["room_fan_pressure"], alone.plant["pump"])[0, 1]) < 0.06


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(factors):
    one, two = uncertainty.sample(factors, count=20), uncertainty.sample(factors, count=20)
    other = uncertainty.sample(factors, count=20, seed=7)
    np.testing.assert_array_equal(one.plant["pump"], two.plant["pump"])
    assert not np.array_equal(one.plant["pump"], other.plant["pump"])


def test_a_new_constant_does_not_move_the_draws_of_the_others(factors):
    fewer = {name: value for name, value in factors.items() if name != "heat.recovery"}
    one, two = uncertainty.sample(factors, count=20), uncertainty.sample(fewer, count=20)
    np.testing.assert_array_equal(one.plant["pump"], two.plant["pump"])
    np.testing.assert_array_equal(one.ledger["land.campus"], two.ledger["land.campus"])


def test_with_nothing_uncertain_a_draw_is_the_footprint(stations, sites, factors):
    names = set(uncertainty.sample(factors).everything())
    still = uncertainty.sample(factors, count=1, held=[*names, "weather"])
    assert still.everything() == {}
    one = uncertainty.draw(sites, DESIGNS, stations, factors, drawn=still).isel(draw=0)
    plain = impacts.footprint(sites, DESIGNS, stations, factors)
    assert set(one.data_vars) == set(plain.data_vars)
    for name in plain.data_vars:
        assert one[name].attrs["units"] == plain[name].attrs["units"]
        # The peak day is read on wider classes of air; the rest moves by thousandths.
        margin = 0.02 if name == "water_peak_day" else 0.007
        wide = plain[name].broadcast_like(one[name])
        np.testing.assert_allclose(one[name], wide, rtol=margin, err_msg=name)
    assert np.abs(one["pue"] - plain["pue"]).max() < 0.001
    assert np.abs(one["wue"] - plain["wue"]).max() < 0.002


def test_quantiles_stand_in_order_around_the_usual_figure(figures, stations, sites, factors):
    q = uncertainty.quantiles(figures)
    low, middle, high = (q.sel(quantile=name) for name in ("p5", "p50", "p95"))
    plain = impacts.footprint(sites, DESIGNS, stations, factors)
    for name in q.data_vars:
        assert bool((low[name] <= middle[name]).all()), name
        assert bool((middle[name] <= high[name]).all()), name
    for name in ("pue", "water_input", "carbon", "land", "offsite_water"):
        assert bool((low[name] < plain[name]).all()), name
        assert bool((plain[name] < high[name]).all()), name


def test_correlation_widens_the_interval(stations, sites, factors):
    few = sites.iloc[:2]
    span = {}
    for share in (0.0, 0.5):
        s = uncertainty.sample(factors, correlation=share, held=["utilisation"])
        pue = uncertainty.draw(few, ["dlc_dry"], stations, factors, drawn=s)["pue"]
        low, high = np.quantile(pue.to_numpy(), (0.05, 0.95))
        span[share] = high - low
    assert span[0.5] > 1.5 * span[0.0]


def test_shares_of_being_best_sum_to_one_and_follow_the_water(figures):
    design = uncertainty.best_design(figures["water_input"])
    np.testing.assert_allclose(design.sum("design"), 1.0)
    assert float(design.sel(design="dlc_dry").min()) > 0.95
    twins = uncertainty.best_design(figures["land"])
    np.testing.assert_allclose(twins, 1 / twins.sizes["design"])


def test_what_matters_most_is_what_physics_says(stations, sites, factors):
    alone = uncertainty.sample(factors, correlation=0, count=300)
    one = uncertainty.draw(sites.iloc[:1], DESIGNS, stations, factors, drawn=alone)
    first = one.isel(site_id=0)
    pads = uncertainty.first_order(first["wue"].sel(design="air_chiller_fc_ad"), alone)
    assert set(pads.index[:3]) & {"cooling.pad_delay", "cooling.cycles_of_concentration"}
    carbon = uncertainty.first_order(first["carbon_electricity"].sel(design="dlc_dry"), alone)
    assert carbon.index[0] == "carbon.intensity"
    ground = uncertainty.first_order(first["land"].sel(design="dlc_dry"), alone)
    assert ground.index[0] == "land.standard"
    assert ground.iloc[0] > 0.95
    with pytest.raises(SitingError, match="tirages"):
        uncertainty.first_order(one["land"], alone)


def test_a_plan_s_totals_are_the_sum_of_its_draws(figures, stations, sites, factors, drawn):
    keys = pd.MultiIndex.from_tuples(
        [("s03", "dlc_dry"), ("s07", "air_chiller_fc_ad"), ("s09", "dlc_dry")],
        names=["site_id", "design"],
    )
    placed = pd.Series([10.0, 30.0, 0.0], index=keys)
    start = time.process_time()
    totals = uncertainty.plan_quantiles(
        uncertainty.plan_draws(placed, sites, stations, factors, drawn=drawn)
    )
    assert time.process_time() - start < 10  # 0.4 s alone on two cores
    by_hand = 10 * figures["water_input"].sel(site_id="s03", design="dlc_dry")
    by_hand = by_hand + 30 * figures["water_input"].sel(site_id="s07", design="air_chiller_fc_ad")
    expected = np.quantile(by_hand.to_numpy(), (0.05, 0.5, 0.95))
    row = totals.loc["water_input"]
    # Classes are merged over the places asked: a class's mean air is not quite the same.
    np.testing.assert_allclose([row["p5"], row["p50"], row["p95"]], expected, rtol=0.03)
    assert row["units"] == "m3"
    assert row["label_fr"] == "Eau apportée"
    assert uncertainty.plan_quantiles(
        uncertainty.plan_draws(placed * 0, sites, stations, factors, drawn=drawn)
    ).empty


def test_an_unknown_held_name_or_correlation_is_refused(factors):
    with pytest.raises(SitingError, match="supply_aire") as refused:
        uncertainty.sample(factors, held=["cooling.supply_aire"])
    assert refused.value.code == "SIT202"
    with pytest.raises(SitingError, match="corrélation"):
        uncertainty.sample(factors, correlation=1.5)


def test_every_plant_parameter_has_a_sign(factors):
    assert set(factors["uncertainty.signs"].value) == set(parameters_of("best", factors))


@pytest.mark.slow
def test_two_hundred_draws_of_a_thousand_sites_take_seconds(stations, sites, factors):
    rng = np.random.default_rng(5)
    many = sites.iloc[rng.integers(0, len(sites), 1000)].copy()
    many.index = pd.Index([f"t{k:04}" for k in range(len(many))], name="site_id")
    many["x_m"] += rng.normal(0, 20_000, len(many))
    start = time.process_time()
    found = uncertainty.draw(many, [*DESIGNS, "dlc_adiab"], stations, factors)
    assert found.sizes["draw"] == 200
    assert time.process_time() - start < 30  # 8 s of two cores alone: a busy core is a slower one


def test_one_constant_at_a_time_moves_what_it_should_and_nothing_else(stations, sites, factors):
    placed = pd.Series(
        [10.0, 5.0, 2.5],
        index=pd.MultiIndex.from_tuples(
            [("s00", "air_chiller_fc"), ("s01", "dlc_dry"), ("s02", "air_chiller_fc")],
            names=["site_id", "design"],
        ),
    )
    table = uncertainty.one_at_a_time(placed, sites, stations, factors)
    land = table[table["figure"] == "land"]
    assert land["constant"].tolist() == ["land.standard"]
    row = land.iloc[0]
    assert row["usual"] == pytest.approx(17.5 * factors["land.standard"].number)
    assert row["at_low"] == pytest.approx(17.5 * row["low"])
    assert row["at_high"] == pytest.approx(17.5 * row["high"])
    energy = table[(table["figure"] == "it_energy")]
    assert energy["constant"].tolist() == ["utilisation"]
    assert energy["usual"].iloc[0] == pytest.approx(17.5 * 0.7 * 8.76)
    electric = table[table["figure"] == "carbon_electricity"].set_index("constant")
    per_gram = electric["at_high"] / electric["high"]
    assert per_gram["carbon.intensity"] == pytest.approx(
        electric["usual"].iloc[0] / factors["carbon.intensity"].number
    )
    plain = impacts.footprint(sites.loc[["s00", "s01", "s02"]], DESIGNS, stations, factors)
    by_hand = sum(
        mw * float(plain["site_energy"].sel(site_id=site, design=design))
        for (site, design), mw in placed.items()
    )
    usual = table.loc[table["figure"] == "site_energy", "usual"]
    assert usual.iloc[0] == pytest.approx(by_hand, rel=2e-3)
    widths = (table["at_high"] - table["at_low"]).abs()
    assert (
        widths.groupby(table["figure"], sort=False)
        .apply(lambda one: one.is_monotonic_decreasing)
        .all()
    )
