"""Every figure of every site and design, under each draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import HOURS_A_YEAR, Floats, Number
from impacts.basis.impact_ledger import work_out
from impacts.basis.one_thread import product
from impacts.cooling.hourly_cooling import (
    Classes,
    hours_of,
    parameters_of,
    plant_at,
    technology_named,
)
from impacts.cooling.known_technologies import Technology
from impacts.footprints.site_footprint import (
    Climate,
    aware_of,
    by_site,
    check_sites,
    climate,
    designs_of,
    finished,
)
from impacts.quantities import land
from impacts.uncertainty.constant_draws import DRAWS, SEED, Sample, sample
from impacts.weather.load_curve import load_at
from impacts.weather.psychrometrics import dew_point, saturation_pressure
from layers.words.dated_values import Value

_PEAK_DAYS = 6
"""Days among which each draw looks for its thirstiest one."""
_YEARLY = {
    "pue": "pue",
    "cooling_water_rate": "cooling_water",
    "withdrawal_rate": "water_withdrawal",
    "heat_temperature": "heat_temperature",
}
_MONTHLY = {
    "wue_month": "wue",
    "consumption_month": "water_consumption",
    "recoverable_month": "recoverable",
}


@dataclass(frozen=True)
class Coarse:
    """Classes of air twice as wide, enough to carry draws; same share, fewer classes.

    ``load`` of each class over the mean one; ``share`` (place, year, 12, class); ``is_met``
    (place, class); ``merged`` the class each fine one went to.
    """

    dry_bulb: Floats
    relative_humidity: Floats
    pressure: float
    load: Floats
    share: NDArray[np.float32]
    is_met: NDArray[np.bool_]
    merged: NDArray[np.intp]


def draw(
    sites: pd.DataFrame,
    designs: Sequence[str],
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    density: str = "standard",
    load: Sequence[float] = (),
    count: int = DRAWS,
    seed: int = SEED,
    drawn: Sample | None = None,
) -> xr.Dataset:
    """Return the footprint of `impacts.footprint` under each draw.

    Parameters
    ----------
    sites, designs, weather, factors, vintage, utilisation, density, load : as for
        ``impacts.footprint``.
    count, seed : how many draws, and their seed: same seed, same bytes.
    drawn : a sample already made by ``impacts.uncertainty.sample`` (then count and seed are its).

    Returns
    -------
    Dataset (site_id, design[, month], draw), same names and units as the footprint. Sites share
    each draw's constants, so differences between sites are not drowned in what they share.
    """
    s = drawn or sample(factors, vintage=vintage, utilisation=utilisation, count=count, seed=seed)
    check_sites(sites)
    land.per_mw(density, factors)
    technologies = [technology_named(name) for name in designs]
    hours = weather if isinstance(weather, Climate) else climate(sites, weather, load)
    # One default plant shows which days are thirsty; each draw then looks among them.
    usual = parameters_of(vintage, factors)
    coarse = [(coarsen(classes), classes, rows) for classes, rows in hours.classes]
    found = [_by_cell(t, coarse, s, usual, utilisation) for t in technologies]
    known = _known(s, found, hours, sites, technologies, factors, density)
    return finished(work_out(known), known, vintage, utilisation, density)


def coarsen(classes: Classes) -> Coarse:
    """Merge classes of air two by two in each direction, at the mean air of their hours.

    Parameters
    ----------
    classes : hours sorted into classes, from ``sort_hours``.

    Returns
    -------
    Fewer classes of one kelvin, the same hours, and the class each came to (``merged``).
    """
    width = 1.0
    dew = dew_point(classes.relative_humidity * saturation_pressure(classes.dry_bulb))
    row = np.floor(classes.dry_bulb / width).astype(np.intp)
    column = np.floor((classes.dry_bulb - dew) / width).astype(np.intp)
    keys = np.column_stack([row, column, np.searchsorted(np.unique(classes.load), classes.load)])
    _, merged = np.unique(keys, axis=0, return_inverse=True)
    merged = merged.ravel()
    count = int(merged.max()) + 1
    hours = classes.share.sum(axis=(0, 1), dtype=np.float64)
    weight = np.bincount(merged, hours, count)
    dry = np.bincount(merged, hours * classes.dry_bulb, count) / weight
    humid = np.bincount(merged, hours * classes.relative_humidity, count) / weight
    order = np.argsort(merged, kind="stable")
    starts = np.searchsorted(merged[order], np.arange(count))
    # Contiguous along classes, or the matrix products fall back to slow loops.
    share = np.ascontiguousarray(np.add.reduceat(classes.by_year[..., order], starts, axis=3))
    met = np.asarray(share.any(axis=(1, 2)))
    return Coarse(dry, humid, classes.pressure, classes.load[order][starts], share, met, merged)


def _by_cell(
    technology: Technology,
    coarse: Sequence[tuple[Coarse, Classes, NDArray[np.intp]]],
    s: Sample,
    usual: Mapping[str, Number],
    utilisation: float,
) -> dict[str, Floats]:
    """Yearly and monthly figures by cell and draw: (cell[, month], draw)."""
    parts = []
    for one, classes, rows in coarse:
        days = _thirstiest(technology, classes, usual, utilisation)
        parts.append((_of_classes(technology, one, s, one.merged[days]), rows))
    count = sum(len(rows) for _, rows in parts)
    merged: dict[str, Floats] = {}
    for name, first in parts[0][0].items():
        merged[name] = np.empty((count, *first.shape[1:]))
        for values, rows in parts:
            merged[name][rows] = values[name]
    return merged


def _thirstiest(
    technology: Technology,
    classes: Classes,
    usual: Mapping[str, Number],
    utilisation: float,
) -> NDArray[np.intp]:
    """Return the class of each hour of the thirstiest (or hottest) days (place, day, hour)."""
    air = classes.dry_bulb, classes.relative_humidity, classes.pressure
    load = load_at(utilisation, classes.load)
    water = hours_of(technology, plant_at(*air, load, usual))["water_withdrawal"] * classes.load
    daily = water[classes.hot_days].sum(axis=2)
    # A dry design drinks the same every day: any day will do.
    best = np.argsort(-daily, axis=1, kind="stable")[:, :_PEAK_DAYS]
    picked = np.take_along_axis(classes.hot_days, best[:, :, None], axis=1)
    return np.asarray(picked, dtype=np.intp)


def _of_classes(
    technology: Technology, one: Coarse, s: Sample, days: NDArray[np.intp]
) -> dict[str, Floats]:
    q = {name: x[:, None] for name, x in s.plant.items()}
    load = load_at(s.utilisation[:, None], one.load)
    plant = plant_at(one.dry_bulb, one.relative_humidity, one.pressure, load, q)
    by_class = {
        name: x.astype(np.float32) for name, x in hours_of(technology, plant).items()
    }  # (draw, class)
    year = one.share.sum(axis=2, keepdims=True)
    found = {name: _parts(by_class[key], year, s)[:, 0] for name, key in _YEARLY.items()}
    for name, key in _MONTHLY.items():
        found[name] = _parts(by_class[key], one.share, s)
    found["consumption_rate"] = found["consumption_month"].sum(axis=1)
    found["wue"] = found["wue_month"].sum(axis=1)
    found["recoverable"] = found["recoverable_month"].sum(axis=1)
    peak = (one.load / one.load.max()).astype(np.float32)
    relative = one.load.astype(np.float32)
    found["pue_max"] = _greatest(by_class["pue"] * peak, one.is_met)
    found["recoverable_min"] = -_greatest(-by_class["recoverable"] * relative, one.is_met)
    found["peak_day_rate"] = _peak(by_class["water_withdrawal"] * relative, days)
    return found


def _parts(by_class: NDArray[np.float32], share: NDArray[np.float32], s: Sample) -> Floats:
    """Return each part of a figure (place, part, draw), a draw on the weather of its own year.

    ``share`` (place, year, part, class): the parts of a year, months or the whole.
    """
    places, years, parts, _ = share.shape
    found = np.empty((places, parts, s.count))
    year_of_draw = s.year_of(years)
    for year in np.unique(year_of_draw):
        mine = np.flatnonzero(year_of_draw == year)
        of_year = share.mean(axis=1) if year < 0 else share[:, year]
        # Contiguous along classes, or the matrix products fall back to slow loops.
        flat = np.ascontiguousarray(of_year).reshape(places * parts, -1)
        told = product(flat, by_class[mine].T) / np.float32(HOURS_A_YEAR)
        found[:, :, mine] = told.reshape(places, parts, -1)
    return found


def _greatest(by_class: NDArray[np.float32], is_met: NDArray[np.bool_]) -> Floats:
    """Return the largest value over the classes a place meets (place, draw)."""
    result = np.empty((len(is_met), len(by_class)))
    for place, met in enumerate(is_met):
        result[place] = by_class[:, met].max(axis=1)
    return result


def _peak(by_class: NDArray[np.float32], days: NDArray[np.intp]) -> Floats:
    """Litres of the thirstiest day per kW of IT load (place, draw)."""
    peak = np.empty((len(days), len(by_class)))
    for place, of_place in enumerate(days):
        peak[place] = by_class[:, of_place].sum(axis=2).max(axis=1)
    return peak


def _known(
    s: Sample,
    found: Sequence[Mapping[str, Floats]],
    hours: Climate,
    sites: pd.DataFrame,
    technologies: Sequence[Technology],
    factors: Mapping[str, Value],
    density: str,
) -> dict[str, xr.DataArray]:
    """Everything the ledger needs, on the dimension ``draw`` where it varies."""
    design = designs_of(technologies, factors)
    spread = by_site(found, hours, sites, last="draw")
    drawn = s.constants()
    cold = [
        drawn[f"carbon_{t.cold_share}"] if t.cold_share else xr.ones_like(drawn["water_offsite"])
        for t in technologies
    ]
    share = xr.concat(cold, "design", coords="minimal", compat="override")
    return {
        **drawn,
        **{name: array.assign_coords(design.coords) for name, array in spread.items()},
        "cold_share": share.assign_coords(design.coords).assign_attrs(design.attrs),
        "utilisation": xr.DataArray(s.utilisation, dims="draw", attrs={"units": "1"}),
        "hours_a_year": xr.DataArray(HOURS_A_YEAR, attrs={"units": "h"}),
        "density": drawn[f"land_{density}"],
        "aware": aware_of(sites) * xr.DataArray(s.aware, dims="draw"),
    }
