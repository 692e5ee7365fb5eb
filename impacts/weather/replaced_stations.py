"""A weather that someone brings, in place of the stations for the sites within its reach."""

from __future__ import annotations

from math import lcm

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import HOURS_A_YEAR, Floats
from impacts.basis.constant_factors import physics
from impacts.weather.far_stations import FARTHEST, farthest_m
from impacts.weather.station_weather import VARIABLES
from layers.words.errors import SitingError

REACH = "given_reach_m"
"""Coordinate of a station: how far a weather brought replaces the others; 0 for the others."""
_KEPT = ("x_m", "y_m", "altitude_m", REACH, FARTHEST)


def reach_of_file(chosen_km: float | None) -> float:
    """Return how far a weather brought is taken for a site's, in metres; None for the constant.

    Parameters
    ----------
    chosen_km : kilometres, or None.

    Returns
    -------
    Metres.
    """
    return 1000 * (physics("weather")["file_reach"] if chosen_km is None else chosen_km)


def whole_years(observations: xr.Dataset, *, where: str) -> xr.Dataset:
    """Return the years of which no station lacks more hours than can be bridged.

    Parameters
    ----------
    observations : ``dry_bulb`` and ``dew_point``, dims station and time.
    where : the file that errors name.

    Returns
    -------
    The last run of such years, every station kept.

    Raises
    ------
    SitingError : SIT105 when no year is whole enough.
    """
    limit = physics("weather")["largest_gap_share"]
    step = pd.Series(pd.DatetimeIndex(observations["time"].to_numpy())).diff().median()
    each = max(1, round(step / pd.Timedelta(hours=1)))
    known = observations["dry_bulb"].notnull() & observations["dew_point"].notnull()  # noqa: PD004
    share = known.groupby("time.year").sum("time") * each / HOURS_A_YEAR
    full = share["year"][(share.min("station") >= 1 - limit).to_numpy()].to_numpy()
    if not full.size:
        best = float(share.min("station").max())
        raise SitingError(
            "SIT105",
            f"aucune année complète : la meilleure a {min(best, 1):.0%} de ses heures",
            where=where,
            hint=f"donnez une année au moins, à {1 - limit:.0%} de ses heures, par station",
        )
    run = _last_run([int(year) for year in full])
    return observations.sel(time=observations["time"].dt.year.isin(run))


def _last_run(years: list[int]) -> list[int]:
    """Return the last years that follow one another.

    >>> _last_run([2011, 2013, 2014])
    [2013, 2014]
    """
    start = next(k for k in range(len(years)) if years[-1] - years[k] == len(years) - 1 - k)
    return years[start:]


def beside(stations: xr.Dataset, given: xr.Dataset, reach_m: float) -> xr.Dataset:
    """Put a weather brought beside the stations, over as many years.

    A year brought is repeated as often as the stations have years, and each counts the same; of
    more years than theirs, the last ones are kept.

    Parameters
    ----------
    stations, given : hourly years from ``impacts.weather.station_weather.hourly``.
    reach_m : how far ``given`` replaces the stations, in metres.

    Returns
    -------
    The stations, then those brought, named « fichier … », on the same hours.
    """
    theirs, ours = (held.sizes["time"] // HOURS_A_YEAR for held in (stations, given))
    ours = min(ours, theirs)
    years = lcm(theirs, ours)
    first = int(stations["time"].dt.year[0])
    time = _hours(first, years)
    names = [f"fichier {name}" for name in given["station"].to_numpy().astype(str)]
    brought = given.isel(time=slice(-ours * HOURS_A_YEAR, None)).assign_coords(station=names)
    if FARTHEST not in stations.coords:
        usual = np.full(stations.sizes["station"], farthest_m())
        stations = stations.assign_coords({FARTHEST: ("station", usual)})
    parts = [
        _over(stations, years // theirs, time, 0.0),
        alone(brought, reach_m, years // ours, time),
    ]
    return xr.concat(parts, "station").assign_attrs(stations.attrs)


def alone(
    given: xr.Dataset, reach_m: float, times: int = 1, time: pd.DatetimeIndex | None = None
) -> xr.Dataset:
    """Return a weather brought that no station stands beside: its reach is all it speaks for.

    Parameters
    ----------
    given : hourly years from ``impacts.weather.station_weather.hourly``.
    reach_m : how far it speaks, in metres.
    times : how often its years are repeated.
    time : the hours it is put on; its own when None.

    Returns
    -------
    Its stations, on those hours.
    """
    hours = pd.DatetimeIndex(given["time"].to_numpy()) if time is None else time
    accepted = np.full(given.sizes["station"], np.inf)
    known = given.assign_coords({FARTHEST: ("station", accepted)})
    return _over(known, times, hours, reach_m).assign_attrs(given.attrs)


def _over(held: xr.Dataset, times: int, time: pd.DatetimeIndex, reach_m: float) -> xr.Dataset:
    """Return years repeated, with only what a place reads of a station."""
    count = held.sizes["station"]
    known = held.assign_coords({REACH: ("station", np.full(count, reach_m))})
    return xr.Dataset(
        {
            name: (("station", "time"), np.tile(held[name].transpose("station", "time"),
                                                (1, times)), {"units": units})
            for name, units in VARIABLES.items()
        },
        coords={
            "station": held["station"].to_numpy().astype(str),
            "time": time,
            **{name: ("station", known[name].to_numpy()) for name in _KEPT},
        },
    )  # fmt: skip


def _hours(first: int, years: int) -> pd.DatetimeIndex:
    whole = pd.date_range(f"{first}-01-01", f"{first + years}-01-01", freq="h", inclusive="left")
    return whole[~((whole.month == 2) & (whole.day == 29))]


def replacing(distance: Floats, reach_m: Floats) -> Floats:
    """Return distances (site, station) where a weather brought is alone within its reach.

    Parameters
    ----------
    distance : (site, station), in the unit of ``reach_m``.
    reach_m : by station; 0 for a station that is not brought.

    Returns
    -------
    (site, station), infinite where a station is not to be taken.

    Examples
    --------
    >>> near_far = np.array([[9.0, 4.0], [9.0, 40.0]])
    >>> replacing(near_far, np.array([0.0, 10.0])).tolist()
    [[inf, 4.0], [9.0, inf]]
    """
    held = (reach_m > 0) & (distance <= reach_m)
    allowed = np.where(held.any(axis=1, keepdims=True), held, reach_m == 0)
    return np.asarray(np.where(allowed, distance, np.inf))
