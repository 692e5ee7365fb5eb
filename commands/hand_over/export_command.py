"""``siting export``: the files others ask for."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import formats_option, out_option, results_argument


@click.command(epilog="Exemple : siting export resultats/tendanciel --format gpkg,csv")
@results_argument
@formats_option(
    "gpkg,csv,ods,odt,territoires,geojson,cnig,profil,matrice",
    "Formats voulus, séparés par des virgules.",
)
@out_option("Dossier à écrire ; par défaut, <résultats>-export, à côté.")
@asking()
def export_command(asked: Asked, folder: Path, formats: list[str], out: Path | None) -> None:
    """Écrit les fichiers à remettre : SIG, tableurs, CNIG.

    GeoPackage stylé, CSV et ODS, synthèse et fiches par intercommunalité en ODT, GeoJSON, friches
    au standard CNIG, profil Néo Terra par site, matrice des engagements.
    """
    from scenarios.storage.results import Results
    from scenarios.writing.exports.export_bundle import export, export_lines

    into = out or folder.parent / f"{folder.name}-export"
    document = export(Results.read(folder), into, formats, tell=asked.tell)
    asked.answer(document, export_lines(document, into))
