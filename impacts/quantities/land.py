"""Land taken per MW of IT, by density class; whether it is reused is the site's affair."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from impacts.basis.array_types import Floats, Number
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
    reference="Sites français observés, par classe de densité",
    density="m2/MW",
)
def land(density: xr.DataArray) -> xr.DataArray:
    """Return the ground taken, buildings, yards and parking, per MW of installed IT.

    >>> land(xr.DataArray(2000.0)).item()
    2000.0
    """
    return density.copy()


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


def site_land(
    it_mw: Number,
    connection_mw: Number,
    factors: Mapping[str, Value],
    *,
    density: str = "standard",
) -> Floats:
    """Return the ground of a whole site [m²]: buildings and yards, rain basin, own substation.

    >>> from datetime import date
    >>> from impacts import factors
    >>> site_land(10.0, 13.5, factors(date(2026, 11, 23))).round().item()
    20650.0
    """
    ground = np.asarray(it_mw) * per_mw(density, factors)
    sealed = ground * number(factors, "land.impervious_share")
    has_post = np.asarray(connection_mw) >= number(factors, "land.substation_from")
    post = np.where(has_post, number(factors, "land.substation"), 0)
    return np.asarray(ground + sealed * number(factors, "land.basin_share") + post)


def mw_that_fit(
    usable_m2: Number,
    connection_ratio: float,
    factors: Mapping[str, Value],
    *,
    density: str = "standard",
) -> Floats:
    """Return the most IT MW whose site fits on a usable ground [MW], the inverse of `site_land`.

    >>> from datetime import date
    >>> from impacts import factors
    >>> mw_that_fit(20650.0, 1.35, factors(date(2026, 11, 23))).round(6).item()
    10.0
    """
    basin = number(factors, "land.impervious_share") * number(factors, "land.basin_share")
    each = per_mw(density, factors) * (1 + basin)
    most_without = number(factors, "land.substation_from") / connection_ratio
    plain = np.asarray(usable_m2) / each
    with_post = (np.asarray(usable_m2) - number(factors, "land.substation")) / each
    # Between the two, the ground is too small for the substation that more MW would need.
    return np.where(plain < most_without, plain, np.maximum(with_post, most_without))


def per_mw(density: str, factors: Mapping[str, Value]) -> float:
    """Return the ground of a MW in a density class [m²/MW], or refuse its name (SIT202)."""
    if density not in DENSITIES:
        raise SitingError(
            "SIT202",
            f"« {density} » n'est pas une classe de densité",
            where="emprise au sol",
            hint=f"classes connues : {', '.join(DENSITIES)}",
        )
    return number(factors, f"land.{density}")
