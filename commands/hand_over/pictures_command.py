"""``siting pictures``: the pictures of one plan, or of several side by side."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import formats_option, out_option, several_results_argument


@click.command(epilog="Exemple : siting pictures resultats/tendanciel --format png")
@several_results_argument
@formats_option("png,svg", "png, svg.")
@out_option("Dossier à écrire ; par défaut, <résultats>-images, à côté du premier.")
@asking()
def pictures_command(
    asked: Asked, folders: tuple[Path, ...], formats: list[str], out: Path | None
) -> None:
    """Dessine les images d'un plan, en PNG et SVG.

    Scores, rangs, mois, sensibilité, preuves qui manquent ; de plusieurs plans, côte à côte.
    """
    from maps.pictures.picture_gallery import draw_pictures, picture_lines
    from scenarios.storage.results import Results

    into = out or folders[0].parent / f"{folders[0].name}-images"
    results = [Results.read(folder) for folder in folders]
    document = draw_pictures(results, into, formats, tell=asked.tell)
    asked.answer(document, picture_lines(document, into))
