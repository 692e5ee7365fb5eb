"""``siting evaluate``: a plan drawn by hand, judged without a solver."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import completed_with, scenario_names
from commands.verb_parts.shared_options import (
    PATH,
    ban_option,
    confirm_option,
    keep_option,
    question_options,
    weather_option,
)


@click.command(epilog="Exemple : siting evaluate mon-plan.csv --scenario sobriete")
@click.argument("plan", type=PATH, metavar="PLAN")
@click.option(
    "--scenario",
    "scenario",
    default="tendanciel",
    show_default=True,
    metavar="SCÉNARIO",
    **completed_with(scenario_names, files=True),
    help="Besoin et règles : un nom de la bibliothèque ou un fichier TOML.",
)
@asking(*question_options, confirm_option, keep_option, ban_option, weather_option)
def evaluate_command(asked: Asked, plan: Path) -> None:
    """Évalue un plan dessiné à la main.

    Notre plan.csv, plan.ods ou plan.gpkg, ou une table « site_id;it_mw[;design;period;yard_id] »
    (CSV, XLSX, ODS, GeoPackage). Un site est une friche du lot, un des vôtres (--sites) ou un
    projet annoncé (bxia, bx1, bouliac). Une ligne vaut de son échéance (« period », toutes par
    défaut) à la ligne suivante du même site. Empreinte, règles, verdicts, sans solveur.
    """
    from scenarios.verbs.plan_evaluation import evaluate, evaluate_lines

    question = asked.read_scenario()
    report = evaluate(plan, question, asked.open_pack(question))
    asked.answer(report, evaluate_lines(report))
