"""Weather of places: the three nearest stations, blended and brought to the place's height."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import physics
from impacts.weather.far_stations import FARTHEST, spoken_for
from impacts.weather.psychrometrics import pressure_at, saturation_pressure
from impacts.weather.replaced_stations import REACH, replacing
from impacts.weather.station_weather import VARIABLES, pressure_ratio, require
from layers.words.errors import SitingError

NEIGHBOURS = 3
_NEAREST_M = 1000
"""Closer than a kilometre, a station counts as at one: its weight stays finite."""

Index = NDArray[np.intp]


@dataclass(frozen=True)
class Places:
    """Where weather is wanted: stations and weights (place, neighbour), elevation (place) in m."""

    station: Index
    weight: Floats
    elevation: Floats

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self.elevation)

    def take(self, which: Index) -> Places:
        """Return some of the places.

        Parameters
        ----------
        which : positions of the places wanted.

        Returns
        -------
        Those places, in that order.
        """
        return Places(self.station[which], self.weight[which], self.elevation[which])


def places(sites: pd.DataFrame, weather: xr.Dataset) -> Places:
    """Return where sites are among the stations.

    Parameters
    ----------
    sites : x_m, y_m, elevation_m (EPSG:2154, metres), any index.
    weather : station weather, with x_m, y_m and altitude_m on ``station``.

    Returns
    -------
    Nearest stations and weights (site, ``NEIGHBOURS``) by inverse distance, elevations in m; a
    site of unknown elevation has that of its stations.

    Raises
    ------
    SitingError : SIT101 for a missing coordinate, SIT105 for a site without position or without a
        station that speaks for it.
    """
    require(weather, "x_m", "y_m", "altitude_m")
    where = sites[["x_m", "y_m"]].to_numpy(dtype=np.float64)
    elevation = sites["elevation_m"].to_numpy(dtype=np.float64)
    if not np.isfinite(where).all():
        lost = sites.index[~np.isfinite(where).all(axis=1)]
        raise SitingError(
            "SIT105",
            f"{len(lost)} sites sans position, dont {lost[0]}",
            where="table des sites, colonnes x_m, y_m",
        )
    stations = np.column_stack([weather["x_m"].to_numpy(), weather["y_m"].to_numpy()])
    distance = np.hypot(*(where[:, None] - stations[None]).transpose(2, 0, 1))
    if REACH in weather.coords:
        distance = replacing(distance, weather[REACH].to_numpy())
    if FARTHEST in weather.coords:
        distance = spoken_for(distance, weather[FARTHEST].to_numpy())
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :NEIGHBOURS]
    closeness = 1 / np.maximum(np.take_along_axis(distance, nearest, axis=1), _NEAREST_M)
    weight = closeness / closeness.sum(axis=1, keepdims=True)
    # A site of unknown height is taken at that of its stations: nothing is added to their air.
    height = (weight * weather["altitude_m"].to_numpy()[nearest]).sum(axis=1)
    return Places(nearest, weight, np.where(np.isfinite(elevation), elevation, height))


def cells(exact: Places) -> tuple[Places, Index]:
    """Group places that share stations, rounded weights and rounded elevation.

    The rounding steps are constants of ``weather.toml``; what they cost is measured by the tests.

    Parameters
    ----------
    exact : places of sites, from `places`.

    Returns
    -------
    The cells, and the cell of each place (place).
    """
    steps = physics("weather")
    tenths = np.round(exact.weight[:, :-1] / steps["weight_step"]).astype(np.intp)
    storey = np.round(exact.elevation / steps["elevation_step"]).astype(np.intp)
    keys = np.column_stack([exact.station, tenths, storey])
    unique, cell = np.unique(keys, axis=0, return_inverse=True)
    n = exact.station.shape[1]
    weight = unique[:, n:-1] * steps["weight_step"]
    weight = np.column_stack([weight, 1 - weight.sum(axis=1)])
    return Places(unique[:, :n], weight, unique[:, -1] * steps["elevation_step"]), cell.ravel()


def air(at: Places, weather: xr.Dataset) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return dry bulb and dew-point depression of places.

    Temperatures follow the standard lapse rate between a station and the place; the depression is
    carried unchanged (relative humidity then moves by less than 2 points a kilometre).

    Parameters
    ----------
    at : the places.
    weather : complete hourly years (station, time), dry_bulb and dew_point in degC.

    Returns
    -------
    Two arrays (place, time), in degC and in K, the depression not negative.
    """
    lapse = physics("weather")["lapse_rate"]
    sea_level = weather["dry_bulb"].to_numpy() + lapse * weather["altitude_m"].to_numpy()[:, None]
    depression = (weather["dry_bulb"] - weather["dew_point"]).to_numpy()
    dry = _blended(at, sea_level) - (lapse * at.elevation).astype(np.float32)[:, None]
    return dry, np.maximum(_blended(at, depression), np.float32(0))


def _blended(at: Places, stations: Floats) -> NDArray[np.float32]:
    """Blend station by station: a matrix product would give a place what its neighbours decide."""
    hours, weight = stations.astype(np.float32), at.weight.astype(np.float32)
    found = hours[at.station[:, 0]]
    found *= weight[:, :1]
    for rank in range(1, at.station.shape[1]):
        found += hours[at.station[:, rank]] * weight[:, rank : rank + 1]
    return found


def blend(weather: xr.Dataset, sites: pd.DataFrame) -> xr.Dataset:
    """Return the weather at each site: exact weights, exact heights.

    For thousands of sites over years this is gigabytes: `footprint` does not call it, it works by
    cells and classes; the tests hold one against the other.

    Parameters
    ----------
    weather : complete hourly years (station, time).
    sites : x_m, y_m, elevation_m (EPSG:2154, metres), any index.

    Returns
    -------
    Dataset (site_id, time) of ``VARIABLES``, units in attrs.

    Raises
    ------
    SitingError : SIT101 for a missing coordinate, SIT105 for a site without position.
    """
    at = places(sites, weather)
    dry, depression = (part.astype(np.float64) for part in air(at, weather))
    altitude = weather["altitude_m"].to_numpy()
    standard = weather["pressure"].to_numpy() * pressure_ratio(np.zeros(1), altitude)[:, None]
    pressure = _blended(at, standard) * pressure_ratio(at.elevation, np.zeros(1))[:, None]
    humidity = saturation_pressure(dry - depression) / saturation_pressure(dry)
    arrays = dict(zip(VARIABLES, (dry, dry - depression, humidity, pressure), strict=True))
    return xr.Dataset(
        {name: (("site_id", "time"), arrays[name], {"units": VARIABLES[name]}) for name in arrays},
        coords={"site_id": sites.index.to_numpy(), "time": weather["time"]},
    )


def storeys(at: Places) -> Iterator[tuple[float, Index]]:
    """Group places by pressure.

    Parameters
    ----------
    at : the places, or their cells.

    Yields
    ------
    Pressure in Pa at mid-storey, and positions of the places it stands for; lowest first.
    """
    step = physics("weather")["pressure_step"]
    level = np.floor(at.elevation / step).astype(np.intp)
    for one in np.unique(level):
        yield float(pressure_at((one + 0.5) * step)), np.flatnonzero(level == one)
