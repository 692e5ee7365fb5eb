"""``siting rank``: the candidates in order, without a program."""

from __future__ import annotations

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import college_names, completed_with
from commands.verb_parts.shared_options import (
    ban_option,
    confirm_option,
    count_option,
    keep_option,
    question_options,
    scenario_argument,
    weather_option,
)


@click.command(epilog="Exemple : siting rank sobriete --top 10 --weights region")
@scenario_argument
@count_option("--top", 20, "Nombre de sites affichés.")
@click.option(
    "--weights",
    metavar="FICHIER|COLLÈGE",
    **completed_with(college_names, files=True),
    help="Poids, seuils et réserves exportés par la carte (JSON ou CSV), ou l'illustration d'un "
    "collège : etat, region, epci, associations, entreprises, habitants.",
)
@asking(*question_options, confirm_option, keep_option, ban_option, weather_option)
def rank_command(asked: Asked, top: int, weights: str | None) -> None:
    """Trie et classe les candidats, sans programme."""
    from scenarios.question.consultation_weights import weights_asked
    from scenarios.reading.screens.ranking_told import ranking_answer, ranking_lines

    question = asked.read_scenario(need=False)
    chosen = weights_asked(weights, question.ranking.weights) if weights else None
    table, zones = ranking_answer(question, asked.open_pack(question), chosen)
    shown = len(table) if asked.everything else min(top, len(table))
    lines = [*zones, *ranking_lines(table, shown, chosen)]
    asked.answer(table[:shown], lines, whole=True)
    asked.say_left_out(shown, len(table), "candidats")
