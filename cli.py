"""The command line: parses, calls, prints. stdout is data, stderr is talk."""

from __future__ import annotations

import gettext
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# click takes its words from gettext: give it ours, whatever the machine's locale.
_WORDS = {
    "Usage:": "Usage\u00a0:",
    "Options": "Options\u00a0",
    "Commands": "Commandes\u00a0",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "Try '{command} {option}' for help.": "Essayez « {command} {option} » pour l'aide.",
    "Error: {message}": "Erreur : {message}",
    "No such command {name!r}.": "Commande inconnue : {name!r}.",
    "Missing command.": "Il manque une commande.",
    "Missing argument": "Il manque un argument",
    "Missing option": "Il manque une option",
    "Missing parameter": "Il manque un paramètre",
    "No such option {name!r}.": "Option inconnue : {name!r}.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Possible options: {possibilities})": "(options possibles : {possibilities})",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Option {name!r} requires an argument.": "L'option {name!r} attend une valeur.",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre valable.",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas parmi {choices}.",
    "Aborted!": "Interrompu.",
    "default: {default}": "par défaut : {default}",
    "required": "obligatoire",
    "file": "fichier",
    "directory": "dossier",
    "{name} {filename!r} does not exist.": "le {name} {filename!r} n'existe pas.",
}
_plain_gettext, _plain_ngettext = gettext.gettext, gettext.ngettext
gettext.gettext = lambda message: _WORDS.get(message, _plain_gettext(message))
gettext.ngettext = lambda msgid1, msgid2, n: _WORDS.get(
    msgid1 if n < 2 else msgid2, _plain_ngettext(msgid1, msgid2, n)
)

import click  # noqa: E402 - after its words

from layers.errors import SitingError  # noqa: E402

if TYPE_CHECKING:
    from layers.pack import Pack
    from scenarios.results import Results
    from scenarios.scenario import Scenario

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Lot de données ; par défaut, celui de Nouvelle-Aquitaine fourni avec l'outil.",
)
layer_option = click.option(
    "--layer",
    "offers",
    multiple=True,
    metavar="COUCHE=FICHIER",
    expose_value=False,
    callback=lambda context, _, offers: context.meta.update(offers=offers),
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
json_option = click.option("--json", "as_json", is_flag=True, help="Un document JSON sur stdout.")
scenario_argument = click.argument("scenario", default="tendanciel", metavar="[SCÉNARIO]")


@click.group(context_settings=CONTEXT, subcommand_metavar="COMMANDE [ARGUMENTS]…")
@click.version_option(package_name="siting", prog_name="siting")
def app() -> None:
    """Plan régional des datacenters : où, combien, à quelle empreinte, sous quelles règles.

    Une première fois : « siting run », puis ouvrez la carte dont le chemin s'affiche.
    """


@app.command(
    epilog="Exemple : siting run sobriete --set demand.it_mw.2036=90 --out resultats/sobriete-90"
)
@scenario_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Dossier de résultats ; par défaut resultats/<scénario>.",
)
@data_option
@layer_option
@set_option
@click.option("--no-cache", is_flag=True, help="Recalcule tout, sans reprendre d'étape finie.")
@click.option(
    "--dry-run", is_flag=True, help="Dit les étapes et leur durée attendue ; n'écrit rien."
)
@click.option(
    "--alternatives",
    default=2,
    show_default=True,
    metavar="N",
    help="Autres plans presque aussi bons à chercher, dont la moitié des sites changent.",
)
@click.option(
    "--proof",
    is_flag=True,
    help="Paie chaque ligne entière et prouve le plan à 0,1 %, l'écart réel étant toujours dit : "
    "une à trois minutes. Donne aussi le coût de chaque règle en intervalle.",
)
@click.option(
    "--sheets", is_flag=True, help="Écrit aussi les fiches PDF et le carnet, dans <dossier>-fiches."
)
@json_option
def run(
    scenario: str,
    out: Path | None,
    data: Path | None,
    overrides: tuple[str, ...],
    no_cache: bool,
    dry_run: bool,
    alternatives: int,
    proof: bool,
    sheets: bool,
    as_json: bool,
) -> None:
    """Calcule un plan, écrit ses résultats et sa carte.

    SCÉNARIO est un nom de la bibliothèque (« siting scenario list ») ou un fichier TOML ; sans
    rien, c'est « tendanciel ». Interrompu, il reprend des étapes finies.
    """
    from scenarios.cache import StepCache, answers_asked
    from scenarios.forecast import countdown, expected_steps
    from scenarios.run import run as run_scenario
    from scenarios.since import before, changes_fr, said

    question = _scenario(scenario, overrides)
    into = out or Path("resultats") / question.name
    pack, answers = _pack(data), answers_asked(alternatives, proof)
    steps = StepCache(None) if no_cache else StepCache.of_user()
    if dry_run:
        forecast = expected_steps(question, pack, into, steps, answers=answers)
        _print(forecast if as_json else "\n".join(forecast["lines_fr"]))
        return
    tell = countdown(question, pack, into, steps, _tell(), answers)
    kept, former = None if no_cache else steps, before(into)
    results = run_scenario(
        question, pack, into, draw=_draw_pages, tell=tell, steps=kept, answers=answers
    )
    StepCache.of_user().keep_seconds(question.name, tell.measured)
    if sheets:
        _draw_sheets(results)
    _say(results.summary, changes_fr(former, said(results)))
    _print(results.summary if as_json else str(results.folder / "carte.html"))
    if results.summary["solver"]["status"] == "non reproductible":
        raise SitingError(
            "SIT302",
            "le temps accordé au solveur est épuisé : la réponse écrite respecte les règles",
            where=str(results.folder),
        )


