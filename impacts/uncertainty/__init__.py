"""How sure: correlated draws of every constant, carried to every figure."""

from impacts.uncertainty.constant_draws import Sample, inverse, sample
from impacts.uncertainty.drawn_quantiles import (
    QUANTILE_NAMES,
    QUANTILES,
    best_design,
    first_order,
    plan_draws,
    plan_quantiles,
    quantiles,
)
from impacts.uncertainty.footprint_draws import draw
from impacts.uncertainty.one_constant import one_at_a_time

__all__ = [
    "QUANTILES",
    "QUANTILE_NAMES",
    "Sample",
    "best_design",
    "draw",
    "first_order",
    "inverse",
    "one_at_a_time",
    "plan_draws",
    "plan_quantiles",
    "quantiles",
    "sample",
]
