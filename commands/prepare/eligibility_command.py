"""``siting eligibility``: where one could go, cell by cell, under declared rules."""

from __future__ import annotations

from pathlib import Path

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    cluster_option,
    count_option,
    no_cache_option,
    out_option,
    path_option,
    question_options,
    scenario_argument,
)


@click.command(epilog="Exemple : siting eligibility --layer natura2000_polygons=zps.gpkg --cell 25")
@scenario_argument
@path_option(
    "--rules",
    "rule_file",
    metavar="FICHIER",
    text="Jeu de règles (TOML) ; par défaut, « prudence », fourni avec l'outil. "
    "docs/eligibilite.md en nomme les règles et dit comment en écrire un.",
)
@click.option(
    "--cell", type=click.Choice(["100", "25"]), default="100", show_default=True, help="Maille [m]."
)
@click.option(
    "--distance",
    "distances",
    multiple=True,
    metavar="RÈGLE=MÈTRES",
    help="Remplace la distance d'une règle du jeu, nommée par sa clé (reserves, natura2000, "
    "dwellings, yards…), par exemple yards=10000 ; pour slope, une pente en % ; répétable.",
)
@click.option(
    "--raster",
    "rasters",
    multiple=True,
    metavar="RÈGLE=FICHIER",
    help="Répond à une règle par votre GeoTIFF : masque 0/1, ou après « ; » classes=1,2 "
    "above=0,5 below=2 unit=m crs=EPSG:2154 ; sans donnée, inconnu ; répétable.",
)
@out_option("Dossier à écrire.", Path("resultats/eligibilite"))
@no_cache_option
@cluster_option
@count_option("--jobs", 2, "Processus de la grappe locale.")
@asking(*question_options)
def eligibility_command(
    asked: Asked,
    rule_file: Path | None,
    cell: str,
    distances: tuple[str, ...],
    rasters: tuple[str, ...],
    out: Path,
    no_cache: bool,
    cluster: str | None,
    jobs: int,
) -> None:
    """Dit où l'on pourrait aller, maille par maille.

    Éligible, exclu ou inconnu, sous un jeu de règles déclaré ; et ce que chaque couche retire,
    seule ou en dernier. Une couche absente laisse « inconnu », jamais « éligible ».
    """
    from layers.eligibility.layer_masks import MaskCache
    from layers.eligibility.rule_rasters import rasters_of
    from maps.printed.eligibility_picture import draw_eligibility
    from scenarios.land_eligibility.eligibility_words import eligibility_lines
    from scenarios.land_eligibility.territory_eligibility import (
        distances_of,
        judge_territory,
        write_eligibility,
    )

    question = asked.read_scenario(need=False)
    pack = asked.open_pack(question)
    cache = MaskCache(None) if no_cache else MaskCache.of_user()
    other_distances = distances_of(distances)
    spread = (cluster, jobs) if cluster else None
    given = rasters_of(rasters)
    judged = judge_territory(
        question, pack, rule_file, int(cell), other_distances, cache, spread, asked.tell, given
    )
    least_ha = question.candidates.min_area_ha
    folder = write_eligibility(judged, pack, out, draw_eligibility, least_ha)
    asked.answer(judged.report, eligibility_lines(judged, folder))
