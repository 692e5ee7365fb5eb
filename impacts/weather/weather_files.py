"""Hourly weather files others publish: EPW, PVGIS typical years, Météo-France hourly series.

Each reader takes the text of a file, never a path, and gives station observations as
``impacts.weather.station_weather.hourly`` takes them: dims (station, time) in UTC, with
``dry_bulb`` and ``dew_point`` in degC, ``pressure`` in Pa, ``x_m``, ``y_m`` (Lambert-93) and
``altitude_m``. ``format_fr`` and ``years_fr`` (attrs) say what was read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.basis.file_numbers import lines_of, numbers_of, place_of, separator_in
from impacts.weather.psychrometrics import dew_point, pressure_at, saturation_pressure
from layers.geometry.vector_overlay import points_from
from layers.words.errors import SitingError

_NOMINAL_YEAR = 2015
"""The year given to a typical year, whose months come from several."""
_TYPICAL_FR = "année type"
_EPW_COLUMNS = {0: "year", 1: "month", 2: "day", 3: "hour",
                6: "dry_bulb", 7: "dew_point", 8: "humidity", 9: "pressure"}  # fmt: skip
_EPW_FR = {
    "year": "année (1)", "month": "mois (2)", "day": "jour (3)", "hour": "heure (4)",
    "dry_bulb": "température (7)", "dew_point": "point de rosée (8)",
    "humidity": "humidité (9)", "pressure": "pression (10)",
}  # fmt: skip
_EPW_MISSING = {"dry_bulb": 99.9, "dew_point": 99.9, "humidity": 999, "pressure": 999_999.0}
_METEO_FRANCE = ("NUM_POSTE", "LAT", "LON", "ALTI", "AAAAMMJJHH", "T")


def read_weather(text: str, *, where: str) -> xr.Dataset:
    """Read a weather file of any of the three forms, told apart by what each must hold.

    Parameters
    ----------
    text : the content of the file.
    where : the file that errors name.

    Returns
    -------
    Hourly observations, UTC, by station.

    Raises
    ------
    SitingError : SIT100 when it is none of them, and what each reader raises.
    """
    head = lines_of(text[:100_000])[:60]
    if head and head[0].lstrip().upper().startswith("LOCATION"):
        return read_epw(text, where=where)
    if any(line.startswith("time(UTC)") for line in head):
        return read_pvgis(text, where=where)
    if head and {"NUM_POSTE", "AAAAMMJJHH"} & set(re.split(r"[;,\s]", head[0])):
        return read_meteo_france(text, where=where)
    raise SitingError(
        "SIT100",
        "ni un EPW, ni une année type PVGIS, ni une série horaire Météo-France",
        where=f"{where}, ligne 1 : « {head[0][:60] if head else ''} »",
        hint="attendu : « LOCATION,… » (EPW), « time(UTC),… » (PVGIS, CSV) ou « NUM_POSTE;… » "
        "(Météo-France)",
    )


def read_epw(text: str, *, where: str = "fichier EPW") -> xr.Dataset:
    """Read an EnergyPlus weather file, its local standard hours brought to UTC.

    Hour h of an EPW ends at h: it is taken as the instant h. Codes of missing values become holes;
    a missing dew point is worked from the humidity of its hour. Hours that come once are a typical
    year; when they come again, each year is read as itself.

    Parameters
    ----------
    text : the content of the file.
    where : the file that errors name.

    Returns
    -------
    Hourly observations of one station, UTC.

    Raises
    ------
    SitingError : SIT100 when the header is not one, SIT105 for a value that is no number, an hour
        given twice, or when hours lack.
    """
    lines = lines_of(text)
    parting = separator_in(lines[0]) if lines else ","
    cells = [cell.strip() for cell in lines[0].split(parting)] if lines else []
    if not cells or cells[0].upper() != "LOCATION" or len(cells) < 10:
        raise _unreadable("la première ligne n'est pas « LOCATION » et ses neuf champs", where)
    place = place_of(cells[7], cells[6], cells[9], 1, where)
    zone = float(numbers_of(pd.Series([cells[8]]), "fuseau horaire", [1], where).iloc[0])
    numbered = [(k, line) for k, line in enumerate(lines, 1) if re.match(r"\d{4}\s*[,;]", line)]
    if not numbered:
        raise _unreadable("aucune heure de données", where)
    table = _epw_table(numbered, parting, where)
    for column, code in _EPW_MISSING.items():
        table.loc[table[column] >= code, column] = np.nan
    lacking = table["dew_point"].isna() & table["dry_bulb"].notna() & table["humidity"].notna()
    if lacking.any():
        rows = table[lacking]
        worked = _dew_point(rows["dry_bulb"], rows["humidity"] / 100, where)
        table.loc[lacking, "dew_point"] = worked
    time, years = _epw_time(table, zone, where)
    return _station(cells[1] or "EPW", place, time, table, where).assign_attrs(
        format_fr="EPW", years_fr=years
    )


def _epw_table(numbered: Sequence[tuple[int, str]], parting: str, where: str) -> pd.DataFrame:
    short = [k for k, line in numbered if line.count(parting) < max(_EPW_COLUMNS)]
    if short:
        raise SitingError(
            "SIT105",
            f"moins de {max(_EPW_COLUMNS) + 1} champs",
            where=f"{where}, ligne {short[0]}",
            hint="une heure d'EPW a 35 champs, séparés comme ceux de la première ligne",
        )
    # Only the first fields are kept: the others never enter a footprint.
    rows = [line.split(parting, max(_EPW_COLUMNS) + 1) for _, line in numbered]
    table = pd.DataFrame({name: [row[k] for row in rows] for k, name in _EPW_COLUMNS.items()})
    at = [k for k, _ in numbered]
    told = {name: numbers_of(table[name], _EPW_FR[name], at, where) for name in _EPW_FR}
    return pd.DataFrame(told).assign(line=at)


def _epw_time(table: pd.DataFrame, zone: float, where: str) -> tuple[pd.DatetimeIndex, str]:
    """Date the hours in UTC, and say which years they are of."""
    hour = ["month", "day", "hour"]
    if not table.duplicated(hour).any():
        time, years = _nominal(table["month"], table["day"], table["hour"]), _TYPICAL_FR
    else:
        twice = table[table.duplicated(["year", *hour])]
        if len(twice):
            raise SitingError(
                "SIT105",
                "heure donnée deux fois : {:g}-{:02.0f}-{:02.0f} à {:g} h".format(
                    *twice.iloc[0][["year", *hour]]
                ),
                where=f"{where}, ligne {int(twice['line'].iloc[0])}",
                hint="une ligne par heure est attendue ; un pas plus fin n'est pas lu",
            )
        days = pd.to_datetime(table[["year", "month", "day"]], errors="coerce")
        time = pd.DatetimeIndex(days + pd.to_timedelta(table["hour"], unit="h"))
        first, last = int(table["year"].min()), int(table["year"].max())
        years = f"{first} à {last}" if last > first else str(first)
    # A zone with a half hour: the hour, which ended at h, is dated by the whole hour it spans.
    return _wrapped((time - pd.Timedelta(hours=zone)).floor("h"), time), years


def read_pvgis(text: str, *, where: str = "année type PVGIS") -> xr.Dataset:
    """Read a PVGIS typical meteorological year (CSV): T2m, RH, SP, hours in UTC.

    Parameters
    ----------
    text : the content of the file.
    where : the file that errors name.

    Returns
    -------
    Hourly observations of one station, UTC.

    Raises
    ------
    SitingError : SIT100 without its header or its position, SIT105 for a value that is no number or
        a place nowhere on Earth.
    """
    lines = lines_of(text)
    found = {
        key: next(
            (
                (k, match.group(1))
                for k, line in enumerate(lines[:60], 1)
                if (match := re.match(rf"{key}[^:]*:\s*(\S+)", line))
            ),
            None,
        )
        for key in ("Latitude", "Longitude", "Elevation")
    }
    start = next((k for k, line in enumerate(lines) if line.startswith("time(UTC)")), None)
    latitude, longitude, height = found.values()
    if start is None or latitude is None or longitude is None or height is None:
        raise _unreadable("ni l'en-tête « time(UTC) », ni la position", where)
    place = place_of(longitude[1], latitude[1], height[1], latitude[0], where)
    parting = separator_in(lines[start])
    rows = [(k, line) for k, line in enumerate(lines, 1) if re.match(r"\d{8}:\d{4}\s*[,;]", line)]
    body = "\n".join([lines[start], *(line for _, line in rows)])
    table = _table(body, parting, where)
    _require(table, ("T2m", "RH", "SP"), where)
    at = [k for k, _ in rows]
    dry, humid, pressure = (numbers_of(table[n], n, at, where) for n in ("T2m", "RH", "SP"))
    stamp = table["time(UTC)"].astype(str)
    time = _nominal(stamp.str[4:6], stamp.str[6:8], stamp.str[9:11])
    values = pd.DataFrame({"dry_bulb": dry, "pressure": pressure})
    known = dry.notna() & humid.notna()
    values.loc[known, "dew_point"] = _dew_point(dry[known], humid[known] / 100, where)
    if not known.any():
        raise SitingError("SIT105", "aucune heure complète", where=where)
    return _station("PVGIS", place, time, values, where).assign_attrs(
        format_fr="PVGIS", years_fr=_TYPICAL_FR
    )


def read_meteo_france(text: str, *, where: str = "série horaire Météo-France") -> xr.Dataset:
    """Read Météo-France hourly climatological data (« ; »), one station or several, in UTC.

    Columns read: NUM_POSTE, LAT, LON, ALTI, AAAAMMJJHH, T and U or TD; PSTAT in hPa, else the
    standard pressure at the station's height, and ``pressure_is_standard`` says so.

    Parameters
    ----------
    text : the content of the file.
    where : the file that errors name.

    Returns
    -------
    Hourly observations by station, UTC.

    Raises
    ------
    SitingError : SIT101 when a column lacks, or both TD and U; SIT105 for a value that is no
        number.
    """
    table = _table("\n".join(lines_of(text)), ";", where)
    _require(table, _METEO_FRANCE, where)
    if not {"TD", "U"} & set(table.columns):
        raise SitingError("SIT101", "ni TD ni U : l'humidité manque", where=where)
    at = range(2, len(table) + 2)
    read = {
        name: numbers_of(table[name], name, at, where)
        if name in table
        else pd.Series(np.nan, table.index)
        for name in ("T", "TD", "U", "PSTAT", "ALTI")
    }
    humid, dry = read["U"] / 100, read["T"]
    known = humid.notna() & dry.notna()
    worked = pd.Series(np.nan, table.index)
    worked[known] = _dew_point(dry[known], humid[known], where)
    standard = pd.Series(pressure_at(read["ALTI"].to_numpy(np.float64)), table.index)
    values = pd.DataFrame(
        {
            "dry_bulb": dry,
            "dew_point": read["TD"].fillna(worked),
            "pressure": (100 * read["PSTAT"]).fillna(standard),
        }
    )
    stamp = table["AAAAMMJJHH"].astype("str").str.strip()
    time = pd.to_datetime(stamp, format="%Y%m%d%H", errors="coerce")
    if time.isna().any():
        row = int(np.flatnonzero(time.isna().to_numpy())[0])
        raise _unreadable(
            f"« {stamp.iloc[row]} » n'est pas une date AAAAMMJJHH", f"{where}, ligne {at[row]}"
        )
    parts = []
    for code, rows in table.groupby("NUM_POSTE", sort=True):
        first = rows.iloc[0]
        line = int(rows.index[0]) + 2
        place = place_of(str(first["LON"]), str(first["LAT"]), str(first["ALTI"]), line, where)
        index = pd.DatetimeIndex(time[rows.index])
        parts.append(_station(str(code).strip(), place, index, values.loc[rows.index], where))
    joined = xr.concat(parts, "station", join="outer")
    years = sorted(set(time.dt.year))
    return joined.assign_attrs(
        pressure_is_standard=int(read["PSTAT"].isna().sum()),
        format_fr="Météo-France",
        years_fr=f"{years[0]} à {years[-1]}" if len(years) > 1 else str(years[0]),
    )


def _table(text: str, parting: str, where: str) -> pd.DataFrame:
    """Read a table as texts: a decimal comma or « mq » is our own to judge."""
    try:
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(text), sep=parting, dtype="str", keep_default_na=False, index_col=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as problem:
        told = re.search(r"line (\d+)", str(problem))
        place = f"{where}, ligne {told[1]}" if told else where
        raise _unreadable("une ligne n'a pas le nombre de champs de l'en-tête", place) from None
    return table.rename(columns=str.strip)


def _nominal(month: pd.Series, day: pd.Series, hour: pd.Series) -> pd.DatetimeIndex:
    """Date hours of a typical year: the nominal year, 29 February left out later."""
    parts = pd.DataFrame({"year": _NOMINAL_YEAR, "month": month, "day": day}).astype(int)
    days = pd.to_datetime(parts, errors="coerce")
    return pd.DatetimeIndex(days + pd.to_timedelta(hour.astype(int), unit="h"))


def _wrapped(time: pd.DatetimeIndex, local: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Bring hours pushed over the ends of the years of a file back to their other end."""
    years = (local - pd.Timedelta(hours=1)).year  # an hour that ends at midnight is of the day
    start = pd.Timestamp(int(years.min()), 1, 1)
    end = pd.Timestamp(int(years.max()) + 1, 1, 1)
    turns = (time < start).astype(np.int64) - (time >= end).astype(np.int64)
    return pd.DatetimeIndex(time + pd.to_timedelta(turns * (end - start).days, unit="D"))


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
