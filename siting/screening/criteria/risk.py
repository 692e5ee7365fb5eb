"""Risk: what threatens the place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "risk.outside_flood",
    label_fr="Hors zone inondable",
    unit="ha",
    threshold="criteria.flood_overlap_max_ha",
    needs_layers=("flood_zones",),
)
def outside_flood(sites: pd.DataFrame) -> pd.Series:
    """Hectares of the site in a flood zone: unknown while the regional layer is absent."""
    if "flood_overlap_ha" in sites:
        return sites["flood_overlap_ha"]
    return pd.Series(np.nan, index=sites.index)


@criterion(
    "risk.outside_forest_fire",
    label_fr="Hors zone d'aléa feu de forêt",
    unit="ha",
    threshold="criteria.fire_overlap_max_ha",
    needs_layers=("forest_fire",),
)
def outside_forest_fire(sites: pd.DataFrame) -> pd.Series:
    """Hectares of the site in a forest fire zone: unknown while the layer is absent."""
    if "fire_overlap_ha" in sites:
        return sites["fire_overlap_ha"]
    return pd.Series(np.nan, index=sites.index)
