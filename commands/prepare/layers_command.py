"""``siting layers``: what is known, where it comes from, how it is fetched and built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.name_completion import completed_with, layer_and_service_names
from commands.verb_parts.shared_options import data_option, layer_option, out_option, path_option
from layers.words.french import declared

territory_option = click.option(
    "--territory",
    metavar="NOM",
    help="Territoire connu (par défaut, nouvelle-aquitaine), ou départements séparés par des "
    "virgules : 19,23,87.",
)


papers_option = path_option(
    "--papers",
    metavar="DOSSIER",
    text="Fiches d'un autre territoire, écrites par « siting territory ».",
)


@click.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def layers_command() -> None:
    """Liste, télécharge, vérifie ou construit les couches."""


@layers_command.command(
    "list", epilog="Exemple : siting layers list --layer natura2000_polygons=zps.gpkg"
)
@click.option("--details", is_flag=True, help="Une couche par paragraphe : source, réserves.")
@asking(data_option, layer_option)
def layers_list(asked: Asked, details: bool) -> None:
    """Liste les couches, présentes, en partie ou absentes."""
    from scenarios.reading.dry_answers import layer_lines, layer_table
    from scenarios.reading.screens.one_screen import layers_screen

    table = layer_table(asked.open_pack())
    whole = asked.everything or details
    lines = layer_lines(table, details) if whole else layers_screen(table)
    asked.answer(table, lines, whole=whole)


@layers_command.command("verify", epilog="Exemple : siting layers verify --map couverture.png")
@path_option(
    "--map",
    "picture",
    metavar="PNG",
    text="Dessine aussi la carte de ce que l'on sait, dans ce fichier.",
)
@asking(data_option)
def layers_verify(asked: Asked, picture: Path | None) -> None:
    """Vérifie empreintes, comptes et surfaces.

    Et dit ce que l'on sait où : friches pour 1 000 km², couches complètes par département.
    """
    from layers.verify_pack import verify

    pack = asked.open_pack()
    report = verify(pack)
    asked.answer(report.to_json(), report.lines_fr())
    if picture:
        from layers.verify_pack import known_where
        from maps.printed.coverage_map import draw_coverage
        from scenarios.storage.results import poured

        with poured(picture.parent) as folder:
            draw_coverage(pack.table("departements"), known_where(pack), folder / picture.name)
    if report.faults:
        raise report.faults[0]


def _long_enough(_: click.Context, __: click.Parameter, seconds: float | None) -> float | None:
    if seconds is not None and not seconds >= 0.1:
        raise click.BadParameter(f"au moins 0,1 attendu, {declared(seconds)} reçu")
    return seconds


@layers_command.command("fetch", epilog="Exemple : siting layers fetch geoplateforme --dry-run")
@click.argument(
    "names",
    nargs=-1,
    metavar="[SERVICE | COUCHE]…",
    **completed_with(layer_and_service_names),
)
@territory_option
@papers_option
@out_option("Lot à écrire ou à compléter ; par défaut, lots/<territoire>.")
@data_option
@click.option("--dry-run", is_flag=True, help="Dit les demandes et leur taille ; n'appelle rien.")
@click.option("--offline", is_flag=True, help="Reprend le cache, sans ouvrir de connexion.")
@click.option("--refresh", is_flag=True, help="Redemande tout, même ce que le cache a.")
@click.option(
    "--deadline",
    "deadline_s",
    type=float,
    callback=_long_enough,
    metavar="SECONDES",
    help="Délai total de la commande ; par défaut, celui de chaque service.",
)
@click.option(
    "--allow-fewer",
    multiple=True,
    metavar="COUCHE",
    help="Admet moins de lignes qu'attendu pour cette couche ; répétable.",
)
@click.option(
    "--base-url",
    "addresses",
    multiple=True,
    metavar="SERVICE=URL",
    help="Autre adresse d'un service (miroir) ; répétable.",
)
@path_option(
    "--cache",
    metavar="DOSSIER",
    text="Où garder les réponses ; par défaut, le cache de l'utilisateur.",
)
@asking()
def layers_fetch(
    asked: Asked,
    territory: str | None,
    papers: Path | None,
    out: Path | None,
    dry_run: bool,
    **how: Any,
) -> None:
    """Télécharge les couches des services officiels.

    Tout, ou des services (geoplateforme, odre…), ou des couches (natura2000_polygons…). Le lot
    écrit est le lot de départ, complété ; il n'est écrit que si tout est arrivé entier.
    """
    from layers.fetch.fetch_forecast import forecast
    from layers.fetch.live_fetch import asked_for, fetch
    from layers.words.territory_paper import Territory

    ask = asked_for(Territory.chosen(territory, papers), out, asked.data, **how)
    if dry_run:
        report = forecast(ask)
        asked.answer(report, report["lines_fr"])
        return
    done = fetch(ask, asked.tell)
    asked.answer(done.to_json(), done.lines_fr())


@layers_command.command(
    "build", epilog="Exemple : siting layers build --from exports --territory 19,23,87"
)
@path_option(
    "--from",
    "exports",
    required=True,
    metavar="DOSSIER",
    text="Dossier des exports officiels.",
)
@territory_option
@papers_option
@out_option("Lot à écrire ; par défaut, lots/<territoire>.")
@click.option(
    "--confirmed-licences-only",
    "confirmed_only",
    is_flag=True,
    help="Laisse de côté les couches dont la licence est attendue, à confirmer.",
)
@asking()
def layers_build(
    asked: Asked,
    exports: Path,
    territory: str | None,
    papers: Path | None,
    out: Path | None,
    confirmed_only: bool,
) -> None:
    """Construit un lot depuis des exports officiels."""
    from layers.packs.pack_building import build
    from layers.words.territory_paper import Territory

    place = Territory.chosen(territory, papers)
    into = out or Path("lots") / place.name
    report = build(exports, into, place, asked.tell, confirmed_only=confirmed_only)
    asked.answer(report.to_json(), report.lines_fr())
