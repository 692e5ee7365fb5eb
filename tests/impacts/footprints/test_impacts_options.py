from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import impacts
from impacts.cooling import TECHNOLOGIES
from impacts.footprints import plant_options
from impacts.quantities import heat, heat_sinks, water_law
from impacts.quantities.noise import screening_distance
from impacts.weather.station_weather import climate_2050, warming, warming_at, warming_by_epci
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError


def test_dry_mode_spares_the_pads_water_and_costs_a_summer_peak(stations, sites, factors):
    few = sites.iloc[:4]
    names = list(TECHNOLOGIES)
    found = plant_options.drought_fallback(few, names, stations, factors)
    wet = impacts.footprint(few, names, stations, factors)
    for name in ("air_chiller_fc_ad", "dlc_adiab", "dir_air_adiab", "indirect_evap"):
        one = found.sel(design=name)
        assert float(one["water_spared"].min()) > 0, name
        assert float(one["extra_energy"].min()) >= 0, name
        assert bool((one["pue_max_dry"] >= wet["pue_max"].sel(design=name)).all()), name
        cooling = wet["cooling_water"].sel(design=name)
        np.testing.assert_allclose(one["water_spared"], cooling, rtol=1e-6, err_msg=name)
    dry = found.sel(design="dlc_dry")
    assert float(dry["water_spared"].max()) == 0
    assert float(dry["extra_energy"].max()) == 0


def test_a_tower_has_no_dry_mode(stations, sites, factors):
    found = plant_options.drought_fallback(
        sites.iloc[:1], ["wc_tower", "dlc_adiab"], stations, factors
    )
    assert found["has_dry_mode"].to_numpy().tolist() == [False, True]
    assert bool(np.isnan(found["pue_dry"].sel(design="wc_tower")).all())
    assert found["water_spared"].attrs["units"] == "m3/MW"


def test_equipment_that_tolerates_40_degrees_needs_less_energy_and_less_water(
    stations, sites, factors
):
    few = sites.iloc[:3]
    names = ["air_chiller_fc", "air_chiller_fc_ad", "dir_air_adiab"]
    usual = impacts.footprint(few, names, stations, factors)
    hot = impacts.footprint(
        few, names, stations, factors, overrides=plant_options.tolerant(factors)
    )
    assert bool((hot["pue"] < usual["pue"]).all())
    assert bool((hot["pue_max"] < usual["pue_max"]).all())
    thirsty = ["air_chiller_fc_ad", "dir_air_adiab"]
    saved = hot["cooling_water"].sel(design=thirsty) / usual["cooling_water"].sel(design=thirsty)
    assert float(saved.max()) < 0.5
    with pytest.raises(SitingError, match="supply_aire"):
        impacts.footprint(few, names, stations, factors, overrides={"supply_aire": 30.0})


def flags(factors, withdrawal, source="unknown"):
    index = pd.Index(["a", "b", "c"], name="site_id")
    return water_law.legal_flags(
        pd.Series(withdrawal, index),
        pd.Series(["yes", "no", "unknown"], index),
        pd.Series(["33", "86", "33"], index),
        factors,
        source=source,
    )


def test_legal_flags_are_yes_no_or_unknown_and_never_good_news_by_default(factors):
    table = flags(factors, [20_000.0, 9_000.0, np.nan])
    assert table["zre"].tolist() == ["yes", "no", "unknown"]
    assert table["drought_order"].tolist() == ["yes", "no", "unknown"]
    assert table["deep_aquifer"].tolist() == ["unknown", "no", "unknown"]
    assert "zone de répartition" in table.loc["a", "flags_fr"]
    assert table.loc["b", "flags_fr"] == ""
    edge = flags(factors, [10_000.0, 10_001.0, 0.0])["drought_order"]
    assert edge.tolist() == ["no", "yes", "no"]  # « plus de 10 000 m³ »
    deep = flags(factors, [1.0, 1.0, 0.0], source="deep")
    assert deep["deep_aquifer"].tolist() == ["yes", "no", "no"]
    assert flags(factors, [1.0, 1.0, 1.0], source="network")["deep_aquifer"].unique() == ["no"]


def test_drought_levels_cut_what_is_above_the_threshold_only(factors):
    levels = [water_law.drought_volume(40_000.0, n, factors) for n in ("alert", "crisis")]
    assert levels == [38_000.0, 30_000.0]
    assert water_law.drought_volume(10_000.0, "crisis", factors) == 10_000.0
    with pytest.raises(SitingError, match="niveau"):
        water_law.drought_volume(1.0, "crise", factors)


def test_a_warm_discharge_is_held_against_rise_and_temperature(factors):
    small = water_law.river_discharge(10.0, 20.0, 18.0, factors)
    assert small.rise_k == pytest.approx(10 / (20 * 4.19), rel=1e-3)
    assert small.is_allowed
    large = water_law.river_discharge(250.0, 10.0, 18.0, factors)
    assert not large.is_allowed
    assert "échauffement" in large.why_fr
    hot = water_law.river_discharge(10.0, 20.0, 28.5, factors)
    assert not hot.is_allowed
    assert "rivière à" in hot.why_fr
    trout = water_law.river_discharge(100.0, 13.0, 15.0, factors, kind="salmonid")
    assert not trout.is_allowed
    with pytest.raises(SitingError, match="débit"):
        water_law.river_discharge(1.0, 0.0, 10.0, factors)


def test_a_power_mix_s_water_is_the_weighted_mean_and_odd_mixes_are_refused(factors):
    half = water_law.offsite_by_mix({"nuclear_river": 0.5, "wind": 0.5}, factors)
    assert half == pytest.approx(1.27)
    with pytest.raises(SitingError, match="somme"):
        water_law.offsite_by_mix({"wind": 0.5}, factors)
    with pytest.raises(SitingError, match="filière"):
        water_law.offsite_by_mix({"fusion": 1.0}, factors)


