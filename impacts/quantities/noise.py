"""Noise: a distance of precaution, never an acoustic study."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from impacts.basis.array_types import Floats, Number
from impacts.basis.constant_factors import number
from layers.words.dated_values import Value


def screening_distance(it_mw: Number, factors: Mapping[str, Value]) -> Floats:
    """Return the distance at which outdoor plant falls to the quiet level.

    L_p = L_w + 10·log n − 20·log d − 11: n like units in free field, no ground nor screen.

    Parameters
    ----------
    it_mw : installed IT power, any shape; at least one unit is counted.
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    Metres, shape of ``it_mw``.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> round(float(screening_distance(10.0, factors(date(2026, 11, 23)))))
    973
    """
    units = np.maximum(np.asarray(it_mw) * number(factors, "noise.units_per_mw"), 1.0)
    excess = number(factors, "noise.unit_level") - number(factors, "noise.quiet_level")
    decibels = excess - number(factors, "noise.spreading") + 10 * np.log10(units)
    return np.asarray(10 ** (decibels / 20))
