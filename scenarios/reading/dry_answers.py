"""What can be told without solving: check, ranking, rules and layers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from impacts.cooling.hourly_cooling import technology_named
from layers.fetch.official_services import service_of
from layers.packs.data_pack import Pack
from layers.words.dated_values import STATUS_FR
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, number, plural
from scenarios.answers.own_sites_said import own_checked, own_ranked
from scenarios.question.colleges import colleges
from scenarios.question.consultation_weights import WeightsFile, rerank
from scenarios.question.program_settings import (
    demand_of,
    existing,
    known_territory,
    pack_projects,
    projects_of,
    rule_settings,
    screening_values,
)
from scenarios.question.scenario_factors import factors_of
from scenarios.question.scenario_reading import Scenario, library_names, read_scenario
from scenarios.question.site_locks import locks_of
from scenarios.reading.layer_list import detailed_lines, grouped_lines
from scenarios.storage.results import SCHEMA_VERSION
from scenarios.terminal.progress import Tell, silent, step
from siting.program.rulebook import rule_list
from siting.screening.candidates import CANDIDATE
from siting.screening.criteria import CRITERIA
from siting.screening.criteria.criterion_registry import known
from siting.screening.site_ranking import add_intervals

NAME_WIDTH = 44  # columns left of a screen for the name of a candidate


def library_table() -> list[dict[str, Any]]:
    """Return the scenarios of the library, with the question each asks.

    Returns
    -------
    ``name``, ``title`` and ``question``, one row a scenario, the default one first.
    """
    found = {name: read_scenario(name) for name in library_names()}
    return [{"name": n, "title": s.title, "question": s.question} for n, s in found.items()]


def library_lines(table: list[dict[str, Any]]) -> list[str]:
    """Write the library for a terminal.

    Parameters
    ----------
    table : from ``library_table``.

    Returns
    -------
    One line a scenario: its name as typed, the question it asks.
    """
    return [f"{row['name']:<18}  {row['question']}" for row in table]


def check_scenario(scenario: Scenario, pack: Pack) -> dict[str, Any]:
    """Check names, values and layers of a scenario; every fault is told at once.

    Parameters
    ----------
    scenario : as read, its names not checked yet.
    pack : the layers; every hash is checked.

    Returns
    -------
    ``ok`` (True), ``absent_layers`` by name, ``lines_fr``.

    Raises
    ------
    SitingError : the fault when there is one; the code of the first when there are several, with
        all their words: SIT200 or SIT202 (names and values), SIT100 to SIT105 (layers, audit,
        yards).
    """
    checks: list[tuple[str, Callable[[], object]]] = [
        ("règles", lambda: rule_settings(scenario)),
        ("critères", lambda: known(scenario.candidates.criteria, "éliminatoire", "candidates")),
        ("classement", lambda: known(tuple(scenario.ranking.weights), "classant", "ranking")),
        ("refroidissement", lambda: _designs_known(scenario)),
        ("territoire", lambda: known_territory(scenario, pack)),
        ("audit", lambda: existing(scenario)),
        ("projets", lambda: projects_of(scenario, pack_projects(pack))),
        ("postes", lambda: _yards_known(scenario, pack)),
        ("météo", lambda: _weather_sound(scenario)),
        ("couches", lambda: _layers_in_place(pack)),
    ]
    faults = [fault for _, action in checks if (fault := _fault(action)) is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise SitingError(
            faults[0].code,
            f"{len(faults)} défauts : " + " ; ".join(f.message for f in faults),
            where=" ; ".join(dict.fromkeys(f.where for f in faults)),
            hint=" ; ".join(dict.fromkeys(f.hint for f in faults)),
        )
    absent = _absent_layers(scenario, pack)
    titles = ", ".join(pack.catalogue[name].title for name in absent)
    demand = demand_of(scenario, pack_projects(pack))
    asked = sum(1 for setting in rule_settings(scenario).values() if setting.enabled)
    lines = [
        f"Scénario « {scenario.name} » : {scenario.title}",
        *(
            f"  {t} : besoin total {number(demand.it_mw[t])} MW informatiques, reste à placer "
            f"{number(demand.to_place_mw(t))} MW"
            for t in scenario.periods
        ),
        f"  {plural(asked, 'règle demandée', 'règles demandées')}",
        *own_checked(pack),
        f"  couches absentes, critères non évalués : {titles or 'aucune'}",
        "Rien à corriger.",
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "ok": True,
        "absent_layers": absent,
        "lines_fr": lines,
    }


def _fault(action: Callable[[], object]) -> SitingError | None:
    try:
        action()
    except SitingError as fault:
        return fault
    return None


def _weather_unread(table: list[dict[str, Any]]) -> list[str]:
    """Say that a ranking reads no hour of a weather brought, and how many it would reach."""
    if not table or "weather_fr" not in table[0]:
        return []
    near = sum(str(row["weather_fr"]).startswith("fichier") for row in table)
    return [
        f"Météo apportée : {plural(near, 'candidat')} à sa portée ; aucun critère du classement "
        "ne lit d'heures, elle n'y change rien."
    ]


def _weather_sound(scenario: Scenario) -> None:
    """Read the weather that a scenario brings, if any; only then load what reads it."""
    if scenario.weather.file is not None:
        from scenarios.site_evidence.site_weather import brought

        brought(scenario)


def _yards_known(scenario: Scenario, pack: Pack) -> None:
    """Read the yards and answers a scenario names, if any; only then load what reads them."""
    if scenario.grid.yard_answers is not None or scenario.grid.only_yards:
        from scenarios.site_evidence.yard_room import yards_to_host

        factors = factors_of(scenario)
        yards_to_host(scenario, pack, screening_values(scenario, factors))


def _designs_known(scenario: Scenario) -> None:
    for name in scenario.designs.cooling:
        technology_named(name)


def _layers_in_place(pack: Pack) -> None:
    problems = pack.verify()
    if problems:
        raise problems[0]


def _absent_layers(scenario: Scenario, pack: Pack) -> list[str]:
    needed = {
        layer for name in scenario.candidates.criteria for layer in CRITERIA[name].needs_layers
    }
    return sorted(layer for layer in needed if not pack.has(layer))


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


def rule_table(
    scenario: Scenario, pack: Pack, at: str | None, tell: Tell = silent
) -> list[dict[str, Any]]:
    """Return every rule with what is in force on a day, and whether each can bite.

    Whether a rule can bite is asked of the candidates and their footprints, not of its text:
    hence the seconds. Footprints that a run has kept are taken back.

    Parameters
    ----------
    scenario : gives the candidates, and how it takes each rule.
    pack : the layers.
    at : a day « AAAA-MM-JJ » whose values are shown; None for the scenario's reference date.
    tell : hears the steps.

    Returns
    -------
    Rows of ``siting.program.rulebook.rule_list``, in the order of the identifiers.

    Raises
    ------
    SitingError : SIT200 when ``at`` is no date, and what reading the layers raises.
    """
    try:
        day = date.fromisoformat(at) if at else None
    except ValueError:
        raise SitingError(
            "SIT200", f"« {at} » n'est pas une date", where="--at", hint="écrivez AAAA-MM-JJ"
        ) from None
    from scenarios.scenario_run import footprints, prepare, program_inputs
    from scenarios.writing.step_cache import StepCache, parts_of

    with step(tell, "couches lues, sites triés et joints"):
        evidence, values, factors = prepare(scenario, pack)
    with step(tell, f"empreinte heure par heure de {len(evidence.pool)} candidats"):
        parts = parts_of(scenario.model_dump(mode="json"), pack)
        coefficients = footprints(scenario, pack, evidence, factors, parts, StepCache.of_user())
    inputs = program_inputs(scenario, pack, evidence, coefficients, values, factors)
    return rule_list.rows(day or scenario.reference_date, inputs)


def rule_lines(table: list[dict[str, Any]]) -> list[str]:
    """Write the rules for a terminal.

    Parameters
    ----------
    table : from ``rule_table``.

    Returns
    -------
    French lines, several a rule.
    """
    lines = []
    for rule in table:
        basis = f"{rule['scope_fr']} ; {rule['setters_fr']}"
        lines.append(f"{rule['rule_id']} {rule['label_fr']} [{basis}] — {rule['rule']}")
        lines.append(f"    texte{NO_BREAK}: {rule['text_fr']}")
        if rule["inequality"]:
            lines.append(f"    {rule['inequality']}")
        lines += [
            f"    {v['label_fr']} : {v['value_fr']}, {v['setter_fr']}"
            + (f" ({v['range_fr']})" if v["range_fr"] else "")
            + f" — {v['reference']}"
            for v in rule["values"]
        ]
        if rule["taken_fr"]:
            lines.append(f"    dans ce scénario{NO_BREAK}: {rule['taken_fr']}")
        lines.append(f"    {rule['bite_fr']}{NO_BREAK}: {rule['why_fr']}")
    return lines


def layer_table(pack: Pack) -> list[dict[str, Any]]:
    """Return every layer of the catalogue, held or not.

    Parameters
    ----------
    pack : its catalogue.

    Returns
    -------
    One record a layer, by theme then by name; ``state`` is « absent » for one that is not held.
    """
    return [
        {
            "layer": name,
            "theme": e.theme,
            "title": e.title,
            "state": e.state,
            "state_fr": e.state_fr,
            "kind_fr": e.kind_fr,
            "vintage": e.vintage,
            "licence": e.licence,
            "producer": e.producer,
            "rows": e.rows,
            "coverage": e.coverage,
            "coverage_fr": e.coverage_fr,
            "complete_in": list(e.complete_in),
            "positive_only": e.positive_only,
            "licence_to_confirm": e.licence_to_confirm,
            "odbl": e.odbl,
            "caveat_fr": e.caveat_fr or e.prevents_fr,
            "fetch_fr": _fetched_with(name),
        }
        for name, e in sorted(pack.catalogue.items(), key=lambda item: (item[1].theme, item[0]))
    ]


def _fetched_with(layer: str) -> str:
    """Say which command brings a layer, and whether its service was ever read live."""
    service = service_of(layer)
    if service is None:
        return ""
    return f"siting layers fetch {layer} ({service.label_fr}, {service.verified_fr})"


def layer_lines(table: list[dict[str, Any]], details: bool = False) -> list[str]:
    """Write the catalogue for a terminal: one screen by theme, or one paragraph a layer.

    Parameters
    ----------
    table : from ``layer_table``.
    details : whether each layer has its paragraph.

    Returns
    -------
    French lines.
    """
    return detailed_lines(table) if details else grouped_lines(table)
