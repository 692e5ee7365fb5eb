from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from impacts.weather.place_weather import air, blend, cells, places
from impacts.weather.station_weather import (
    climate_2050,
    hourly,
    monthly_deltas,
    warming,
    warming_by_epci,
)
from layers.words.errors import SitingError


def year_of_observations(step_hours: int = 3, year: int = 2016) -> xr.Dataset:
    time = pd.date_range(
        f"{year}-01-01", f"{year + 1}-01-01", freq=f"{step_hours}h", inclusive="left"
    )
    hours = np.arange(len(time)) * step_hours
    dry = 12 + 8 * np.sin(2 * np.pi * (hours - 9) / 24) + 8 * np.sin(2 * np.pi * hours / 8784)
    stations = np.array(["a", "b", "c"])
    dims = ("station", "time")
    return xr.Dataset(
        {
            "dry_bulb": (dims, np.tile(dry, (3, 1))),
            "dew_point": (dims, np.tile(dry - 5, (3, 1))),
            "pressure": (dims, np.full((3, len(time)), 100_000.0)),
        },
        coords={
            "station": stations,
            "time": time,
            "x_m": ("station", [0.0, 100_000.0, 0.0]),
            "y_m": ("station", [0.0, 0.0, 100_000.0]),
            "altitude_m": ("station", [0.0, 100.0, 200.0]),
        },
    )


def test_a_leap_year_gives_8760_hours_and_says_so():
    result = hourly(year_of_observations())
    assert result.sizes["time"] == 8760
    assert result.attrs["leap_hours_dropped"] == 24
    assert np.isfinite(result.to_array()).all()


def test_observed_hours_are_kept_as_they_are():
    raw = year_of_observations(year=2015)
    result = hourly(raw)
    np.testing.assert_allclose(
        result["dry_bulb"].sel(time=raw["time"]).to_numpy(), raw["dry_bulb"].to_numpy(), atol=1e-9
    )


def test_interpolation_recovers_a_smooth_day_better_than_a_straight_line():
    coarse, fine = year_of_observations(3, 2015), year_of_observations(1, 2015)
    truth = fine["dry_bulb"].to_numpy()[0]
    ours = hourly(coarse)["dry_bulb"].to_numpy()[0]
    line = np.interp(np.arange(8760), np.arange(0, 8760, 3), coarse["dry_bulb"].to_numpy()[0])
    inside = slice(6, -6)  # the first and last steps have no neighbour to curve with
    assert np.abs(ours - truth)[inside].max() < 0.5 * np.abs(line - truth)[inside].max()


def test_a_long_gap_keeps_its_warm_afternoons():
    raw = year_of_observations(year=2015)
    holed = raw.copy(deep=True)
    holed["dry_bulb"][0, 1000:1024] = np.nan
    filled = hourly(holed)["dry_bulb"].sel(time=raw["time"]).to_numpy()[0]
    assert np.abs(filled - raw["dry_bulb"].to_numpy()[0]).max() < 1.0
    assert float(hourly(holed)["filled_share"][0]) == pytest.approx(24 / 2920)


def test_more_than_five_per_cent_missing_is_refused_by_name():
    raw = year_of_observations(year=2015)
    raw["dry_bulb"][1, :200] = np.nan
    with pytest.raises(SitingError, match="trop d'heures manquantes : b") as refused:
        hourly(raw)
    assert refused.value.code == "SIT105"


@pytest.mark.parametrize(
    ("variable", "change"),
    [
        ("dry_bulb", lambda v: v + 273.15),
        ("dry_bulb", lambda v: v * 1.8 + 32),
        ("pressure", lambda v: v / 100),
    ],
)
def test_figures_that_betray_another_unit_are_refused(variable: str, change):
    raw = year_of_observations(year=2015)
    raw[variable] = change(raw[variable])
    with pytest.raises(SitingError, match=variable) as refused:
        hourly(raw)
    assert refused.value.code == "SIT105"


def test_humidity_in_per_cent_is_refused():
    from impacts.cooling import simulate

    weather = xr.Dataset(
        {
            "dry_bulb": ("hour", [20.0]),
            "relative_humidity": ("hour", [55.0]),
            "pressure": ("hour", [101_325.0]),
        }
    )
    with pytest.raises(SitingError, match="relative_humidity"):
        simulate(weather, "dlc_dry")


def site_table(x: float, y: float, height: float) -> pd.DataFrame:
    return pd.DataFrame({"x_m": [x], "y_m": [y], "elevation_m": [height]}, index=["s"])


def test_a_site_at_a_station_has_nearly_its_weather():
    stations = hourly(year_of_observations(year=2015))
    at = blend(stations, site_table(0.0, 0.0, 0.0))
    gap = at["dry_bulb"].to_numpy()[0] - stations["dry_bulb"].to_numpy()[0]
    assert np.abs(gap).max() < 0.05


