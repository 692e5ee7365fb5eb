from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import impacts
from impacts.basis.impact_ledger import LEDGER, constants, work_out
from impacts.cooling import TECHNOLOGIES, simulate
from impacts.footprints.plan_footprint import indicators
from impacts.weather.place_weather import blend
from layers.words.errors import SitingError

CONTRACT = {
    "pue": "1",
    "pue_max": "1",
    "wue": "L/kWh",
    "connection_ratio": "1",
    "it_energy": "GWh/MW",
    "site_energy": "GWh/MW",
    "water_input": "m3/MW",
    "cooling_water": "m3/MW",
    "water_consumption": "m3/MW",
    "water_withdrawal": "m3/MW",
    "water_month": "m3/MW",
    "water_peak_day": "m3/MW",
    "water_peak_month": "m3/MW",
    "offsite_water": "m3/MW",
    "scarcity": "m3eq/MW",
    "land": "m2/MW",
    "heat_capacity": "MW/MW",
    "heat_available": "GWh/MW",
    "heat_month": "GWh/MW",
    "carbon_electricity": "tCO2e/MW",
    "carbon_servers": "tCO2e/MW",
    "carbon_building": "tCO2e/MW",
    "carbon_standby": "tCO2e/MW",
    "carbon_refrigerant": "tCO2e/MW",
    "carbon": "tCO2e/MW",
}
DESIGNS = ["air_chiller_fc", "air_chiller_fc_ad", "dlc_dry"]


@pytest.fixture(scope="module")
def everything(stations, sites, factors) -> xr.Dataset:
    return impacts.footprint(sites, list(TECHNOLOGIES), stations, factors)


