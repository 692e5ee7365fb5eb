"""Land: enough of it, free of a project, already built upon."""

from __future__ import annotations

import pandas as pd

from siting.screening.criteria.criterion_registry import criterion
from siting.screening.vacancy import FREE, UNKNOWN


@criterion(
    "land.min_area",
    label_fr="Surface du site",
    unit="ha",
    threshold="criteria.min_area_ha",
    sense=">=",
)
def min_area(sites: pd.DataFrame) -> pd.Series:
    """Area the producer gives to the site itself, never the owner's whole land unit."""
    return sites["area_m2"] / 1e4


@criterion(
    "land.no_project",
    label_fr="Friche sans projet déclaré",
    unit="1",
    threshold="criteria.no_project_max",
)
def no_project(sites: pd.DataFrame) -> pd.Series:
    """1 where a project is declared on the brownfield, else 0; nobody says it of another land."""
    declared = (sites["status_fr"] == "avec projet").astype(float)
    told = sites["status_fr"].isin(["avec projet", "sans projet"])
    # Whoever brings a site and says nothing of a project has not said that there is none.
    inventoried = sites["is_brownfield"].astype(bool) & (sites["source"] != "own")
    return declared.where(told | inventoried)


@criterion(
    "land.not_natural",
    label_fr="Sol hors espace naturel, agricole ou forestier",
    unit="1",
    threshold="criteria.not_natural_max",
)
def not_natural(sites: pd.DataFrame) -> pd.Series:
    """0 in a PLU zone U or AU; unknown elsewhere, because a zone is not a land use."""
    return pd.Series(0.0, index=sites.index).where(sites["enaf"] == "no")


@criterion(
    "land.reuse",
    label_fr="Réemploi d'un sol déjà urbanisé",
    unit="1",
    scale=("criteria.reuse_worst", "criteria.reuse_best"),
)
def reuse(sites: pd.DataFrame) -> pd.Series:
    """Share of the site that could be ENAF: 0 in zone U or AU, unknown elsewhere."""
    return not_natural(sites)


@criterion(
    "land.verified",
    label_fr="Friche vérifiée",
    unit="1",
    scale=("criteria.verified_worst", "criteria.verified_best"),
)
def verified(sites: pd.DataFrame) -> pd.Series:
    """1 where the producer verified the site; unknown, not 0, where nobody went to see."""
    return pd.Series(1.0, index=sites.index).where(sites["is_verified"])


@criterion(
    "land.occupied",
    label_fr="Signe d'activité sur le terrain",
    unit="1",
    threshold="occupation.occupied_max",
    is_check=True,
)
def occupied(sites: pd.DataFrame) -> pd.Series:
    """0 where a person saw the land free, 1 where seen occupied or with signs, else unknown."""
    state = sites["occupancy"]
    return (state != FREE).astype(float).where(state != UNKNOWN)
