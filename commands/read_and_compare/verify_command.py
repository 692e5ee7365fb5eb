"""``siting verify``: whether results still hold, hashes and rules."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import results_argument


@click.command(epilog="Exemple : siting verify resultats/sobriete --second-opinion")
@results_argument
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Repose aussi le programme du dossier à CBC, un autre solveur : une à dix minutes.",
)
@asking()
def verify_command(asked: Asked, folder: Path, second_opinion: bool) -> None:
    """Revérifie un dossier, empreintes et règles, sans solveur.

    Code 7 si quelque chose est rompu ; avec --second-opinion, 7 si CBC contredit le plan, 6 s'il
    n'a pas eu le temps de finir.
    """
    from scenarios.storage.results import Results
    from scenarios.verbs.solver_opinion import CONTRADICTED, UNFINISHED, second_word
    from scenarios.writing.folder_proofs import verify, verify_lines

    results = Results.read(folder, verify=False)
    report = verify(results)
    if second_opinion and report["ok"]:
        report |= {"second_opinion": second_word(results, asked.tell)}
    asked.answer(report, verify_lines(report))
    verdict = report.get("second_opinion", {}).get("verdict")
    if not report["ok"] or verdict == CONTRADICTED:
        raise SystemExit(7)
    if verdict == UNFINISHED:
        raise SystemExit(6)
