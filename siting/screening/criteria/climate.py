"""Climate: how hot the place will be when the site is old."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "climate.hot_days",
    label_fr="Jours très chauds par an vers 2050",
    unit="j",
    scale=("criteria.hot_days_worst", "criteria.hot_days_best"),
    needs_layers=("climate_2050",),
)
def hot_days(sites: pd.DataFrame) -> pd.Series:
    """Very hot days a year around 2050 in the EPCI of the site (median projection)."""
    return sites["hot_days_2050"]
