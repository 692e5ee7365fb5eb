"""The footprint of a MW of IT at each site with each design: what the program reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import HOURS_A_YEAR, MONTHS, Floats, Number
from impacts.basis.constant_factors import number
from impacts.basis.impact_ledger import constants, work_out
from impacts.basis.one_thread import product
from impacts.cooling.hourly_cooling import (
    OUTPUTS,
    Classes,
    check_utilisation,
    hours_of,
    parameters_of,
    plant_at,
    sort_hours,
    technology_named,
)
from impacts.cooling.known_technologies import Plant, Technology
from impacts.quantities import land
from impacts.weather.load_curve import load_at, load_of_hours
from impacts.weather.place_weather import air, cells, places, storeys
from layers.words.dated_values import Value
from layers.words.errors import SitingError

_BATCH = 128
"""Cells worked at once: bounds the memory, changes no figure."""
_AWARE = [f"aware_{month:02}" for month in MONTHS]


@dataclass(frozen=True)
class Climate:
    """The hours of every site, sorted once for any number of designs and draws.

    ``classes`` by pressure, with the rows of ``cell`` each covers; ``cell_of_site`` (site).
    """

    classes: tuple[tuple[Classes, NDArray[np.intp]], ...]
    cell_of_site: NDArray[np.intp]


def climate(sites: pd.DataFrame, weather: xr.Dataset, load: Sequence[float] = ()) -> Climate:
    """Sort the hours of the sites' weather cells into classes of air, and of load.

    Parameters
    ----------
    sites : x_m, y_m, elevation_m (EPSG:2154, metres), any index.
    weather : hourly years at stations, from ``impacts.weather.station_weather.hourly``.
    load : IT load of the 24 hours of a UTC day, in any unit; its mean stands for the utilisation.
        Flat by default.

    Returns
    -------
    Classes of air by pressure and by batch of ``_BATCH`` cells, and the cell of each site.

    Raises
    ------
    SitingError : SIT101 for a missing variable, SIT105 for a site without position or elevation,
        or for a curve that has not 24 positive values.
    """
    grouped, cell_of_site = cells(places(sites, weather))
    by_hour = load_of_hours(load, weather)
    sorted_hours = []
    for pressure, members in storeys(grouped):
        for start in range(0, len(members), _BATCH):
            batch = members[start : start + _BATCH]
            dry, depression = air(grouped.take(batch), weather)
            sorted_hours.append((sort_hours(dry, depression, pressure, by_hour), batch))
    return Climate(tuple(sorted_hours), cell_of_site)


def footprint(
    sites: pd.DataFrame,
    designs: Sequence[str],
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    density: str = "standard",
    load: Sequence[float] = (),
    overrides: Mapping[str, Number] | None = None,
) -> xr.Dataset:
    """Return every impact per MW of installed IT and per year.

    Parameters
    ----------
    sites : index ``site_id``; x_m, y_m, elevation_m (EPSG:2154, m), aware_01 … aware_12
        (m³-eq per m³; NaN allowed: scarcity is then NaN).
    designs : names in ``impacts.cooling.TECHNOLOGIES``.
    weather : hourly station years, or the `climate` already sorted from them.
    factors : constants in force, from ``impacts.basis.constant_factors``.
    vintage, utilisation, density : ``VINTAGES``, ]0, 1], ``DENSITIES``.
    load : IT load by UTC hour of the day, as for `climate`, when the weather is not sorted yet.
    overrides : plant parameters that replace the vintage's.

    Returns
    -------
    Dataset (site_id, design[, month]) with units, French label and reference in attrs, and
    ``is_liquid``, ``label_fr`` on ``design``.

    Raises
    ------
    SitingError : SIT101 for a missing column or variable, SIT105 for a figure out of bounds or a
        repeated site, SIT202 for an unknown name.
    """
    check_utilisation(utilisation)
    check_sites(sites)
    technologies = [technology_named(name) for name in designs]
    hours = weather if isinstance(weather, Climate) else climate(sites, weather, load)
    q = parameters_of(vintage, factors, overrides=overrides)
    plants = [
        plant_at(
            one.dry_bulb, one.relative_humidity, one.pressure, load_at(utilisation, one.load), q
        )
        for one, _ in hours.classes
    ]
    found = by_site(_yearly(technologies, hours, plants), hours, sites)
    design = designs_of(technologies, factors)
    known = {
        **constants(factors),
        **{name: array.assign_coords(design.coords) for name, array in found.items()},
        "cold_share": design,
        "utilisation": _one(utilisation, "1"),
        "hours_a_year": _one(HOURS_A_YEAR, "h"),
        "density": _one(land.per_mw(density, factors), "m2/MW"),
        "aware": aware_of(sites),
    }
    return finished(work_out(known), known, vintage, utilisation, density)


def check_sites(sites: pd.DataFrame) -> None:
    """Refuse a table of sites that lacks a column or repeats a site.

    Parameters
    ----------
    sites : the table, as for `footprint`.

    Raises
    ------
    SitingError : SIT101 for a missing column, SIT105 for a repeated ``site_id``.
    """
    needed = ["x_m", "y_m", "elevation_m", *_AWARE]
    missing = [column for column in needed if column not in sites.columns]
    if missing:
        raise SitingError(
            "SIT101",
            f"la table des sites n'a pas « {', '.join(missing)} »",
            where="empreintes, table des sites",
        )
    if not sites.index.is_unique:
        raise SitingError(
            "SIT105", "un identifiant de site est répété", where="empreintes, table des sites"
        )


def _yearly(
    technologies: Sequence[Technology], hours: Climate, plants: Sequence[Plant]
) -> list[dict[str, Floats]]:
    """Yearly and monthly figures of each technology, by cell; a plant for each group of classes."""
    pairs = zip(hours.classes, plants, strict=True)
    parts = [(_of_classes(technologies, one, plant), rows) for (one, rows), plant in pairs]
    count = sum(len(rows) for _, rows in parts)
    found = []
    for rank in range(len(technologies)):
        merged: dict[str, Floats] = {}
        for name, first in parts[0][0][rank].items():
            merged[name] = np.empty((count, *first.shape[1:]))
            for values, rows in parts:
                merged[name][rows] = values[rank][name]
        found.append(merged)
    return found


def _of_classes(
    technologies: Sequence[Technology], classes: Classes, plant: Plant
) -> list[dict[str, Floats]]:
    by_class = [hours_of(technology, plant) for technology in technologies]
    columns = [found[name] for found in by_class for name in OUTPUTS]
    # One product for all technologies: the hours of every place are read once.
    places, months, width = classes.share.shape
    # In double precision: a place's figures must not change with those it is worked out beside.
    hours = product(classes.share.reshape(-1, width).astype(np.float64), np.column_stack(columns))
    table = hours.reshape(places, months, len(by_class), -1) / HOURS_A_YEAR
    return [_figures(found, table[:, :, k], classes) for k, found in enumerate(by_class)]


def _figures(by_class: Mapping[str, Floats], month: Floats, classes: Classes) -> dict[str, Floats]:
    """Figures of a technology by place, from its months (place, 12, output) and its classes."""
    share = {name: month[:, :, k] for k, name in enumerate(OUTPUTS)}
    year = {name: share[name].sum(axis=1) for name in OUTPUTS}
    # A light hour has a high PUE and draws little: the peak is that of the power drawn.
    peak = classes.load / classes.load.max()
    return {
        "pue": year["pue"],
        "pue_max": _greatest(by_class["pue"] * peak, classes.is_met),
        "wue": year["wue"],
        "cooling_water_rate": year["cooling_water"],
        "consumption_rate": year["water_consumption"],
        "withdrawal_rate": year["water_withdrawal"],
        "wue_month": share["wue"],
        "consumption_month": share["water_consumption"],
        "recoverable_month": share["recoverable"],
        "peak_day_rate": _peak_day(by_class["water_withdrawal"] * classes.load, classes),
        "recoverable": year["recoverable"],
        "recoverable_min": -_greatest(-by_class["recoverable"] * classes.load, classes.is_met),
        "heat_temperature": year["heat_temperature"],
    }


def _greatest(by_class: Floats, is_met: NDArray[np.bool_]) -> Floats:
    """Return the greatest value each place meets: the first met, from the greatest down."""
    order = np.argsort(-by_class, kind="stable")
    return np.asarray(by_class[order[is_met[:, order].argmax(axis=1)]])


def _peak_day(by_class: Floats, classes: Classes) -> Floats:
    """Litres of the thirstiest day, per kW of IT load: 24 hours of L/kWh added."""
    if np.ptp(by_class) == 0:
        return np.full(len(classes.hot_days), 24 * by_class[0])
    return np.asarray(by_class[classes.hot_days].sum(axis=2).max(axis=1))


_BY_CELL: Mapping[str, tuple[str, str]] = {
    "pue": ("1", "PUE annuel"),
    "pue_max": ("1", "PUE de l'heure la plus chargée"),
    "wue": ("L/kWh", "WUE annuel"),
    "cooling_water_rate": ("L/kWh", "Eau de refroidissement"),
    "consumption_rate": ("L/kWh", "Eau consommée"),
    "withdrawal_rate": ("L/kWh", "Eau prélevée"),
    "wue_month": ("L/kWh", "Part de chaque mois dans le WUE annuel"),
    "consumption_month": ("L/kWh", "Part de chaque mois dans l'eau consommée"),
    "recoverable_month": ("kW/kW", "Part de chaque mois dans la chaleur rejetée"),
    "peak_day_rate": ("L/kW", "Eau du jour de pointe par kW informatique"),
    "recoverable": ("kW/kW", "Chaleur rejetée, moyenne"),
    "recoverable_min": ("kW/kW", "Chaleur rejetée, au moins"),
    "heat_temperature": ("degC", "Température de la chaleur récupérable"),
}
_KEPT = ("pue", "pue_max", "wue", "heat_temperature")


def by_site(
    by_design: Sequence[Mapping[str, Floats]], hours: Climate, sites: pd.DataFrame, last: str = ""
) -> dict[str, xr.DataArray]:
    """Spread cells back to sites, designs side by side.

    Parameters
    ----------
    by_design : for each design, name of ``_BY_CELL`` → values (cell[, month][, last]).
    hours, sites : the climate that says the cell of each site, and the sites' table.
    last : name of a last dimension, e.g. « draw »; none when empty.

    Returns
    -------
    Name → array (site_id, design[, month][, last]), ``units`` and ``label_fr`` in attrs.
    """
    arrays = {}
    for name, (units, label) in _BY_CELL.items():
        values = np.stack([one[name][hours.cell_of_site] for one in by_design], axis=1)
        month = ("month",) if name.endswith("_month") else ()
        dims = ("site_id", "design", *month, *((last,) if last else ()))
        array = xr.DataArray(values, dims=dims, attrs={"units": units, "label_fr": label})
        array = array.assign_coords(site_id=sites.index.to_numpy())
        arrays[name] = array.assign_coords(month=list(MONTHS)) if month else array
    return arrays


def designs_of(technologies: Sequence[Technology], factors: Mapping[str, Value]) -> xr.DataArray:
    """Give the share of mechanical cold of each design, carrying the designs' coordinates.

    Parameters
    ----------
    technologies, factors : the designs in order, and the constants in force.

    Returns
    -------
    (design) in 1, with coordinates is_liquid, is_evaporative and design_fr.
    """
    cold = [
        number(factors, f"carbon.{t.cold_share}") if t.cold_share else 1.0 for t in technologies
    ]
    return xr.DataArray(
        cold,
        dims="design",
        coords={
            "design": [t.name for t in technologies],
            "is_liquid": ("design", [t.is_liquid for t in technologies]),
            "is_evaporative": ("design", [t.is_evaporative for t in technologies]),
            "design_fr": ("design", [t.label_fr for t in technologies]),
        },
        attrs={"units": "1"},
    )


def _one(value: float, units: str) -> xr.DataArray:
    return xr.DataArray(value, attrs={"units": units})


def aware_of(sites: pd.DataFrame) -> xr.DataArray:
    """Return the scarcity factors of the sites' basins, by month.

    Parameters
    ----------
    sites : index ``site_id``, columns aware_01 … aware_12.

    Returns
    -------
    (site_id, month) in m3eq/m3; NaN where unknown.
    """
    return xr.DataArray(
        sites[_AWARE].to_numpy(dtype=np.float64),
        dims=("site_id", "month"),
        coords={"site_id": sites.index.to_numpy(), "month": list(MONTHS)},
        attrs={"units": "m3eq/m3"},
    )


def finished(
    worked: xr.Dataset,
    known: Mapping[str, xr.DataArray],
    vintage: str,
    utilisation: float,
    density: str,
) -> xr.Dataset:
    """Return every variable on (site_id, design), in one order, with how it was made.

    Parameters
    ----------
    worked, known : output of ``work_out``, and what it came from, ``_KEPT`` among it.
    vintage, utilisation, density : kept in the attrs.

    Returns
    -------
    Dataset (site_id, design[, month][, draw]), units and labels in attrs.
    """
    kept = {name: known[name] for name in _KEPT}
    like = kept["pue"]
    full = xr.Dataset({**kept, **worked.data_vars})
    for name in full.data_vars:
        array = full[name]
        wide = array if set(like.dims) <= set(array.dims) else array.broadcast_like(like)
        order = [d for d in ("site_id", "design", "month", "draw") if d in wide.dims]
        full[name] = wide.transpose(*order)
        full[name].attrs = dict(array.attrs)
    return full.assign_attrs(vintage=vintage, utilisation=utilisation, density=density)
