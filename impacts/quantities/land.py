"""Land taken per MW of IT, by density class; whether it is reused is the site's affair."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from impacts.basis.constant_factors import number
from impacts.basis.impact_ledger import impact
from layers.words.dated_values import Value
from layers.words.errors import SitingError

DENSITIES: Mapping[str, str] = {
    "campus": "campus dense ou à étages",
    "standard": "grand site de plain-pied",
    "edge": "petit site ou hébergement",
}


@impact(
    "m2/MW",
    "Emprise au sol",
    reference="Sites français observés, par classe de densité ; options du scénario en plus",
    density="m2/MW",
    option_land="m2/MW",
)
def land(density: xr.DataArray, option_land: xr.DataArray) -> xr.DataArray:
    """Return the ground taken, buildings, yards, parking and options, per MW of installed IT.

    >>> land(xr.DataArray(2000.0), xr.DataArray(100.0)).item()
    2100.0
    """
    return density + option_land


@impact(
    "m2/MW",
    "Sol imperméabilisé",
    reference="Part de l'emprise : choix de conception",
    land="m2/MW",
    land_impervious_share="1",
)
def impervious_land(land: xr.DataArray, land_impervious_share: xr.DataArray) -> xr.DataArray:
    """Return the sealed part of the ground taken.

    >>> impervious_land(xr.DataArray(2000.0), xr.DataArray(0.5)).item()
    1000.0
    """
    return land * land_impervious_share


def per_mw(density: str, factors: Mapping[str, Value]) -> float:
    """Return the ground of a MW in a density class.

    Parameters
    ----------
    density : key of ``DENSITIES``.
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    m² per MW of IT.

    Raises
    ------
    SitingError : SIT202 for an unknown density class.
    """
    if density not in DENSITIES:
        raise SitingError(
            "SIT202",
            f"« {density} » n'est pas une classe de densité",
            where="emprise au sol",
            hint=f"classes connues : {', '.join(DENSITIES)}",
        )
    return number(factors, f"land.{density}")