def test_a_kilometre_up_is_six_and_a_half_degrees_colder_and_thinner():
    stations = hourly(year_of_observations(year=2015))
    low = blend(stations, site_table(5e4, 5e4, 0.0))
    high = blend(stations, site_table(5e4, 5e4, 1000.0))
    drop = (low["dry_bulb"] - high["dry_bulb"]).to_numpy()
    np.testing.assert_allclose(drop, 6.5, atol=1e-4)
    assert float((high["pressure"] / low["pressure"]).mean()) == pytest.approx(0.887, abs=0.002)


def test_cells_stay_within_a_fifth_of_a_degree_of_their_sites(stations, sites):
    exact = places(sites, stations)
    grouped, cell = cells(exact)
    dry, _ = air(exact, stations)
    rounded, _ = air(grouped.take(cell), stations)
    assert np.abs(dry.mean(axis=1) - rounded.mean(axis=1)).max() < 0.2
    np.testing.assert_allclose(grouped.weight.sum(axis=1), 1.0)


@given(st.tuples(*[st.floats(-1, 5)] * 4))
def test_months_keep_the_mean_of_each_season(seasons: tuple[float, ...]):
    months = monthly_deltas(*seasons).to_numpy()
    by_season = [months[[11, 0, 1]], months[2:5], months[5:8], months[8:11]]
    np.testing.assert_allclose([m.mean() for m in by_season], seasons, atol=1e-9)


def test_2050_warms_by_the_month_and_keeps_relative_humidity(stations):
    one = stations.isel(station=[0], time=slice(0, 8760))
    warm = climate_2050(one, monthly_deltas(2.0, 1.5, 2.3, 2.4))
    july = one["time"].dt.month == 7
    rise = (warm["dry_bulb"] - one["dry_bulb"]).sel(time=july)
    assert float(rise.mean()) == pytest.approx(2.45, abs=0.15)
    xr.testing.assert_allclose(warm["relative_humidity"], one["relative_humidity"])
    assert bool((warm["dew_point"] <= warm["dry_bulb"] + 0.01).all())


def test_the_real_hours_are_plausible(stations):
    bordeaux = stations["dry_bulb"].sel(station="07510")
    assert stations.sizes["time"] == 5 * 8760
    assert float(bordeaux.mean()) == pytest.approx(14.3, abs=0.3)
    assert 40 < float(bordeaux.max()) < 41.5
    assert np.isfinite(stations["dry_bulb"]).all()


def test_the_embedded_projections_warm_every_season():
    from layers.packs.data_pack import EMBEDDED, Pack

    projections = Pack.open(EMBEDDED).table("climate_2050")
    change = warming(projections).to_numpy()
    by_season = [change[[11, 0, 1]], change[2:5], change[5:8], change[8:11]]
    # Published means over the 156 EPCI: winter, spring, summer, autumn.
    np.testing.assert_allclose([m.mean() for m in by_season], [1.96, 1.47, 2.32, 2.45], atol=0.05)
    with pytest.raises(SitingError, match="temperature_winter"):
        warming(projections[projections["variable"] == "frost_days"])


def test_each_month_takes_its_own_warming(stations):
    deltas = xr.DataArray(np.arange(1.0, 13.0), dims="month", coords={"month": np.arange(1, 13)})
    few = stations.isel(station=[0, 1], time=slice(0, 8760))
    warm = climate_2050(few, deltas)
    gained = (warm["dry_bulb"] - few["dry_bulb"]).groupby("time.month")
    np.testing.assert_allclose(gained.min(...), np.arange(1.0, 13.0))
    np.testing.assert_allclose(gained.max(...), np.arange(1.0, 13.0))


def test_an_epci_warms_by_what_its_projections_gain():
    seasons = ["winter", "spring", "summer", "autumn"]
    rows = [
        (epci, f"temperature_{season}", 10.0, 10.0 + gain)
        for epci, gains in (("A", (1.0, 2.0, 3.0, 2.5)), ("B", (2.0, 2.0, 2.0, 2.0)))
        for season, gain in zip(seasons, gains, strict=True)
    ]
    rows.append(("C", "temperature_winter", 10.0, 99.0))
    table = pd.DataFrame(rows, columns=["epci_code", "variable", "reference", "median"])
    found = warming_by_epci(table)
    for place, season in enumerate(seasons):
        months = found.sel(epci_code="A")[
            np.array([11, 0, 1]) if not place else slice(3 * place - 1, 3 * place + 2)
        ]
        assert float(months.mean()) == pytest.approx((1.0, 2.0, 3.0, 2.5)[place], abs=0.01), season
    np.testing.assert_allclose(found.sel(epci_code="B"), 2.0)
    # Without its four seasons, an EPCI takes the territory's.
    np.testing.assert_allclose(found.sel(epci_code="C"), warming(table))
