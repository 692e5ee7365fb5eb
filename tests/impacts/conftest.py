"""Real weather of the embedded pack, read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import settings

import impacts
from impacts.weather.station_weather import hourly
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.dated_values import Value

# Shared machines are slow by fits; and the same examples each time.
settings.register_profile("impacts", deadline=None, derandomize=True)
settings.load_profile("impacts")


@pytest.fixture(scope="session")
def stations() -> xr.Dataset:
    return hourly(Pack.open(EMBEDDED).weather())


@pytest.fixture(scope="session")
def factors() -> Mapping[str, Value]:
    return impacts.factors(date(2026, 11, 23))


@pytest.fixture(scope="session")
def sites(stations: xr.Dataset) -> pd.DataFrame:
    """Forty places drawn over the region (seeded), from the coast to the hills."""
    rng = np.random.default_rng(20261123)
    count = 40
    table = pd.DataFrame(
        {
            "x_m": rng.uniform(360_000, 620_000, count),
            "y_m": rng.uniform(6_250_000, 6_660_000, count),
            "elevation_m": rng.gamma(1.2, 130, count),
        },
        index=pd.Index([f"s{k:02}" for k in range(count)], name="site_id"),
    )
    for month in range(1, 13):
        table[f"aware_{month:02}"] = 1.0 + month / 10
    return table
