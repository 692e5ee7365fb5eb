"""Published or measured figures, and ours beside them: the rows V1 and following."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import HOURS_A_YEAR, SECONDS_AN_HOUR, Floats
from impacts.basis.constant_factors import factors, number, physics
from impacts.cooling.hourly_cooling import hours_of, parameters_of, plant_at, simulate
from impacts.cooling.known_technologies import TECHNOLOGIES
from impacts.quantities import heat
from impacts.uncertainty import sample
from impacts.weather.psychrometrics import (
    dew_point,
    humidity_ratio,
    latent_heat,
    ratio_from_wet_bulb,
    saturation_pressure,
    wet_bulb,
)
from layers.words.dated_values import Value

PUBLISHED = Path(__file__).parent / "published" / "anchors.toml"
OUTCOME_FR: Mapping[str, str] = {
    "passed": "dans la tolérance",
    "failed": "hors tolérance",
    "explained": "expliqué",
    "not_replayed": "publié ; non rejoué ici",
    "datum": "donnée seule",
}
ROLE_FR: Mapping[str, str] = {"judges": "juge", "calibrates": "cale", "": "—"}
"""A row that calibrates was known when constants were set: it cannot judge them."""
_EPSILON = np.finfo(np.float32).eps
_LIMOGES = "07434"
_NO_CHAIN = dict.fromkeys(
    ("ups_no_load", "ups_linear", "ups_quadratic", "distribution_fixed", "distribution_variable"), 0
)
"""What a PUE measured behind the electrical chain leaves out."""
_YEAR = slice("2016", "2016")
"""One real year stands for the five where a figure is worked hour by hour and draw by draw."""


@dataclass(frozen=True)
class Context:
    """What a row may need: the stations' hours, the constants, the share of Lei's ranges met."""

    stations: xr.Dataset
    factors: Mapping[str, Value]
    lei_share: float


Compute = Callable[[Mapping[str, Any], Context], tuple[float, float]]
COMPUTES: dict[str, Compute] = {}


def _compute(function: Compute) -> Compute:
    COMPUTES[function.__name__.removeprefix("_")] = function
    return function


def rows(stations: xr.Dataset, lei_share: float, day: date) -> pd.DataFrame:
    """Return the validation table.

    Parameters
    ----------
    stations : hourly station years (station, time), Limoges among them.
    lei_share : share of Lei and Masanet's ranges met, in 0–1.
    day : when constants are in force.

    Returns
    -------
    id, what_fr, published_fr, unit, why_fr, source_fr, role, outcome, low, high (published),
    ours_low and ours_high, equal when the figure is one number. A row without a figure has NaN; a
    row that misses its tolerance is « failed », and stays in the table.
    """
    content = tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))
    context = Context(stations, factors(day), lei_share)
    return pd.DataFrame([_judged(row, context) for row in content["rows"]])


def _judged(row: Mapping[str, Any], context: Context) -> dict[str, Any]:
    kept = {key: row.get(key, "") for key in ("id", "what_fr", "published_fr", "unit", "why_fr")}
    kept |= {"source_fr": row.get("source_fr", ""), "outcome": row["outcome"]}
    kept["role"] = row.get("role", "judges") if "compute" in row else ""
    if "compute" not in row:
        return {**kept, "low": np.nan, "high": np.nan, "ours_low": np.nan, "ours_high": np.nan}
    least, most = COMPUTES[row["compute"]](row, context)
    # One number must fall in the published range; an interval of ours must hold all of it.
    is_range = most > least
    fits = least <= row["low"] and row["high"] <= most
    is_met = fits if is_range else row["low"] <= least <= row["high"]
    if row["outcome"] == "passed" and not is_met:
        kept["outcome"] = "failed"
    return {**kept, "low": row["low"], "high": row["high"], "ours_low": least, "ours_high": most}


def _run(row: Mapping[str, Any], context: Context, vintage: str = "") -> xr.Dataset:
    air = context.stations.sel(station=row.get("station", _LIMOGES))
    age = vintage or row.get("vintage", "best")
    return simulate(air, row["technology"], age, row["utilisation"])


def _hours(air: xr.Dataset) -> tuple[Floats, Floats, Floats]:
    dry, humidity, pressure = (air[n] for n in ("dry_bulb", "relative_humidity", "pressure"))
    return dry.to_numpy(), humidity.to_numpy(), pressure.to_numpy()


@_compute
def _pue(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    value = float(_run(row, context)["pue"].mean())
    return value, value


@_compute
def _wue(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    value = float(_run(row, context)["wue"].mean())
    return value, value


@_compute
def _pue_without_chain(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    """PUE of a meter behind the inverters and panels: cooling and auxiliaries alone."""
    air = context.stations.sel(station=row.get("station", _LIMOGES))
    found = simulate(air, row["technology"], row["vintage"], row["utilisation"], **_NO_CHAIN)
    value = float(found["pue"].mean())
    return value, value


@_compute
def _rated_cop(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    """Net sensible COP of direct expansion at its rated point, the units' fans on both sides."""
    q = parameters_of(row["vintage"], context.factors, overrides={"air_redundancy": 0})
    at = np.array([float(row["dry_bulb"])]), np.array([float(row["humidity"])])
    plant = plant_at(*at, float(row["pressure"]), 1, q)
    effect = TECHNOLOGIES["dx"].run(plant)
    fans = plant.fans(q["room_fan_pressure"])
    value = float(np.mean((effect.recoverable - fans) / effect.power))
    return value, value


