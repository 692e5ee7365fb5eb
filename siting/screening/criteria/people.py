"""People: how many live near a site, as far as cells of one kilometre can tell."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "people.exposure",
    label_fr="Habitants à moins de 1 km",
    unit="hab",
    scale=("criteria.people_worst", "criteria.people_best"),
    needs_layers=("population_1km",),
)
def exposure(sites: pd.DataFrame) -> pd.Series:
    """Inhabitants within 1 km of the site's point; unknown, not 0, where no census cell is held."""
    if "people_1km" not in sites:
        return pd.Series(float("nan"), index=sites.index)
    return sites["people_1km"]
