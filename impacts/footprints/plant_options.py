"""Options of a plant: dry mode under a drought order, equipment that tolerates 40 °C."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from impacts.basis.array_types import Number
from impacts.basis.constant_factors import numbers
from impacts.cooling.known_technologies import TECHNOLOGIES
from impacts.footprints.site_footprint import Climate, climate, footprint
from layers.words.dated_values import Value

DRY_MODE: Mapping[str, Number] = {"pad_effectiveness": 0.0, "indirect_wet": 0.0}
"""Pads and exchangers without a drop; towers have no dry mode."""


def tolerant(factors: Mapping[str, Value]) -> dict[str, Number]:
    """Return the overrides of equipment that takes air up to 40 °C, for ``footprint``.

    >>> from datetime import date
    >>> from impacts import factors
    >>> tolerant(factors(date(2026, 11, 23)))["supply_air"]
    35.0
    """
    return dict(numbers(factors, "cooling_tolerant"))


def drought_fallback(
    sites: pd.DataFrame,
    designs: Sequence[str],
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
) -> xr.Dataset:
    """Return what a drought order costs a design that can run dry.

    Pads only work in hot hours, so a year without them is a summer without them: ``pue_dry`` and
    ``pue_max_dry`` ("1"), ``water_dry`` and ``water_spared`` (m3/MW), ``extra_energy`` (GWh/MW),
    ``has_dry_mode`` (bool). A design of towers has none: its figures are NaN, it must stop, cut
    its load or hold dry coolers in reserve. A dry design pays nothing.
    """
    hours = weather if isinstance(weather, Climate) else climate(sites, weather)
    wet = footprint(sites, designs, hours, factors, vintage=vintage, utilisation=utilisation)
    dry = footprint(
        sites,
        designs,
        hours,
        factors,
        vintage=vintage,
        utilisation=utilisation,
        overrides=DRY_MODE,
    )
    has_dry = xr.DataArray(
        [not name.startswith("wc_tower") for name in designs],
        dims="design",
        coords={"design": wet["design"]},
    )
    found = {
        "pue_dry": dry["pue"],
        "pue_max_dry": dry["pue_max"],
        "water_dry": dry["water_input"],
        "water_spared": wet["water_input"] - dry["water_input"],
        "extra_energy": dry["site_energy"] - wet["site_energy"],
    }
    result = xr.Dataset({name: x.where(has_dry) for name, x in found.items()})
    for name, like in (("water_spared", "water_input"), ("extra_energy", "site_energy")):
        result[name].attrs["units"] = wet[like].attrs["units"]
    result["pue_dry"].attrs["label_fr"] = "PUE annuel sans eau (mode sec)"
    result["pue_max_dry"].attrs["label_fr"] = "PUE de pointe sans eau (mode sec)"
    result["water_dry"].attrs["label_fr"] = "Eau apportée en mode sec"
    result["water_spared"].attrs["label_fr"] = "Eau épargnée par le mode sec"
    result["extra_energy"].attrs["label_fr"] = "Énergie en plus en mode sec"
    return result.assign(has_dry_mode=has_dry)


def evaporative(designs: Sequence[str]) -> list[str]:
    """Return the designs that evaporate water, whom a drought order touches.

    >>> evaporative(["dlc_dry", "dlc_adiab", "wc_tower"])
    ['dlc_adiab', 'wc_tower']
    """
    return [name for name in designs if TECHNOLOGIES[name].is_evaporative]
