"""Words shared by the formulas: array types, and the few numbers that define units."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from layers.words.dated_values import DAYS_IN_MONTH

Floats: TypeAlias = NDArray[np.float64]
Number: TypeAlias = "float | NDArray[np.floating[Any]]"

KELVIN = 273.15
"""0 °C in kelvin, by definition."""
HOURS_A_YEAR = 8760
SECONDS_AN_HOUR = 3600
"""A kWh is 3,600 kJ."""
MONTHS = tuple(range(1, 13))
MONTH_OF_DAY = np.repeat(np.arange(12), DAYS_IN_MONTH)
"""Month 0–11 of each of the 365 days of a year."""
MONTH_OF_HOUR = np.repeat(MONTH_OF_DAY, 24)
"""Month 0–11 of each of the 8,760 hours of a year."""
