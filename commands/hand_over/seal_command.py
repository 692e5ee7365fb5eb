"""``siting seal``: a run in one archive, to be signed and replayed elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import data_option, path_option, results_argument


@click.command(epilog="Exemple : siting seal resultats/tendanciel")
@results_argument
@path_option(
    "--out",
    metavar="ARCHIVE",
    text="Archive à écrire ; par défaut, <résultats>.siting.zip, à côté.",
)
@asking(data_option)
def seal_command(asked: Asked, folder: Path, out: Path | None) -> None:
    """Met un calcul entier dans une archive à signer.

    Résultats, scénario, empreinte du lot (ou le lot, s'il n'est pas celui de l'outil) et versions
    installées. « siting verify ARCHIVE --replay » la rejoue sur une autre machine.
    """
    from scenarios.verbs.verification.sealed_archive import SUFFIX, seal

    into = out or folder.resolve().parent / f"{folder.resolve().name}{SUFFIX}"
    report = seal(folder, into, asked.open_pack())
    asked.answer(report, report["lines_fr"])
