"""``siting indicators``: the follow-up indicators, and the audit's template."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import out_option, results_argument


@click.command(epilog="Exemple : siting indicators resultats/sobriete --out suivi")
@results_argument
@out_option("Dossier à écrire ; par défaut, <résultats>-suivi, à côté.")
@asking()
def indicators_command(asked: Asked, folder: Path, out: Path | None) -> None:
    """Écrit les 29 indicateurs de suivi et le modèle d'audit.

    En ODS, CSV et JSON. L'audit rempli se relit avec --set demand.audit=audit.csv.
    """
    from scenarios.reading.followup_indicators import indicators, write_follow_up
    from scenarios.storage.results import Results

    results = Results.read(folder)
    into = write_follow_up(results, out or folder.parent / f"{folder.name}-suivi")
    asked.answer(indicators(results).to_dict("records"), [str(into)])
