"""``siting doctor``: whether this machine is ready."""

from __future__ import annotations

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import data_option


@click.command(epilog="Exemple : siting doctor --data lots/mon-lot")
@asking(data_option)
def doctor_command(asked: Asked) -> None:
    """Examine l'environnement, le solveur et le lot."""
    from scenarios.verbs.machine_doctor import examine

    report = examine(asked.data)
    asked.answer(report, report["lines_fr"])
    if not report["healthy"]:
        raise SystemExit(3)
