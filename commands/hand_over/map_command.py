"""``siting map``: the map and the synthesis of results, drawn again."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    identity_option,
    no_solver_option,
    out_option,
    path_option,
    results_argument,
)


@click.command(epilog="Exemple : siting map resultats/sobriete --out cartes")
@results_argument
@out_option("Où dessiner ; par défaut, <résultats>-carte, à côté.")
@identity_option
@path_option(
    "--with",
    "beside",
    text="Autre dossier de résultats, à comparer au plan sur la même carte ; par défaut, aucun.",
)
@no_solver_option
@asking()
def map_command(
    asked: Asked,
    folder: Path,
    out: Path | None,
    identity: Path | None,
    beside: Path | None,
    no_solver: bool,
) -> None:
    """Redessine la carte et la synthèse d'un dossier.

    Par exemple aux couleurs d'une organisation ; le dossier de résultats ne change pas.
    """
    from maps.pages import draw_pages
    from scenarios.storage.results import Results, poured

    into = out or folder.parent / f"{folder.name}-carte"
    with poured(into) as aside:
        other = None if beside is None else Results.read(beside)
        page = draw_pages(Results.read(folder), aside, identity, solver=not no_solver, beside=other)
        page = into / page.name
    asked.answer({"schema_version": 1, "page": str(page)}, [str(page)])
