"""What lies around a plan: the national path, announced projects inside, in the ring, beyond."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from layers.words.dated_values import STATUS_FR
from layers.words.french import NARROW, NO_BREAK, listing, number, significant
from scenarios.answers.headline import headline
from scenarios.storage.results import Results

FILE = Path(__file__).parent / "around.toml"
SHARE = "facts.electricity_share_of_france"
UNTOLD = "non évalué : ce dossier ne le dit pas"


@dataclass(frozen=True)
class PathPoint:
    """Electricity of the country's datacenters in a year [TWh], as a range, with its source."""

    year: int
    low_twh: float
    high_twh: float
    status: str
    reference: str


@dataclass(frozen=True)
class Announced:
    """A project announced outside the packs, by département.

    ``somewhere_in`` : the départements of the region that has it, when its place is not published.
    """

    label_fr: str
    figures_fr: str
    status: str
    reference: str
    departement_code: str = ""
    somewhere_in: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """Return the project, what was published of it, and how we know."""
        return f"{self.label_fr}{NO_BREAK}: {self.figures_fr} ({STATUS_FR[self.status]})"


@cache
def national_path() -> tuple[PathPoint, ...]:
    """Return the national path, the nearest year first.

    Returns
    -------
    Points by year, in TWh a year, each with its range and source.
    """
    points = (PathPoint(**body) for body in _content()["path"])
    return tuple(sorted(points, key=lambda point: point.year))


@cache
def announced() -> tuple[Announced, ...]:
    """Return the projects announced outside the packs.

    Returns
    -------
    Projects with the figures published, their status and reference.
    """
    return tuple(
        Announced(**body | {"somewhere_in": tuple(body.get("somewhere_in", ()))})
        for body in _content()["announced"]
    )


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def rows_around(results: Sequence[Results]) -> list[dict[str, Any]]:
    """Return the rows that set each plan against the country and what is announced.

    What a folder does not say is « non évalué ».

    Parameters
    ----------
    results : folders of runs, in the order of the cells.

    Returns
    -------
    Rows ``label_fr``, ``cells`` (one a plan) and ``source_fr``, in French.
    """
    sources = [f"{p.reference} ({STATUS_FR[p.status]})" for p in national_path()]
    return [
        {
            "label_fr": "Face à la trajectoire nationale (RTE)",
            "cells": [_against_path(r) for r in results],
            "source_fr": " ; ".join(dict.fromkeys(sources)),
        },
        {
            "label_fr": "Annoncé dans le territoire",
            "cells": [_inside(r) for r in results],
            "source_fr": _inside_sources(results),
        },
        {
            "label_fr": "Annoncé dans l'anneau des départements voisins",
            "cells": [_ring(r) for r in results],
            "source_fr": " ; ".join(
                f"{p.label_fr}{NO_BREAK}: {p.reference}" for p in announced() if p.departement_code
            ),
        },
    ]


def _against_path(results: Results) -> str:
    period = results.summary["periods"][-1]
    past = [point for point in national_path() if point.year <= period] or [national_path()[0]]
    point = past[-1]
    twh = headline(results.summary["plan"][str(period)], "site_energy_twh") or 0.0
    low, high = 100 * twh / point.high_twh, 100 * twh / point.low_twh
    said = (
        f"{_span(low, high)}{NARROW}% des {number(point.low_twh)} à {number(point.high_twh)} TWh "
        f"de {point.year}"
    )
    share = next((v["value"] for v in results.parameters if v["name"] == SHARE), None)
    if share is None:
        return said
    fair = f"{significant(share * point.low_twh)} à {significant(share * point.high_twh)}"
    return (
        f"{said} ; la part neutre de la région entière ({significant(100 * share)}{NARROW}% de "
        f"l'électricité du pays) serait de {fair} TWh"
    )


def _span(low: float, high: float) -> str:
    ends = dict.fromkeys((significant(low, 2), significant(high, 2)))
    return " à ".join(ends)


def projects_of(results: Results) -> list[dict[str, Any]] | None:
    """Return the territory's announced projects, or None when the folder does not hold them.

    Parameters
    ----------
    results : an open results folder, or results in memory.

    Returns
    -------
    The projects of kind « announced ».
    """
    if not results.holds("context/projects.json"):
        return None
    projects: list[dict[str, Any]] = results.document("context/projects")
    return [project for project in projects if project["kind"] == "announced"]


def _inside(results: Results) -> str:
    projects = projects_of(results)
    if projects is None:
        return UNTOLD
    decided = {project["name"] for project in results.projects}
    known = listing(
        f"{p['label_fr']}{NO_BREAK}: {significant(max(p['it_mw'].values()))} MW IT annoncés, "
        f"{'compté comme décidé' if p['name'] in decided else 'non compté'}"
        for p in projects
    )
    unplaced = "".join(f". {_sentence(p, results)}, non compté" for p in _somewhere(results))
    return (known or "aucun projet connu du lot") + unplaced


def _somewhere(results: Results) -> list[Announced]:
    """Return what is announced somewhere in the region of a territory, no one says where."""
    here = _ground(results)
    return [project for project in announced() if here & set(project.somewhere_in)]


def _sentence(project: Announced, results: Results) -> str:
    told = f"{_perhaps(project, results)}{project.said}"
    return told[:1].upper() + told[1:]


def _perhaps(project: Announced, results: Results) -> str:
    """Say that a project may be elsewhere in the region, when the territory is a part of it."""
    whole = _ground(results) >= set(project.somewhere_in)
    return "" if whole else "Ici ou ailleurs dans la région, "


def _ground(results: Results) -> set[str]:
    """Return the départements of a plan's territory: those it lists, or all of its region."""
    territory = results.scenario["territory"]
    if isinstance(territory, str):
        return set(results.context("departements")["departement_code"])
    return set(territory)


def _inside_sources(results: Sequence[Results]) -> str:
    told = [
        f"{p['label_fr']}{NO_BREAK}: {p['reference']} ({STATUS_FR[p['status']]})"
        for r in results
        for p in projects_of(r) or []
    ]
    told += [
        f"{p.label_fr}{NO_BREAK}: {p.reference} ({STATUS_FR[p.status]})"
        for r in results
        if projects_of(r) is not None
        for p in _somewhere(r)
    ]
    return " ; ".join(dict.fromkeys(told)) or UNTOLD


def _ring(results: Results) -> str:
    ground = results.context("neighbours")
    codes = set(ground["code"]) if "code" in ground else set()
    near = [p.said for p in announced() if p.departement_code in codes]
    beyond = [p.said for p in announced() if p.departement_code not in {"", *codes}]
    first = listing(near) if near else "non évalué : aucune annonce sourcée"
    return first + (f". Au-delà, pour mémoire{NO_BREAK}: {listing(beyond)}" if beyond else "")
