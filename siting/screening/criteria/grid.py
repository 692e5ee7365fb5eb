"""Grid: a yard that may host, near enough, at a voltage that carries enough."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "grid.within_reach",
    label_fr="Plafond légal de raccordement à un poste à portée",
    unit="MW",
    threshold="criteria.reach_min_mw",
    sense=">=",
)
def within_reach(sites: pd.DataFrame) -> pd.Series:
    """Largest legal connection within reach, at the meter; 0 where no yard is near enough."""
    return sites["connection_limit_mw"].fillna(0.0)


@criterion(
    "grid.distance",
    label_fr="Longueur de ligne jusqu'au poste source le plus proche",
    unit="km",
    scale=("criteria.distance_worst_km", "criteria.distance_best_km"),
)
def distance(sites: pd.DataFrame) -> pd.Series:
    """Line length to the nearest post with transformers to HTA (straight line × route factor).

    Where the pack lists no such post, hosting yards under 400 kV stand in for them.
    """
    return sites["yard_distance_km"].fillna(1e3)


@criterion(
    "grid.capacity",
    label_fr="Puissance raccordable au mieux",
    unit="MW",
    scale=("criteria.capacity_worst_mw", "criteria.capacity_best_mw"),
)
def capacity(sites: pd.DataFrame) -> pd.Series:
    """Largest legal connection, bounded by the assumed room of its yard."""
    return sites["connection_room_mw"].fillna(0.0)
