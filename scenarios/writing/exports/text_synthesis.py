"""The synthesis as an editable text (ODT), to be taken up in a deliberation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.dated_values import SCOPE_FR
from layers.words.french import day, estimate, number, quantity
from scenarios.answers.headline import BASIS_FR, ends, headline, water_lines
from scenarios.answers.told.answer_topics import TOPICS, told_of
from scenarios.storage.open_text import Block, Heading, Paragraph, Table, write_odt
from scenarios.storage.results import Results, records

NAME = "synthese.odt"
# Topics told in full in a deliberation; costs and exchange rates stay with the booklet.
TOLD = ("besoin", "plan", "energie", "eau", "chaleur", "sol", "terrains", "regles")
FIGURES = (
    ("Puissance informatique placée", "it_mw", "MW"),
    ("Électricité", "electricity_twh", "TWh/an"),
    ("Chaleur utile", "heat_gwh", "GWh/an"),
    ("Carbone", "carbon_kt", "kt CO2e/an"),
    ("Sol occupé", "land_ha", "ha"),
)
TO_FILL_FR = (
    "Vu le rapport ci-dessus, [l'assemblée] [prend acte / débat / décide] : …",
    "Sites à visiter avant toute décision : …",
    "Informations à demander, à qui et avant quand : …",
)


def write_synthesis(results: Results, into: Path) -> None:
    """Write the text: the answer, its figures with their doubt, sites, rules, decisions, sources.

    Parameters
    ----------
    results : a run's folder.
    into : a folder that exists; ``synthese.odt`` is written there.
    """
    write_odt(synthesis(results), into / NAME)


def synthesis(results: Results) -> Iterator[Block]:
    """Give the blocks of the text, in order.

    Parameters
    ----------
    results : a run's folder.

    Yields
    ------
    Headings, paragraphs and tables.
    """
    summary = results.summary
    yield Heading(str(summary["title"]))
    if summary.get("question"):
        yield Paragraph(str(summary["question"]))
    yield Paragraph(
        f"Territoire : {summary.get('territory_fr') or summary['territory']}. Règles et facteurs "
        f"en vigueur le {_day(summary['reference_date'])}. « Compatible avec le jeu de règles "
        "déclaré » ne vaut pas conformité à un texte."
    )
    for topic in TOPICS:
        told = told_of(summary, topic) if topic.name in TOLD else []
        if told:
            yield Heading(topic.title_fr, 2)
            yield from (Paragraph(text) for text in told)
    if summary["n_sites"]:
        yield Heading("Les chiffres, avec leur doute", 2)
        yield figures_table(summary)
        yield Paragraph(BASIS_FR)
        yield Heading("Les sites retenus", 2)
        yield _sites(results)
        yield Heading("Les règles du scénario", 2)
        yield _rules(results)
    yield from _decisions(summary)
    yield Heading("Délibération (à compléter)", 2)
    yield from (Paragraph(text) for text in TO_FILL_FR)
    yield Heading("Sources", 2)
    for source in results.descriptor["sources"]:
        if source["state"] != "absent":
            licence = f"{source['licence']}, {source['vintage']}"
            yield Paragraph(f"{source['title']} — {source['producer']} ({licence})", item=True)


def figures_table(summary: Mapping[str, Any]) -> Table:
    """Return the figures of a plan, a column a year, each with its nine chances in ten.

    Parameters
    ----------
    summary : the summary document.

    Returns
    -------
    A table of texts.
    """
    years = [str(year) for year in summary["periods"]]
    plans = [summary["plan"][year] for year in years]
    water = [(f"Eau apportée, {words}", name, "m³/an") for words, name in water_lines(plans[-1])]
    rows = [
        [words, unit, *(_cell(plan, name) for plan in plans)]
        for words, name, unit in (*FIGURES[:2], *water, *FIGURES[2:])
    ]
    return Table("Chiffres", ["", "unité", *years], rows)


def _cell(plan: Mapping[str, Any], name: str) -> str:
    value, known = headline(plan, name), ends(plan, name)
    if value is None:
        return "non évalué"
    if name == "it_mw":
        return number(value)
    doubt = f" ({estimate(known[0], 2)} à {estimate(known[1], 2)})" if known else ""
    return estimate(value, 2) + doubt


def _sites(results: Results) -> Table:
    years = results.summary["periods"]
    sites = results.sites[results.sites["retained"]]
    sites = sites.sort_values(f"it_mw_{years[-1]}", ascending=False, kind="stable")
    rows = [
        [
            str(site["name_fr"]),
            f"{site['commune_name']} ({site['departement_code']})",
            str(site["epci_name"]),
            *(quantity(site[f"it_mw_{year}"], "MW", 1) for year in years),
            quantity(site["area_m2"] / 1e4, "ha", 1),
            str(site["to_verify_fr"] or "rien de signalé"),
        ]
        for _, site in sites.iterrows()
    ]
    head = ["site", "commune", "intercommunalité", *map(str, years), "surface", "à vérifier"]
    return Table("Sites", head, rows)


def _rules(results: Results) -> Table:
    """Give a line a rule that applies, its first row, exceeded or not."""
    bill = results.rules[results.rules["evaluated"]]
    rows = []
    for row in records(bill.drop_duplicates("rule_id")):
        same = bill[bill["rule_id"] == row["rule_id"]]
        excess = pd.to_numeric(same["excess"], errors="coerce").fillna(0.0)
        state = "dépassée" if (excess > 1e-6).any() else "tient"
        tight = " ; serre" if same["binding"].astype(bool).any() else ""
        rows.append([
            f"{row['rule_id']} {row['label_fr']}",
            str(row.get("basis_fr") or SCOPE_FR[row["scope"]]),
            "dure" if row["hard"] else "souple",
            f"{state}{tight}",
        ])  # fmt: skip
    return Table("Règles", ["règle", "fondement", "prise", "dans ce plan"], rows)


def _decisions(summary: Mapping[str, Any]) -> Iterator[Block]:
    journal = summary.get("journal") or []
    if journal:
        yield Heading("Choix déjà faits", 2)
    for entry in journal:
        on = f", le {_day(entry['decided_on'])}" if entry.get("decided_on") else ""
        yield Paragraph(f"{entry['key']} — {entry['decided_by']}{on} : {entry['why']}", item=True)


def _day(iso: str) -> str:
    return day(pd.Timestamp(iso).date())