@app.command(epilog="Exemple : siting check mon-essai.toml")
@scenario_argument
@data_option
@layer_option
@set_option
@json_option
def check(scenario: str, data: Path | None, overrides: tuple[str, ...], as_json: bool) -> None:
    """Vérifie un scénario sans rien écrire.

    Tous les défauts sont dits d'un coup, avec leur fichier et leur ligne.
    """
    from scenarios.inspect import check_scenario

    report = check_scenario(_scenario(scenario, overrides), _pack(data))
    _print(report if as_json else "\n".join(report["lines_fr"]))


@app.command(epilog="Exemple : siting rank sobriete --top 10 --weights region")
@scenario_argument
@click.option("--top", default=20, metavar="N", show_default=True, help="Nombre de sites affichés.")
@click.option(
    "--weights",
    metavar="FICHIER|COLLÈGE",
    help="Poids, seuils et réserves exportés par la carte (JSON ou CSV), ou l'illustration d'un "
    "collège : etat, region, epci, associations, entreprises, habitants.",
)
@data_option
@layer_option
@set_option
@json_option
def rank(
    scenario: str,
    top: int,
    weights: str | None,
    data: Path | None,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Trie et classe les candidats, sans programme."""
    from scenarios.inspect import ranking_lines, ranking_table
    from scenarios.weights import weights_asked

    question = _scenario(scenario, overrides)
    chosen = weights_asked(weights, question.ranking.weights) if weights else None
    table = ranking_table(question, _pack(data), chosen)
    _print(table[:top] if as_json else "\n".join(ranking_lines(table, top, chosen)))


@app.command()
@scenario_argument
@click.option(
    "--rules",
    "rule_file",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Jeu de règles (TOML) ; par défaut, « prudence », fourni avec l'outil.",
)
@click.option(
    "--cell", type=click.Choice(["100", "25"]), default="100", show_default=True, help="Maille [m]."
)
@click.option(
    "--distance",
    "distances",
    multiple=True,
    metavar="RÈGLE=MÈTRES",
    help="Remplace la distance d'une règle, par exemple yards=10000 ; répétable.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("resultats/eligibilite"),
    show_default=True,
    metavar="DOSSIER",
    help="Dossier à écrire.",
)
@click.option("--no-cache", is_flag=True, help="Refait chaque masque.")
@click.option(
    "--cluster",
    metavar="ADRESSE",
    help="« local », ou l'adresse d'un ordonnanceur dask (tcp://machine:8786).",
)
@click.option(
    "--jobs", default=2, metavar="N", show_default=True, help="Processus de la grappe locale."
)
@data_option
@layer_option
@set_option
@json_option
def eligibility(
    scenario: str,
    rule_file: Path | None,
    cell: str,
    distances: tuple[str, ...],
    out: Path,
    no_cache: bool,
    cluster: str | None,
    jobs: int,
    data: Path | None,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Dit où l'on pourrait aller, maille par maille.

    Éligible, exclu ou inconnu, sous un jeu de règles déclaré ; et ce que chaque couche retire,
    seule ou en dernier. Une couche absente laisse « inconnu », jamais « éligible ».
    """
    from layers.masks import MaskCache
    from maps.eligible import draw_eligibility
    from scenarios.eligibility import (
        distances_of,
        eligibility_lines,
        judge_territory,
        write_eligibility,
    )

    question, pack = _scenario(scenario, overrides), _pack(data)
    cache = MaskCache(None) if no_cache else MaskCache.of_user()
    asked = distances_of(distances)
    spread = (cluster, jobs) if cluster else None
    judged = judge_territory(question, pack, rule_file, int(cell), asked, cache, spread, _tell())
    least_ha = question.candidates.min_area_ha
    folder = write_eligibility(judged, pack, out, draw_eligibility, least_ha)
    _print(judged.report if as_json else "\n".join(eligibility_lines(judged, folder)))


@app.command(epilog="Exemple : siting explain 87085_1437 --in resultats/sobriete")
@click.argument("site", metavar="SITE")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    default=Path("resultats/tendanciel"),
    show_default=True,
    help="Dossier de résultats à lire.",
)
@json_option
def explain(site: str, folder: Path, as_json: bool) -> None:
    """Dit pourquoi un site est retenu ou non.

    Le motif, chaque critère avec sa valeur, son seuil et sa source, et ce qui changerait l'avis.
    """
    from scenarios.explain import explain_lines, explain_site
    from scenarios.results import Results

    answer = explain_site(Results.read(folder), site)
    _print(answer if as_json else "\n".join(explain_lines(answer)))


