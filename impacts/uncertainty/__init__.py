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
from impacts.uncertainty.oneway import one_at_a_time

__all__ = [
    "Sample",
    "best_design",
    "best_site",
    "by_year",
    "draw",
    "first_order",
    "inverse",
    "of_plan",
    "one_at_a_time",
    "quantiles",
    "sample",
]
