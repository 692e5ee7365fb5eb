"""Energy: what the servers draw in a year, and what the site draws for them."""

from __future__ import annotations

import xarray as xr

from impacts.basis.impact_ledger import impact


@impact(
    "GWh/MW",
    "Énergie informatique",
    reference="Définition : charge moyenne × 8 760 h",
    utilisation="1",
    hours_a_year="h",
)
def it_energy(utilisation: xr.DataArray, hours_a_year: xr.DataArray) -> xr.DataArray:
    """Return 8.76·u GWh a year per MW installed.

    >>> round(it_energy(xr.DataArray(0.7), xr.DataArray(8760)).item(), 3)
    6.132
    """
    return utilisation * hours_a_year / 1000


@impact(
    "GWh/MW",
    "Énergie du site",
    reference="EN 50600-4-2 (ISO/IEC 30134-2)",
    it_energy="GWh/MW",
    pue="1",
)
def site_energy(it_energy: xr.DataArray, pue: xr.DataArray) -> xr.DataArray:
    """Return E_site = PUE·E_IT.

    >>> site_energy(xr.DataArray(6.0), xr.DataArray(1.1)).round(3).item()
    6.6
    """
    return it_energy * pue
