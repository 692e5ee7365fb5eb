"""``siting check``: whether a scenario is well formed."""

from __future__ import annotations

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import question_options, scenario_argument


@click.command(epilog="Exemple : siting check mon-essai.toml")
@scenario_argument
@asking(*question_options)
def check_command(asked: Asked) -> None:
    """Vérifie un scénario sans rien écrire.

    Tous les défauts sont dits d'un coup, avec leur fichier et leur ligne.
    """
    from scenarios.reading.dry_answers import check_scenario

    question = asked.read_scenario()
    report = check_scenario(question, asked.open_pack(question))
    asked.answer(report, report["lines_fr"])
