"""``siting territory``: the papers of one's own region."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import out_option


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def territory_command() -> None:
    """Prépare les fiches d'une autre région."""


@territory_command.command(
    "new",
    epilog="Exemple : siting territory new hauts-de-france --departements 02,59,60,62,80 "
    "--out papiers",
)
@click.argument("name", metavar="NOM")
@click.option(
    "--departements",
    required=True,
    metavar="CODES",
    help="Codes ou noms séparés par des virgules : 02,59,60,62,80.",
)
@click.option("--label", default="", metavar="TEXTE", help="Nom lu par tous, si celui-ci diffère.")
@out_option("Dossier des fiches ; par défaut, papiers/<nom>.")
@asking()
def territory_new(asked: Asked, name: str, departements: str, label: str, out: Path | None) -> None:
    """Écrit les fiches d'un territoire, faits nationaux remplis.

    Ce qui est régional est marqué « à renseigner ». Rien ne s'écrit dans l'outil : donnez ensuite
    le dossier à « siting layers build --papers DOSSIER --from EXPORTS ».
    """
    from layers.packs.paper_writing import write_papers

    into = out or Path("papiers") / name
    lines = write_papers(name, departements.split(","), into, label)
    asked.answer({"schema_version": 1, "folder": str(into), "files": lines}, [*lines, str(into)])
