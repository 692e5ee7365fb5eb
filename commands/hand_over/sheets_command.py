"""``siting sheets``: the PDF sheet of each site, and the plan's booklet."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    count_option,
    identity_option,
    jobs_option,
    out_option,
    results_argument,
)


@click.command(epilog="Exemple : siting sheets resultats/tendanciel --booklet")
@results_argument
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Ce site ; répétable.")
@click.option("--all", "every", is_flag=True, help="Tous les candidats, et non les seuls retenus.")
@count_option("--top", None, "Les N premiers du classement.")
@click.option("--booklet", is_flag=True, help="Ajoute le carnet du plan, carnet.pdf.")
@out_option("Dossier à écrire ; par défaut, <résultats>-fiches, à côté.")
@jobs_option
@identity_option
@asking(everything=False)
def sheets_command(
    asked: Asked,
    folder: Path,
    sites: tuple[str, ...],
    every: bool,
    top: int | None,
    booklet: bool,
    out: Path | None,
    jobs: int,
    identity: Path | None,
) -> None:
    """Écrit les fiches de site en PDF, et le carnet du plan."""
    from maps.paper.sheet_batch import Order, beside, draw_sheets, told_lines
    from scenarios.storage.results import Results

    results, order = Results.read(folder), Order(sites, top, every, booklet)
    report = draw_sheets(
        results, out or beside(folder), order, identity=identity, jobs=jobs, tell=asked.tell
    )
    asked.answer(report, told_lines(report), whole=True)
