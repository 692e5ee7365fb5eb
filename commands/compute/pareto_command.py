"""``siting pareto``: the front between two goals."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import completed_with, goal_names
from commands.verb_parts.shared_options import (
    count_option,
    out_option,
    question_options,
    scenario_argument,
)


@click.command(epilog="Exemple : siting pareto sobriete --x cost --y heat --points 9")
@scenario_argument
@click.option(
    "--x",
    metavar="OBJECTIF",
    default="water",
    show_default=True,
    help="Premier objectif.",
    **completed_with(goal_names),
)
@click.option(
    "--y",
    metavar="OBJECTIF",
    default="land",
    show_default=True,
    help="Second objectif.",
    **completed_with(goal_names),
)
@count_option("--points", 9, "Points du front.", 2, 50)
@out_option("Où écrire ; par défaut, resultats/<scénario>-front-<x>-<y>.")
@asking(*question_options)
def pareto_command(asked: Asked, x: str, y: str, points: int, out: Path | None) -> None:
    """Trace le front entre deux objectifs.

    Objectifs : cost (raccordement), water (eau apportée), scarcity (rareté de l'eau), land (sol),
    enaf, heat (chaleur utile), energy, carbon, equity (équilibre entre départements).
    """
    from maps.printed.front_picture import draw_front
    from scenarios.storage.french_spreadsheets import write_csv
    from scenarios.storage.results import poured, records
    from scenarios.verbs.pareto_front import pareto

    question = asked.read_scenario()
    into = out or Path("resultats") / f"{question.name}-front-{x}-{y}"
    with poured(into) as folder:
        found = pareto(question, asked.open_pack(question), x, y, points, tell=asked.tell)
        write_csv(found.table, folder / "front.csv")
        draw_front(found.table, question.title, found.sentence_fr, folder / "front.png")
    asked.answer(records(found.table), [found.sentence_fr, str(into / "front.png")])