@app.command(epilog="Exemple : siting rules sobriete --at 2026-11-23")
@scenario_argument
@click.option("--at", "at", metavar="AAAA-MM-JJ", help="Valeurs en vigueur ce jour-là.")
@data_option
@json_option
def rules(scenario: str, at: str | None, data: Path | None, as_json: bool) -> None:
    """Liste les 28 règles, valeurs et sources.

    Inéquation, valeur en vigueur, statut, portée, et « peut mordre aujourd'hui ? ».

    Le scénario dit comment il prend chaque règle, et si elle peut mordre sur ses candidats.
    """
    from scenarios.inspect import rule_lines, rule_table

    table = rule_table(_scenario(scenario, ()), _pack(data), at)
    _print(table if as_json else "\n".join(rule_lines(table)))


@app.command(epilog="Exemple : siting evaluate mon-plan.csv --scenario sobriete")
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@click.option(
    "--scenario",
    "scenario",
    default="tendanciel",
    show_default=True,
    metavar="SCÉNARIO",
    help="Besoin et règles : un nom de la bibliothèque ou un fichier TOML.",
)
@data_option
@layer_option
@set_option
@json_option
def evaluate(
    plan: Path, scenario: str, data: Path | None, overrides: tuple[str, ...], as_json: bool
) -> None:
    """Évalue un plan dessiné à la main.

    CSV « site_id;it_mw[;design;period] » ou GeoPackage des mêmes colonnes ; un site est une friche
    du lot ou un projet annoncé (bxia, bx1, bouliac). Empreinte, règles et verdicts, sans solveur.
    """
    from scenarios.evaluate import evaluate as evaluate_plan
    from scenarios.evaluate import evaluate_lines

    report = evaluate_plan(plan, _scenario(scenario, overrides), _pack(data))
    _print(report if as_json else "\n".join(evaluate_lines(report)))


