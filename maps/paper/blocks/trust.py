"""Blocks 15 and 16: how sure the sheet is, what to ask first, and room for opinions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from layers.words.french import NO_BREAK, in_short_sentences, listing, plural, quantity
from maps.paper.blocks.block_content import GRADES, Block, Fact, Item, Listing, Space, Table, Text
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject
from maps.printed.plan_basis import decisions

MOST_QUESTIONS = 6


@block(15, "Incertitudes")
def doubts(subject: Subject) -> Iterator[Item]:
    """Yield the questions to ask first; `tallied` adds the count of data by grade."""
    yield Text("", strong="À demander d'abord")
    yield Listing(questions(subject)[:MOST_QUESTIONS], numbered=True)


def tallied(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with, in the fifteenth, how many data have each grade, and which are D.

    Parameters
    ----------
    blocks : the filled blocks, the fifteenth among them.

    Returns
    -------
    The same blocks, the fifteenth opened by a count of facts by grade (A to D) and of unknowns, and
    by the labels of grade D.
    """
    facts = [fact for one in blocks for fact in one.facts()]
    unknowns = [one for held in blocks for one in held.unknowns()]
    grades = [fact.grade for fact in facts]
    rows = [(g, told, str(grades.count(g))) for g, told in GRADES.items()]
    rows.append(("–", "non évalué : aucune donnée, jamais une bonne nouvelle", str(len(unknowns))))
    table = Table("Confiance donnée par donnée (barème de la fiche)", ("", "Sens", "Données"), rows,
                  (0.6, 5, 1.1))  # fmt: skip
    weak = list(dict.fromkeys(fact.label for fact in facts if fact.grade == "D"))
    head = "Hypothèses de cette fiche"
    listed = in_short_sentences(head, weak).partition(": ")[2]
    told = Text(listed or "aucune", strong=f"{head}{NO_BREAK}:")
    return [
        Block(one.number, one.title, (table, told, *one.items)) if one.number == 15 else one
        for one in blocks
    ]


def questions(subject: Subject) -> list[str]:
    """Return what to ask, and of whom, the most decisive first.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    French questions that open with whom to ask; empty when nothing is to ask.
    """
    return [*_of_the_grid(subject), *_of_the_ground(subject), *_of_the_water(subject),
            *_of_nature(subject)]  # fmt: skip


def _of_the_grid(subject: Subject) -> Iterator[str]:
    used = subject.rows("plan/connections", subject.last)
    if used.empty:
        yard = subject.words("yard_name")
        if yard:
            yield f"RTE et Enedis : quelle place au poste {yard}, quand et à quel prix ?"
        return
    yards = subject.material.context("substations")
    names = {} if yards is None else dict(zip(yards["yard_id"], yards["name"], strict=True))
    asked = listing(
        f"{quantity(rows['meter_mw'].sum(), 'MW', 1)} au poste {names.get(yard, yard)}"
        for yard, rows in used.groupby("yard_id", sort=True)
    )
    yield f"RTE et Enedis : peut-on soutirer {asked}, quand et à quel prix ?"


def _of_the_ground(subject: Subject) -> Iterator[str]:
    if subject.words("occupancy", "unknown") != "free":
        yield "Commune et EPCI : le terrain est-il libre, de la surface dite, sans projet ?"
    if subject.words("enaf") == "unknown":
        yield "Commune : quelle zone au PLU, et la parcelle compte-t-elle en ENAF ?"
    if subject.words("pollution", "inconnue") == "inconnue":
        yield "DREAL : le site est-il connu de Basol, Casias ou d'un SIS ?"


def _of_the_water(subject: Subject) -> Iterator[str]:
    if subject.words("zre", "unknown") == "unknown":
        yield "DDT : le secteur est-il en zone de répartition des eaux ?"
    if subject.number(f"heat_gwh_{subject.last}"):
        yield "Gestionnaire du réseau de chaleur : à quelle température, pour quelle part ?"


def _of_nature(subject: Subject) -> Iterator[str]:
    if subject.number("natura2000_overlap_ha") is None:
        yield "DREAL et ARB : Natura 2000, ZNIEFF, zones humides et corridors sur ce terrain ?"
    if subject.number("flood_overlap_ha") is None:
        yield "DDT : plan de prévention des risques (inondation, feu, argiles) ?"
    if subject.number("dwellings_distance_km") is None:
        yield "Commune : logements, écoles et établissements de santé à moins de 1 km ?"


@block(16, "Avis")
def opinions(subject: Subject) -> Iterator[Item]:
    """Yield room for opinions and the answer given, the decision log, where the data are."""
    yield Space("Intercommunalité et commune", 5)
    yield Space("DDT(M), DREAL", 5)
    yield Space("Habitants, associations", 5)
    yield Space("Réponse donnée, par qui et quand", 3)
    lines = decisions(subject.material.results)
    yield Text("", strong="Journal des décisions du scénario")
    yield Listing(lines or ["aucune décision d'institution n'est inscrite"])
    yield from _where(subject)


def _where(subject: Subject) -> Iterator[Item]:
    results = subject.material.results
    count = plural(len(results.descriptor.get("resources", [])), "fichier", "fichiers")
    told = (
        f"dossier « {results.summary['scenario']} » ({count}, empreintes dans datapackage.json) : "
        "plan.gpkg pour QGIS, plan.csv et plan.ods pour un tableur"
    )
    yield Fact("Données", told, "")
