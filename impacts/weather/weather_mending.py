"""Small faults of a weather: refused when they matter, mended and counted when they do not."""

from __future__ import annotations

import numpy as np
import xarray as xr

from impacts.basis.constant_factors import physics
from impacts.weather.station_weather import check_weather
from layers.words.errors import SitingError

_TIME = ("hour", "time")


def mend(weather: xr.Dataset) -> xr.Dataset:
    """Return a weather without holes nor humidity above saturation, faults counted in attrs.

    Holes up to ``weather.largest_gap_share`` (5 %) are bridged in a straight line along ``hour`` or
    ``time``; beyond, or without such a dimension, they are refused.

    Parameters
    ----------
    weather : dry_bulb, relative_humidity, pressure, any dims.

    Returns
    -------
    Same dims; the attrs ``filled_hours`` and ``humidity_clipped`` say how many values were mended.

    Raises
    ------
    SitingError : SIT105 for figures out of bounds or holes refused.
    """
    check_weather(weather)
    missing = int(sum(int(weather[name].isnull().sum()) for name in weather.data_vars))
    found = _bridged(weather) if missing else weather
    humid = found["relative_humidity"]
    clipped = int((humid > 1).sum())
    if clipped:
        found = found.assign(relative_humidity=humid.clip(max=1.0).assign_attrs(humid.attrs))
    return found.assign_attrs(filled_hours=missing, humidity_clipped=clipped)


def _bridged(weather: xr.Dataset) -> xr.Dataset:
    along = next((name for name in _TIME if name in weather.dims), "")
    limit = physics("weather")["largest_gap_share"]
    holed = {
        str(name): float(weather[name].isnull().mean(along or None).max())
        for name in weather.data_vars
        if bool(weather[name].isnull().any())
    }
    worst = max(holed, key=lambda name: holed[name])
    if holed[worst] > limit or not along:
        raise SitingError(
            "SIT105",
            f"« {worst} » manque pour {holed[worst]:.1%} des heures",
            where="météo",
            hint=f"complétez la série : {limit:.0%} d'heures manquantes au plus sont comblées",
        )
    plain = weather.assign_coords({along: np.arange(weather.sizes[along])})
    filled = plain.interpolate_na(along, fill_value="extrapolate")
    held = filled.ffill(along).bfill(along) if filled.isnull().any().to_array().any() else filled
    restored = held.drop_vars(along)
    return restored.assign_coords({along: weather[along]}) if along in weather.coords else restored