def test_a_site_alone_has_the_figures_it_has_among_others(everything, sites, stations, factors):
    """A plan read back is worked out on its sites alone: the bill must not move for it."""
    few = sites.iloc[[0, len(sites) // 2, -1]]
    alone = impacts.footprint(few, list(TECHNOLOGIES), stations, factors)
    for name, array in alone.data_vars.items():
        among = everything[name]
        among = among.sel(site_id=few.index) if "site_id" in among.dims else among
        np.testing.assert_allclose(array, among, rtol=1e-13, err_msg=str(name))


def test_every_figure_of_the_contract_is_there_with_its_papers(everything, sites):
    for name, units in CONTRACT.items():
        array = everything[name]
        assert array.attrs["units"] == units, name
        assert array.attrs["label_fr"], name
        expected = (
            ("site_id", "design", "month")
            if name.endswith("_month") and "peak" not in name
            else ("site_id", "design")
        )
        assert array.dims == expected, name
        assert np.isfinite(array).all(), name
    assert everything["site_id"].to_numpy().tolist() == sites.index.tolist()
    assert everything["is_liquid"].dtype == bool
    liquid = everything["design"][everything["is_liquid"]].to_numpy().tolist()
    assert liquid == ["dlc_dry", "dlc_adiab", "dlc_tower"]


def test_classes_of_air_agree_with_every_hour_worked_directly(everything, stations, sites):
    few = sites.iloc[::6]
    weather = blend(stations, few)
    for name in TECHNOLOGIES:
        direct = simulate(weather, name)
        ours = everything.sel(site_id=few.index, design=name)
        assert np.abs(direct["pue"].mean("time") - ours["pue"]).max() <= 0.005, name
        assert np.abs(direct["wue"].mean("time") - ours["wue"]).max() <= 0.01, name
        assert np.abs(direct["pue"].max("time") - ours["pue_max"]).max() <= 0.01, name
        daily = direct["water_withdrawal"].to_numpy().reshape(len(few), -1, 24).sum(axis=2)
        peak = 0.7 * daily.max(axis=1)
        # A day near the wetting threshold gains or loses an hour of pads: a tenth at most.
        np.testing.assert_allclose(ours["water_peak_day"], peak, rtol=0.10, err_msg=name)


def test_months_add_up_to_the_year(everything):
    np.testing.assert_allclose(everything["water_month"].sum("month"), everything["water_input"])
    np.testing.assert_allclose(everything["heat_month"].sum("month"), everything["heat_available"])
    peak = everything["water_peak_month"]
    assert bool((peak >= everything["water_input"] / 12 - 1e-9).all())
    assert bool((peak <= everything["water_input"]).all())


def test_pads_drink_in_summer(everything):
    month = everything["water_month"].sel(design="air_chiller_fc_ad")
    cooling = month - month.min("month")
    assert float(cooling.sel(month=[6, 7, 8, 9]).sum() / cooling.sum()) > 0.85


def test_a_basin_without_a_scarcity_factor_stays_unknown(stations, sites, factors):
    holed = sites.copy()
    holed.loc["s00", "aware_08"] = np.nan
    found = impacts.footprint(holed, DESIGNS, stations, factors)["scarcity"]
    assert np.isnan(found.sel(site_id="s00")).all()
    assert np.isfinite(found.sel(site_id="s01")).all()


def test_bxia_draws_one_and_two_thirds_terawatt_hours(everything, factors):
    bordeaux = everything.sel(design="dlc_dry").mean("site_id")
    assert 250 * float(bordeaux["site_energy"]) / 1000 == pytest.approx(1.68, abs=0.01)
    assert 250 * float(bordeaux["connection_ratio"]) <= 380
    assert 250 * float(bordeaux["offsite_water"]) == pytest.approx(1.6e6, rel=0.02)
    assert 250 * float(bordeaux["water_input"]) == pytest.approx(9_000, rel=0.05)


def test_the_carbon_of_a_liquid_cooled_ai_hall_is_the_reference_one(stations, sites, factors):
    all_gpu = {**factors, "carbon.gpu_share": with_value(factors["carbon.gpu_share"], 1.0)}
    found = 10 * impacts.footprint(sites, ["dlc_dry"], stations, all_gpu).mean("site_id")
    assert float(found["carbon_electricity"][0]) == pytest.approx(2350, rel=0.01)
    assert float(found["carbon_servers"][0]) == pytest.approx(1960, rel=0.01)
    assert float(found["carbon_building"][0]) == pytest.approx(480, rel=0.01)
    assert float(found["carbon_standby"][0]) == pytest.approx(100, rel=0.05)
    assert float(found["carbon"][0]) == pytest.approx(4900, rel=0.01)


def with_value(value, number: float):
    from dataclasses import replace

    return replace(value, value=number)


def test_the_same_inputs_give_the_same_bytes_whatever_the_order_of_sites(stations, sites, factors):
    one = impacts.footprint(sites, DESIGNS, stations, factors)
    two = impacts.footprint(sites.iloc[::-1], DESIGNS, stations, factors).sel(site_id=sites.index)
    xr.testing.assert_identical(one, two)


def test_two_thousand_and_fifty_needs_more_water(stations, sites, factors):
    from impacts.weather.station_weather import climate_2050, monthly_deltas

    warm = climate_2050(stations, monthly_deltas(1.96, 1.47, 2.32, 2.45))
    now = impacts.footprint(sites, DESIGNS, stations, factors).mean("site_id")
    then = impacts.footprint(sites, DESIGNS, warm, factors).mean("site_id")
    ratio = then["cooling_water"] / now["cooling_water"]
    assert 1.3 < float(ratio.sel(design="air_chiller_fc_ad")) < 1.8
    assert bool((then["pue"] >= now["pue"]).all())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 300), min_size=6, max_size=6), st.floats(0, 5))
def test_a_plan_is_the_sum_of_its_megawatts(everything, power, factor):
    keys = pd.MultiIndex.from_product([["s03", "s01"], DESIGNS], names=["site_id", "design"])
    placed = pd.Series(power, index=keys, dtype=float)
    plan = impacts.of_plan(everything, placed)
    by_hand = sum(
        mw * float(everything["water_input"].sel(site_id=site, design=design))
        for (site, design), mw in placed.items()
    )
    assert float(plan["water_input"].sum()) == pytest.approx(by_hand, rel=1e-9, abs=1e-6)
    assert plan["water_input"].attrs["units"] == "m3"
    # A ratio times MW means nothing: none is left, nor any « per MW ».
    assert not {"pue", "pue_max", "wue", "heat_temperature"} & set(plan)
    assert not [n for n, a in plan.data_vars.items() if "/MW" in str(a.attrs.get("units"))]
    scaled = impacts.of_plan(everything, placed * factor)
    np.testing.assert_allclose(scaled["carbon"], plan["carbon"] * factor, rtol=1e-9, atol=1e-6)