@app.command(epilog="Exemple : siting pareto sobriete --x cost --y heat --points 9")
@scenario_argument
@click.option(
    "--x", "x", metavar="OBJECTIF", default="water", show_default=True, help="Premier objectif."
)
@click.option(
    "--y", "y", metavar="OBJECTIF", default="land", show_default=True, help="Second objectif."
)
@click.option("--points", default=9, metavar="N", show_default=True, help="Points du front.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DOSSIER", help="Où écrire.")
@data_option
@set_option
@json_option
def pareto(
    scenario: str,
    x: str,
    y: str,
    points: int,
    out: Path | None,
    data: Path | None,
    overrides: tuple[str, ...],
    as_json: bool,
) -> None:
    """Trace le front entre deux objectifs.

    Objectifs : cost, water, scarcity, land, enaf, heat, energy, carbon, equity.
    """
    from maps.front import draw_front
    from scenarios.exports import write_csv
    from scenarios.pareto import pareto as front_of
    from scenarios.results import made

    question = _scenario(scenario, overrides)
    found = front_of(question, _pack(data), x, y, points, tell=_tell())
    folder = made(out or Path("resultats") / f"{question.name}-front-{x}-{y}")
    write_csv(found.table, folder / "front.csv")
    picture = draw_front(found.table, question.title, found.sentence_fr, folder / "front.png")
    _print(found.table.to_dict("records") if as_json else f"{found.sentence_fr}\n{picture}")


@app.command(epilog="Exemple : siting compare resultats/tendanciel resultats/sobriete")
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOSSIER…"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("resultats"),
    show_default=True,
    metavar="DOSSIER",
    help="Où écrire comparaison.html et comparaison.png.",
)
@json_option
def compare(folders: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Compare plusieurs dossiers de résultats.

    Aussi ceux d'une autre région : un tableau, de petites cartes à la même échelle, la trajectoire
    nationale, les projets annoncés autour, et ce que deux plans partagent.
    """
    from maps.comparison import draw_comparison
    from scenarios.compare import compare as side_by_side
    from scenarios.compare import compare_lines
    from scenarios.results import Results

    results = [Results.read(folder) for folder in folders]
    document = side_by_side(results)
    page = draw_comparison(results, document, out)
    _print(document if as_json else "\n".join([*compare_lines(document), str(page)]))


@app.command("map", epilog="Exemple : siting map resultats/sobriete --out cartes")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="DOSSIER", help="Où dessiner."
)
@click.option(
    "--identity",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Nom, logo et couleurs de l'organisation (TOML).",
)
def draw_map(folder: Path, out: Path, identity: Path | None) -> None:
    """Redessine la carte et la synthèse d'un dossier."""
    from maps.pages import draw_pages
    from scenarios.results import Results, made

    _print(str(draw_pages(Results.read(folder), made(out), identity)))


@app.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option(
    "--format",
    "formats",
    default="gpkg,csv,ods,geojson,cnig,profil",
    show_default=True,
    metavar="LISTE",
    help="Formats voulus, séparés par des virgules.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Dossier à écrire ; par défaut <résultats>-export, à côté.",
)
@json_option
def export(folder: Path, formats: str, out: Path | None, as_json: bool) -> None:
    """Écrit les fichiers à remettre : SIG, tableurs, CNIG.

    GeoPackage stylé, CSV et ODS, GeoJSON, friches au standard CNIG, profil Néo Terra par site.
    """
    from scenarios.exports.bundle import export as write_export
    from scenarios.exports.bundle import export_lines
    from scenarios.results import Results

    into = out or folder.parent / f"{folder.name}-export"
    asked = [name.strip() for name in formats.split(",") if name.strip()]
    document = write_export(Results.read(folder), into, asked)
    _print(document if as_json else "\n".join(export_lines(document, into)))


@app.command()
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DOSSIER…"
)
@click.option(
    "--format", "formats", default="png,svg", show_default=True, metavar="LISTE", help="png, svg."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Dossier à écrire ; par défaut <résultats>-images, à côté du premier.",
)
@json_option
def pictures(folders: tuple[Path, ...], formats: str, out: Path | None, as_json: bool) -> None:
    """Dessine les images d'un plan, en PNG et SVG.

    Scores, rangs, mois, sensibilité, preuves qui manquent ; de plusieurs plans, côte à côte.
    """
    from maps.pictures.gallery import draw_pictures, picture_lines
    from scenarios.results import Results

    into = out or folders[0].parent / f"{folders[0].name}-images"
    results = [Results.read(folder) for folder in folders]
    asked = [kind.strip() for kind in formats.split(",") if kind.strip()]
    document = draw_pictures(results, into, asked)
    _print(document if as_json else "\n".join(picture_lines(document, into)))


