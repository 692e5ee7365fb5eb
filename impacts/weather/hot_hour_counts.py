"""Hot hours of places: how long a year the outdoor air is above what equipment is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import HOURS_A_YEAR
from impacts.basis.constant_factors import physics
from impacts.weather.place_weather import air, places

_BATCH = 128
"""Sites worked at once: bounds the memory, changes no figure."""


def thresholds() -> tuple[float, ...]:
    """Return the temperatures that are watched, in degC, lowest first.

    Returns
    -------
    degC, from ``weather.toml``.

    Examples
    --------
    >>> thresholds()
    (27.0, 32.0, 40.0)
    """
    found = physics("weather")
    return tuple(sorted(x for name, x in found.items() if name.startswith("hot_thresholds.")))


def hours_above(
    sites: pd.DataFrame, weather: xr.Dataset, also: Sequence[float] = ()
) -> pd.DataFrame:
    """Return the mean hours a year above each threshold.

    Parameters
    ----------
    sites : x_m, y_m, elevation_m (EPSG:2154, metres), any index.
    weather : hourly years at stations, from ``impacts.weather.station_weather.hourly``.
    also : degC of more thresholds, e.g. what the dry coolers of a liquid loop bear.

    Returns
    -------
    Index of ``sites``; one column a threshold (degC, as text), hours.

    Raises
    ------
    SitingError : SIT101 for a missing variable, SIT105 for a site without position or elevation.
    """
    # Exact heights, not weather cells: near a threshold, a cell may be 20 hours away.
    exact = places(sites, weather)
    limits = np.array(sorted({*thresholds(), *also}), dtype=np.float32)
    counts = np.empty((len(exact), len(limits)))
    for start in range(0, len(exact), _BATCH):
        batch = np.arange(start, min(start + _BATCH, len(exact)))
        dry, _ = air(exact.take(batch), weather)
        counts[batch] = np.stack([(dry > limit).sum(axis=1) for limit in limits], axis=1)
    years = weather.sizes["time"] / HOURS_A_YEAR
    names = [f"{limit:g}" for limit in limits]
    return pd.DataFrame(counts / years, index=sites.index, columns=names)
