"""Hourly weather files others publish: EPW, PVGIS typical years, Météo-France hourly series.

Each reader takes the text of a file, never a path, and gives station observations as
``impacts.weather.station_weather.hourly`` takes them: dims (station, time) in UTC, with
``dry_bulb`` and ``dew_point`` in degC, ``pressure`` in Pa, ``x_m``, ``y_m`` (Lambert-93) and
``altitude_m``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.weather.psychrometrics import dew_point, pressure_at, saturation_pressure
from layers.geometry.vector_overlay import points_from
from layers.words.errors import SitingError

_NOMINAL_YEAR = 2015
"""The year given to a typical year, whose months come from several."""
_EPW_COLUMNS = {1: "month", 2: "day", 3: "hour", 6: "dry_bulb", 7: "dew_point", 9: "pressure"}
_EPW_MISSING = {"dry_bulb": 99.9, "dew_point": 99.9, "pressure": 999_999.0}


def read_epw(text: str, *, where: str = "fichier EPW") -> xr.Dataset:
    """Read an EnergyPlus weather file, its local standard hours brought to UTC.

    Hour h of an EPW ends at h: it is taken as the instant h. Codes of missing values become holes.

    Parameters
    ----------
    text : whole text of the file.
    where : what an error names as the place.

    Returns
    -------
    (station, time) as ``hourly`` takes it, one station, in a nominal year.

    Raises
    ------
    SitingError : SIT100 when the header is not one or no hour follows, SIT105 when fewer than 24
        hours do.
    """
    head, *lines = text.splitlines()
    cells = head.split(",")
    if not head.startswith("LOCATION") or len(cells) < 10:
        raise _unreadable("la première ligne ne commence pas par LOCATION", where)
    name, latitude, longitude, zone, height = cells[1], *(float(x) for x in cells[6:10])
    body = "\n".join(line for line in lines if re.match(r"\d{4},", line))
    if not body:
        raise _unreadable("aucune heure de données", where)
    table = pd.read_csv(io.StringIO(body), header=None, usecols=list(_EPW_COLUMNS))
    table = table.rename(columns=_EPW_COLUMNS)
    for column, code in _EPW_MISSING.items():
        table.loc[table[column] >= code, column] = np.nan
    time = _nominal(table["month"], table["day"], table["hour"]) - pd.Timedelta(hours=zone)
    return _station(name, (longitude, latitude, height), _wrapped(time), table, where)


def read_pvgis(text: str, *, where: str = "année type PVGIS") -> xr.Dataset:
    """Read a PVGIS typical meteorological year (CSV): T2m, RH, SP, hours in UTC.

    Parameters
    ----------
    text : whole text of the file.
    where : what an error names as the place.

    Returns
    -------
    (station, time) as ``hourly`` takes it, one station named « PVGIS », in a nominal year.

    Raises
    ------
    SitingError : SIT100 without header or position, SIT101 for a missing column, SIT105 for a
        humidity out of bounds or fewer than 24 hours.
    """
    found = {
        key: re.search(rf"^{key}[^:]*:\s*(-?[\d.]+)", text, re.MULTILINE)
        for key in ("Latitude", "Longitude", "Elevation")
    }
    lines = text.splitlines()
    start = next((k for k, line in enumerate(lines) if line.startswith("time(UTC)")), None)
    if start is None or not all(found.values()):
        raise _unreadable("ni l'en-tête « time(UTC) », ni la position", where)
    rows = [line for line in lines[start + 1 :] if re.match(r"\d{8}:\d{4},", line)]
    table = pd.read_csv(io.StringIO("\n".join([lines[start], *rows])))
    _require(table, ("T2m", "RH", "SP"), where)
    stamp = table["time(UTC)"].astype(str)
    time = _nominal(stamp.str[4:6], stamp.str[6:8], stamp.str[9:11])
    values = pd.DataFrame({"dry_bulb": table["T2m"], "pressure": table["SP"]})
    values["dew_point"] = _dew_point(table["T2m"], table["RH"] / 100, where)
    place = tuple(float(match.group(1)) for match in found.values() if match)
    return _station("PVGIS", (place[1], place[0], place[2]), time, values, where)


def read_meteo_france(text: str, *, where: str = "série horaire Météo-France") -> xr.Dataset:
    """Read Météo-France hourly climatological data (« ; »), one station or several, in UTC.

    Columns read: NUM_POSTE, LAT, LON, ALTI, AAAAMMJJHH, T and U or TD; PSTAT in hPa, else the
    standard pressure at the station's height.

    Parameters
    ----------
    text : whole text of the file, several years allowed.
    where : what an error names as the place.

    Returns
    -------
    (station, time) as ``hourly`` takes it, by code of station; the attr ``pressure_is_standard``
    counts the hours given the standard pressure.

    Raises
    ------
    SitingError : SIT100 for a date of another form, SIT101 for a missing column, SIT105 for a
        humidity out of bounds or a station of fewer than 24 hours.
    """
    table = pd.read_csv(io.StringIO(text), sep=";", dtype={"NUM_POSTE": str})
    _require(table, ("NUM_POSTE", "LAT", "LON", "ALTI", "AAAAMMJJHH", "T"), where)
    if not {"TD", "U"} & set(table.columns):
        raise SitingError("SIT101", "ni TD ni U : l'humidité manque", where=where)
    humid = table["U"] / 100 if "U" in table else pd.Series(np.nan, table.index)
    dew = table["TD"] if "TD" in table else pd.Series(np.nan, table.index)
    known = humid.notna() & table["T"].notna()
    worked = pd.Series(np.nan, table.index)
    worked[known] = _dew_point(table["T"][known], humid[known], where)
    standard = pd.Series(pressure_at(table["ALTI"].to_numpy(np.float64)), table.index)
    measured = 100 * table["PSTAT"] if "PSTAT" in table else pd.Series(np.nan, table.index)
    values = pd.DataFrame(
        {
            "dry_bulb": table["T"],
            "dew_point": dew.fillna(worked),
            "pressure": measured.fillna(standard),
        }
    )
    time = pd.to_datetime(table["AAAAMMJJHH"].astype(str), format="%Y%m%d%H", errors="coerce")
    if time.isna().any():
        raise _unreadable("une date n'est pas au format AAAAMMJJHH", where)
    parts = []
    for code, rows in table.groupby("NUM_POSTE", sort=True):
        first = rows.iloc[0]
        place = float(first["LON"]), float(first["LAT"]), float(first["ALTI"])
        index = pd.DatetimeIndex(time[rows.index])
        parts.append(_station(str(code).strip(), place, index, values.loc[rows.index], where))
    joined = xr.concat(parts, "station", join="outer")
    return joined.assign_attrs(pressure_is_standard=int(measured.isna().sum()))


def _nominal(month: pd.Series, day: pd.Series, hour: pd.Series) -> pd.DatetimeIndex:
    """Date hours of a typical year: the nominal year, 29 February left out later."""
    parts = pd.DataFrame({"year": _NOMINAL_YEAR, "month": month, "day": day}).astype(int)
    days = pd.to_datetime(parts, errors="coerce")
    return pd.DatetimeIndex(days + pd.to_timedelta(hour.astype(int), unit="h"))


def _wrapped(time: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Bring hours pushed over the ends of the year back to its other end."""
    start, end = pd.Timestamp(_NOMINAL_YEAR, 1, 1), pd.Timestamp(_NOMINAL_YEAR + 1, 1, 1)
    year = end - start
    turns = (time < start).astype(np.int64) - (time >= end).astype(np.int64)
    return pd.DatetimeIndex(time + pd.to_timedelta(turns * year.days, unit="D"))