@app.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Dossier à écrire ; par défaut <résultats>-a-demander, à côté.",
)
@json_option
def unknowns(folder: Path, out: Path | None, as_json: bool) -> None:
    """Classe les dix informations à obtenir d'abord.

    L'ordre est ce qu'elles changeraient au plan : le programme est résolu de nouveau aux deux
    bouts de chaque donnée qui manque. Une page et deux tableurs.
    """
    from maps.questions import draw_questions
    from scenarios.progress import on_stderr
    from scenarios.results import Results
    from scenarios.unknowns import find_unknowns, unknowns_lines, write_unknowns

    document = find_unknowns(Results.read(folder), on_stderr)
    into = out or folder.parent / f"{folder.name}-a-demander"
    page = write_unknowns(document, into, draw_questions)
    _print(document if as_json else "\n".join([*unknowns_lines(document), str(page)]))


@app.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Ce site ; répétable.")
@click.option("--all", "every", is_flag=True, help="Tous les candidats, et non les seuls retenus.")
@click.option("--top", type=click.IntRange(1), metavar="N", help="Les N premiers du classement.")
@click.option("--booklet", is_flag=True, help="Ajoute le carnet du plan, carnet.pdf.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Où écrire ; par défaut, à côté du dossier, <dossier>-fiches.",
)
@click.option("--jobs", default=2, metavar="N", show_default=True, help="Processus.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path),
    metavar="FICHIER",
    help="Nom, logo et couleurs de l'organisation (TOML).",
)
@json_option
def sheets(
    folder: Path,
    sites: tuple[str, ...],
    every: bool,
    top: int | None,
    booklet: bool,
    out: Path | None,
    jobs: int,
    identity: Path | None,
    as_json: bool,
) -> None:
    """Écrit les fiches de site en PDF, et le carnet du plan."""
    from maps.sheets import Order, beside, draw_sheets, told_lines
    from scenarios.results import Results

    results, order = Results.read(folder), Order(sites, top, every, booklet)
    report = draw_sheets(
        results, out or beside(folder), order, identity=identity, jobs=jobs, tell=_tell()
    )
    _print(report if as_json else "\n".join(told_lines(report)))


@app.command(epilog="Exemple : siting verify resultats/sobriete")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@json_option
def verify(folder: Path, as_json: bool) -> None:
    """Revérifie un dossier, empreintes et règles, sans solveur."""
    from scenarios.results import Results
    from scenarios.verify import verify as verify_results
    from scenarios.verify import verify_lines

    report = verify_results(Results.read(folder, verify=False))
    _print(report if as_json else "\n".join(verify_lines(report)))
    if not report["ok"]:
        raise SystemExit(7)


