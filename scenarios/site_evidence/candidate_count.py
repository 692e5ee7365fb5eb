"""How many sites a scenario leaves to choose from; and when none, which filter emptied the list."""

from __future__ import annotations

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import plural
from scenarios.site_evidence.evidence_joining import Evidence
from siting.screening.candidates import CANDIDATE
from siting.screening.criteria import CRITERIA

CAUSES_FR = {
    "area_absent": "sans surface connue",
    "area_absurd": "de surface invraisemblable",
    "area_small": "sous la surface minimale (candidates.min_area_ha)",
    "merged": "fusionnés avec un autre enregistrement du même terrain",
    "occupied": "vus occupés (candidates.confirm)",
    "consultation": "écartés par la consultation",
}
MOST_CAUSES = 4


def require_candidates(evidence: Evidence) -> None:
    """Refuse a scenario that leaves no site to choose from, naming the filters by what they cost.

    Parameters
    ----------
    evidence : every site, its fate and the reason of it.

    Raises
    ------
    SitingError : SIT303 when no site is a candidate.
    """
    sites = evidence.sites
    if (sites["fate"] == CANDIDATE).any():
        return
    causes = _causes(sites).value_counts().head(MOST_CAUSES)
    told = [f"{plural(int(count), 'site')} {cause}" for cause, count in causes.items()]
    raise SitingError(
        "SIT303",
        f"aucun site n'est candidat, sur {plural(len(sites), 'regardé')}",
        where="[candidates]",
        hint=" ; ".join([*told, "desserrez le premier de ces filtres"]),
    )


def _causes(sites: pd.DataFrame) -> pd.Series:
    """Return in French what took each site out; a criterion by its own name."""
    named = sites["fate_cause"].map(CAUSES_FR)
    first = sites["fate_reason_fr"].str.partition(" — ")[0]
    labels = {name: f"écartés par {name} ({entry.label_fr})" for name, entry in CRITERIA.items()}
    return named.fillna(first.map(labels)).fillna("écartés autrement")
