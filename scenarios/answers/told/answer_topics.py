"""The answer by topic: what a page tells first, and what a reader asks for after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from layers.words.errors import SitingError
from layers.words.french import in_short_sentences
from scenarios.answers.headline import on_constants
from scenarios.answers.heat_and_water.heat_said import heat_said
from scenarios.answers.to_visit import said_of_occupation
from scenarios.answers.told.answer_sentences import (
    energy_said,
    heat_main,
    land_said,
    need_said,
    plan_said,
    rules_said,
    unverified_said,
    water_said,
)
from scenarios.answers.told.rule_answers import (
    costs_said,
    deciding_said,
    months_said,
    others_said,
    room_said,
)

Said = Callable[[Mapping[str, Any]], list[str]]
"""Sentences in French, from the summary document."""


@dataclass(frozen=True)
class Topic:
    """One subject of the answer: its name as typed, its title, what is told first, and after."""

    name: str
    title_fr: str
    first: Said
    after: Said


def _nothing(_: Mapping[str, Any]) -> list[str]:
    return []


def _grounds(document: Mapping[str, Any]) -> list[str]:
    placed = document["n_sites"] > 0
    return [*unverified_said(document), *said_of_occupation(document)] if placed else []


def _others(document: Mapping[str, Any]) -> list[str]:
    return others_said(document) if document["n_sites"] else []


def _constants(document: Mapping[str, Any]) -> list[str]:
    told = on_constants(document["plan"][str(document["periods"][-1])])
    return [told] if told else []


def _unjudged(document: Mapping[str, Any]) -> list[str]:
    """Name what nobody could judge: rules, then criteria."""
    lists = (
        ("Règles non évaluées", document["rules_not_evaluated"]),
        ("Règles non retenues", document["rules_off"]),
        ("Critères non évalués", document["criteria_not_evaluated"]),
    )
    return [in_short_sentences(head, [r["label_fr"] for r in rows]) for head, rows in lists if rows]


TOPICS = (
    Topic("besoin", "Le besoin", need_said, _nothing),
    Topic("plan", "Le plan", plan_said, _nothing),
    Topic("energie", "Électricité et carbone", energy_said, _constants),
    Topic("eau", "Eau", water_said, months_said),
    Topic("chaleur", "Chaleur", heat_main, heat_said),
    Topic("sol", "Sol et raccordement", land_said, _nothing),
    Topic("terrains", "Terrains à vérifier", _grounds, _nothing),
    Topic("regles", "Règles", rules_said, _unjudged),
    Topic("couts", "Ce que coûtent les règles", _nothing, costs_said),
    Topic("place", "Place encore disponible", _nothing, room_said),
    Topic("poids", "Ce qui départage les sites", _nothing, deciding_said),
    Topic("autres-plans", "Autres plans possibles", _others, _nothing),
)


def answer(document: Mapping[str, Any]) -> list[str]:
    """Return what is told first of every topic, in the order a meeting hears it.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    return [text for topic in TOPICS for text in topic.first(document)]


def detail(document: Mapping[str, Any]) -> list[str]:
    """Return what is told after, topic by topic; nothing when nothing is placed.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    if document["n_sites"] == 0:
        return []
    return [text for topic in TOPICS for text in topic.after(document)]


def told_of(document: Mapping[str, Any], topic: Topic) -> list[str]:
    """Return everything told of a topic.

    Parameters
    ----------
    document : the summary document.
    topic : one of ``TOPICS``.

    Returns
    -------
    Sentences in French, none when there is nothing to say.
    """
    after = topic.after(document) if document["n_sites"] else []
    return [*topic.first(document), *after]


def topics_asked(names: Sequence[str]) -> list[str]:
    """Return the topics typed, each known.

    Parameters
    ----------
    names : as typed.

    Returns
    -------
    The same names.

    Raises
    ------
    SitingError : SIT202 for a topic nobody knows, with the nearest.
    """
    known = [topic.name for topic in TOPICS]
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise SitingError(
                "SIT202",
                f"aucun sujet ne s'appelle « {name} »",
                where="siting answer",
                hint=f"vouliez-vous dire « {near[0]} » ?" if near else f"parmi {', '.join(known)}",
            )
    return list(names)
