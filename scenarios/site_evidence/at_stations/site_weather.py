"""The hourly weather of the sites: the pack's stations, and the file that someone brings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.weather import replaced_stations, station_weather
from impacts.weather.far_stations import FARTHEST
from impacts.weather.replaced_stations import REACH
from impacts.weather.weather_files import read_weather
from layers.opening.weather_text import read_weather_text
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, number
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.at_stations.station_reach import (
    accepted_stations,
    station_names,
    station_words,
    weather_question,
)
from scenarios.site_evidence.at_stations.stations_2050 import warmed

STATIONS_FR = "stations du lot"


@dataclass(frozen=True)
class Brought:
    """A weather file as read: its hourly years by station, and how it is named."""

    hours: xr.Dataset
    file: str
    form_fr: str
    years_fr: str
    reach_km: float

    @property
    def stations(self) -> list[str]:
        """Return the names of its stations."""
        return [str(name) for name in self.hours["station"].to_numpy()]

    @property
    def named_fr(self) -> str:
        """Return how a reader names it."""
        return f"fichier « {self.file} » ({self.form_fr}, {self.years_fr})"

    def distance_km(self, sites: gpd.GeoDataFrame) -> pd.Series:
        """Return how far each site is from the nearest station of the file, in km.

        Parameters
        ----------
        sites : points, Lambert-93.

        Returns
        -------
        Kilometres on the index of the sites.
        """
        x, y = (self.hours[name].to_numpy() for name in ("x_m", "y_m"))
        east, north = sites.geometry.x.to_numpy()[:, None], sites.geometry.y.to_numpy()[:, None]
        nearest = np.hypot(east - x, north - y).min(axis=1)
        return pd.Series(nearest / 1000.0, index=sites.index)

    def reaches(self, sites: gpd.GeoDataFrame) -> pd.Series:
        """Say which sites take its hours.

        Parameters
        ----------
        sites : points, Lambert-93.

        Returns
        -------
        Booleans on the index of the sites; the limit itself is within.
        """
        return self.distance_km(sites) <= self.reach_km


def brought(scenario: Scenario) -> Brought | None:
    """Return the weather that a scenario brings, None without.

    Parameters
    ----------
    scenario : the question, checked.

    Returns
    -------
    The hours of the file and how far they reach.

    Raises
    ------
    SitingError : SIT108 or SIT109 for a file that cannot be opened, SIT100, SIT101 or SIT105 for
        one that is not hourly weather, with its line and its value.
    """
    name = scenario.weather.file
    if name is None:
        return None
    path = Path(name)
    known = path.stat() if path.is_file() else None
    read = _read(name, known.st_mtime_ns if known else 0, known.st_size if known else 0)
    return Brought(
        hours=read,
        file=path.name,
        form_fr=str(read.attrs["format_fr"]),
        years_fr=str(read.attrs["years_fr"]),
        reach_km=replaced_stations.reach_of_file(scenario.weather.within_km) / 1000,
    )


@lru_cache(maxsize=2)
def _read(name: str, _changed: int, _size: int) -> xr.Dataset:
    """Read a file once a run; changed on the disk, it is read again."""
    where = Path(name).name
    raw = read_weather(read_weather_text(name), where=where)
    whole = replaced_stations.whole_years(raw, where=where)
    try:
        hours = station_weather.hourly(whole)
    except SitingError as fault:
        raise SitingError(fault.code, fault.message, where=where, hint=fault.hints) from None
    years = sorted(set(whole["time"].dt.year.to_numpy().tolist()))
    told = str(raw.attrs["years_fr"])
    if told[:1].isdigit():
        told = f"{years[0]} à {years[-1]}" if len(years) > 1 else str(years[0])
    return hours.assign_attrs(format_fr=raw.attrs["format_fr"], years_fr=told)


def hours_today(scenario: Scenario, pack: Pack) -> xr.Dataset:
    """Return hourly years of today: the pack's stations, and the file brought beside them.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    Hourly, by station.
    """
    held, given = _held(scenario, pack), brought(scenario)
    if held is None and given is None:
        weather_question(scenario, gpd.GeoDataFrame(), None)
    if given is None:
        assert held is not None
        return held
    if held is None:
        return replaced_stations.alone(given.hours, 1000 * given.reach_km)
    return replaced_stations.beside(held, given.hours, 1000 * given.reach_km)


def _held(scenario: Scenario, pack: Pack) -> xr.Dataset | None:
    """Return the pack's stations, with how far each one speaks."""
    if not pack.has("weather"):
        return None
    raw = pack.weather()
    names = station_names(raw)
    hours = station_weather.hourly(raw).assign_coords(name=("station", names))
    return accepted_stations(hours, scenario.weather.accept, names)


def stations_of(scenario: Scenario, pack: Pack) -> xr.Dataset | None:
    """Return where the stations are and how far each speaks, no hour of theirs being read.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    Their places and names, a file brought among them; None without any.
    """
    given, found = brought(scenario), []
    if pack.has("weather"):
        raw = pack.weather()
        names = station_names(raw)
        held = accepted_stations(raw, scenario.weather.accept, names)
        found.append(_placed(held, names, held[FARTHEST].to_numpy(), 0.0))
    if given is not None:
        count = given.hours.sizes["station"]
        told = [given.named_fr] * count
        found.append(_placed(given.hours, told, np.full(count, np.inf), 1000 * given.reach_km))
    return xr.concat(found, "station") if found else None


def _placed(
    held: xr.Dataset, names: list[str], farthest: NDArray[np.float64], reach_m: float
) -> xr.Dataset:
    return xr.Dataset(
        coords={
            "station": held["station"].to_numpy().astype(str),
            "name": ("station", names),
            **{axis: ("station", held[axis].to_numpy()) for axis in ("x_m", "y_m")},
            FARTHEST: ("station", farthest),
            REACH: ("station", np.full(len(names), reach_m)),
        }
    )


def hours_asked(scenario: Scenario, pack: Pack) -> xr.Dataset:
    """Return hourly years of the climate that the scenario asks for.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    Hourly, by station; warmed when the climate is « 2050 ».
    """
    today = hours_today(scenario, pack)
    return warmed(pack, today) if scenario.climate == "2050" else today


def weather_words(scenario: Scenario, sites: gpd.GeoDataFrame, pack: Pack) -> pd.Series:
    """Return whose weather each site takes, in French: the stations and their distance.

    Parameters
    ----------
    scenario : the question, checked.
    sites : points, Lambert-93.
    pack : the layers.

    Returns
    -------
    Texts on the index of the sites.
    """
    given = brought(scenario)
    if given is None:
        return station_words(sites, stations_of(scenario, pack))
    km, near = given.distance_km(sites), given.reaches(sites)
    told = [
        f"{given.named_fr}, à {number(far)}{NO_BREAK}km"
        if here
        else f"{STATIONS_FR} : fichier apporté à {number(far)}{NO_BREAK}km"
        for far, here in zip(km, near, strict=True)
    ]
    return pd.Series(told, index=sites.index)