@app.command(epilog="Exemple : siting sweep sobriete --vary load_factor=0.5:0.9:5 --draws 40")
@scenario_argument
@click.option(
    "--vary", multiple=True, metavar="CLÉ=BAS:HAUT:N", help="Valeurs d'une clé ; répétable."
)
@click.option(
    "--draws", default=0, metavar="N", show_default=True, help="Tirages des hypothèses par cas."
)
@click.option("--seed", default=0, metavar="N", show_default=True, help="Graine des tirages.")
@click.option("--jobs", default=2, metavar="N", show_default=True, help="Processus.")
@click.option(
    "--cluster",
    metavar="ADRESSE",
    help="« local », ou l'adresse d'un ordonnanceur dask (tcp://machine:8786).",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="DOSSIER", help="Dossier à écrire.")
@data_option
@json_option
def sweep(
    scenario: str,
    vary: tuple[str, ...],
    draws: int,
    seed: int,
    jobs: int,
    cluster: str | None,
    out: Path | None,
    data: Path | None,
    as_json: bool,
) -> None:
    """Rejoue un scénario sous beaucoup de variantes.

    Chaque tirage change ce qui est supposé : capacité des postes, coût des lignes, puissance déjà
    en service, pondérations. Écrit un tableau (Parquet), un NetCDF, et la part des tirages qui
    retiennent chaque site, poste, EPCI et département. Interrompu, il reprend des cas finis.
    """
    from layers.pack import EMBEDDED
    from scenarios.cache import StepCache
    from scenarios.results import read_json
    from scenarios.runners import in_processes, on_cluster
    from scenarios.sweep import cases
    from scenarios.sweep import sweep as run_sweep
    from scenarios.tally import sweep_lines

    asked = cases(scenario, data or EMBEDDED, vary, draws, seed)
    runner = on_cluster(cluster, jobs) if cluster else in_processes(jobs)
    into = out or Path("resultats") / f"{Path(scenario).stem}-variantes"
    folder = run_sweep(asked, into, runner, _tell(), StepCache.of_user())
    report = read_json(folder / "datapackage.json")
    _print(report if as_json else "\n".join(sweep_lines(folder, report)))


@app.command(epilog="Exemple : siting indicators resultats/sobriete --out suivi")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DOSSIER")
@click.option("--out", type=click.Path(path_type=Path), metavar="DOSSIER", help="Où écrire.")
@json_option
def indicators(folder: Path, out: Path | None, as_json: bool) -> None:
    """Écrit les 29 indicateurs de suivi et le modèle d'audit.

    En ODS, CSV et JSON. L'audit rempli se relit avec --set demand.audit=audit.csv.
    """
    from scenarios.indicators import indicators as table_of
    from scenarios.indicators import write_follow_up
    from scenarios.results import Results

    results = Results.read(folder)
    into = write_follow_up(results, out or folder.parent / f"{folder.name}-suivi")
    _print(table_of(results).to_dict("records") if as_json else str(into))


