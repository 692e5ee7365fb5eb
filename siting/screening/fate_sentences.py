"""Why a site is no candidate: every sentence of its fate is made here, in one format.

Why a candidate is retained or left by a plan is said by ``scenarios.answers.site_reasons``.
"""

from __future__ import annotations

import pandas as pd

from layers.sources.brownfields import IMPOSSIBLE_M2
from layers.words.french import declared
from siting.screening.criteria.criterion_registry import CRITERIA

AREA_ABSENT = "surface absente de Cartofriches : ni retenu ni écarté"
AREA_ABSURD = f"surface invraisemblable (plus de {declared(IMPOSSIBLE_M2 / 1e6)} km²) : à vérifier"
PLATFORM_AREA_UNREAD = "plateforme connue, surface disponible non lue : ni retenue ni écartée"
SIGNS = {"<=": "≤", ">=": "≥"}
# The closed list of why a site is no candidate, written where its fate is decided.
FATE_CAUSES = (
    "area_absent", "area_absurd", "area_small", "merged", "criterion", "occupied", "consultation",
)  # fmt: skip


def too_small(area_ha: float, least_ha: float) -> str:
    """Say that a site is smaller than the scenario's least.

    Parameters
    ----------
    area_ha : of the site.
    least_ha : the scenario's.

    Returns
    -------
    A sentence in French, with the criterion's name.

    Examples
    --------
    >>> too_small(0.51, 1.0)
    'land.min_area — Surface du site : 0,51 ha, seuil 1 ha'
    """
    criterion = CRITERIA["land.min_area"]
    return _against(criterion.name, criterion.label_fr, area_ha, least_ha, criterion.unit)


def merged_with(keeper: str, distance_m: float) -> str:
    """Say that a record is the same land as another.

    Parameters
    ----------
    keeper : id of the record kept.
    distance_m : the threshold under which records merge, in metres.

    Returns
    -------
    A sentence in French.

    Examples
    --------
    >>> merged_with("33001_1", 500.0)
    'même terrain que 33001_1 (même commune, même surface, moins de 500 m)'
    """
    return (
        f"même terrain que {keeper} (même commune, même surface, moins de {declared(distance_m)} m)"
    )


def double_of(own: str) -> str:
    """Say that a known site is also a site that someone brings, and is counted there.

    Parameters
    ----------
    own : id of the site brought.

    Returns
    -------
    A sentence in French.

    Examples
    --------
    >>> double_of("A-1")
    'même terrain que le site apporté A-1, compté une seule fois'
    """
    return f"même terrain que le site apporté {own}, compté une seule fois"


def seen_occupied(evidence: pd.Series) -> pd.Series:
    """Say that sites were seen occupied, by whom and when.

    Parameters
    ----------
    evidence : what is known of the occupation of each, in French.

    Returns
    -------
    Series : sentences, on the index of ``evidence``.
    """
    criterion = CRITERIA["land.occupied"]
    return f"{criterion.name} — {criterion.label_fr} : " + evidence


def failed_criteria(failed: pd.DataFrame) -> pd.Series:
    """Return one sentence a site from its failed verdicts, each with its value and threshold.

    Parameters
    ----------
    failed : rows of the table of verdicts: site_id, criterion, label_fr, value, unit, threshold.

    Returns
    -------
    Series : sentences, index site_id.
    """
    columns = ["criterion", "label_fr", "value", "threshold", "unit"]
    told = [_against(*row) for row in failed[columns].itertuples(index=False, name=None)]
    one_each = pd.Series(told, index=failed["site_id"].to_numpy(), dtype="str")
    sentences: pd.Series = one_each.groupby(level=0).agg(" ; ".join)
    return sentences


def refused_by_consultation(verdicts: pd.DataFrame, sense: str, threshold: float) -> pd.Series:
    """Return one sentence a site that does not pass the threshold of a consultation.

    Parameters
    ----------
    verdicts : the rows of one ranking criterion; an unknown value is said to be so.
    sense : « <= » or « >= ».
    threshold : in the criterion's own unit.

    Returns
    -------
    Series : sentences, index site_id.
    """
    asked = f"seuil de la consultation {SIGNS[sense]}"
    columns = ["criterion", "label_fr", "value", "unit", "state"]
    told = [
        f"{criterion} — {label} : "
        f"{'non évalué' if state == 'unknown' else _amount(value, unit)}, "
        f"{asked} {_amount(threshold, unit)}"
        for criterion, label, value, unit, state in verdicts[columns].itertuples(
            index=False, name=None
        )
    ]
    return pd.Series(told, index=verdicts["site_id"].to_numpy(), dtype="str")


def _against(criterion: str, label: str, value: float, threshold: float, unit: str) -> str:
    return f"{criterion} — {label} : {_amount(value, unit)}, seuil {_amount(threshold, unit)}"


def _amount(value: float, unit: str) -> str:
    """Write a value to two digits, as thresholds are; an amount without unit stands alone."""
    text = declared(value, 2)
    return text if unit in ("", "1") else f"{text} {unit}"
