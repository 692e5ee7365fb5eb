"""``siting structure``: few large sites or many small ones, and what to keep in any case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    ban_option,
    confirm_option,
    count_option,
    data_option,
    jobs_option,
    keep_option,
    out_option,
    scenario_argument,
    set_option,
    sites_option,
    zone_option,
)


@click.command(epilog="Exemple : siting structure tendanciel --draws 20")
@scenario_argument
@count_option("--draws", 20, "Tirages des hypothèses, pour le plan de moindre regret.", 0)
@count_option("--seed", 0, "Graine des tirages : ceux de « siting sweep » de même graine.", 0)
@jobs_option
@out_option("Dossier à écrire ; par défaut, resultats/<scénario>-structure.")
@asking(data_option, set_option, sites_option, zone_option, confirm_option, keep_option, ban_option)
def structure_command(asked: Asked, draws: int, seed: int, jobs: int, out: Path | None) -> None:
    """Compare campus et maillage, et dit quoi garder.

    Un plan par coût d'ouverture d'un site, du plus grand nombre de sites au plus petit ; ce qui
    reste si le besoin est de 50, 75 ou 150 % ; le plan que l'on regrette le moins sur des tirages
    des hypothèses. Une page, une image, des tableurs.
    """
    from layers.packs.data_pack import EMBEDDED
    from scenarios.question.sweep_cases import cases
    from scenarios.verbs.case_runners import in_processes
    from scenarios.verbs.plan_structure import structure, write_structure
    from scenarios.verbs.structure_answer import structure_lines

    question = asked.read_scenario()
    drawn = []
    if draws:
        drawn = cases(asked.scenario, asked.data or EMBEDDED, (), draws, seed, asked.values)
    found = structure(
        question, asked.open_pack(question), drawn, in_processes(jobs), tell=asked.tell
    )
    into = out or Path("resultats") / f"{question.name}-structure"
    page = write_structure(found, into, _draw)
    asked.answer(found.document, [*structure_lines(found.document), str(page)], foot=1)


def _draw(document: dict[str, Any], into: Path) -> Path:
    """Draw the pictures, then the page that holds them."""
    from maps.pictures.structure_picture import draw_structure
    from maps.printed.structure_page import draw_structure_page

    draw_structure(document, into)
    return draw_structure_page(document, into)
