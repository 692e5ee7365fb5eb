"""``siting scenario``: the scenarios of the library, and a template of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import out_option, scenario_argument
from layers.opening.small_text import read_text


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def scenario_command() -> None:
    """Liste, montre ou crée un scénario."""


@scenario_command.command("list", epilog="Exemple : siting scenario list --json")
@asking()
def scenario_list(asked: Asked) -> None:
    """Liste les scénarios de la bibliothèque."""
    from scenarios.reading.dry_answers import library_lines, library_table

    table = library_table()
    asked.answer(table, library_lines(table))


@scenario_command.command("show", epilog="Exemple : siting scenario show sobriete")
@asking(scenario_argument)
def scenario_show(asked: Asked) -> None:
    """Affiche le fichier d'un scénario ; entier dans un fichier ou un tube."""
    from scenarios.question.scenario_reading import find_scenario, read_scenario

    path = find_scenario(asked.scenario)
    lines = read_text(path, "SCÉNARIO").rstrip().split("\n")
    document = read_scenario(asked.scenario).model_dump(mode="json") if asked.as_json else None
    asked.answer(document, lines, whole=not sys.stdout.isatty())


@scenario_command.command("new", epilog="Exemple : siting scenario new mon-essai")
@click.argument("name", metavar="NOM")
@out_option("Où écrire ; par défaut, le dossier courant.")
def scenario_new(name: str, out: Path | None) -> None:
    """Écrit un modèle commenté, à compléter."""
    from scenarios.question.scenario_template import write_scenario

    print(write_scenario(name, out or Path()))
