"""The twelve technologies on any weather, hour by hour; and on classes of weather, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import MONTH_OF_HOUR, Floats, Number
from impacts.basis.constant_factors import factors, numbers, physics
from impacts.cooling import electrical_chain
from impacts.cooling.known_technologies import TECHNOLOGIES, Plant, Technology
from impacts.weather.psychrometrics import humidity_ratio, saturation_pressure, wet_bulb
from impacts.weather.station_weather import require
from impacts.weather.weather_mending import mend
from layers.words.dated_values import Value
from layers.words.errors import SitingError

VINTAGES: Mapping[str, str] = {
    "best": "équipement neuf (2024 et après)",
    "colo": "hébergement de 2015 à 2022",
    "legacy": "installation ancienne",
    "small_recent": "petite salle de 2015 et après",
    "small_old": "petite salle d'avant 2015",
}

OUTPUTS: Mapping[str, tuple[str, str]] = {
    "pue": ("1", "PUE de l'heure"),
    "wue": ("L/kWh", "Eau apportée par kWh informatique"),
    "cooling_water": ("L/kWh", "Eau de refroidissement apportée, sans humidification"),
    "water_consumption": ("L/kWh", "Eau consommée par kWh informatique"),
    "water_withdrawal": ("L/kWh", "Eau prélevée par kWh informatique"),
    "recoverable": ("kW/kW", "Chaleur rejetée récupérable, par kW informatique"),
    "heat_temperature": ("degC", "Température de la chaleur récupérable"),
}
"""What a technology gives by hour: units and French label."""


def technology_named(name: str) -> Technology:
    """Return a technology.

    Parameters
    ----------
    name : key of ``TECHNOLOGIES``.

    Returns
    -------
    Its papers and its function.

    Raises
    ------
    SitingError : SIT202 for an unknown name, with the nearest known one.
    """
    return TECHNOLOGIES[_known(name, list(TECHNOLOGIES), "technologie de refroidissement")]


def parameters_of(
    vintage: str,
    known: Mapping[str, Value] | None = None,
    *,
    overrides: Mapping[str, Number] | None = None,
) -> dict[str, Number]:
    """Return the plant's parameters for a vintage, some of them overridden.

    Parameters
    ----------
    vintage : key of ``VINTAGES``.
    known : constants in force, from ``impacts.factors``; by default the last dated ones.
    overrides : short name, e.g. « supply_air » → number or array that replaces it.

    Returns
    -------
    Short name → number, in the units of ``cooling.toml``.

    Raises
    ------
    SitingError : SIT202 for an unknown vintage or parameter.
    """
    _known(vintage, list(VINTAGES), "âge d'équipement")
    values = factors(date.max) if known is None else known
    q: dict[str, Number] = dict(numbers(values, "cooling"))
    if vintage != "best":
        q.update(numbers(values, f"cooling_{vintage}"))
    for name in overrides or {}:
        _known(name, list(q), "paramètre de refroidissement")
    return {**q, **(overrides or {})}


def _known(name: str, names: list[str], what_fr: str) -> str:
    if name in names:
        return name
    near = get_close_matches(name, names, n=1)
    hint = f"vouliez-vous « {near[0]} » ? " if near else ""
    raise SitingError(
        "SIT202",
        f"« {name} » n'est pas un nom connu : {what_fr}",
        where="impacts.cooling",
        hint=f"{hint}noms connus : {', '.join(names)}",
    )


def check_utilisation(utilisation: Number) -> None:
    """Refuse a utilisation outside ]0, 1].

    Parameters
    ----------
    utilisation : mean IT load over installed IT power, any shape.

    Raises
    ------
    SitingError : SIT105 when any value is outside, or NaN.
    """
    least, most = float(np.min(utilisation)), float(np.max(utilisation))
    if not (least > 0 and most <= 1):
        raise SitingError(
            "SIT105",
            f"une charge moyenne de {least:g} à {most:g} de la puissance installée",
            where="utilisation",
            hint="donnez une part au-dessus de 0 et au plus 1, par exemple 0,7",
        )


def simulate(
    weather: xr.Dataset,
    technology: str,
    vintage: str = "best",
    utilisation: Number = 0.7,
    **overrides: Number,
) -> xr.Dataset:
    """Run a technology on a weather, hour by hour.

    Parameters
    ----------
    weather : ``dry_bulb`` degC, ``relative_humidity`` 1, ``pressure`` Pa, on any dims.
    technology, vintage : names in ``TECHNOLOGIES`` and ``VINTAGES``.
    utilisation : IT load over installed IT power, in ]0, 1]; a number, or a curve on the weather's
        hours (then weigh the hours by it before a mean).
    overrides : constants of ``cooling.toml`` by name, e.g. ``pad_effectiveness=0`` (dry mode).

    Returns
    -------
    Dataset on the same dims: ``pue``, ``wue``, ``water_consumption``, ``heat_temperature`` and the
    rest of ``OUTPUTS``; attrs count the hours filled and the humidities clipped (see
    ``impacts.weather.weather_mending``).

    Raises
    ------
    SitingError : SIT101 for a missing variable, SIT105 for figures out of bounds or too many holes,
        SIT202 for an unknown name.
    """
    require(weather, "dry_bulb", "relative_humidity", "pressure")
    mended = mend(weather[["dry_bulb", "relative_humidity", "pressure"]])
    q = parameters_of(vintage, overrides=overrides)
    check_utilisation(utilisation)
    fields = xr.broadcast(*(mended[n] for n in ("dry_bulb", "relative_humidity", "pressure")))
    dry, humidity, pressure = (field.to_numpy().astype(np.float64) for field in fields)
    plant = plant_at(dry, humidity, pressure, utilisation, q)
    found = hours_of(technology_named(technology), plant)
    dims, coords = fields[0].dims, fields[0].coords
    return xr.Dataset(
        {
            name: (dims, found[name], {"units": units, "label_fr": label})
            for name, (units, label) in OUTPUTS.items()
        },
        coords=coords,
        attrs={**_repairs(mended), "technology": technology, "vintage": vintage},
    )


def _repairs(mended: xr.Dataset) -> dict[str, int]:
    return {name: int(mended.attrs[name]) for name in ("filled_hours", "humidity_clipped")}


def plant_at(
    dry_bulb: Floats,
    relative_humidity: Floats,
    pressure: Number,
    utilisation: Number,
    q: Mapping[str, Number],
) -> Plant:
    """Return the plant in a given air: humidity, wet bulb and indoor losses worked out.

    Parameters
    ----------
    dry_bulb, relative_humidity, pressure : degC, 1 and Pa, one shape; the pressure may be a number.
    utilisation : in ]0, 1], not checked here.
    q : parameters, from `parameters_of`.

    Returns
    -------
    The plant, on arrays of the air's shape; parameters of shape (draw, 1) add a first dimension.
    """
    ratio = humidity_ratio(relative_humidity * saturation_pressure(dry_bulb), pressure)
    losses = np.asarray(sum(_electrical(utilisation, q)[:2]))
    return Plant(
        dry_bulb=dry_bulb,
        wet_bulb=wet_bulb(dry_bulb, ratio, pressure),
        humidity=ratio,
        pressure=np.asarray(pressure),
        utilisation=utilisation,
        q=q,
        indoor_loss=physics("equipment")["indoor_loss_share"] * losses,
    )


def _electrical(u: Number, q: Mapping[str, Number]) -> tuple[Number, Number, Number]:
    spare = q["electrical_redundancy"]
    ups = electrical_chain.ups_loss(u, spare, q["ups_no_load"], q["ups_linear"], q["ups_quadratic"])
    fixed, variable = q["distribution_fixed"], q["distribution_variable"]
    panels = electrical_chain.distribution_loss(u, spare, fixed, variable)
    return ups, panels, electrical_chain.auxiliary_load(u, q["auxiliaries"])


def hours_of(technology: Technology, plant: Plant) -> dict[str, Floats]:
    """Return every quantity of ``OUTPUTS`` on the plant's air: arrays of the same shape.

    Parameters
    ----------
    technology, plant : one of ``TECHNOLOGIES``, and the plant at work, from `plant_at`.

    Returns
    -------
    Name → array, units of ``OUTPUTS``.
    """
    effect = technology.run(plant)
    overhead = sum(_electrical(plant.utilisation, plant.q))
    makeup = effect.makeup + effect.humidification + effect.humidifier_bleed
    found = {
        "pue": 1 + overhead + effect.power,
        "wue": makeup,
        "cooling_water": effect.makeup + effect.through_flow,
        "water_consumption": effect.evaporated + effect.humidification,
        "water_withdrawal": makeup + effect.through_flow,
        "recoverable": effect.recoverable,
        "heat_temperature": effect.temperature,
    }
    shape = np.broadcast_shapes(plant.dry_bulb.shape, *(np.shape(x) for x in found.values()))
    return {name: np.broadcast_to(np.asarray(x, np.float64), shape) for name, x in found.items()}


@dataclass(frozen=True)
class Classes:
    """Hours of many places, sorted into classes of air at one pressure.

    ``dry_bulb`` degC and ``relative_humidity`` 1 of each class's centre; ``load`` its IT load over
    the mean one; ``share`` (place, 12, class): hours of an average year, weighed by that load;
    ``is_met`` (place, class); ``hot_days`` (place, day, 24): the class of each hour of the hottest
    days, where the thirstiest one lies; ``by_year`` (place, year, 12, class): ``share`` of each
    year, on demand.
    """

    dry_bulb: Floats
    relative_humidity: Floats
    pressure: float
    load: Floats
    share: NDArray[np.float32]
    is_met: NDArray[np.bool_]
    hot_days: NDArray[np.uint16]
    class_of_hour: NDArray[np.uint16]

    @cached_property
    def by_year(self) -> NDArray[np.float32]:
        """Return the hours of each year, weighed by their load (place, year, 12, class)."""
        places, hours = self.class_of_hour.shape
        years = self.class_of_hour.reshape(places, hours // len(MONTH_OF_HOUR), -1)
        each = [_counted(years[:, k], len(self.load)) for k in range(years.shape[1])]
        return np.stack(each, axis=1) * self.load.astype(np.float32)


def sort_hours(
    dry: NDArray[np.float32],
    depression: NDArray[np.float32],
    pressure: float,
    load: Floats | None = None,
) -> Classes:
    """Sort hours (place, hour) by dry bulb and dew-point depression.

    Class edges fall on multiples of the width, so that thresholds set in half degrees (wetting
    at 24 °C) fall between two classes; a class is run at its centre. The dew-point depression
    stands for the wet-bulb depression: the same information at a known pressure, and it spares
    a wet bulb for each hour of each place.

    Parameters
    ----------
    dry : degC (place, hour), whole years of 8,760 hours.
    depression : dry bulb less dew point, K, not negative, same shape.
    pressure : Pa, one for all the places.
    load : IT load of each hour over the mean one (hour), a few distinct values; all one by default.

    Returns
    -------
    The classes met, their hours by place and month, and the hottest days of each place.
    """
    width = np.float32(physics("weather")["bin_width"])
    row = np.floor(dry / width).astype(np.int32)
    column = (depression / width).astype(np.int32)
    least, columns = int(row.min()), int(column.max()) + 1
    loads, level = np.unique(np.ones(1) if load is None else load, return_inverse=True)
    key = (row - least) * columns + column
    if len(loads) > 1:
        key = key * len(loads) + level.astype(np.int32)
    occupied = np.flatnonzero(np.bincount(key.ravel(), minlength=1))
    rank = np.zeros(int(occupied[-1]) + 1, dtype=np.uint16)
    rank[occupied] = np.arange(len(occupied), dtype=np.uint16)
    class_of_hour = rank[key]
    of_air, of_class = occupied // len(loads), loads[occupied % len(loads)]
    celsius = np.asarray((of_air // columns + least + 0.5) * float(width))
    dew = celsius - (of_air % columns + 0.5) * float(width)
    humidity = saturation_pressure(dew) / saturation_pressure(celsius)
    share = _counted(class_of_hour, len(occupied))
    is_met = np.asarray(share.any(axis=1))
    hot = _hottest_days(dry, class_of_hour)
    weighed = share if len(loads) == 1 else share * of_class.astype(np.float32)
    return Classes(celsius, humidity, pressure, of_class, weighed, is_met, hot, class_of_hour)


def _hottest_days(
    dry: NDArray[np.float32], class_of_hour: NDArray[np.uint16]
) -> NDArray[np.uint16]:
    """Keep the hours of the hottest days: water rises with the air, on pads and in towers."""
    places, hours = class_of_hour.shape
    years = hours / len(MONTH_OF_HOUR)
    kept = min(hours // 24, round(physics("weather")["hot_days"] * max(years, 1)))
    warmth = dry.reshape(places, -1, 24).mean(axis=2)
    hottest = np.argpartition(-warmth, kept - 1, axis=1)[:, :kept]
    by_day = class_of_hour.reshape(places, -1, 24)
    return np.take_along_axis(by_day, hottest[:, :, None], axis=1)


def _counted(class_of_hour: NDArray[np.uint16], classes: int) -> NDArray[np.float32]:
    places, hours = class_of_hour.shape
    years = hours // len(MONTH_OF_HOUR)
    month = np.tile(MONTH_OF_HOUR * classes, years)
    counts = np.empty((places, 12, classes), dtype=np.float32)
    for place in range(places):
        flat = np.bincount(class_of_hour[place] + month, minlength=12 * classes)
        counts[place] = flat.reshape(12, classes) / years
    return counts
