"""What a MW of IT asks of the grid."""

from __future__ import annotations

import numpy as np
import xarray as xr

from impacts.basis.impact_ledger import impact


@impact(
    "1",
    "Puissance de raccordement par MW informatique",
    reference="max(plancher des projets annoncés ; marge × PUE de pointe)",
    pue_max="1",
    grid_connection_floor="MW/MW",
    grid_connection_margin="1",
)
def connection_ratio(
    pue_max: xr.DataArray,
    grid_connection_floor: xr.DataArray,
    grid_connection_margin: xr.DataArray,
) -> xr.DataArray:
    """Return the MW at the meter to ask for, per MW of installed IT.

    >>> ratio = connection_ratio(xr.DataArray([1.2, 1.5]), xr.DataArray(1.35), xr.DataArray(1.1))
    >>> ratio.round(3).values.tolist()
    [1.35, 1.65]
    """
    return xr.DataArray(np.maximum(grid_connection_floor, grid_connection_margin * pue_max))
