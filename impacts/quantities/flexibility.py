"""Flexibility: what a site may shed at the grid's peaks; batteries and panels with their ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from impacts.basis.array_types import HOURS_A_YEAR
from impacts.basis.constant_factors import number
from impacts.basis.impact_ledger import impact
from layers.words.dated_values import Value


@impact(
    "m2/MW",
    "Sol des batteries et du photovoltaïque demandés",
    reference="Options du scénario : heures de batterie à la pointe, part photovoltaïque au sol",
    site_energy="GWh/MW",
    pue_max="1",
    flexibility_battery_hours="h",
    flexibility_battery_ground="m2/MWh",
    flexibility_pv_share="1",
    flexibility_pv_yield="MWh/MWp",
    flexibility_pv_ground="m2/MWp",
)
def option_land(
    site_energy: xr.DataArray,
    pue_max: xr.DataArray,
    flexibility_battery_hours: xr.DataArray,
    flexibility_battery_ground: xr.DataArray,
    flexibility_pv_share: xr.DataArray,
    flexibility_pv_yield: xr.DataArray,
    flexibility_pv_ground: xr.DataArray,
) -> xr.DataArray:
    """Return the ground that the scenario's options take, per MW of installed IT.

    >>> one = xr.DataArray
    >>> values = (6.0, 1.25, 2.0, 80.0, 0.1, 1250.0, 10_000.0)
    >>> option_land(*(one(x) for x in values)).item()
    5000.0
    """
    battery = pue_max * flexibility_battery_hours * flexibility_battery_ground
    panels = site_energy * 1000 * flexibility_pv_share / flexibility_pv_yield
    return battery + panels * flexibility_pv_ground


@dataclass(frozen=True)
class Flexibility:
    """What a site may shed, and what a battery and panels given as examples would take.

    Attributes
    ----------
    peak_hours : hours a year when the grid calls.
    shed_mw, shed_mwh : power taken off the peak, and energy moved in a year.
    saved_carbon_t : tCO2e a year, if peaks are served by European gas and other hours are not.
    battery_mwh, battery_m2 : an example of battery and its ground.
    pv_mwp, pv_m2 : an example of panels on the ground, and theirs.
    """

    peak_hours: float
    shed_mw: float
    shed_mwh: float
    saved_carbon_t: float
    battery_mwh: float
    battery_m2: float
    pv_mwp: float
    pv_m2: float


def flexibility_of(
    it_mw: float,
    site_energy_gwh: float,
    factors: Mapping[str, Value],
    *,
    pue_max: float,
) -> Flexibility:
    """Return what a site may shed at the grid's peaks, and what its options would take.

    Parameters
    ----------
    it_mw : installed IT power, MW.
    site_energy_gwh : electricity of the site, GWh a year.
    factors : constants in force, from ``impacts.factors``.
    pue_max : PUE of the most loaded hour.

    Returns
    -------
    Hours, powers, energies, carbon and ground.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> known = factors(date(2026, 12, 1))
    >>> found = flexibility_of(10.0, 70.0, known, pue_max=1.2)
    >>> found.peak_hours, round(found.shed_mw, 2), round(found.shed_mwh)
    (250.0, 0.8, 200)
    """
    hours = number(factors, "flexibility.peak_days") * number(factors, "flexibility.peak_day_hours")
    # What is shed takes its cooling and losses with it: the year's mean PUE.
    mean_mw = site_energy_gwh * 1000 / HOURS_A_YEAR
    shed_mw = mean_mw * number(factors, "flexibility.shed_share")
    gap = number(factors, "carbon.marginal") - number(factors, "carbon.intensity")
    battery = it_mw * pue_max * number(factors, "flexibility.told_battery_hours")
    panels_mwh = site_energy_gwh * 1000 * number(factors, "flexibility.told_pv_share")
    panels = panels_mwh / number(factors, "flexibility.pv_yield")
    return Flexibility(
        peak_hours=hours,
        shed_mw=shed_mw,
        shed_mwh=shed_mw * hours,
        saved_carbon_t=shed_mw * hours * gap / 1000,
        battery_mwh=battery,
        battery_m2=battery * number(factors, "flexibility.battery_ground"),
        pv_mwp=panels,
        pv_m2=panels * number(factors, "flexibility.pv_ground"),
    )