def test_pools_are_steadier_than_greenhouses(stations, factors):
    dry = stations["dry_bulb"].sel(station="07510").to_numpy()[:8760]
    pool, glass = heat_sinks.pool_shares(dry, factors), heat_sinks.greenhouse_shares(dry, factors)
    for shares in (pool, glass):
        assert shares.sum() == pytest.approx(1)
        assert shares.min() >= -1e-15
    assert pool.max() < glass.max()
    # Both are demands the curves accept.
    demand = heat.sink_demand({"bassin": heat_sinks.pool_mwh(1000, factors)}, pool, factors)
    assert heat.curves(demand)["bassin"][-1, 1] < 2.8


def test_a_link_must_be_dense_and_short(factors):
    assert heat_sinks.is_feasible(9_000, 3_000, factors)[0]
    thin, why = heat_sinks.is_feasible(3_000, 3_000, factors)
    assert not thin
    assert "MWh/m" in why
    assert heat_sinks.is_feasible(90_000, 5_000, factors)[0]
    far, why = heat_sinks.is_feasible(90_000, 6_000, factors)
    assert not far
    assert "conduite" in why


@given(st.floats(0, 500), st.floats(1, 2000), st.floats(0, 100))
def test_the_pump_inside_the_boundary_never_makes_reuse_look_better_per_heat(hot, site, pump):
    inside = heat_sinks.reuse_factor_with_pump(hot, site, pump)
    assert inside <= heat.reuse_factor(hot, site) + 1e-12


def test_the_duty_to_reuse_starts_at_one_megawatt(factors):
    assert "sous le seuil" in heat_sinks.must_reuse(0.9, False, factors)
    assert "impossibilité à démontrer" in heat_sinks.must_reuse(1.0, False, factors)
    assert "à portée" in heat_sinks.must_reuse(30.0, True, factors)


def test_noise_carries_farther_by_half_a_decade_per_decade_of_megawatts(factors):
    near, far = screening_distance(np.array([10.0, 100.0]), factors)
    assert far / near == pytest.approx(10**0.5)
    assert float(screening_distance(0.1, factors)) > 0


def test_each_epci_warms_by_its_own_seasons_and_stations_take_theirs(stations):
    projections = Pack.open(EMBEDDED).table("climate_2050")
    by_epci = warming_by_epci(projections)
    assert by_epci.dims == ("epci_code", "month")
    assert bool(np.isfinite(by_epci).all())
    whole = warming(projections)
    np.testing.assert_allclose(by_epci.mean("epci_code"), whole, atol=0.03)
    assert float(by_epci.sel(month=7).std()) > 0.02
    codes = by_epci["epci_code"].to_numpy()[:2]
    two = stations.isel(station=[0, 1], time=slice(0, 8760))
    epci_of = dict(zip(two["station"].to_numpy().tolist(), codes.tolist(), strict=True))
    warm = climate_2050(two, warming_at(by_epci, epci_of))
    rise = (warm["dry_bulb"] - two["dry_bulb"]).groupby("time.month").mean()
    expected = by_epci.sel(epci_code=codes).to_numpy().T
    np.testing.assert_allclose(rise.transpose("month", "station"), expected, atol=1e-6)
    with pytest.raises(SitingError, match="EPCI"):
        warming_at(by_epci, {"07510": "000"})


def test_the_whole_region_warms_to_2050_by_the_stations_epci(stations):
    from scenarios.site_evidence.stations_2050 import epci_of, warmed

    pack = Pack.open(EMBEDDED)
    codes = epci_of(pack, stations)
    assert len(codes) == stations.sizes["station"]
    assert len(set(codes.values())) > 5
    one = stations.isel(time=slice(0, 8760))
    low, high = (
        (warmed(pack, one, level)["dry_bulb"] - one["dry_bulb"]).mean() for level in ("low", "high")
    )
    assert 0.5 < float(low) < 2.0 < float(high) < 4.0


@given(st.floats(0.5, 400), st.sampled_from(["campus", "standard", "edge"]))
def test_the_megawatts_that_fit_are_those_whose_site_has_that_ground(factors, it_mw, density):
    from impacts.quantities.land import mw_that_fit, site_land

    ground = site_land(it_mw, 1.35 * it_mw, factors, density=density)
    post = site_land(1.0, 40.0, factors) - site_land(1.0, 39.99, factors)
    assert float(post) == pytest.approx(15_000)  # a substation of its own, from 40 MW on
    assert float(mw_that_fit(ground, 1.35, factors, density=density)) == pytest.approx(it_mw)
    less = mw_that_fit(0.9 * ground, 1.35, factors, density=density)
    assert float(less) < it_mw or float(less) == pytest.approx(40 / 1.35)


def test_a_hot_year_drinks_more_than_a_mild_one(stations, sites, factors):
    from impacts import uncertainty

    keys = pd.MultiIndex.from_tuples(
        [("s03", "air_chiller_fc_ad"), ("s07", "dlc_dry")], names=["site_id", "design"]
    )
    table = uncertainty.by_year(pd.Series([10.0, 5.0], keys), sites, stations, factors)
    assert table.columns.tolist() == [2015, 2016, 2017, 2018, 2019]
    water = table.loc["cooling_water"]
    assert water.max() > 1.1 * water.min()
    assert table.loc["land"].max() == table.loc["land"].min()
    plain = impacts.footprint(sites, ["air_chiller_fc_ad", "dlc_dry"], stations, factors)
    whole = impacts.of_plan(plain, pd.Series([10.0, 5.0], keys))["cooling_water"].sum()
    assert float(water.mean()) == pytest.approx(float(whole), rel=0.01)
