"""The hourly shape of France's carbon intensity: a shape beside the yearly factor, never a level.

No figure rests on it while the licence of the one series at hand is not confirmed: nothing of that
series is shipped, and the annual constant stays the level.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.file_numbers import lines_of, numbers_of
from layers.words.errors import SitingError

_TIME = "Datetime (UTC)"
_COLUMNS = {
    "direct": "Carbon Intensity gCO₂eq/kWh (direct)",
    "life_cycle": "Carbon Intensity gCO₂eq/kWh (LCA)",
}
_ESTIMATED = "Data Estimated"


def read_intensity(text: str, *, where: str = "intensité carbone horaire") -> xr.Dataset:
    """Read an Electricity Maps export (CSV): gCO2/kWh by hour in UTC, estimated hours counted.

    Parameters
    ----------
    text : the content of the file.
    where : the file that errors name.

    Returns
    -------
    Dataset on ``time`` (UTC), hour by hour.

    Raises
    ------
    SitingError : SIT101 when a column lacks, SIT105 for a value that is no number (line and value)
        or for hours that do not follow one another.
    """
    table = pd.read_csv(io.StringIO("\n".join(lines_of(text))), dtype="str", keep_default_na=False)
    absent = [name for name in (_TIME, *_COLUMNS.values()) if name not in table]
    if absent:
        raise SitingError("SIT101", f"colonne absente : {', '.join(absent)}", where=where)
    time = pd.to_datetime(table[_TIME], format="%Y-%m-%d %H:%M:%S", errors="coerce")
    steps = time.diff().iloc[1:]
    if time.isna().any() or bool((steps != pd.Timedelta(hours=1)).any()):
        row = int(np.flatnonzero(time.isna() | (time.diff() != pd.Timedelta(hours=1)))[1:][0])
        raise SitingError(
            "SIT105",
            f"« {table[_TIME].iloc[row]} » ne suit pas d'une heure la ligne d'avant",
            where=f"{where}, ligne {row + 2}",
        )
    at = range(2, len(table) + 2)
    estimated = table[_ESTIMATED].str.casefold() == "true" if _ESTIMATED in table else False
    return xr.Dataset(
        {
            name: ("time", numbers_of(table[column], column, at, where).to_numpy(),
                   {"units": "g/kWh"})
            for name, column in _COLUMNS.items()
        },
        coords={"time": pd.DatetimeIndex(time)},
        attrs={"estimated_hours": int(np.sum(estimated))},
    )  # fmt: skip


def shape_of(intensity: xr.DataArray) -> xr.DataArray:
    """Return each hour over the year's mean [1]: it moves a level, and gives none.

    Parameters
    ----------
    intensity : gCO2/kWh, dim ``time``.

    Returns
    -------
    The same dims, mean 1 over ``time``, units "1".

    Examples
    --------
    >>> shape_of(xr.DataArray([30.0, 60.0], dims="time")).round(3).values.tolist()
    [0.667, 1.333]
    """
    shape: xr.DataArray = intensity / intensity.mean("time")
    return shape.assign_attrs(units="1")
