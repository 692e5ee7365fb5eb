"""The IT load of a day: flat, or a curve of 24 hours laid on the hours of the weather."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from impacts.basis.array_types import Floats, Number
from impacts.basis.constant_factors import physics
from layers.words.errors import SitingError

HOURS_A_DAY = 24


def relative_load(load: Sequence[float]) -> Floats:
    """Return a day's load over its mean, in steps that keep classes of hours few.

    Parameters
    ----------
    load : 24 positive values.

    Returns
    -------
    (24) in 1, mean 1.

    Raises
    ------
    SitingError : SIT105 for another count, or a value that is not above zero.

    Examples
    --------
    >>> relative_load([0.5] * 12 + [1.0] * 12)[[0, 23]].round(3).tolist()
    [0.65, 1.35]
    """
    values = np.asarray(load, dtype=np.float64)
    if values.shape != (HOURS_A_DAY,) or not (values > 0).all():
        raise SitingError(
            "SIT105",
            f"une courbe de charge de {values.size} valeurs, ou qui s'annule",
            where="courbe de charge",
            hint="donnez 24 parts au-dessus de 0 et au plus 1, de 0 h à 23 h",
        )
    step = physics("weather")["load_step"]
    steps = np.maximum(np.round(values / values.mean() / step), 1.0) * step
    return np.asarray(steps / steps.mean())


def load_of_hours(load: Sequence[float], weather: xr.Dataset) -> Floats | None:
    """Return the load of each hour of a weather, over the mean one; None when it is flat.

    Parameters
    ----------
    load : 24 values by hour of the UTC day; empty for a flat load.
    weather : dim ``time``, hourly, UTC.

    Returns
    -------
    (time) in 1, or None.

    Raises
    ------
    SitingError : SIT105 as `relative_load`.
    """
    if not len(load):
        return None
    return np.asarray(relative_load(load)[weather["time"].dt.hour.to_numpy()])


def load_at(utilisation: Number, relative: Floats) -> Number:
    """Return the load of classes of hours, never above the installed power.

    Parameters
    ----------
    utilisation : mean load over installed power, a number or (draw, 1).
    relative : load of each class over the mean one (class).

    Returns
    -------
    The mean itself when the load is flat; else its product, at most 1.
    """
    if (relative == 1).all():
        return utilisation
    return np.minimum(utilisation * relative, 1.0)
