"""``siting answer``: what a results folder answers, in six lines or by topic."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import completed_with, topic_names
from commands.verb_parts.shared_options import results_argument


@click.command(epilog="Exemple : siting answer resultats/tendanciel eau")
@results_argument
@click.argument("topics", nargs=-1, metavar="[SUJET]…", **completed_with(topic_names))
@click.option("--full", is_flag=True, help="Tous les sujets, en entier.")
@asking()
def answer_command(asked: Asked, folder: Path, topics: tuple[str, ...], full: bool) -> None:
    """Redit la réponse d'un dossier, en six lignes ou par sujet.

    SUJET : besoin, plan, energie, eau, chaleur, sol, terrains, regles, couts, place, poids,
    autres-plans.
    """
    from scenarios.answers.told.answer_topics import TOPICS, topics_asked
    from scenarios.reading.short_answer import topic_lines
    from scenarios.storage.results import Results

    every = full or asked.everything
    chosen = [topic.name for topic in TOPICS] if every else topics_asked(topics)
    document = Results.read(folder).summary
    asked.answer(document, topic_lines(document, chosen, folder), whole=every)
