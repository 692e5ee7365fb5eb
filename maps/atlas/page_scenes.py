"""« Présenter » : scenes of a plan, each titled by what it finds, made from the results alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.words.french import (
    NO_BREAK,
    in_sentence,
    in_short_sentences,
    number,
    plural,
    significant,
)
from scenarios.answers.first_look import first_look
from scenarios.storage.results import Results

MOST = 6
"""Lines a scene may hold: what a room reads from the back."""


def scenes(results: Results) -> list[dict[str, Any]]:
    """Return the scenes in the order they are told.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    One entry a scene: ``title`` (a finding), ``lines`` (at most ``MOST``), ``figures`` (label,
    value, doubt), ``notes`` for who speaks, and ``map`` when the map is shown with it.
    """
    summary = results.summary
    told = [
        _need(summary),
        _plan(results),
        _lacking(summary),
        _deciding(summary),
        _existing(results),
        _others(summary),
        _unknown(summary),
        _to_ask(summary),
    ]
    return [scene for scene in told if scene is not None]


def _scene(
    title: str, lines: list[str], notes: str = "", figures: Any = (), *, with_map: bool = False
) -> dict[str, Any]:
    return {
        "title": title, "lines": lines[:MOST], "figures": list(figures), "notes": notes,
        "map": with_map,
    }  # fmt: skip


def _mw(value: float) -> str:
    return f"{significant(value)}{NO_BREAK}MW"


def _need(summary: Mapping[str, Any]) -> dict[str, Any]:
    last = str(summary["periods"][-1])
    asked = summary["demand"][last]
    why = (summary.get("impossible") or {}).get("need", {}).get(last)
    total = why["asked_mw"] if why else asked.get("total_it_mw", asked.get("to_place_it_mw", 0.0))
    place = asked.get("to_place_it_mw", total)
    title = f"Le besoin : {_mw(total)} informatiques en {last}"
    lines = [str(summary["question"])] if summary.get("question") else []
    if existing := asked.get("existing_it_mw"):
        state = f" ({asked['existing_status_fr']})" if asked.get("existing_status_fr") else ""
        lines.append(f"Déjà en service : {_mw(existing)}{state}")
    if fixed := asked.get("fixed_it_mw"):
        lines.append(f"Déjà décidé : {_mw(fixed)}")
    lines.append(f"Reste à placer : {_mw(place)}" if not why else f"Placé au mieux : {_mw(place)}")
    return _scene(title, lines, "Le besoin est une hypothèse du scénario : il se discute d'abord.")


def _plan(results: Results) -> dict[str, Any]:
    head = first_look(results.summary)
    figures = [{"label": f.label, "value": f.value, "doubt": f.doubt} for f in head.figures[:4]]
    return _scene(
        head.finding, [], "En petit, neuf chances sur dix. Les cercles suivent la puissance.",
        figures, with_map=True,
    )  # fmt: skip


def _lacking(summary: Mapping[str, Any]) -> dict[str, Any] | None:
    if not (why := summary.get("impossible")):
        return None
    lines = list(dict.fromkeys(f"{row['label_fr']} : {row['text_fr']}" for row in why["lacks"]))
    return _scene(
        "Ce qui manque, règle par règle", lines,
        "Le moindre relâchement de chaque règle ; « seule » ou avec les autres : voir la synthèse.",
    )  # fmt: skip


def _deciding(summary: Mapping[str, Any]) -> dict[str, Any] | None:
    terms = sorted(summary.get("leverage", []), key=lambda row: -row["leverage"])
    strong = [row for row in terms if not row["note_fr"]]
    if not strong:
        return None
    first = in_sentence(strong[0]["label_fr"].partition(" (")[0])
    lines = [
        f"{row['label_fr'].partition(' (')[0]} : {number(100 * row['leverage'])}{NO_BREAK}% de ce "
        "qui départage les sites"
        for row in strong[:3]
    ]
    costs = [row for row in summary.get("rule_costs", []) if (row.get("cost_meur") or 0) > 0]
    for row in sorted(costs, key=lambda row: -row["cost_meur"])[:3]:
        lines.append(
            f"Règle « {row['label_fr']} » : levée seule, environ "
            f"{significant(row['cost_meur'])}{NO_BREAK}M€ pondérés de moins"
        )
    return _scene(
        f"Ce qui décide d'abord : {first}", lines,
        "Ces M€ viennent de pondérations choisies, non de prix.",
    )  # fmt: skip


def _existing(results: Results) -> dict[str, Any] | None:
    known = results.context("osm") if (results.folder / "context/osm.parquet").is_file() else []
    if not len(known):
        return None
    return _scene(
        f"L'existant : {plural(len(known), 'datacenter relevé', 'datacenters relevés')}",
        ["Relevé OpenStreetMap, non exhaustif : un triangle chacun sur la carte",
         "Leur puissance n'y est pas : celle du scénario est une hypothèse"],
        "© les contributeurs d'OpenStreetMap (ODbL).", with_map=True,
    )  # fmt: skip


def _others(summary: Mapping[str, Any]) -> dict[str, Any] | None:
    others = summary.get("alternatives") or []
    if not others:
        return None
    said = [text for text in summary["answer_fr"] if text.startswith("Ce plan n'est pas le seul")]
    lines = [part.strip().rstrip(".") for text in said for part in text.split(". ")]
    return _scene(
        "Ce plan n'est pas le seul possible", [f"{line}." for line in lines if line],
        "À si peu d'écart, le choix des sites reste à débattre.",
    )  # fmt: skip


def _unknown(summary: Mapping[str, Any]) -> dict[str, Any]:
    rules = [row["label_fr"] for row in summary.get("rules_not_evaluated", [])]
    partly = [row["label_fr"] for row in summary.get("rules_partly_evaluated", [])]
    criteria = [row["label_fr"] for row in summary.get("criteria_not_evaluated", [])]
    lines = [
        in_short_sentences(words, map(in_sentence, names[:5]))
        + (f" Et {len(names) - 5} autres." if len(names) > 5 else "")
        for words, names in (
            ("Règles non évaluées", rules),
            ("Évaluées en partie", partly),
            ("Critères sans donnée", criteria),
        )
        if names
    ]
    count = plural(len(rules), "règle n'a pas été évaluée", "règles n'ont pas été évaluées")
    title = f"Ce qu'on ne sait pas : {count}" if rules else "Toutes les règles ont été évaluées"
    return _scene(title, lines, "Non évalué n'est jamais une bonne nouvelle.")


def _to_ask(summary: Mapping[str, Any]) -> dict[str, Any] | None:
    yards = summary.get("yards_to_ask") or []
    lines = [
        f"{yard['name']} : {_mw(float(yard.get('used_mw') or 0))} demandés, place supposée "
        f"{_mw(float(yard['room_mw']))} ({number(float(yard.get('room_low_mw') or 0))} à "
        f"{number(float(yard.get('room_high_mw') or 0))})"
        for yard in yards
        if yard.get("room_mw") is not None
    ]
    if not lines:
        return None
    return _scene(
        f"À demander d'abord à RTE : la place au poste {yards[0]['name']}", lines,
        "La place réelle n'est pas publiée ; la liste entière est dans la page « à demander ».",
    )  # fmt: skip
