"""``siting matrix``: Néo Terra on one page, several plans side by side."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    identity_option,
    out_option,
    several_results_argument,
)


@click.command(epilog="Exemple : siting matrix resultats/tendanciel resultats/sobriete")
@several_results_argument
@out_option("Où écrire matrice.html.", Path("resultats"))
@identity_option
@asking()
def matrix_command(
    asked: Asked, folders: tuple[Path, ...], out: Path, identity: Path | None
) -> None:
    """Met chaque engagement de Néo Terra face au plan, sur une page.

    Le premier dossier est détaillé ; les autres, et « rien de nouveau », sont en colonnes.
    """
    from maps.printed.matrix_page import draw_matrix
    from scenarios.answers.neo_terra_matrix.matrix_table import matrix, matrix_lines
    from scenarios.storage.results import Results, poured

    results = [Results.read(folder) for folder in folders]
    document = matrix(results)
    with poured(out) as folder:
        page = out / draw_matrix(results, folder, identity).name
    asked.answer(document, [*matrix_lines(document), str(page)], foot=1)