@app.command(epilog='Exemple : eval "$(siting completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
def completion(shell: str) -> None:
    """Écrit le script de complétion : bash, zsh ou fish."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    _print(kind(app, {}, "siting", "_SITING_COMPLETE").source())


@app.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def layers() -> None:
    """Liste, télécharge, vérifie ou construit les couches."""


@layers.command("list", epilog="Exemple : siting layers list --layer natura2000_polygons=zps.gpkg")
@data_option
@layer_option
@json_option
def layers_list(data: Path | None, as_json: bool) -> None:
    """Liste les couches, présentes et absentes."""
    from scenarios.inspect import layer_lines, layer_table

    table = layer_table(_pack(data))
    _print(table if as_json else "\n".join(layer_lines(table)))


@layers.command("verify", epilog="Exemple : siting layers verify --map couverture.png")
@click.option(
    "--map", "picture", type=click.Path(path_type=Path), metavar="PNG", help="Dessine la carte."
)
@data_option
@json_option
def layers_verify(picture: Path | None, data: Path | None, as_json: bool) -> None:
    """Vérifie empreintes, comptes et surfaces.

    Et dit ce que l'on sait où : friches pour 1 000 km², couches complètes par département.
    """
    from layers.verify import verify

    pack = _pack(data)
    report = verify(pack)
    _print(report.to_json() if as_json else "\n".join(report.lines_fr()))
    if picture:
        from layers.verify import known_where
        from maps.coverage import draw_coverage

        draw_coverage(pack.table("departements"), known_where(pack), picture)
    if report.faults:
        raise report.faults[0]


@layers.command("fetch")
@click.argument("names", nargs=-1, metavar="[SERVICE | COUCHE]…")
@click.option(
    "--territory",
    default="nouvelle-aquitaine",
    show_default=True,
    metavar="NOM",
    help="Territoire connu, ou départements séparés par des virgules : 19,23,87.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Lot à écrire ou à compléter ; par défaut lots/<territoire>.",
)
@data_option
@click.option("--dry-run", is_flag=True, help="Dit les demandes et leur taille ; n'appelle rien.")
@click.option("--offline", is_flag=True, help="Reprend le cache, sans ouvrir de connexion.")
@click.option("--refresh", is_flag=True, help="Redemande tout, même ce que le cache a.")
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(min=0.1),
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
@click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DOSSIER", help="Où garder les réponses."
)
@json_option
def layers_fetch(
    territory: str, out: Path | None, data: Path | None, dry_run: bool, as_json: bool, **how: Any
) -> None:
    """Télécharge les couches des services officiels.

    Tout, ou des services (geoplateforme, odre…), ou des couches (natura2000_polygons…). Le lot
    écrit est le lot de départ, complété ; il n'est écrit que si tout est arrivé entier.
    """
    from layers.fetch.fetch import asked_for, fetch
    from layers.fetch.forecast import forecast

    ask = asked_for(territory, out, data, **how)
    if dry_run:
        report = forecast(ask)
        _print(report if as_json else "\n".join(report["lines_fr"]))
        return
    done = fetch(ask, _tell())
    _print(done.to_json() if as_json else "\n".join(done.lines_fr()))


@layers.command("build", epilog="Exemple : siting layers build --from exports --territory 19,23,87")
@click.option(
    "--from",
    "exports",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DOSSIER",
    help="Dossier des exports officiels.",
)
@click.option(
    "--territory",
    default="nouvelle-aquitaine",
    show_default=True,
    metavar="NOM",
    help="Territoire connu, ou départements séparés par des virgules : 19,23,87.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Lot à écrire ; par défaut lots/<territoire>.",
)
@json_option
def layers_build(exports: Path, territory: str, out: Path | None, as_json: bool) -> None:
    """Construit un lot depuis des exports officiels."""
    from layers.build import build
    from layers.territory import Territory

    place = Territory.asked(territory)
    report = build(exports, out or Path("lots") / place.name, place)
    _print(report.to_json() if as_json else "\n".join(report.lines_fr()))


@app.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def scenario() -> None:
    """Scénarios de la bibliothèque."""


@scenario.command("list")
@json_option
def scenario_list(as_json: bool) -> None:
    """Liste les scénarios de la bibliothèque."""
    from scenarios.scenario import library_names, read_scenario

    found = {name: read_scenario(name) for name in library_names()}
    table = [{"name": n, "title": s.title, "question": s.question} for n, s in found.items()]
    _print(table if as_json else "\n".join(f"{t['name']:<20} {t['title']}" for t in table))


@scenario.command("show", epilog="Exemple : siting scenario show sobriete")
@scenario_argument
def scenario_show(scenario: str) -> None:
    """Affiche le fichier d'un scénario."""
    from scenarios.scenario import find_scenario

    _print(find_scenario(scenario).read_text(encoding="utf-8").rstrip())


@scenario.command("new", epilog="Exemple : siting scenario new mon-essai")
@click.argument("name", metavar="NOM")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DOSSIER",
    help="Où écrire ; par défaut, le dossier courant.",
)
def scenario_new(name: str, out: Path) -> None:
    """Écrit un modèle commenté, à compléter."""
    from scenarios.template import write_scenario

    _print(str(write_scenario(name, out)))


