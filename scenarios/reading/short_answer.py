"""The answer in six lines: the finding, five figures, what decides, what is not known, what next.

Everything else is told by topic (``siting answer``): a meeting hears these lines read aloud.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from layers.words.french import NARROW, NO_BREAK, estimate, listing, number, plural
from scenarios.answers.headline import ends, headline, water_lines
from scenarios.answers.told.answer_sentences import alone_said, finding
from scenarios.answers.told.answer_topics import TOPICS, told_of
from scenarios.answers.told.rule_answers import felt_costs, short_label
from scenarios.terminal.terminal_lines import Title

DOUBT_FR = "(9 chances sur 10)"
# What a meeting asks of a plan: words and unit, term; water, whose range is who cools, apart.
FIGURES = (
    ("électricité (TWh/an)", "electricity_twh"),
    ("sol occupé (ha)", "land_ha"),
    ("chaleur utile (GWh/an)", "heat_gwh"),
    ("carbone (kt CO2e/an)", "carbon_kt"),
)
RULES_TOLD = 2


def short_lines(document: Mapping[str, Any], folder: Path) -> list[str]:
    """Write the answer for a terminal, the path of the map left to who prints it.

    Parameters
    ----------
    document : the summary document.
    folder : the results folder, for what to do next.

    Returns
    -------
    French lines, titles marked.
    """
    neo_terra = document.get("applied_fr", "").rpartition(". ")[2]
    lines = [
        Title(str(document["title"]).partition(" (")[0]),
        f"{finding(document)} {neo_terra}".rstrip(),
    ]
    lines[1:1] = alone_said(document)
    if document["n_sites"]:
        lines += [
            *figure_table(document),
            *([decides] if (decides := _decides(document)) else []),
            _not_known(document),
        ]
    return [*lines, *next_steps(document, folder)]


def next_steps(document: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the two commands that come after an answer.

    Parameters
    ----------
    document : the summary document.
    folder : the results folder.

    Returns
    -------
    Lines to type, with what each gives.
    """
    place = shlex.quote(str(folder))
    ask = f"siting unknowns {place}"
    if not document["n_sites"]:
        ask = f"siting scenario show {shlex.quote(str(document['scenario']))}"
    return [f"Ensuite{NO_BREAK}: siting answer {place}", f"          {ask}"]


def figure_table(document: Mapping[str, Any]) -> list[str]:
    """Write the figures of the plan with their doubt, a column a year.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Lines of one width, the years first.
    """
    years = [str(period) for period in document["periods"]]
    plans = [document["plan"][year] for year in years]
    drawn = any(ends(plan, name) for plan in plans for _, name in FIGURES)
    rows = [[words, *(_cell(plan, name) for plan in plans)] for words, name in FIGURES]
    water = ["eau (milliers m³/an)", *map(_water, plans)]
    return _aligned([[DOUBT_FR if drawn else "", *years], rows[0], water, *rows[1:]])


def _cell(figures: Mapping[str, Any], name: str) -> str:
    value = headline(figures, name)
    return "non évalué" if value is None else estimate(value, 2) + _doubt(ends(figures, name))


def _water(figures: Mapping[str, Any]) -> str:
    """Write the water from the cooling that takes least of it to the one that takes most."""
    names = [name for _, name in water_lines(figures)]
    values = [value / 1e3 for name in names if (value := headline(figures, name)) is not None]
    if not values:
        return "non évalué"
    least, most = estimate(min(values), 2), estimate(max(values), 2)
    drawn = [each for name in names if (each := ends(figures, name))]
    low = min((each for each, _ in drawn), default=0.0) / 1e3
    high = max((each for _, each in drawn), default=0.0) / 1e3
    return (least if least == most else f"{least} à {most}") + _doubt(
        (low, high) if drawn else None
    )


def _doubt(known: tuple[float, float] | None) -> str:
    return f" ({estimate(known[0], 2)}–{estimate(known[1], 2)})" if known else ""


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Set words at the left and figures at the right, two spaces between columns."""
    widths = [max(len(row[k]) for row in table) for k in range(len(table[0]))]
    return [
        f"  {row[0].ljust(widths[0])}"
        + "".join(f"  {cell.rjust(w)}" for cell, w in zip(row[1:], widths[1:], strict=True))
        for row in table
    ]


def _decides(document: Mapping[str, Any]) -> str:
    """Say what holds the plan where it is: the dearest rules, then the criterion that separates."""
    dearest = felt_costs(document)[:RULES_TOLD]
    in_euros = all(row["cost_meur"] is not None for row in dearest)
    unit = "M€ pondérés" if in_euros else f"{NARROW}% du coût pondéré"
    amounts = [row["cost_meur"] if in_euros else 100 * row["share"] for row in dearest]
    costs = [
        f"{short_label(row['label_fr'])} ({estimate(amount, 2)})"
        for row, amount in zip(dearest, amounts, strict=True)
    ]
    said = [f"Décisif, en {unit} : {listing(costs)}."] if costs else []
    terms = sorted(document["leverage"], key=lambda row: -row["leverage"])
    if terms and not terms[0]["note_fr"]:
        share = f"{number(100 * terms[0]['leverage'])}{NARROW}%"
        said.append(f"Entre sites : {short_label(terms[0]['label_fr'])} ({share}).")
    return " ".join(said)


def _not_known(document: Mapping[str, Any]) -> str:
    """Say what the plan stands on that nobody has seen, and how many rules no data could judge."""
    seen, among = document["occupancy"]["retained_free"], document["n_sites"]
    silent = len(document["rules_not_evaluated"])
    rules = f", {plural(silent, 'règle non évaluée', 'règles non évaluées')}" if silent else ""
    ground = f"vacance de {number(among - seen)} terrains sur {number(among)}"
    return f"Inconnu : place aux postes, {ground}{rules}."


def topic_lines(document: Mapping[str, Any], names: Sequence[str], folder: Path) -> list[str]:
    """Write the topics named, or all of them; the short answer and their list when none is.

    Parameters
    ----------
    document : the summary document.
    names : topics as typed, known.
    folder : the results folder.

    Returns
    -------
    French lines, titles marked.
    """
    if not names:
        known = [topic.name for topic in TOPICS if told_of(document, topic)]
        place = shlex.quote(str(folder))
        *answer, _, ask = short_lines(document, folder)
        return [
            *answer,
            f"Ensuite{NO_BREAK}: {ask.strip()}",
            f"Par sujet{NO_BREAK}: siting answer {place} {known[0]}{NARROW}; tout : --full",
            f"Sujets{NO_BREAK}: {', '.join(known)}",
        ]
    lines: list[str] = []
    for topic in TOPICS:
        told = told_of(document, topic) if topic.name in names else []
        if told or topic.name in names:
            lines += [Title(topic.title_fr), *(f"  {text}" for text in told or ["rien à dire."])]
    return lines