def test_a_plans_pue_lies_between_those_of_its_designs(everything):
    keys = pd.MultiIndex.from_tuples(
        [("s00", "air_chiller_fc"), ("s01", "dlc_dry")], names=["site_id", "design"]
    )
    found = indicators(impacts.of_plan(everything, pd.Series([10.0, 30.0], index=keys)))
    assert 1.08 < found["pue"] < 1.14
    wue = [float(everything["wue"].sel(site_id=site, design=name)) for site, name in keys]
    assert found["wue"] == pytest.approx((10 * wue[0] + 30 * wue[1]) / 40, rel=1e-6)


def test_a_missing_constant_names_who_needs_it(stations, sites, factors):
    fewer = {name: value for name, value in factors.items() if name != "water.offsite"}
    with pytest.raises(SitingError, match="offsite_water") as refused:
        impacts.footprint(sites, DESIGNS, stations, fewer)
    assert refused.value.code == "SIT500"


def test_an_ill_measured_need_is_refused(factors):
    known = {**constants(factors)}
    known["utilisation"] = xr.DataArray(70.0, attrs={"units": "%"})
    known |= {"hours_a_year": xr.DataArray(8760, attrs={"units": "h"})}
    needs = {need for entry in LEDGER.values() for need in entry.needs}
    for name in needs - known.keys() - LEDGER.keys():
        units = next(e.needs[name] for e in LEDGER.values() if name in e.needs)
        known[name] = xr.DataArray(1.0, attrs={"units": units})
    with pytest.raises(SitingError, match="utilisation"):
        work_out(known)


def test_a_site_table_that_lacks_a_column_or_repeats_a_site_is_refused(stations, sites, factors):
    with pytest.raises(SitingError, match="elevation_m") as refused:
        impacts.footprint(sites.drop(columns="elevation_m"), DESIGNS, stations, factors)
    assert refused.value.code == "SIT101"
    with pytest.raises(SitingError, match="répété"):
        impacts.footprint(pd.concat([sites, sites]), DESIGNS, stations, factors)
    lost = sites.assign(x_m=np.nan)
    with pytest.raises(SitingError, match="sans position"):
        impacts.footprint(lost, DESIGNS, stations, factors)
    with pytest.raises(SitingError, match="densité"):
        impacts.footprint(sites, DESIGNS, stations, factors, density="dense")


@pytest.mark.slow
def test_a_thousand_sites_take_seconds(stations, sites, factors):
    rng = np.random.default_rng(5)
    many = sites.iloc[rng.integers(0, len(sites), 1041)].copy()
    many.index = pd.Index([f"t{k:04}" for k in range(len(many))], name="site_id")
    many["x_m"] += rng.normal(0, 20_000, len(many))
    many["y_m"] += rng.normal(0, 20_000, len(many))
    start = time.process_time()
    impacts.footprint(many, DESIGNS, stations, factors)
    assert time.process_time() - start < 10  # 2.5 s alone: a busy core is a slower one


def test_each_month_s_water_meets_the_scarcity_of_that_month(stations, sites, factors):
    few = sites.iloc[:3].copy()
    columns = [f"aware_{month:02}" for month in range(1, 13)]
    plain = impacts.footprint(few, ["air_chiller_fc_ad"], stations, factors)
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    indoors = factors["cooling.humidification"].number * plain["it_energy"] * 1000
    cycles = factors["cooling.cycles_of_concentration"].number
    for month, length in enumerate(days, start=1):
        few[columns] = 0.0
        few[f"aware_{month:02}"] = 2.0
        found = impacts.footprint(few, ["air_chiller_fc_ad"], stations, factors)["scarcity"]
        made_up = plain["water_month"].sel(month=month) - indoors * length / 365
        consumed = made_up * (cycles - 1) / cycles + indoors * length / 365
        np.testing.assert_allclose(found, 2 * consumed, rtol=1e-4, err_msg=str(month))
