"""Water per MW of IT and per year: brought in, consumed, withdrawn, on and off the site."""

from __future__ import annotations

import xarray as xr

from impacts.basis.impact_ledger import impact

_WUE = "EN 50600-4-9 (ISO/IEC 30134-9) : l'eau apportée, rapportée à l'énergie informatique"
_LITRES = 1000
"""1 L/kWh on 1 GWh is 1,000 m³."""


@impact("m3/MW", "Eau apportée", reference=_WUE, it_energy="GWh/MW", wue="L/kWh")
def water_input(it_energy: xr.DataArray, wue: xr.DataArray) -> xr.DataArray:
    """Return W = WUE·E_IT: evaporation, blow-down, drift and humidification.

    >>> water_input(xr.DataArray(6.0), xr.DataArray(0.5)).item()
    3000.0
    """
    return it_energy * wue * _LITRES


@impact(
    "m3/MW",
    "Eau de refroidissement",
    reference="Évaporation, purge et eau de passage, sans humidification ni eau domestique",
    it_energy="GWh/MW",
    cooling_water_rate="L/kWh",
)
def cooling_water(it_energy: xr.DataArray, cooling_water_rate: xr.DataArray) -> xr.DataArray:
    """Return the water that cools, without humidification: what a scarcity rule forbids.

    >>> cooling_water(xr.DataArray(6.0), xr.DataArray(0.1)).round(3).item()
    600.0
    """
    return it_energy * cooling_water_rate * _LITRES


@impact(
    "m3/MW",
    "Eau consommée sur site",
    reference="Bilan : ce qui ne revient pas au milieu ou au réseau",
    it_energy="GWh/MW",
    consumption_rate="L/kWh",
)
def water_consumption(it_energy: xr.DataArray, consumption_rate: xr.DataArray) -> xr.DataArray:
    """Return what evaporates or drifts away; humidification counts, blow-down does not.

    >>> water_consumption(xr.DataArray(6.0), xr.DataArray(0.1)).round(3).item()
    600.0
    """
    return it_energy * consumption_rate * _LITRES


@impact(
    "m3/MW",
    "Eau prélevée sur site",
    reference="Eau apportée et eau de passage des circuits ouverts",
    it_energy="GWh/MW",
    withdrawal_rate="L/kWh",
)
def water_withdrawal(it_energy: xr.DataArray, withdrawal_rate: xr.DataArray) -> xr.DataArray:
    """Return what is taken from a network or a river, given back warm or not.

    >>> water_withdrawal(xr.DataArray(6.0), xr.DataArray(0.1)).round(3).item()
    600.0
    """
    return it_energy * withdrawal_rate * _LITRES


@impact(
    "m3/MW",
    "Eau apportée, par mois",
    reference=_WUE,
    it_energy="GWh/MW",
    wue_month="L/kWh",
)
def water_month(it_energy: xr.DataArray, wue_month: xr.DataArray) -> xr.DataArray:
    """Return the make-up of each month, ``wue_month`` being its share of the yearly WUE.

    >>> water_month(xr.DataArray(6.0), xr.DataArray([0.1, 0.2])).sum().round(3).item()
    1800.0
    """
    return it_energy * wue_month * _LITRES


@impact(
    "m3/MW",
    "Eau apportée, mois de pointe",
    reference="Le plus grand des douze mois moyens",
    water_month="m3/MW",
)
def water_peak_month(water_month: xr.DataArray) -> xr.DataArray:
    """Return the make-up of the thirstiest month.

    >>> water_peak_month(xr.DataArray([100.0, 300.0], dims="month")).item()
    300.0
    """
    return water_month.max("month", skipna=False)


@impact(
    "m3/MW",
    "Eau prélevée le jour de pointe",
    reference="Le plus grand prélèvement d'un jour sur les années de météo",
    utilisation="1",
    peak_day_rate="L/kW",
)
def water_peak_day(utilisation: xr.DataArray, peak_day_rate: xr.DataArray) -> xr.DataArray:
    """Return the m³ of the thirstiest day: litres per kW of IT load in 24 h, times the load.

    >>> water_peak_day(xr.DataArray(0.5), xr.DataArray(40.0)).item()
    20.0
    """
    return utilisation * peak_day_rate


@impact(
    "m3/MW",
    "Premier remplissage des circuits",
    reference="Une seule fois, à la mise en service",
    water_closed_loop_fill="m3/MW",
)
def first_fill(water_closed_loop_fill: xr.DataArray) -> xr.DataArray:
    """Return the water that fills closed loops once, not a yearly figure.

    >>> first_fill(xr.DataArray(17.5)).item()
    17.5
    """
    return water_closed_loop_fill.copy()


@impact(
    "m3/MW",
    "Eau consommée hors site",
    reference="Green Grid, WUE source : énergie du site × eau de l'électricité",
    site_energy="GWh/MW",
    water_offsite="L/kWh",
)
def offsite_water(site_energy: xr.DataArray, water_offsite: xr.DataArray) -> xr.DataArray:
    """Return the freshwater consumed where the electricity is made.

    >>> offsite_water(xr.DataArray(6.0), xr.DataArray(1.0)).item()
    6000.0
    """
    return site_energy * water_offsite * _LITRES


@impact(
    "m3eq/MW",
    "Rareté de l'eau consommée",
    reference="AWARE 1.2 (WULCA), par bassin et par mois, sur l'eau consommée",
    it_energy="GWh/MW",
    consumption_month="L/kWh",
    aware="m3eq/m3",
)
def scarcity(
    it_energy: xr.DataArray, consumption_month: xr.DataArray, aware: xr.DataArray
) -> xr.DataArray:
    """Return Σ_month C·CF: consumption weighed by the basin's scarcity; NaN without a factor.

    >>> month = xr.DataArray([0.1, 0.1], dims="month")
    >>> scarcity(xr.DataArray(1.0), month, xr.DataArray([1.0, 3.0], dims="month")).round(3).item()
    400.0
    """
    weighed = (consumption_month * aware).sum("month", skipna=False)
    return it_energy * weighed * _LITRES
