"""Hot hours: counted by hand on a weather one can write, and held against the exact blend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from impacts.weather.hot_hour_counts import hours_above, thresholds
from impacts.weather.place_weather import blend
from impacts.weather.station_weather import climate_2050, monthly_deltas

YEAR = pd.date_range("2021-01-01", periods=8760, freq="h")


def flat_weather(dry_bulb: np.ndarray) -> xr.Dataset:
    """One station at sea level, the same dew point all year."""
    return xr.Dataset(
        {
            "dry_bulb": (("station", "time"), dry_bulb[None, :]),
            "dew_point": (("station", "time"), np.full((1, 8760), -5.0)),
        },
        coords={
            "station": ["S"], "time": YEAR, "x_m": ("station", [0.0]),
            "y_m": ("station", [0.0]), "altitude_m": ("station", [0.0]),
        },
    )  # fmt: skip


def places_at(*elevations: float) -> pd.DataFrame:
    return pd.DataFrame({"x_m": 0.0, "y_m": 0.0, "elevation_m": elevations})


def test_hours_are_those_one_counts_by_hand():
    air = np.full(8760, 10.0)
    air[:100], air[:30], air[:7] = 28.0, 33.0, 41.0
    weather = xr.concat([flat_weather(air)] * 3, "station").assign_coords(station=["a", "b", "c"])
    found = hours_above(places_at(0.0, 400.0), weather)
    assert found.loc[0].to_dict() == {"27": 100.0, "32": 30.0, "40": 7.0}
    # 400 m up, air is 2.6 K cooler: 28 °C falls under 27, 33 °C under 32, 41 °C under 40.
    assert found.loc[1].to_dict() == {"27": 30.0, "32": 7.0, "40": 0.0}


def test_batches_count_as_the_exact_blend(stations, sites):
    counted = hours_above(sites, stations)
    exact = blend(stations, sites)["dry_bulb"]
    years = exact.sizes["time"] / 8760
    for limit in thresholds():
        direct = (exact > limit).sum("time").to_numpy() / years
        assert counted[f"{limit:g}"].to_numpy() == pytest.approx(direct, abs=0.5)  # single floats


def test_a_warmer_climate_never_has_fewer_hot_hours(stations, sites):
    warm = climate_2050(stations, monthly_deltas(2.0, 1.5, 2.3, 2.4))
    now, later = hours_above(sites, stations), hours_above(sites, warm)
    assert (later >= now).to_numpy().all()
    assert (now["27"] >= now["32"]).all()
    assert (now["32"] >= now["40"]).all()
