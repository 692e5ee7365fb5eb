"""What is read in ten seconds: the finding, a few figures with their doubt, two sentences.

The atlas, the synthesis, the booklet and the comparison open with the same head: one finding, one
rounding, wherever a plan is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.words.french import (
    NARROW,
    NO_BREAK,
    estimate,
    in_sentence,
    listing,
    number,
    plural,
    significant,
)
from scenarios.answers.headline import ends, headline, kept, shown

# Words, term, unit; the low and high ends of a pair are themselves the figure.
FIGURES = (
    ("Électricité", "electricity_twh", "TWh/an"),
    ("Eau apportée, si tout est sec", "water_dry_m3", "m³/an"),
    ("Sol occupé", "land_ha", "ha"),
    ("Carbone", "carbon_kt", "kt CO₂e/an"),
    ("Raccordement", "connection_cost_meur", "M€"),
)
NAMED = 2
"""How many rules without data, and terms of the choice, are named in a sentence."""

# « 0 MW au plus » beside a plan reads as a contradiction: then the rules exceeded are counted.
LEAST_TOLD_MW = 1.0


@dataclass(frozen=True)
class Figure:
    """A figure of the head: its words, what is written, and its doubt (empty when it has none)."""

    label: str
    value: str
    doubt: str


@dataclass(frozen=True)
class FirstLook:
    """The head of a plan, in French, ready to be written."""

    finding: str
    figures: tuple[Figure, ...]
    decides: str
    unknown: str


def first_look(summary: Mapping[str, Any]) -> FirstLook:
    """Return what is read first of a plan.

    Parameters
    ----------
    summary : summary of a results folder, older ones included.

    Returns
    -------
    The head: every figure is the one that the tables show, at its last period.
    """
    last = str(summary["periods"][-1])
    plan = summary["plan"].get(last, {})
    figures = [_figure(plan, *line) for line in FIGURES] if summary["n_sites"] else []
    return FirstLook(
        finding=finding(summary),
        figures=tuple(figure for figure in figures if figure is not None),
        decides=_decides(summary),
        unknown=_unknown(summary),
    )


def finding(summary: Mapping[str, Any]) -> str:
    """Return the title of a plan: what was found, in one line.

    Parameters
    ----------
    summary : summary of a results folder.

    Returns
    -------
    « 21 sites, 289 MW en 2036 ; 52 MW au plus sans dépasser une règle », what lacks when no plan
    holds, or that nothing was to place.
    """
    last = summary["periods"][-1]
    if why := summary.get("impossible"):
        lacks = why["need"][str(last)]["lacks_mw"]
        return f"Aucun plan possible : il manque {significant(lacks)}{NO_BREAK}MW en {last}"
    if not summary["n_sites"]:
        return f"Aucun site : rien ne reste à placer en {last}"
    placed = headline(summary["plan"][str(last)], "it_mw") or 0.0
    said = f"{plural(summary['n_sites'], 'site')}, {number(placed)}{NO_BREAK}MW en {last}"
    return f"{said} ; {_held(summary)}"


def _held(summary: Mapping[str, Any]) -> str:
    # What the plan costs the rules: nothing, or how much less would hold them all.
    if not summary.get("broken_rules"):
        return "aucune règle évaluée n'est dépassée"
    most = summary.get("solver", {}).get("most_it_mw")
    if most is None or most != most or most < LEAST_TOLD_MW:
        return _broken(summary)
    # Two figures, as the answer's own sentence writes this bound.
    return f"{estimate(most, 2)}{NO_BREAK}MW au plus sans dépasser une règle"


def _broken(summary: Mapping[str, Any]) -> str:
    count = len({row["rule_id"] for row in summary["broken_rules"]})
    return plural(count, "règle souple dépassée", "règles souples dépassées")


def _figure(plan: Mapping[str, Any], label: str, name: str, unit: str) -> Figure | None:
    if headline(plan, name) is None:
        return None
    return Figure(label, f"{shown(plan, name)}{NO_BREAK}{unit}", _doubt(plan, name))


def _doubt(plan: Mapping[str, Any], name: str) -> str:
    stem, _, unit = name.rpartition("_")
    bounds = [plan.get(f"{stem}_{end}_{unit}") for end in ("low", "high")]
    known = ends(plan, name)
    if known is not None:
        low, high = (estimate(end, kept(plan, name)) for end in known)
    elif None not in bounds:
        low, high = (significant(float(end or 0.0)) for end in bounds)
    else:
        return ""
    return f"{low} à {high}"


def _decides(summary: Mapping[str, Any]) -> str:
    """Say what decides, in one sentence: the terms of the choice, or what a plan lacks."""
    if why := summary.get("impossible"):
        rules = [label for label in why["conflict_fr"] if label != "Besoin régional servi"]
        return f"Le besoin se heurte à : {listing(map(in_sentence, rules))}." if rules else ""
    terms = sorted(summary.get("leverage", []), key=lambda row: -row["leverage"])
    strong = [row for row in terms if not row["note_fr"]][: NAMED + 1]
    if not strong:
        return ""
    told = listing(
        f"{in_sentence(row['label_fr'].partition(' (')[0])} "
        f"({number(100 * row['leverage'])}{NARROW}%)"
        for row in strong
    )
    return f"Ce qui départage les sites : {told}."


def _unknown(summary: Mapping[str, Any]) -> str:
    """Say what is not known, in one sentence."""
    said = []
    silent = [row["label_fr"] for row in summary.get("rules_not_evaluated", [])]
    if silent:
        named = listing(map(in_sentence, silent[:NAMED]))
        more = "dont " if len(silent) > NAMED else ""
        count = plural(len(silent), "règle non évaluée", "règles non évaluées")
        said.append(f"{count} ({more}{named})")
    if any(yard.get("room_status") == "assumption" for yard in summary.get("yards_to_ask", [])):
        said.append("la place aux postes, supposée et à demander à RTE")
    if summary.get("occupancy") and summary["n_sites"]:
        said.append("l'occupation réelle des terrains, à constater")
    return f"Ce qui n'est pas connu : {' ; '.join(said)}." if said else ""
