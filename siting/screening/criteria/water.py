"""Water: how scarce it is where the site would drink."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


@criterion(
    "water.scarcity",
    label_fr="Rareté de l'eau du bassin (AWARE)",
    unit="m3eq/m3",
    scale=("criteria.scarcity_worst", "criteria.scarcity_best"),
    needs_layers=("aware_basins",),
)
def scarcity(sites: pd.DataFrame) -> pd.Series:
    """AWARE annual factor, non agricultural use, of the basin of the site."""
    return sites["aware_annual_non_agri"]


@criterion(
    "water.zre",
    label_fr="Hors zone de répartition des eaux",
    unit="1",
    scale=("criteria.zre_worst", "criteria.zre_best"),
    needs_layers=("sectors",),
)
def zre(sites: pd.DataFrame) -> pd.Series:
    """1 in a ZRE sector, 0 outside, unknown where the law's list is cut."""
    return sites["zre"].map({"yes": 1.0, "no": 0.0}).astype(float)
