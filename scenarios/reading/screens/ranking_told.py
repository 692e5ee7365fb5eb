"""The candidates in order, without a program: the table of ``siting rank``."""

from __future__ import annotations

from typing import Any

import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.dated_values import STATUS_FR
from layers.words.french import number, plural
from scenarios.answers.own_sites_said import own_ranked
from scenarios.question.colleges import colleges
from scenarios.question.consultation_weights import WeightsFile, rerank
from scenarios.question.factors.scenario_factors import factors_of
from scenarios.question.program_settings import rule_settings, screening_values
from scenarios.question.scenario_reading import Scenario
from scenarios.question.site_locks import locks_of
from siting.screening.candidates import CANDIDATE
from siting.screening.site_ranking import add_intervals

NAME_WIDTH = 44  # columns left of a screen for the name of a candidate


def ranking_table(
    scenario: Scenario, pack: Pack, chosen: WeightsFile | None = None
) -> list[dict[str, Any]]:
    """Return the candidates in order, with their score interval; without those left out.

    Parameters
    ----------
    scenario : gives the criteria and their weights.
    pack : the layers.
    chosen : weights and thresholds brought back from a consultation; None for the scenario's.

    Returns
    -------
    One record a candidate, by rank: scores from 0 to 100, the ranks got nine times in ten
    (``rank_low`` to ``rank_high``), ``area_ha``, ``yard_distance_km``; None where unknown.

    Raises
    ------
    SitingError : SIT202 for a criterion or a rule nobody knows, and what ``gather_evidence``
        raises.
    """
    return ranking_answer(scenario, pack, chosen)[0]


def ranking_answer(
    scenario: Scenario, pack: Pack, chosen: WeightsFile | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the ranking as ``ranking_table`` does, and what the zones brought did to it.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    chosen : a consultation's weights, or None for the scenario's.

    Returns
    -------
    The rows, and sentences in French.

    Raises
    ------
    SitingError : as ``ranking_table``.
    """
    from scenarios.site_evidence.brought.zone_joins import zones_said
    from scenarios.site_evidence.evidence_joining import gather_evidence

    rule_settings(scenario)
    factors = factors_of(scenario)
    evidence = gather_evidence(scenario, pack, screening_values(scenario, factors), factors)
    sites: pd.DataFrame = evidence.sites
    if chosen is not None:
        graded = evidence.verdicts[evidence.verdicts["kind"] == "classant"]
        sites = add_intervals(rerank(sites, evidence.verdicts, chosen), graded)
    locks = locks_of(scenario, sites)
    banned = {site for lock in locks if lock.kind == "ban" for site in lock.sites}
    pool = sites[(sites["fate"] == CANDIDATE) & ~sites.index.isin(sorted(banned))]
    pool = pool.sort_values("rank")
    columns = [
        "rank",
        "name_fr",
        "commune_name",
        "departement_code",
        "area_m2",
        "quality_fr",
        "plu_zone",
        "zre",
        "yard_name",
        "yard_distance_km",
        "score_low",
        "score_high",
        "rank_low",
        "rank_high",
        "first_share",
        *(["source", "merged_ids"] if scenario.candidates.own else []),
        *(["flags_fr"] if scenario.zones else []),
        *(["weather_fr"] if scenario.weather.file else []),
    ]
    table = pd.DataFrame(pool[columns]).reset_index()
    table["area_ha"] = (table.pop("area_m2") / 1e4).round(2)
    for column in ("rank", "rank_low", "rank_high"):
        table[column] = table[column].astype(int)
    rows = [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]
    return rows, zones_said(evidence.verdicts)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value


def ranking_lines(
    table: list[dict[str, Any]], top: int, chosen: WeightsFile | None = None
) -> list[str]:
    """Write the head of the ranking for a terminal.

    Parameters
    ----------
    table : from ``ranking_table``.
    top : how many candidates to show at most.
    chosen : the consultation that the table was asked with.

    Returns
    -------
    French lines.
    """
    told = colleges()
    shown = min(top, len(table))
    if not table:
        return ["0 candidat : « siting check » dit quel filtre a vidé la liste."]
    first = "le premier" if shown == 1 else f"les {shown} premiers"
    source = [f"Poids : {chosen.scenario or 'fichier de consultation'}."] if chosen else []
    if chosen and chosen.scenario.startswith("illustration"):
        source[0] += f" [{STATUS_FR[told.status]}] {told.reference}."
    lines = [
        *source,
        *_weather_unread(table),
        *own_ranked(table),
        f"{plural(len(table), 'candidat')} ; {first}, au pire de ce qu'on ignore. 9 sur 10 : rangs "
        "obtenus neuf fois sur dix ; km : ligne supposée.",
        f"{'rang':>4}  {'9 sur 10':>8}  {'score':>5}  {'ha':>5}  {'km':>4}  site",
    ]
    for row in table[:top]:
        low, high = number(row["score_low"]), number(row["score_high"])
        score = low if low == high else f"{low}–{high}"
        doubt = f"{number(row['rank_low'])}–{number(row['rank_high'])}"
        lines.append(
            f"{row['rank']:>4}  {doubt:>8}  {score:>5}  {number(row['area_ha'], 1):>5}  "
            f"{_km(row['yard_distance_km']):>4}  {_named(row)}"
            + (f" — {row['flags_fr']}" if row.get("flags_fr") else "")
        )
    return lines


def _named(row: dict[str, Any]) -> str:
    """Name a site and its commune once, within what is left of 80 columns."""
    place = f"{row['commune_name']} ({row['departement_code']})"
    name = str(row["name_fr"])
    told = (
        f"{row['site_id']}  {place}"
        if name.startswith("Friche d")
        else f"{row['site_id']}  {name}, {place}"
    )
    return told if len(told) <= NAME_WIDTH else f"{told[: NAME_WIDTH - 1]}…"


def _km(length: float | None) -> str:
    return "?" if length is None else number(length, 1)


def _weather_unread(table: list[dict[str, Any]]) -> list[str]:
    """Say that a ranking reads no hour of a weather brought, and how many it would reach."""
    if not table or "weather_fr" not in table[0]:
        return []
    near = sum(str(row["weather_fr"]).startswith("fichier") for row in table)
    return [
        f"Météo apportée : {plural(near, 'candidat')} à sa portée ; aucun critère du classement "
        "ne lit d'heures, elle n'y change rien."
    ]
