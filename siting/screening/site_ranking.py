"""Screening and ranking: a verdict for every criterion, and a score that shows its doubt."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from layers.words.dated_values import Value
from siting.screening.candidates import CANDIDATE, REJECTED
from siting.screening.criteria import CRITERIA
from siting.screening.criteria.criterion_registry import TO_CHECK, grade, knock_out, known
from siting.screening.fate_sentences import failed_criteria


def screen(
    sites: pd.DataFrame, names: tuple[str, ...], thresholds: Mapping[str, Value], where: str
) -> pd.DataFrame:
    """Return the verdict of each knock-out criterion on each site (long table).

    Parameters
    ----------
    sites : index site_id.
    names : knock-out criteria.
    thresholds : dated values by name.
    where : the place that an error names.

    Returns
    -------
    As ``knock_out`` returns, one row a (criterion, site).

    Raises
    ------
    SitingError : SIT202 when a name is no knock-out criterion.
    """
    criteria = known(names, "éliminatoire", where)
    return pd.concat([knock_out(entry, sites, thresholds) for entry in criteria])


def checks(sites: pd.DataFrame, thresholds: Mapping[str, Value]) -> pd.DataFrame:
    """Return what must hold before each site is retained (long table); rejects none.

    Parameters
    ----------
    sites : index site_id.
    thresholds : dated values by name.

    Returns
    -------
    As ``knock_out`` returns, one row a (check, site).
    """
    criteria = [entry for entry in CRITERIA.values() if entry.kind == TO_CHECK]
    return pd.concat([knock_out(entry, sites, thresholds) for entry in criteria])


def score(
    sites: pd.DataFrame, weights: Mapping[str, float], thresholds: Mapping[str, Value], where: str
) -> pd.DataFrame:
    """Return the score interval of each ranking criterion on each site (long table).

    Parameters
    ----------
    sites : index site_id.
    weights : by name of ranking criterion.
    thresholds : dated values by name.
    where : the place that an error names.

    Returns
    -------
    As ``grade`` returns, one row a (criterion, site).

    Raises
    ------
    SitingError : SIT202 when a name is no ranking criterion.
    """
    criteria = known(tuple(weights), "classant", where)
    return pd.concat([grade(entry, sites, thresholds, weights[entry.name]) for entry in criteria])


def reject(sites: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Reject the candidates that fail a criterion, the reason naming value and threshold.

    Parameters
    ----------
    sites : index site_id, with their fate; changed in place.
    verdicts : as ``screen`` returns.

    Returns
    -------
    The same table.
    """
    failed = verdicts[verdicts["state"] == "failed"]
    failed = failed[failed["site_id"].map(sites["fate"]) == CANDIDATE]
    if failed.empty:
        return sites
    reasons = failed_criteria(failed)
    sites.loc[reasons.index, "fate"] = REJECTED
    sites.loc[reasons.index, "fate_cause"] = "criterion"
    sites.loc[reasons.index, "fate_reason_fr"] = reasons
    return sites


def rank(sites: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Add score_low, score_high (0–100) and rank to the candidates; the worst end ranks.

    An unknown counts 0 at the low end and 1 at the high end, so ignorance never helps a site.
    Ties fall to the high end, then to the site's id.

    Parameters
    ----------
    sites : index site_id, with their fate; changed in place.
    scores : as ``score`` returns.

    Returns
    -------
    The same table; rank from 1, missing for what is no candidate.
    """
    parts = scores[["score_low", "score_high"]].mul(scores["weight"], axis=0)
    summed = parts.assign(weight=scores["weight"]).groupby(scores["site_id"]).sum()
    total = summed["weight"].replace(0, np.nan)
    for column in ("score_low", "score_high"):
        sites[column] = (100.0 * summed[column] / total).round(6)
    order = (
        sites[sites["fate"] == CANDIDATE]
        .reset_index()
        .sort_values(["score_low", "score_high", "site_id"], ascending=[False, False, True])
    )
    places = pd.Series(range(1, len(order) + 1), index=order["site_id"], dtype="Int64")
    sites["rank"] = places.reindex(sites.index)
    return sites


def add_intervals(sites: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Add rank_low, rank_high and first_share to the candidates (``rank_intervals``).

    Apart from ``rank``, as only a screen or a table that shows them has 300 draws to wait for.

    Parameters
    ----------
    sites : index site_id, with their fate; changed in place.
    scores : as ``score`` returns.

    Returns
    -------
    The same table; the three are missing for what is no candidate.
    """
    candidates = sites.index[sites["fate"] == CANDIDATE]
    doubt = rank_intervals(scores[scores["site_id"].isin(candidates)])
    for column in ("rank_low", "rank_high"):
        sites[column] = doubt[column].astype("Int64").reindex(sites.index)
    sites["first_share"] = doubt["first_share"].reindex(sites.index)
    return sites


DRAWS = 300
SEED = 20261123


def rank_intervals(scores: pd.DataFrame, draws: int = DRAWS, seed: int = SEED) -> pd.DataFrame:
    """Return how far a site's rank moves when weights and unknown data move (SMAA).

    Each draw takes weights uniformly on the simplex and each score uniformly between its ends. Same
    seed, same answer.

    Parameters
    ----------
    scores : as ``score`` returns, for the sites to rank.
    draws : how many.
    seed : of the random numbers.

    Returns
    -------
    Index site_id; rank_low and rank_high hold nine ranks out of ten, first_share is the share of
    draws where the site is among the first twenty.
    """
    low = scores.pivot_table(index="site_id", columns="criterion", values="score_low").fillna(0.0)
    high = scores.pivot_table(index="site_id", columns="criterion", values="score_high")
    high = high.reindex_like(low).fillna(1.0)
    random = np.random.default_rng(seed)
    ranks = np.empty((draws, len(low)))
    for k in range(draws):
        weights = random.dirichlet(np.ones(low.shape[1]))
        at = random.random(low.shape)
        total = (low.to_numpy() + at * (high - low).to_numpy()) @ weights
        ranks[k, np.argsort(-total, kind="stable")] = np.arange(1, len(low) + 1)
    best, worst = np.percentile(ranks, [5.0, 95.0], axis=0)
    table = {
        "rank_low": np.floor(best).astype(int),
        "rank_high": np.ceil(worst).astype(int),
        "first_share": np.round((ranks <= 20).mean(axis=0), 4),
    }
    return pd.DataFrame(table, index=low.index)
