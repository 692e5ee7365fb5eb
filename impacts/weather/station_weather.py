"""Hourly weather: from station observations to complete years, and to any site.

A weather is a Dataset of ``dry_bulb`` and ``dew_point`` in degC, ``relative_humidity`` in 1 and
``pressure`` in Pa; at stations its dims are (station, time), with ``x_m``, ``y_m`` (Lambert-93)
and ``altitude_m`` on ``station``.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import physics
from impacts.weather.psychrometrics import dew_point, pressure_at, saturation_pressure
from layers.words.errors import SitingError

VARIABLES: Mapping[str, str] = {
    "dry_bulb": "degC",
    "dew_point": "degC",
    "relative_humidity": "1",
    "pressure": "Pa",
}
_BOUNDS: Mapping[str, tuple[float, float, str]] = {
    "dry_bulb": (-60, 60, "une température en degrés Celsius (ni kelvins, ni Fahrenheit)"),
    "dew_point": (-80, 40, "un point de rosée en degrés Celsius (ni kelvins, ni Fahrenheit)"),
    "relative_humidity": (0, 1.1, "une humidité relative entre 0 et 1 (pas en pour cent)"),
    "pressure": (50_000, 110_000, "une pression à la station en pascals"),
}
_SEASONS = tuple(f"temperature_{season}" for season in ("winter", "spring", "summer", "autumn"))
_STATION = ("x_m", "y_m", "altitude_m")


def check_weather(weather: xr.Dataset, *, where: str = "météo") -> None:
    """Refuse a weather whose figures betray another unit; variables that are absent are not judged.

    Parameters
    ----------
    weather : any dims; NaN allowed.
    where : what the error names as the place.

    Raises
    ------
    SitingError : SIT105 when a variable leaves its bounds.
    """
    for name, (low, high, expected) in _BOUNDS.items():
        if name not in weather:
            continue
        values = weather[name]
        least, most = float(values.min()), float(values.max())
        if not (np.isnan(least) or (low <= least and most <= high)):
            raise SitingError(
                "SIT105",
                f"la météo va de {least:.1f} à {most:.1f} pour « {name} », hors de ses bornes",
                where=where,
                hint=f"attendu : {expected}, entre {low} et {high}",
            )


def require(weather: xr.Dataset, *names: str) -> None:
    """Refuse a weather without a named variable.

    Parameters
    ----------
    weather : any dims.
    names : variables or coordinates needed.

    Raises
    ------
    SitingError : SIT101 naming those missing and those found.
    """
    missing = [name for name in names if name not in weather.variables]
    if missing:
        raise SitingError(
            "SIT101",
            f"la météo n'a pas « {', '.join(missing)} »",
            where="météo",
            hint=f"variables trouvées : {', '.join(str(name) for name in weather.variables)}",
        )


def hourly(observations: xr.Dataset) -> xr.Dataset:
    """Return complete hourly UTC years from regular observations with gaps.

    Gaps of one or two observations are bridged in a straight line; longer ones take the same hour
    of the days before and after, so that a hot afternoon stays one. Between observations a cubic
    through four of them keeps the daily extremes better than a line. 29 February is left out: every
    year has 8,760 hours.

    Parameters
    ----------
    observations : (station, time) at a step that divides the day; dry_bulb and dew_point in degC,
        pressure in Pa, with x_m, y_m and altitude_m on ``station``.

    Returns
    -------
    Dataset (station, time) of ``VARIABLES``; ``filled_share`` by station and the attr
    ``leap_hours_dropped`` say what was repaired.

    Raises
    ------
    SitingError : SIT101 for a missing variable, SIT105 for figures out of bounds, a step that does
        not divide the day, or a station with more than 5 % missing.
    """
    require(observations, "dry_bulb", "dew_point", "pressure", *_STATION)
    check_weather(observations)
    regular, step_hours = _regular(observations)
    missing = np.isnan(regular["dry_bulb"]) | np.isnan(regular["dew_point"])
    share = xr.DataArray(missing).mean("time")
    _refuse_holes(share)
    names = ("dry_bulb", "dew_point", "pressure")
    per_day = 24 // step_hours
    filled = {name: _fill(regular[name].to_numpy(), per_day) for name in names}
    fine = {name: _refine(values, step_hours) for name, values in filled.items()}
    fine["dew_point"] = np.minimum(fine["dew_point"], fine["dry_bulb"])
    time = _hours(regular, step_hours)
    result = _dataset(fine, regular, time)
    leap = (time.month == 2) & (time.day == 29)
    result = result.isel(time=~leap).assign_coords(filled_share=("station", share.to_numpy()))
    return result.assign_attrs(leap_hours_dropped=int(leap.sum()), source_step_hours=step_hours)


def _regular(observations: xr.Dataset) -> tuple[xr.Dataset, int]:
    time = pd.DatetimeIndex(observations["time"].to_numpy())
    step = pd.Series(time).diff().median()
    step_hours = max(1, round(step / pd.Timedelta(hours=1)))
    if 24 % step_hours:
        raise SitingError(
            "SIT105", f"un pas de {step_hours} h ne divise pas le jour", where="météo"
        )
    years = time.year.unique()
    full = pd.date_range(
        f"{years.min()}-01-01", f"{years.max() + 1}-01-01", freq=f"{step_hours}h", inclusive="left"
    )
    return observations.transpose("station", "time").reindex(time=full), step_hours


def _refuse_holes(share: xr.DataArray) -> None:
    limit = physics("weather")["largest_gap_share"]
    holed = share.station[(share > limit).to_numpy()]
    if holed.size:
        worst = ", ".join(f"{s} ({float(share.sel(station=s)):.1%})" for s in holed.to_numpy())
        raise SitingError(
            "SIT105",
            f"trop d'heures manquantes : {worst}",
            where="météo, stations",
            hint=f"retirez la station, ou complétez-la sous {limit:.0%} d'heures manquantes",
        )


def _fill(values: Floats, per_day: int) -> Floats:
    """Bridge short gaps along time, long ones along the days at the same hour."""
    frame = pd.DataFrame(values.T)
    gap = frame.isna()
    length = gap.apply(lambda column: column.groupby((~column).cumsum()).transform("sum"))
    short = frame.interpolate(limit_direction="both")
    by_hour = pd.DataFrame(
        values.reshape(len(values), -1, per_day)
        .transpose(1, 0, 2)
        .reshape(-1, len(values) * per_day)
    )
    long = by_hour.interpolate(limit_direction="both").to_numpy()
    whole = long.reshape(-1, len(values), per_day).transpose(1, 0, 2).reshape(values.shape)
    return np.where((length.to_numpy() <= 2).T, short.to_numpy().T, whole)


def _refine(values: Floats, parts: int) -> Floats:
    """Cut each step in equal parts along the cubic of four neighbours (Catmull and Rom)."""
    if parts == 1:
        return values
    padded = np.concatenate([values[:, :1], values, values[:, -1:], values[:, -1:]], axis=1)
    before, start, end, after = (padded[:, k : k + values.shape[1]] for k in range(4))
    leave, arrive = (end - before) / 2, (after - start) / 2
    u = (np.arange(parts) / parts)[:, None, None]
    curve = (2 * u**3 - 3 * u**2 + 1) * start + (u**3 - 2 * u**2 + u) * leave
    curve = curve + (3 * u**2 - 2 * u**3) * end + (u**3 - u**2) * arrive
    return np.asarray(curve.transpose(1, 2, 0).reshape(len(values), -1))


def _hours(regular: xr.Dataset, step_hours: int) -> pd.DatetimeIndex:
    first = pd.Timestamp(regular["time"].to_numpy()[0])
    return pd.date_range(first, periods=regular.sizes["time"] * step_hours, freq="h")


def _dataset(fine: Mapping[str, Floats], like: xr.Dataset, time: pd.DatetimeIndex) -> xr.Dataset:
    humidity = saturation_pressure(fine["dew_point"]) / saturation_pressure(fine["dry_bulb"])
    arrays = {**fine, "relative_humidity": np.minimum(humidity, 1.0)}
    stations = {
        str(name): coord for name, coord in like.coords.items() if coord.dims == ("station",)
    }
    return xr.Dataset(
        {
            name: (("station", "time"), arrays[name], {"units": units})
            for name, units in VARIABLES.items()
        },
        coords={**stations, "time": time},
    )


def climate_2050(weather: xr.Dataset, deltas: xr.DataArray) -> xr.Dataset:
    """Warm a weather by month, at constant relative humidity.

    Parameters
    ----------
    weather : hourly weather, any dims beside ``time``.
    deltas : warming in K, dims (month 1..12) and, if known, station.

    Returns
    -------
    The weather warmed, on the same dims; the attr ``humidity_assumption_fr`` says the assumption.

    Notes
    -----
    Relative humidity is kept hour by hour (assumption: the projections give none), so the dew
    point rises nearly as much as the air; the extremes rise like the mean of their month.
    """
    warming = deltas.sel(month=weather["time"].dt.month).drop_vars("month")
    warm = weather.assign(
        dry_bulb=(weather["dry_bulb"] + warming).transpose(*weather["dry_bulb"].dims)
    )
    vapour = weather["relative_humidity"] * saturation_pressure(warm["dry_bulb"].to_numpy())
    warm = warm.assign(dew_point=(weather["dry_bulb"].dims, dew_point(vapour.to_numpy())))
    for name in ("dry_bulb", "dew_point"):
        warm[name].attrs["units"] = "degC"
    return warm.assign_attrs(weather.attrs, humidity_assumption_fr="humidité relative inchangée")


def warming(projections: pd.DataFrame, estimate: str = "median") -> xr.DataArray:
    """Return the territory's warming by month, from seasonal projections by EPCI.

    Parameters
    ----------
    projections : a row an EPCI and variable (``temperature_winter`` … ``_autumn``), with
        ``reference`` and the ``estimate`` column in degC.
    estimate : column of ``projections``.

    Returns
    -------
    (month 1..12) in K: the mean over EPCI of estimate less reference.

    Raises
    ------
    SitingError : SIT101 when a season is missing.
    """
    change = (
        (projections[estimate] - projections["reference"]).groupby(projections["variable"]).mean()
    )
    absent = [season for season in _SEASONS if season not in change.index]
    if absent:
        raise SitingError(
            "SIT101", f"les projections n'ont pas « {', '.join(absent)} »", where="climat 2050"
        )
    return monthly_deltas(*(float(change[season]) for season in _SEASONS))


def warming_by_epci(projections: pd.DataFrame, estimate: str = "median") -> xr.DataArray:
    """Return the warming of each EPCI by month.

    Parameters
    ----------
    projections : as for `warming`, with ``epci_code``.
    estimate : column of ``projections``.

    Returns
    -------
    (epci_code, month 1..12) in K; an EPCI without the four seasons takes the territory's.

    Raises
    ------
    SitingError : SIT101 when the whole territory lacks a season.
    """
    rows = projections.assign(change=projections[estimate] - projections["reference"])
    table = rows.pivot_table("change", "epci_code", "variable").reindex(columns=list(_SEASONS))
    whole = warming(projections, estimate)
    months = [
        whole if row.isna().any() else monthly_deltas(*row.to_numpy(np.float64))
        for _, row in table.iterrows()
    ]
    return xr.concat(months, pd.Index(table.index, name="epci_code")).assign_attrs(units="K")


def warming_at(by_epci: xr.DataArray, epci_of: Mapping[str, str]) -> xr.DataArray:
    """Return the warming at stations for `climate_2050`, each in its EPCI.

    Parameters
    ----------
    by_epci : (epci_code, month) in K, from `warming_by_epci`.
    epci_of : station → EPCI, the nearest one for a station over the border.

    Returns
    -------
    (station, month) in K.

    Raises
    ------
    SitingError : SIT202 when an EPCI has no projection.
    """
    unknown = sorted(set(epci_of.values()) - set(by_epci["epci_code"].to_numpy().tolist()))
    if unknown:
        raise SitingError("SIT202", f"EPCI sans projection : {unknown[0]}", where="climat 2050")
    picked = by_epci.sel(epci_code=list(epci_of.values()))
    return picked.rename(epci_code="station").assign_coords(station=list(epci_of))


def monthly_deltas(winter: float, spring: float, summer: float, autumn: float) -> xr.DataArray:
    """Spread seasonal warmings over months, without steps, each season keeping its mean.

    Months lie on straight lines between the seasons' middle months (January, April, July, October),
    whose heights are set so that each season's mean is the one given.

    Parameters
    ----------
    winter, spring, summer, autumn : warming of each season, K.

    Returns
    -------
    (month 1..12) in K.

    Examples
    --------
    >>> monthly_deltas(2.0, 2.0, 2.0, 2.0).round(6).item(0)
    2.0
    """
    means = np.array([winter, spring, summer, autumn])
    share = np.eye(4) * 7 + np.roll(np.eye(4), 1, axis=1) + np.roll(np.eye(4), -1, axis=1)
    middles = np.linalg.solve(share / 9, means)
    months = np.arange(12)
    season, third = months // 3, (months % 3) / 3
    values = middles[season] * (1 - third) + middles[(season + 1) % 4] * third
    return xr.DataArray(values, dims="month", coords={"month": months + 1}, attrs={"units": "K"})


def pressure_ratio(elevation: Floats, altitude: Floats) -> Floats:
    """Return the factor that brings a station's pressure to another elevation.

    Parameters
    ----------
    elevation, altitude : of the place and of the station, m.

    Returns
    -------
    Factor [1], shape of both.

    Examples
    --------
    >>> round(float(pressure_ratio(np.array(500.0), np.array(0.0))), 3)
    0.942
    """
    return np.asarray(pressure_at(elevation) / pressure_at(altitude))
