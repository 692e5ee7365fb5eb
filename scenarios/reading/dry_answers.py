"""What can be told without solving: check, rules and layers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from impacts.cooling.hourly_cooling import technology_named
from layers.fetch.official_services import service_of
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, in_short_sentences, number, plural
from scenarios.answers.own_sites_said import own_checked
from scenarios.question.factors.scenario_factors import factors_of
from scenarios.question.home_region import foreign_words, home_of, said_here, scopes_here
from scenarios.question.program_settings import (
    audit_of,
    demand_of,
    known_territory,
    pack_projects,
    projects_of,
    rule_settings,
    screening_values,
)
from scenarios.question.scenario_reading import Scenario, library_names, read_scenario
from scenarios.reading.layer_list import detailed_lines, grouped_lines
from scenarios.storage.results import SCHEMA_VERSION
from scenarios.terminal.progress import Tell, silent
from siting.program.presolve import liquid_only
from siting.program.program_building import build
from siting.program.rulebook import rule_list
from siting.screening.candidates import CANDIDATE
from siting.screening.criteria import CRITERIA
from siting.screening.criteria.criterion_registry import known


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
    ``ok`` (True), ``absent_layers`` by name, ``candidates`` (count), ``lines_fr``.

    Raises
    ------
    SitingError : the fault when there is one; the code of the first when there are several, with
        all their words: SIT200 or SIT202 (names and values), SIT100 to SIT109 (layers, audit,
        yards); SIT303 when no site is left to choose from, or none can hold
        the least size or what the scenario keeps.
    """
    checks: list[tuple[str, Callable[[], object]]] = [
        ("règles", lambda: rule_settings(scenario)),
        ("critères", lambda: known(scenario.candidates.criteria, "éliminatoire", "candidates")),
        ("classement", lambda: known(tuple(scenario.ranking.weights), "classant", "ranking")),
        ("refroidissement", lambda: _designs_known(scenario)),
        ("territoire", lambda: known_territory(scenario, pack)),
        ("audit", lambda: audit_of(scenario, pack)),
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
    # Joining layers and working footprints take seconds: only a scenario without fault is worth it.
    counts = _candidates(scenario, pack)
    absent = _absent_layers(scenario, pack)
    head = "couches absentes, critères non évalués"
    titles = in_short_sentences(head, [pack.catalogue[name].title for name in absent])
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
        f"  {titles or f'{head} : aucune'}",
        f"  {plural(counts['candidates'], 'candidat')} sur {number(counts['sites'])} terrains",
        "Rien à corriger avant le calcul ; lui seul dit si un plan respecte toutes les règles.",
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "ok": True,
        "absent_layers": absent,
        "candidates": counts["candidates"],
        "lines_fr": lines,
    }


def _candidates(scenario: Scenario, pack: Pack) -> dict[str, int]:
    """Work all that comes before the solver, as a run does: how many are left, or why none is."""
    from scenarios.scenario_run import begin

    evidence, inputs, _, _ = begin(scenario, pack)
    build(inputs)
    sites = evidence.sites
    return {"candidates": int((sites["fate"] == CANDIDATE).sum()), "sites": len(sites)}


def _fault(action: Callable[[], object]) -> SitingError | None:
    try:
        action()
    except SitingError as fault:
        return fault
    return None


def _weather_sound(scenario: Scenario) -> None:
    """Read the weather that a scenario brings, if any; only then load what reads it."""
    if scenario.weather.file is not None:
        from scenarios.site_evidence.at_stations.site_weather import brought

        brought(scenario)


def _yards_known(scenario: Scenario, pack: Pack) -> None:
    """Read the yards and answers a scenario names, if any; only then load what reads them."""
    if scenario.grid.yard_answers is not None or scenario.grid.only_yards:
        from scenarios.site_evidence.yard_room import yards_to_host

        factors = factors_of(scenario)
        yards_to_host(scenario, pack, screening_values(scenario, factors))


def _designs_known(scenario: Scenario) -> None:
    """Refuse unknown coolings, and liquid ones only under a ceiling of what liquid cools."""
    plants = [technology_named(name) for name in scenario.designs.cooling]
    if all(plant.is_liquid for plant in plants) and scenario.designs.max_liquid_share < 1:
        raise liquid_only(scenario.designs.max_liquid_share)


def _layers_in_place(pack: Pack) -> None:
    problems = pack.verify()
    if problems:
        raise problems[0]


def _absent_layers(scenario: Scenario, pack: Pack) -> list[str]:
    needed = {
        layer for name in scenario.candidates.criteria for layer in CRITERIA[name].needs_layers
    }
    return sorted(layer for layer in needed if not pack.has(layer))


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
    from scenarios.scenario_run import begin
    from scenarios.writing.step_cache import StepCache, parts_of

    parts = parts_of(scenario.model_dump(mode="json"), pack)
    _, inputs, _, _ = begin(scenario, pack, parts, StepCache.of_user(), tell)
    table = rule_list.rows(day or scenario.reference_date, inputs, scenario.texts)
    home = home_of(pack)
    if home is None:
        return table
    texts = home.territory.texts
    return list(said_here(table, foreign_words(texts), scopes_here(texts)))


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
        basis = f"[{rule['scope_fr']} ; {rule['setters_fr']}] — {rule['rule']}"
        lines += [f"{rule['rule_id']} {rule['label_fr']} {basis}",
                  f"    texte{NO_BREAK}: {rule['text_fr']}"]  # fmt: skip
        if rule["inequality"]:
            lines.append(f"    {rule['inequality']}")
        lines += [
            f"    {v['label_fr']} : {v['value_fr']}, {v['setter_fr']}"
            + (f" ({v['range_fr']})" if v["range_fr"] else "")
            + f". Source{NO_BREAK}: {v['reference']}"
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