@_compute
def _pue_interval(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    age, load = row["vintage"], row["utilisation"]
    drawn = sample(context.factors, vintage=age, utilisation=load, count=60)
    air = context.stations.sel(station=_LIMOGES, time=_YEAR)
    q = {name: x[:, None] for name, x in drawn.plant.items()}
    plant = plant_at(*_hours(air), drawn.utilisation[:, None], q)
    years = hours_of(TECHNOLOGIES[row["technology"]], plant)["pue"].mean(axis=1)
    low, high = np.quantile(years, (0.05, 0.95))
    return float(low), float(high)


@_compute
def _pue_bracket(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    return _between(row, context, "colo", "legacy")


@_compute
def _pue_vintages(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    return _between(row, context, "best", "colo")


def _between(row: Mapping[str, Any], context: Context, low: str, high: str) -> tuple[float, float]:
    least, most = (float(_run(row, context, age)["pue"].mean()) for age in (low, high))
    return least, most


@_compute
def _stock_pue(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    recent, old = _between(row, context, "colo", "legacy")
    return (recent + old) / 2, (recent + old) / 2


@_compute
def _lei_share(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    return context.lei_share, context.lei_share


@_compute
def _cop(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    value = float(heat.heat_pump_cop(float(row["supply"]), float(row["source"])))
    return value, value


@_compute
def _linear_density(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    value = row["mwh"] / row["metres"]
    return value, value


@_compute
def _pool_source(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    steady = row["kilowatts"] * row["utilisation"] * number(context.factors, "heat.recovery")
    value = steady * HOURS_A_YEAR / 1000
    return value, value


@_compute
def _it_for_heat(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    """MW of IT whose yearly heat would cover what is delivered."""
    value = row["mwh"] / HOURS_A_YEAR / number(context.factors, "heat.recovery")
    return value, value


@_compute
def _bxia_connection(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    peak = float(_run(row, context)["pue"].max())
    margin = number(context.factors, "grid.connection_margin")
    value = row["it_mw"] * max(number(context.factors, "grid.connection_floor"), margin * peak)
    return value, value


@_compute
def _latent_ceiling(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    """Share of hours whose evaporation passes what all the rejected heat could evaporate."""
    air = context.stations.sel(station=row["station"])
    plant = plant_at(*_hours(air), row["utilisation"], parameters_of("best"))
    effect = TECHNOLOGIES[row["technology"]].run(plant)
    q, water_heat = plant.q, physics("psychrometrics")["water_heat"]
    most_heat = np.asarray(effect.recoverable) + np.asarray(effect.power)
    drift = q["drift"] * SECONDS_AN_HOUR / (water_heat * q["tower_range"]) * most_heat
    ceiling = SECONDS_AN_HOUR / latent_heat(plant.wet_bulb) * most_heat + drift
    value = float(np.mean(np.asarray(effect.evaporated) > ceiling * (1 + _EPSILON)))
    return value, value


@_compute
def _wet_bulb_residual(row: Mapping[str, Any], context: Context) -> tuple[float, float]:
    """Largest gap with a bisection on the same equations, off the ice and water branch."""
    air = context.stations.sel(station=row["station"], time=_YEAR)
    dry, pressure = air["dry_bulb"].to_numpy(), air["pressure"].to_numpy()
    vapour = air["relative_humidity"].to_numpy() * saturation_pressure(dry)
    ratio = humidity_ratio(vapour, pressure)
    found = wet_bulb(dry, ratio, pressure)
    low, high = dew_point(vapour) - 1, dry.copy()
    for _ in range(40):
        middle = (low + high) / 2
        is_low = ratio_from_wet_bulb(dry, middle, pressure) < ratio
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    clear = np.abs(found) > 1
    value = round(float(np.abs(found - high)[clear].max()), 6)
    return value, value
