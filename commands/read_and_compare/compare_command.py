"""``siting compare``: several plans, side by side."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import out_option, several_results_argument


@click.command(epilog="Exemple : siting compare resultats/tendanciel resultats/sobriete")
@several_results_argument
@out_option("Où écrire comparaison.html et comparaison.png.", Path("resultats"))
@asking()
def compare_command(asked: Asked, folders: tuple[Path, ...], out: Path) -> None:
    """Compare plusieurs dossiers de résultats.

    Aussi ceux d'une autre région : un tableau, de petites cartes à la même échelle, la trajectoire
    nationale, les projets annoncés autour, et ce que deux plans partagent.
    """
    from maps.printed.comparison_page import draw_comparison
    from scenarios.reading.plan_comparison import compare, compare_lines
    from scenarios.reading.screens.one_screen import compare_screen
    from scenarios.storage.results import Results, poured

    results = [Results.read(folder) for folder in folders]
    document = compare(results)
    with poured(out) as folder:
        page = out / draw_comparison(results, document, folder).name
    short = [] if asked.everything else compare_screen(document, [r.summary for r in results])
    asked.answer(document, [*(short or compare_lines(document)), str(page)], foot=1)