@app.command(epilog="Exemple : siting doctor --data lots/mon-lot")
@data_option
@json_option
def doctor(data: Path | None, as_json: bool) -> None:
    """Examine l'environnement, le solveur et le lot."""
    from scenarios.doctor import examine

    report = examine(data)
    _print(report if as_json else "\n".join(report["lines_fr"]))
    if not report["healthy"]:
        raise SystemExit(3)


@app.command("explain-error")
@click.argument("code", metavar="[CODE]", default="")
@json_option
def explain_error(code: str, as_json: bool) -> None:
    """Explique un code d'erreur, ou les liste tous.

    Par exemple : siting explain-error SIT300.
    """
    from scenarios.inspect import code_lines, code_table

    table = code_table(code)
    _print(table if as_json else "\n".join(code_lines(table)))


def _scenario(name: str, overrides: tuple[str, ...]) -> Scenario:
    from scenarios.scenario import read_scenario

    return read_scenario(name, overrides, names=True)


def _pack(data: Path | None) -> Pack:
    from layers.pack import EMBEDDED, Pack

    pack = Pack.open(data or EMBEDDED)
    offers = click.get_current_context().meta.get("offers", ())
    return _with_offers(pack, offers) if offers else pack


def _with_offers(pack: Pack, offers: tuple[str, ...]) -> Pack:
    from layers.user import with_offers
    from scenarios.progress import on_stderr

    pack, report = with_offers(pack, offers)
    for line in report:
        if line.rows:
            on_stderr(line.text_fr)
    return pack


def _draw_pages(results: Results, into: Path) -> Path:
    """Draw the pages; what draws is only loaded by a run that has something to draw."""
    from maps.pages import draw_pages

    return draw_pages(results, into)


def _tell() -> Any:
    from scenarios.progress import on_stderr, silent

    return on_stderr if sys.stderr.isatty() else silent


def _draw_sheets(results: Any) -> None:
    from maps.sheets import Order, beside, draw_sheets

    order = Order(booklet=True)
    _tell()(draw_sheets(results, beside(results.folder), order, tell=_tell())["folder"])


def _say(summary: dict[str, Any], changes: list[str]) -> None:
    """Tell the answer, and what it changes, where talk belongs."""
    from scenarios.progress import on_stderr

    on_stderr(f"\n{summary['title']}")
    for sentence in [*summary["answer_fr"], *summary["more_fr"]]:
        on_stderr(f"  {sentence}")
    for sentence in changes:
        on_stderr(f"  {sentence}")


def _print(content: Any) -> None:
    import json

    text = (
        content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
    )
    print(text)


def _utf8() -> None:
    """Write UTF-8 whatever the console says, so that accents survive a pipe."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run a command; a fault a planner can mend is three lines and an exit code."""
    _utf8()
    signal.signal(signal.SIGTERM, _interrupted)  # a closed session cleans up like Ctrl-C
    try:
        app(prog_name="siting", standalone_mode=False)
    except SitingError as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(problem.exit_code) from None
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.format_message())
        raise SystemExit(2) from None
    except click.ClickException as problem:
        problem.show()
        raise SystemExit(problem.exit_code) from None
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrompu : rien n'a été laissé à moitié.", err=True)
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