def _dew_point(dry: pd.Series, humid: pd.Series, where: str) -> Floats:
    if bool(((humid < 0) | (humid > 1.1)).any()):
        raise SitingError(
            "SIT105",
            f"une humidité relative de {humid.min():.0%} à {humid.max():.0%}",
            where=where,
            hint="attendu : entre 0 et 100 %",
        )
    celsius = dry.to_numpy(np.float64)
    return dew_point(np.clip(humid.to_numpy(np.float64), 0.01, 1) * saturation_pressure(celsius))


def _station(
    name: str,
    place: tuple[float, float, float],
    time: pd.DatetimeIndex,
    values: pd.DataFrame,
    where: str,
) -> xr.Dataset:
    """One station's Dataset, hours in order; a repeated hour keeps its first value."""
    frame = values[["dry_bulb", "dew_point", "pressure"]].set_axis(time)
    frame = frame[frame.index.notna() & ~frame.index.duplicated()].sort_index()
    if len(frame) < 24:
        raise SitingError("SIT105", f"{len(frame)} heures seulement", where=where)
    longitude, latitude, height = place
    point = points_from(pd.Series([longitude]), pd.Series([latitude]))
    coords: Mapping[str, object] = {
        "station": [name],
        "time": ("time", frame.index),
        "x_m": ("station", [float(point.x.iloc[0])]),
        "y_m": ("station", [float(point.y.iloc[0])]),
        "altitude_m": ("station", [height]),
    }
    units = {"dry_bulb": "degC", "dew_point": "degC", "pressure": "Pa"}
    return xr.Dataset(
        {
            n: (("station", "time"), frame[n].to_numpy()[None], {"units": u})
            for n, u in units.items()
        },
        coords=coords,
    )


def _require(table: pd.DataFrame, columns: tuple[str, ...], where: str) -> None:
    absent = [column for column in columns if column not in table.columns]
    if absent:
        raise SitingError("SIT101", f"colonne absente : {', '.join(absent)}", where=where)


def _unreadable(why: str, where: str) -> SitingError:
    return SitingError("SIT100", f"fichier illisible : {why}", where=where)
