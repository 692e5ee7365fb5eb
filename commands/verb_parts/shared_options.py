"""The arguments and options that several verbs have, declared once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from commands.verb_parts.name_completion import completed_with, scenario_names

PATH = click.Path(path_type=Path)

Added = Callable[[Callable[..., Any]], Callable[..., Any]]
"""What gives a verb an argument or an option."""


def path_option(flag: str, *names: str, text: str, metavar: str = "DOSSIER", **more: Any) -> Added:
    """Return the option of a path."""
    return click.option(flag, *names, type=PATH, metavar=metavar, help=text, **more)


def out_option(text: str, default: Path | None = None) -> Added:
    """Return the option of the folder to write; ``text`` says its default when it depends."""
    return path_option("--out", text=text, default=default, show_default=bool(default))


def formats_option(default: str, text: str) -> Added:
    """Return the option of the formats to write, which the verb receives as a list."""

    def parted(_: click.Context, __: click.Parameter, formats: str) -> list[str]:
        return [name.strip() for name in formats.split(",") if name.strip()]

    return click.option(
        "--format",
        "formats",
        default=default,
        show_default=True,
        metavar="LISTE",
        callback=parted,
        help=text,
    )


def count_option(
    flag: str, default: int | None, text: str, least: int = 1, most: int | None = None
) -> Added:
    """Return the option of a number of things, its default said, its bounds held."""

    def within(_: click.Context, __: click.Parameter, count: int | None) -> int | None:
        if count is not None and not least <= count <= (count if most is None else most):
            expected = f"au moins {least}" if most is None else f"de {least} à {most}"
            raise click.BadParameter(f"{expected} attendu, {count} reçu")
        return count

    return click.option(
        flag, type=int, default=default, metavar="N", show_default=True, callback=within, help=text
    )


scenario_argument = click.argument(
    "scenario",
    default="tendanciel",
    metavar="[SCÉNARIO]",
    **completed_with(scenario_names, files=True),
)
results_argument = click.argument("folder", type=PATH, metavar="DOSSIER")
several_results_argument = click.argument(
    "folders", nargs=-1, required=True, type=PATH, metavar="DOSSIER…"
)

data_option = path_option(
    "--data",
    text="Lot de données ; par défaut, celui de Nouvelle-Aquitaine fourni avec l'outil.",
)
layer_option = click.option(
    "--layer",
    "offers",
    multiple=True,
    metavar="COUCHE=FICHIER",
    help="Ajoute votre couche, par exemple natura2000_polygons=zps.gpkg ; options après « ; » : "
    "complete_in=33,86 columns=name:NOM crs=EPSG:2154 encoding=cp1252 ; répétable.",
)
set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="CLÉ=VALEUR",
    help="Remplace une valeur du scénario, par exemple demand.it_mw.2031=150 ; répétable.",
)
confirm_option = path_option(
    "--confirm",
    metavar="FICHIER",
    text="Visites de terrain (CSV « site_id;etat;par;le;motif ») : libre ou occupé ; "
    "par défaut, aucune.",
)
sites_option = click.option(
    "--sites",
    "own_sites",
    multiple=True,
    metavar="FICHIER",
    help="Ajoute vos sites (CSV, XLSX, ODS, GeoPackage, Shapefile, GeoJSON, GeoParquet), par "
    "exemple « zae.xlsx;by=Bordeaux Métropole » ; répétable.",
)
zone_option = click.option(
    "--zone",
    "own_zones",
    multiple=True,
    metavar="FICHIER",
    help="Ajoute une zone, par exemple « captages.gpkg;role=exclude;label=Captages;"
    "source=ARS 2026;buffer=200;complete_in=33,86 » (role=attention : dite, sans écarter) ; "
    "répétable.",
)
weather_option = path_option(
    "--weather",
    metavar="FICHIER",
    text="Météo horaire que vous tenez (EPW, PVGIS, Météo-France), pour les sites à sa portée ; "
    "par défaut, les stations du lot.",
)
audit_option = path_option(
    "--audit",
    metavar="FICHIER",
    text="Audit des datacenters existants (« siting audit new » l'écrit) ; il remplace "
    "l'hypothèse de puissance existante.",
)
_WHERE_FR = "par site, commune, intercommunalité ou département (code ou nom) ; répétable."
keep_option = click.option(
    "--keep", multiple=True, metavar="LIEU", help=f"Garde un site, {_WHERE_FR}"
)
ban_option = click.option(
    "--ban", multiple=True, metavar="LIEU", help=f"Écarte des sites, {_WHERE_FR}"
)
# What a verb that reads a scenario on a pack takes besides.
question_options = (
    data_option,
    layer_option,
    set_option,
    sites_option,
    zone_option,
    audit_option,
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="Tout affiche, sans s'arrêter à un écran."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Un document JSON sur stdout.")
no_cache_option = click.option(
    "--no-cache", is_flag=True, help="Recalcule tout, sans rien reprendre."
)
no_solver_option = click.option(
    "--no-solver",
    is_flag=True,
    help="Dessine la carte sans le solveur de l'onglet « Salle » : deux fois plus légère.",
)
identity_option = path_option(
    "--identity",
    metavar="FICHIER",
    text="Nom, logo et couleurs de l'organisation (TOML).",
)
cluster_option = click.option(
    "--cluster",
    metavar="ADRESSE",
    help="« local », ou l'adresse d'un ordonnanceur dask (tcp://machine:8786) ; par défaut, des "
    "processus de cette machine.",
)
jobs_option = count_option("--jobs", 2, "Processus à la fois.")
