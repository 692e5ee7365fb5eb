"""Nature: what protects the place; where no outline is held, the verdict is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.criteria.registry import criterion


@criterion(
    "nature.outside_reserve",
    label_fr="Hors réserve naturelle nationale",
    unit="ha",
    threshold="criteria.reserve_overlap_max_ha",
    needs_layers=("national_reserves",),
)
def outside_reserve(sites: pd.DataFrame) -> pd.Series:
    """Hectares of the site's disc inside a national reserve; unknown outside the window held."""
    return sites["reserve_overlap_ha"]


@criterion(
    "nature.outside_natura2000",
    label_fr="Hors site Natura 2000",
    unit="ha",
    threshold="criteria.protected_overlap_max_ha",
    needs_layers=("natura2000_polygons",),
)
def outside_natura2000(sites: pd.DataFrame) -> pd.Series:
    """Hectares inside a Natura 2000 site: unknown everywhere while only centres are held."""
    return _column(sites, "natura2000_overlap_ha")


@criterion(
    "nature.outside_znieff",
    label_fr="Hors ZNIEFF",
    unit="ha",
    threshold="criteria.protected_overlap_max_ha",
    needs_layers=("znieff_1", "znieff_2"),
)
def outside_znieff(sites: pd.DataFrame) -> pd.Series:
    """Hectares inside a ZNIEFF: unknown while the layer is absent."""
    return _column(sites, "znieff_overlap_ha")


@criterion(
    "nature.outside_wetland",
    label_fr="Hors zone humide",
    unit="ha",
    threshold="criteria.protected_overlap_max_ha",
    needs_layers=("wetlands",),
)
def outside_wetland(sites: pd.DataFrame) -> pd.Series:
    """Hectares of wetland on the site: unknown while the layer is absent."""
    return _column(sites, "wetland_overlap_ha")


def _column(sites: pd.DataFrame, name: str) -> pd.Series:
    return sites[name] if name in sites else pd.Series(np.nan, index=sites.index)
