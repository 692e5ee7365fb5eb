"""What is said of a weather that someone brings, wherever a figure rests on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd

from impacts.weather.far_stations import farthest_m
from layers.packs.data_pack import sha256_of
from layers.words.french import NO_BREAK, listing, number, plural
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.at_stations.site_weather import Brought, brought
from scenarios.site_evidence.at_stations.station_reach import FAR_FR
from siting.screening.candidates import CANDIDATE

NOBODY_FR = "qui lance le calcul (non dit)"


def weather_said(scenario: Scenario, sites: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Return the file, the sites that take its hours, and the sentences; None without a file.

    Parameters
    ----------
    scenario : the question, checked.
    sites : every site, with ``fate``; ``retained`` when a plan is known.

    Returns
    -------
    A document for JSON.
    """
    given = brought(scenario)
    if given is None or scenario.weather.file is None:
        return None
    near, pool = given.reaches(sites), sites["fate"] == CANDIDATE
    told: dict[str, Any] = {
        "file": given.file,
        "sha256": sha256_of(Path(scenario.weather.file)),
        "format_fr": given.form_fr,
        "years_fr": given.years_fr,
        "stations": given.stations,
        "provided_by": scenario.weather.provided_by or NOBODY_FR,
        "within_km": given.reach_km,
        "is_assumed": scenario.weather.within_km is None,
        "candidates": int(pool.sum()),
        "candidates_in_reach": int((pool & near).sum()),
    }
    if "retained" in sites:
        kept = sites["retained"].astype(bool)
        told["retained"] = int(kept.sum())
        told["retained_in_reach"] = int((kept & near).sum())
    return told | {"answer_fr": _sentences(scenario, given, told)}


def far_stations_said(scenario: Scenario, sites: gpd.GeoDataFrame) -> dict[str, Any] | None:
    """Return how many candidates rest on a far station accepted by name; None when none does.

    Parameters
    ----------
    scenario : the question, checked.
    sites : every site, with ``fate`` and ``weather_fr``; ``retained`` when a plan is known.

    Returns
    -------
    A document for JSON.
    """
    if not scenario.weather.accept or "weather_fr" not in sites:
        return None
    far = sites["weather_fr"].str.contains(FAR_FR, regex=False)
    pool = far & (sites["fate"] == CANDIDATE)
    if not pool.any():
        return None
    told: dict[str, Any] = {
        "stations": list(scenario.weather.accept),
        "candidates": int(pool.sum()),
        "example_fr": str(sites.loc[pool, "weather_fr"].iloc[0]),
    }
    if "retained" in sites:
        told["retained"] = int((far & sites["retained"].astype(bool)).sum())
    kept = f", dont {number(told['retained'])} retenus" if told.get("retained") else ""
    names = listing(scenario.weather.accept)
    return told | {
        "answer_fr": [
            f"Météo lointaine, acceptée par le scénario : {names}, pour "
            f"{plural(told['candidates'], 'candidat')}{kept}. Empreintes, eau, PUE et heures "
            f"chaudes en dépendent ; aucune station n'est à moins de "
            f"{number(farthest_m() / 1000)}{NO_BREAK}km (hypothèse datée)."
        ]
    }


def add_weather(document: dict[str, Any], scenario: Scenario, sites: gpd.GeoDataFrame) -> None:
    """Add the weather brought to a summary: its own part, the journal, what figures rest on.

    Parameters
    ----------
    document : the summary, changed in place; as it was without a file.
    scenario : the question, checked.
    sites : every site, with ``fate`` and, if known, ``retained``.
    """
    far = far_stations_said(scenario, sites)
    if far is not None:
        document["far_weather"] = far
        document["basis_fr"] += " " + " ".join(far["answer_fr"])
    weather = weather_said(scenario, sites)
    if weather is None:
        return
    document["weather"] = weather
    document["journal"].append(_decision(weather))
    document["basis_fr"] += " " + " ".join(weather["answer_fr"])


def _sentences(scenario: Scenario, given: Brought, told: dict[str, Any]) -> list[str]:
    reach = f"{number(given.reach_km)}{NO_BREAK}km"
    basis = "hypothèse datée" if told["is_assumed"] else "choix du scénario"
    where = listing(given.stations[:3]) + (" …" if len(given.stations) > 3 else "")
    head = f"Météo apportée : {given.named_fr}, {where}, par {told['provided_by']}."
    if not told["candidates_in_reach"]:
        return [
            head,
            f"Aucun candidat n'en est à moins de {reach} ({basis}) : elle ne change rien.",
        ]
    kept = ""
    if told.get("retained"):
        kept = f", dont {number(told['retained_in_reach'])} des {number(told['retained'])} retenus"
    said = [
        head,
        f"Elle remplace les stations du lot pour {plural(told['candidates_in_reach'], 'candidat')} "
        f"sur {number(told['candidates'])}{kept}, à moins de {reach} ({basis}).",
    ]
    if scenario.climate == "2050":
        said.append("Ses heures sont réchauffées à 2050 comme celles des stations.")
    return said


def weather_source(scenario: Scenario) -> dict[str, Any] | None:
    """Return the file as a source of the results, for sheets, pictures and exports.

    Parameters
    ----------
    scenario : the question, checked.

    Returns
    -------
    Its papers, as those of a layer; None without a file.
    """
    given = brought(scenario)
    if given is None:
        return None
    return {
        "title": f"Météo apportée, {given.file}",
        "producer": scenario.weather.provided_by or NOBODY_FR,
        "licence": "non dite, à confirmer par qui l'apporte",
        "vintage": f"{given.form_fr}, {given.years_fr}",
        "state": "user",
        "state_fr": "apportée",
        "caveat_fr": f"remplace les stations à moins de {number(given.reach_km)}{NO_BREAK}km",
        "odbl": False,
        "licence_to_confirm": True,
        "coverage_fr": "",
        "layer": "weather_file",
    }


def _decision(told: dict[str, Any]) -> dict[str, Any]:
    """Return the line of the journal that says whose weather the figures rest on."""
    return {
        "key": "weather.file",
        "decided_by": told["provided_by"],
        "decided_on": None,
        "why": f"Fichier « {told['file']} » ({told['format_fr']}, {told['years_fr']}), empreinte "
        f"SHA-256 {told['sha256'][:16]}…, à la place des stations à moins de "
        f"{number(told['within_km'])}{NO_BREAK}km.",
    }
