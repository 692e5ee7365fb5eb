"""Nature: what protects the place; where no outline is held, the verdict is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.screening.criteria.criterion_registry import criterion


def _outside(name: str, label_fr: str, threshold: str, column: str, *layers: str) -> None:
    """Register the criterion « no hectare of the site in these outlines ».

    The value is unknown while a layer is absent, and wherever it is not known to be complete.
    """

    def overlap(sites: pd.DataFrame) -> pd.Series:
        """Hectares of the site inside the outlines; unknown where they are not all held."""
        return sites[column] if column in sites else pd.Series(np.nan, index=sites.index)

    overlap.__name__ = column
    criterion(
        name,
        label_fr=label_fr,
        unit="ha",
        threshold=f"criteria.{threshold}_overlap_max_ha",
        needs_layers=layers,
    )(overlap)


_outside(
    "nature.outside_reserve",
    "Hors réserve naturelle nationale",
    "reserve",
    "reserve_overlap_ha",
    "national_reserves",
)
_outside(
    "nature.outside_strong_protection",
    "Hors espace sous protection forte (réserves, biotopes, cœur de parc, conservatoires)",
    "strong",
    "excluded_overlap_ha",
    "national_reserves",
    "regional_reserves",
    "biotope_orders",
    "park_core",
    "conservation_land",
)
_outside(
    "nature.outside_natura2000",
    "Hors site Natura 2000",
    "protected",
    "natura2000_overlap_ha",
    "natura2000_polygons",
)
_outside(
    "nature.outside_znieff", "Hors ZNIEFF", "protected", "znieff_overlap_ha", "znieff_1", "znieff_2"
)
_outside("nature.outside_wetland", "Hors zone humide", "wetland", "wetland_overlap_ha", "wetlands")
_outside(
    "nature.outside_green_blue",
    "Hors réservoir et corridor de la trame verte et bleue",
    "network",
    "green_blue_overlap_ha",
    "green_blue_network",
)
_outside(
    "nature.outside_zaer_exclusion",
    "Hors zone exclue des zones d'accélération",
    "protected",
    "zaer_exclusion_overlap_ha",
    "zaer_exclusion",
)
