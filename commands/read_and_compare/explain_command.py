"""``siting explain``: why a site is kept or not."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import path_option


@click.command(epilog="Exemple : siting explain Limoges --in resultats/sobriete")
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
    """Dit pourquoi un site est retenu ou non, ou ce que le plan dit d'un lieu.

    Le motif, ce qui pèse contre lui, et ce qui changerait l'avis ; avec --all, chaque critère avec
    sa valeur, son seuil et sa source. SITE est un identifiant (« siting rank » les donne), une
    commune, une intercommunalité ou un département, dont les sites sont alors listés.
    """
    from scenarios.reading.place_explanation import explain_place, place_lines
    from scenarios.reading.screens.one_screen import explain_screen
    from scenarios.reading.site_explanation import explain_lines, explain_site
    from scenarios.storage.results import Results

    results = Results.read(folder)
    if site not in results.sites.index and (place := explain_place(results, site)) is not None:
        asked.answer(place, place_lines(place), rows_fr="sites", head=2)
        return
    explanation = explain_site(results, site)
    lines = explain_lines(explanation) if asked.everything else explain_screen(explanation)
    asked.answer(explanation, lines)
