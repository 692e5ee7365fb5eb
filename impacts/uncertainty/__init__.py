"""How sure: correlated draws of every constant, carried to every figure."""

from impacts.uncertainty.answers import (
    best_design,
    best_site,
    by_year,
    first_order,
    of_plan,
    quantiles,
)
from impacts.uncertainty.draws import draw
from impacts.uncertainty.laws import Sample, inverse, sample

__all__ = [
    "Sample",
    "best_design",
    "best_site",
    "by_year",
    "draw",
    "first_order",
    "inverse",
    "of_plan",
    "quantiles",
    "sample",
]
