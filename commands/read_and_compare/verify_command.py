"""``siting verify``: whether results still hold: files, rules, figures, pages, and their inputs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import data_option, layer_option, results_argument

if TYPE_CHECKING:
    from scenarios.storage.results import Results


@click.command(epilog="Exemple : siting verify resultats/sobriete --replay")
@results_argument
@click.option(
    "--replay",
    is_flag=True,
    help="Rejoue le scénario en entier, solveur compris, et compare chaque fichier à l'octet.",
)
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Repose aussi le programme du dossier à CBC, un autre solveur : une à dix minutes.",
)
@asking(data_option, layer_option)
def verify_command(asked: Asked, folder: Path, replay: bool, second_opinion: bool) -> None:
    """Revérifie un dossier ou une archive, et dit ce qui reste non prouvé.

    Empreintes, types, règles, facture et totaux ; puis chaque fichier, récrit du lot et du plan.
    Code 7 si quelque chose est rompu ; avec --second-opinion, 7 si CBC contredit le plan, 6 s'il
    n'a pas eu le temps de finir.
    """
    from scenarios.storage.results import Results
    from scenarios.verbs.solver_opinion import CONTRADICTED, UNFINISHED, second_word
    from scenarios.verbs.verification.folder_verification import verify_folder, verify_lines
    from scenarios.verbs.verification.sealed_archive import is_sealed, unsealed

    with ExitStack() as stack:
        pack = None
        if is_sealed(folder):
            folder, pack = stack.enter_context(unsealed(folder))
        results = Results.read(folder, verify=False)
        pack = pack or asked.open_pack()
        report = verify_folder(results, pack, _draw, replay=replay, tell=asked.tell)
        if second_opinion and report["ok"]:
            report |= {"second_opinion": second_word(results, asked.tell)}
    asked.answer(report, verify_lines(report))
    verdict = report.get("second_opinion", {}).get("verdict")
    if not report["ok"] or verdict == CONTRADICTED:
        raise SystemExit(7)
    if verdict == UNFINISHED:
        raise SystemExit(6)


def _draw(results: Results, into: Path) -> Path:
    from maps.pages import draw_pages

    return draw_pages(results, into)
