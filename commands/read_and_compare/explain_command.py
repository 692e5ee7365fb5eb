"""``siting explain``: why a site is kept or not."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import path_option


@click.command(epilog="Exemple : siting explain 87085_1437 --in resultats/sobriete")
@click.argument("site", metavar="SITE")
@path_option(
    "--in",
    "folder",
    text="Dossier de résultats à lire.",
    default=Path("resultats/tendanciel"),
    show_default=True,
)
@asking()
def explain_command(asked: Asked, site: str, folder: Path) -> None:
    """Dit pourquoi un site est retenu ou non.

    Le motif, chaque critère avec sa valeur, son seuil et sa source, et ce qui changerait l'avis.
    SITE est un identifiant (« siting rank » les donne) ; une commune fait dire les siens.
    """
    from scenarios.reading.one_screen import explain_screen
    from scenarios.reading.site_explanation import explain_lines, explain_site
    from scenarios.storage.results import Results

    explanation = explain_site(Results.read(folder), site)
    lines = explain_lines(explanation) if asked.everything else explain_screen(explanation)
    asked.answer(explanation, lines)
