"""``siting rules``: the rules, their values in force and their sources."""

from __future__ import annotations

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import question_options, scenario_argument


@click.command(epilog="Exemple : siting rules sobriete --at 2026-11-23")
@scenario_argument
@click.option(
    "--at",
    metavar="AAAA-MM-JJ",
    help="Valeurs en vigueur ce jour-là ; par défaut, à la date de référence du scénario.",
)
@asking(*question_options)
def rules_command(asked: Asked, at: str | None) -> None:
    """Liste les règles, leurs valeurs et leurs sources.

    Une ligne chacune ; avec --all, le texte qui la fonde, l'inéquation, qui fixe chaque seuil et
    entre quelles bornes, les clés qu'un scénario peut changer, et si elle peut mordre.

    Le scénario dit comment il prend chaque règle, et si elle peut mordre sur ses candidats.
    """
    from scenarios.reading.dry_answers import rule_lines, rule_table
    from scenarios.reading.screens.one_screen import rules_screen

    table = rule_table(asked.read_scenario(need=False), asked.open_pack(), at, asked.tell)
    lines = rule_lines(table) if asked.everything else rules_screen(table)
    asked.answer(table, lines, rows_fr="règles", head=1)
