"""The registry of criteria: one decorated function gives a value by site, thresholds are dated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd

from layers.words.dated_values import Value
from layers.words.errors import SitingError

TO_CHECK = "à vérifier"

Measure = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Criterion:
    """A criterion: its measure, and where its threshold or breakpoints are found.

    ``sense`` is « <= » or « >= » for a knock-out against ``threshold``; a ranking criterion has
    ``worst`` and ``best`` instead, absolute, so that a new site never moves another's score.
    ``own`` holds the values that come with the criterion, when no dated file has them.
    """

    name: str
    label_fr: str
    unit: str
    measure: Measure
    threshold: str | None
    sense: str
    worst: str | None
    best: str | None
    needs_layers: tuple[str, ...]
    own: tuple[Value, ...] = ()
    is_check: bool = False

    @property
    def kind(self) -> str:
        """Return « éliminatoire », « classant », or « à vérifier » before a site is retained."""
        if self.is_check:
            return TO_CHECK
        return "éliminatoire" if self.threshold else "classant"


CRITERIA: dict[str, Criterion] = {}


def criterion(
    name: str,
    *,
    label_fr: str,
    unit: str,
    threshold: str | Value | None = None,
    sense: str = "<=",
    scale: tuple[str | Value, str | Value] | None = None,
    needs_layers: tuple[str, ...] = (),
    is_check: bool = False,
) -> Callable[[Measure], Measure]:
    """Register a measure as a criterion.

    A check has a threshold too, and rejects no candidate: it must hold for one to be retained.

    Parameters
    ----------
    name : the key in ``CRITERIA``.
    label_fr : as read by a planner.
    unit : of the measure.
    threshold : a dated value, or its name in ``siting/screening/``; None for a ranking criterion.
    sense : « <= » or « >= », what passes the threshold.
    scale : (worst, best), each a dated value or its name; None for a knock-out.
    needs_layers : names of the layers that the measure reads.
    is_check : whether it is « à vérifier ».

    Returns
    -------
    A decorator, which gives the measure back.
    """
    own = tuple(each for each in (threshold, *(scale or ())) if isinstance(each, Value))

    def register(measure: Measure) -> Measure:
        worst, best = scale or (None, None)
        limits = (_name(threshold), sense, _name(worst), _name(best))
        CRITERIA[name] = Criterion(
            name, label_fr, unit, measure, *limits, needs_layers, own, is_check
        )
        return measure

    return register


def _name(value: str | Value | None) -> str | None:
    return value.name if isinstance(value, Value) else value


def known(names: Mapping[str, object] | tuple[str, ...], kind: str, where: str) -> list[Criterion]:
    """Return the criteria of that kind.

    Parameters
    ----------
    names : names of criteria; a mapping gives its keys.
    kind : « éliminatoire », « classant » or « à vérifier ».
    where : the place that an error names.

    Returns
    -------
    In the order of ``names``.

    Raises
    ------
    SitingError : SIT202, with the nearest name, when one is no criterion of that kind.
    """
    found = []
    for name in names:
        entry = CRITERIA.get(name)
        if entry is None or entry.kind != kind:
            possible = sorted(c.name for c in CRITERIA.values() if c.kind == kind)
            near = get_close_matches(name, possible, n=1)
            raise SitingError(
                "SIT202",
                f"« {name} » n'est pas un critère {kind}",
                where=where,
                hint=f"vouliez-vous dire « {near[0]} » ?"
                if near
                else f"connus : {', '.join(possible)}",
            )
        found.append(entry)
    return found


def knock_out(
    entry: Criterion, sites: pd.DataFrame, thresholds: Mapping[str, Value]
) -> pd.DataFrame:
    """Return state, value and threshold of a knock-out criterion, one row a site.

    Parameters
    ----------
    entry : a criterion with a threshold.
    sites : index site_id, with what the measure reads.
    thresholds : dated values by name.

    Returns
    -------
    Columns site_id, criterion, label_fr, kind, value, unit, sense, status, reference, state
    (passed, failed, unknown), threshold; score_low, score_high and weight are NaN.
    """
    assert entry.threshold is not None
    limit = thresholds[entry.threshold]
    value = entry.measure(sites).astype(float)
    holds = value <= limit.number + 1e-9 if entry.sense == "<=" else value >= limit.number - 1e-9
    state = np.where(value.isna(), "unknown", np.where(holds, "passed", "failed"))
    return _rows(entry, sites, value, limit).assign(
        state=state, threshold=limit.number, score_low=np.nan, score_high=np.nan, weight=np.nan
    )


def grade(
    entry: Criterion, sites: pd.DataFrame, thresholds: Mapping[str, Value], weight: float
) -> pd.DataFrame:
    """Return the score interval of a ranking criterion, one row a site; unknown spans 0 to 1.

    A value at ``worst`` scores 0, at ``best`` 1, straight in between.

    Parameters
    ----------
    entry : a criterion with two breakpoints.
    sites : index site_id, with what the measure reads.
    thresholds : dated values by name.
    weight : the scenario's, told as it is.

    Returns
    -------
    The columns of ``knock_out``; state is graded or unknown, scores go from 0 to 1, threshold is
    NaN. ``sense`` is the way that is better: « >= » when more is, « <= » when less is.
    """
    assert entry.worst is not None
    assert entry.best is not None
    worst, best = thresholds[entry.worst], thresholds[entry.best]
    value = entry.measure(sites).astype(float)
    score = ((value - worst.number) / (best.number - worst.number)).clip(0, 1)
    return _rows(entry, sites, value, best).assign(
        sense=">=" if best.number > worst.number else "<=",
        state=np.where(value.isna(), "unknown", "graded"),
        threshold=np.nan,
        score_low=score.fillna(0.0).to_numpy(),
        score_high=score.fillna(1.0).to_numpy(),
        weight=weight,
    )


def _rows(entry: Criterion, sites: pd.DataFrame, value: pd.Series, paper: Value) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": sites.index.to_numpy(),
            "criterion": entry.name,
            "label_fr": entry.label_fr,
            "kind": entry.kind,
            "value": value.to_numpy(),
            "unit": entry.unit,
            "sense": entry.sense,
            "status": paper.status,
            "reference": paper.reference,
        }
    )
