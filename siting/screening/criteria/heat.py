"""Heat: neighbours who could use it."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "heat.demand",
    label_fr="Chaleur livrée par les réseaux de la commune et des communes limitrophes",
    unit="GWh",
    scale=("criteria.heat_worst_gwh", "criteria.heat_best_gwh"),
    needs_layers=("heat_deliveries",),
)
def demand(sites: pd.DataFrame) -> pd.Series:
    """Heat delivered a year by the networks in reach; their exact route is unknown."""
    return sites["heat_in_reach_gwh"]
