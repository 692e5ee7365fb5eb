"""``siting unknowns``: the ten facts to ask for first."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import out_option, results_argument


@click.command(epilog="Exemple : siting unknowns resultats/tendanciel")
@results_argument
@out_option("Dossier à écrire ; par défaut, <résultats>-a-demander, à côté.")
@asking()
def unknowns_command(asked: Asked, folder: Path, out: Path | None) -> None:
    """Classe les dix informations à obtenir d'abord.

    L'ordre est ce qu'elles changeraient au plan : le programme est résolu de nouveau aux deux
    bouts de chaque donnée qui manque. Une page et deux tableurs.
    """
    from maps.printed.questions_page import draw_questions
    from scenarios.reading.facts_to_find import find_unknowns, unknowns_lines, write_unknowns
    from scenarios.storage.results import Results

    document = find_unknowns(Results.read(folder), asked.tell)
    into = out or folder.parent / f"{folder.name}-a-demander"
    page = write_unknowns(document, into, draw_questions)
    asked.answer(document, [*unknowns_lines(document), str(page)], foot=1)
