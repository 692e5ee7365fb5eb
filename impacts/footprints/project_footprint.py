"""A project drawn on paper: what so many MW would need here, technology by technology."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import number
from impacts.quantities import heat, heat_sinks
from layers.words.dated_values import Value


def project_table(
    figures: xr.Dataset, it_mw: float, demand_mw: Floats, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return a row a design: energy, water, engines, carbon, and the heat that finds a taker.

    Parameters
    ----------
    figures : ``impacts.footprint`` at one site (dim ``design`` left, ``site_id`` taken).
    it_mw : installed IT power of the project, MW.
    demand_mw : hourly demand of the sinks within reach, summed, seen from the source (8,760).
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    Index design; columns named with their units (pue, energy_gwh, connection_mw, water_m3,
    peak_day_m3, offsite_water_m3, engines_mw, nox_t, carbon_kt, land_ha, heat_available_gwh,
    heat_useful_gwh, erf, erf_with_pump).
    """
    per_mw = {
        "energy_gwh": ("site_energy", 1),
        "connection_mw": ("connection_ratio", 1),
        "water_m3": ("water_input", 1),
        "peak_day_m3": ("water_peak_day", 1),
        "offsite_water_m3": ("offsite_water", 1),
        "nox_t": ("standby_nox", 1000),
        "carbon_kt": ("carbon", 1000),
        "land_ha": ("land", 10_000),
        "heat_available_gwh": ("heat_available", 1),
    }
    table = pd.DataFrame(
        {column: figures[name].to_series() * it_mw / k for column, (name, k) in per_mw.items()}
    )
    table.insert(0, "pue", figures["pue"].to_series())
    table["wue"] = figures["wue"].to_series()
    table["engines_mw"] = it_mw * number(factors, "carbon.engine_ratio")
    steady = figures["heat_capacity"].to_series() * it_mw
    table["heat_useful_gwh"] = heat.usable_heat(steady.to_numpy(), demand_mw)
    table["erf"] = table["heat_useful_gwh"] / table["energy_gwh"]
    share = float(heat.source_share(*_temperatures(factors), factors))
    hot = table["heat_useful_gwh"] / share
    table["erf_with_pump"] = [
        heat_sinks.reuse_factor_with_pump(h, site, h - source)
        for h, site, source in zip(hot, table["energy_gwh"], table["heat_useful_gwh"], strict=True)
    ]
    return table


def _temperatures(factors: Mapping[str, Value]) -> tuple[float, float]:
    supply = number(factors, "heat.supply_temperature")
    return supply, number(factors, "heat.source_temperature")
