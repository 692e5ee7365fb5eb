"""The command line: parses, calls, prints. stdout is data, stderr is talk."""

from __future__ import annotations

import os
import signal
import sys

GOODBYE = "Interrompu : rien n'a été laissé à moitié."


def _leave_at_once(*_: object) -> None:
    """End while Python still loads: nothing is begun, and there is nobody to catch a fault."""
    os.write(2, f"{GOODBYE}\n".encode())
    os._exit(130)


# Before anything else is loaded, and only in the command itself: neither in who imports it nor in
# its worker processes.
if "multiprocessing.spawn" not in sys.modules and (
    __name__ == "__main__" or os.path.basename(sys.argv[0]).startswith("siting")  # noqa: PTH119
):
    for _number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(_number) is not signal.SIG_IGN:
            signal.signal(_number, _leave_at_once)

import gettext  # noqa: E402
from collections.abc import Callable, Iterable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

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
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire l'un de {possibilities} ?)",
    "(Possible options: {possibilities})": "(options possibles : {possibilities})",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "Option {name!r} does not take a value.": "L'option {name!r} ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L'option {name!r} attend une valeur.",
    "Got unexpected extra argument ({args})": "Argument en trop ({args})",
    "Got unexpected extra arguments ({args})": "Arguments en trop ({args})",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre valable.",
    "{value!r} is not one of {choices}.": "{value!r} n'est pas parmi {choices}.",
    "{value} is not in the range {range}.": "{value} n'est pas permis ({range}).",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
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

from layers.words.errors import SitingError  # noqa: E402
from layers.words.french import NO_BREAK  # noqa: E402
from layers.words.interruptions import listen, stop, stop_asked  # noqa: E402
from scenarios.terminal.terminal_lines import fitted, typeset  # noqa: E402

if TYPE_CHECKING:
    from layers.packs.data_pack import Pack
    from scenarios.question.scenario_reading import Scenario
    from scenarios.storage.results import Results

PATH = click.Path(path_type=Path)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
# In the order of a planner's work.
CHAPTERS = {
    "Préparer": ("scenario", "check", "rules", "layers", "eligibility"),
    "Calculer": ("run", "rank", "evaluate", "pareto", "sweep"),
    "Lire et comparer": ("explain", "compare", "unknowns", "verify"),
    "Remettre": ("map", "export", "sheets", "pictures", "indicators"),
    "Se dépanner": ("doctor", "explain-error", "completion"),
}


class Typeset(click.HelpFormatter):
    """Writes help whose French signs stay with their word when a line is folded."""

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(typeset(text))

    def write_dl(self, rows: Any, *sizes: Any, **named: Any) -> None:
        """Write options or commands."""
        super().write_dl([(first, typeset(text)) for first, text in rows], *sizes, **named)


click.Context.formatter_class = Typeset


class Chapters(click.Group):
    """A group whose commands are listed by chapter."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands of each chapter, and any other one after them."""
        placed = {name for names in CHAPTERS.values() for name in names}
        others = tuple(name for name in self.list_commands(ctx) if name not in placed)
        width = formatter.width - 6 - max(map(len, self.commands))
        for title, names in (*CHAPTERS.items(), ("Autres", others)):
            rows = [(name, self.commands[name].get_short_help_str(width)) for name in names]
            if rows:
                with formatter.section(f"{title}{NO_BREAK}"):
                    formatter.write_dl(rows, col_max=30)


Added = Callable[[Callable[..., Any]], Callable[..., Any]]
"""What gives a command an argument or an option."""


def path_option(flag: str, *names: str, text: str, metavar: str = "DOSSIER", **more: Any) -> Added:
    """Return the option of a path."""
    return click.option(flag, *names, type=PATH, metavar=metavar, help=text, **more)


def out_option(text: str, default: Path | None = None) -> Added:
    """Return the option of the folder to write; ``text`` says its default when it depends."""
    return path_option("--out", text=text, default=default, show_default=bool(default))


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


def _positive(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not value >= 0.1:
        raise click.BadParameter(f"au moins 0,1 attendu, {value:g} reçu".replace(".", ","))
    return value


data_option = path_option(
    "--data",
    text="Lot de données ; par défaut, celui de Nouvelle-Aquitaine fourni avec l'outil.",
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


def lock_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add « --keep » and « --ban »: sites kept and left out, beside the scenario's own."""
    place = "par site, commune, intercommunalité ou département (code ou nom) ; répétable."
    for name, text in (("--ban", "Écarte des sites, "), ("--keep", "Garde un site, ")):
        command = click.option(name, multiple=True, metavar="LIEU", help=text + place)(command)
    return command


set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="CLÉ=VALEUR",
    help="Remplace une valeur du scénario, par exemple demand.it_mw.2031=150 ; répétable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Un document JSON sur stdout.")
no_cache_option = click.option(
    "--no-cache", is_flag=True, help="Recalcule tout, sans rien reprendre."
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
territory_option = click.option(
    "--territory",
    default="nouvelle-aquitaine",
    show_default=True,
    metavar="NOM",
    help="Territoire connu, ou départements séparés par des virgules : 19,23,87.",
)


def completed_with(names: Callable[[], Iterable[str]], files: bool = False) -> dict[str, Any]:
    """Return what completes an argument in a shell: known names, loaded only when asked."""

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name) for name in names() if name.startswith(begun)]
        return [CompletionItem(begun, type="file"), *found] if files else found

    return {"shell_complete": complete}


def _scenario_names() -> list[str]:
    return sorted(
        path.stem for path in (Path(__file__).parent / "scenarios/library").glob("*.toml")
    )


def _goal_names() -> list[str]:
    from siting.program.plan_goals import GOALS

    return list(GOALS)


def _layer_and_service_names() -> list[str]:
    from layers.fetch.official_services import services

    fetched = {
        layer for service in services().values() for one in service.products for layer in one.layers
    }
    return [*services(), *sorted(fetched)]


def _codes() -> list[str]:
    from layers.words.errors import CODES

    return list(CODES)


def _colleges() -> list[str]:
    from scenarios.question.colleges import colleges

    return [college.name for college in colleges().every]


scenario_argument = click.argument(
    "scenario",
    default="tendanciel",
    metavar="[SCÉNARIO]",
    **completed_with(_scenario_names, files=True),
)
results_argument = click.argument("folder", type=PATH, metavar="DOSSIER")
several_results_argument = click.argument(
    "folders", nargs=-1, required=True, type=PATH, metavar="DOSSIER…"
)


jobs_option = count_option("--jobs", 2, "Processus à la fois.")


@click.group(cls=Chapters, context_settings=CONTEXT, subcommand_metavar="COMMANDE [ARGUMENTS]…")
@click.version_option(package_name="siting", prog_name="siting")
def app() -> None:
    """Plan régional des datacenters : où, combien, à quelle empreinte, sous quelles règles.

    Une première fois : « siting run », puis ouvrez la carte dont le chemin s'affiche.
    """


@app.command(
    epilog="Exemple : siting run sobriete --set demand.it_mw.2036=90 --out resultats/sobriete-90"
)
@scenario_argument
@out_option("Dossier de résultats ; par défaut, resultats/<scénario>.")
@data_option
@layer_option
@set_option
@lock_options
@no_cache_option
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
    "une à quatre minutes. Donne aussi le coût de chaque règle en intervalle.",
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
    keep: tuple[str, ...],
    ban: tuple[str, ...],
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
    from scenarios.reading.run_changes import before, changes_fr, said
    from scenarios.reading.run_forecast import countdown, expected_steps
    from scenarios.run import run as run_scenario
    from scenarios.writing.step_cache import StepCache, answers_asked

    question = _scenario(scenario, _locked(scenario, overrides, keep, ban))
    into = out or Path("resultats") / question.name
    pack, answers = _pack(data), answers_asked(alternatives, proof)
    steps = StepCache(None) if no_cache else StepCache.of_user()
    if dry_run:
        forecast = expected_steps(question, pack, into, steps, answers=answers)
        _answer(forecast, forecast["lines_fr"], as_json)
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
    _answer(results.summary, [str(results.folder / "carte.html")], as_json)
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
    from scenarios.reading.dry_answers import check_scenario

    report = check_scenario(_scenario(scenario, overrides), _pack(data))
    _answer(report, report["lines_fr"], as_json)


@app.command(epilog="Exemple : siting rank sobriete --top 10 --weights region")
@scenario_argument
@count_option("--top", 20, "Nombre de sites affichés.")
@click.option(
    "--weights",
    metavar="FICHIER|COLLÈGE",
    **completed_with(_colleges, files=True),
    help="Poids, seuils et réserves exportés par la carte (JSON ou CSV), ou l'illustration d'un "
    "collège : etat, region, epci, associations, entreprises, habitants.",
)
@data_option
@layer_option
@set_option
@lock_options
@json_option
def rank(
    scenario: str,
    top: int,
    weights: str | None,
    data: Path | None,
    overrides: tuple[str, ...],
    keep: tuple[str, ...],
    ban: tuple[str, ...],
    as_json: bool,
) -> None:
    """Trie et classe les candidats, sans programme."""
    from scenarios.question.consultation_weights import weights_asked
    from scenarios.reading.dry_answers import ranking_lines, ranking_table

    question = _scenario(scenario, _locked(scenario, overrides, keep, ban))
    chosen = weights_asked(weights, question.ranking.weights) if weights else None
    table = ranking_table(question, _pack(data), chosen)
    _answer(table[:top], ranking_lines(table, top, chosen), as_json)


@app.command(epilog="Exemple : siting eligibility --layer natura2000_polygons=zps.gpkg --cell 25")
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
@data_option
@layer_option
@set_option
@json_option
def eligibility(
    scenario: str,
    rule_file: Path | None,
    cell: str,
    distances: tuple[str, ...],
    rasters: tuple[str, ...],
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
    from layers.eligibility.layer_masks import MaskCache
    from layers.eligibility.rule_rasters import rasters_of
    from maps.printed.eligibility_picture import draw_eligibility
    from scenarios.land_eligibility.eligibility_words import eligibility_lines
    from scenarios.land_eligibility.territory_eligibility import (
        distances_of,
        judge_territory,
        write_eligibility,
    )

    question, pack = _scenario(scenario, overrides), _pack(data)
    cache = MaskCache(None) if no_cache else MaskCache.of_user()
    asked = distances_of(distances)
    spread = (cluster, jobs) if cluster else None
    given = rasters_of(rasters)
    judged = judge_territory(
        question, pack, rule_file, int(cell), asked, cache, spread, _tell(), given
    )
    least_ha = question.candidates.min_area_ha
    folder = write_eligibility(judged, pack, out, draw_eligibility, least_ha)
    _answer(judged.report, eligibility_lines(judged, folder), as_json)


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
    SITE est un identifiant (« siting rank » les donne) ; une commune fait dire les siens.
    """
    from scenarios.reading.site_explanation import explain_lines, explain_site
    from scenarios.storage.results import Results

    answer = explain_site(Results.read(folder), site)
    _answer(answer, explain_lines(answer), as_json)


@app.command(epilog="Exemple : siting rules sobriete --at 2026-11-23")
@scenario_argument
@click.option(
    "--at",
    metavar="AAAA-MM-JJ",
    help="Valeurs en vigueur ce jour-là ; par défaut, à la date de référence du scénario.",
)
@data_option
@layer_option
@set_option
@json_option
def rules(
    scenario: str, at: str | None, data: Path | None, overrides: tuple[str, ...], as_json: bool
) -> None:
    """Liste les 30 règles, valeurs et sources.

    Inéquation, valeur en vigueur, statut, portée, et « peut mordre aujourd'hui ? ».

    Le scénario dit comment il prend chaque règle, et si elle peut mordre sur ses candidats.
    """
    from scenarios.reading.dry_answers import rule_lines, rule_table

    table = rule_table(_scenario(scenario, overrides), _pack(data), at, _tell())
    _answer(table, rule_lines(table), as_json)


@app.command(epilog="Exemple : siting evaluate mon-plan.csv --scenario sobriete")
@click.argument("plan", type=PATH, metavar="PLAN")
@click.option(
    "--scenario",
    "scenario",
    default="tendanciel",
    show_default=True,
    metavar="SCÉNARIO",
    **completed_with(_scenario_names, files=True),
    help="Besoin et règles : un nom de la bibliothèque ou un fichier TOML.",
)
@data_option
@layer_option
@set_option
@lock_options
@json_option
def evaluate(
    plan: Path,
    scenario: str,
    data: Path | None,
    overrides: tuple[str, ...],
    keep: tuple[str, ...],
    ban: tuple[str, ...],
    as_json: bool,
) -> None:
    """Évalue un plan dessiné à la main.

    CSV « site_id;it_mw[;design;period] » ou GeoPackage des mêmes colonnes ; un site est une friche
    du lot ou un projet annoncé (bxia, bx1, bouliac). Une ligne vaut de son échéance (« period »,
    toutes par défaut) à la ligne suivante du même site. Empreinte, règles, verdicts, sans solveur.
    """
    from scenarios.verbs.plan_evaluation import evaluate as evaluate_plan
    from scenarios.verbs.plan_evaluation import evaluate_lines

    question = _scenario(scenario, _locked(scenario, overrides, keep, ban))
    report = evaluate_plan(plan, question, _pack(data))
    _answer(report, evaluate_lines(report), as_json)


@app.command(epilog="Exemple : siting pareto sobriete --x cost --y heat --points 9")
@scenario_argument
@click.option(
    "--x",
    metavar="OBJECTIF",
    default="water",
    show_default=True,
    help="Premier objectif.",
    **completed_with(_goal_names),
)
@click.option(
    "--y",
    metavar="OBJECTIF",
    default="land",
    show_default=True,
    help="Second objectif.",
    **completed_with(_goal_names),
)
@count_option("--points", 9, "Points du front.", 2, 50)
@out_option("Où écrire ; par défaut, resultats/<scénario>-front-<x>-<y>.")
@data_option
@layer_option
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

    Objectifs : cost (raccordement), water (eau apportée), scarcity (rareté de l'eau), land (sol),
    enaf, heat (chaleur utile), energy, carbon, equity (équilibre entre départements).
    """
    from maps.printed.front_picture import draw_front
    from scenarios.storage.results import poured, records
    from scenarios.verbs.pareto_front import pareto as front_of
    from scenarios.writing.exports import write_csv

    question = _scenario(scenario, overrides)
    into = out or Path("resultats") / f"{question.name}-front-{x}-{y}"
    with poured(into) as folder:
        found = front_of(question, _pack(data), x, y, points, tell=_tell())
        write_csv(found.table, folder / "front.csv")
        draw_front(found.table, question.title, found.sentence_fr, folder / "front.png")
    _answer(records(found.table), [found.sentence_fr, str(into / "front.png")], as_json)


@app.command(epilog="Exemple : siting compare resultats/tendanciel resultats/sobriete")
@several_results_argument
@out_option("Où écrire comparaison.html et comparaison.png.", Path("resultats"))
@json_option
def compare(folders: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Compare plusieurs dossiers de résultats.

    Aussi ceux d'une autre région : un tableau, de petites cartes à la même échelle, la trajectoire
    nationale, les projets annoncés autour, et ce que deux plans partagent.
    """
    from maps.printed.comparison_page import draw_comparison
    from scenarios.reading.plan_comparison import compare as side_by_side
    from scenarios.reading.plan_comparison import compare_lines
    from scenarios.storage.results import Results, poured

    results = [Results.read(folder) for folder in folders]
    document = side_by_side(results)
    with poured(out) as folder:
        page = out / draw_comparison(results, document, folder).name
    _answer(document, [*compare_lines(document), str(page)], as_json)


@app.command("map", epilog="Exemple : siting map resultats/sobriete --out cartes")
@results_argument
@out_option("Où dessiner ; par défaut, <résultats>-carte, à côté.")
@identity_option
@json_option
def draw_map(folder: Path, out: Path | None, identity: Path | None, as_json: bool) -> None:
    """Redessine la carte et la synthèse d'un dossier.

    Par exemple aux couleurs d'une organisation ; le dossier de résultats ne change pas.
    """
    from maps.pages import draw_pages
    from scenarios.storage.results import Results, poured

    into = out or folder.parent / f"{folder.name}-carte"
    with poured(into) as aside:
        page = into / draw_pages(Results.read(folder), aside, identity).name
    _answer({"schema_version": 1, "page": str(page)}, [str(page)], as_json)


@app.command(epilog="Exemple : siting export resultats/tendanciel --format gpkg,csv")
@results_argument
@click.option(
    "--format",
    "formats",
    default="gpkg,csv,ods,geojson,cnig,profil",
    show_default=True,
    metavar="LISTE",
    help="Formats voulus, séparés par des virgules.",
)
@out_option("Dossier à écrire ; par défaut, <résultats>-export, à côté.")
@json_option
def export(folder: Path, formats: str, out: Path | None, as_json: bool) -> None:
    """Écrit les fichiers à remettre : SIG, tableurs, CNIG.

    GeoPackage stylé, CSV et ODS, GeoJSON, friches au standard CNIG, profil Néo Terra par site.
    """
    from scenarios.storage.results import Results
    from scenarios.writing.exports.export_bundle import export as write_export
    from scenarios.writing.exports.export_bundle import export_lines

    into = out or folder.parent / f"{folder.name}-export"
    asked = [name.strip() for name in formats.split(",") if name.strip()]
    document = write_export(Results.read(folder), into, asked, tell=_tell())
    _answer(document, export_lines(document, into), as_json)


@app.command(epilog="Exemple : siting pictures resultats/tendanciel --format png")
@several_results_argument
@click.option(
    "--format", "formats", default="png,svg", show_default=True, metavar="LISTE", help="png, svg."
)
@out_option("Dossier à écrire ; par défaut, <résultats>-images, à côté du premier.")
@json_option
def pictures(folders: tuple[Path, ...], formats: str, out: Path | None, as_json: bool) -> None:
    """Dessine les images d'un plan, en PNG et SVG.

    Scores, rangs, mois, sensibilité, preuves qui manquent ; de plusieurs plans, côte à côte.
    """
    from maps.pictures.picture_gallery import draw_pictures, picture_lines
    from scenarios.storage.results import Results

    into = out or folders[0].parent / f"{folders[0].name}-images"
    results = [Results.read(folder) for folder in folders]
    asked = [kind.strip() for kind in formats.split(",") if kind.strip()]
    document = draw_pictures(results, into, asked, tell=_tell())
    _answer(document, picture_lines(document, into), as_json)


@app.command(epilog="Exemple : siting unknowns resultats/tendanciel")
@results_argument
@out_option("Dossier à écrire ; par défaut, <résultats>-a-demander, à côté.")
@json_option
def unknowns(folder: Path, out: Path | None, as_json: bool) -> None:
    """Classe les dix informations à obtenir d'abord.

    L'ordre est ce qu'elles changeraient au plan : le programme est résolu de nouveau aux deux
    bouts de chaque donnée qui manque. Une page et deux tableurs.
    """
    from maps.printed.questions_page import draw_questions
    from scenarios.reading.facts_to_find import find_unknowns, unknowns_lines, write_unknowns
    from scenarios.storage.results import Results

    document = find_unknowns(Results.read(folder), _tell())
    into = out or folder.parent / f"{folder.name}-a-demander"
    page = write_unknowns(document, into, draw_questions)
    _answer(document, [*unknowns_lines(document), str(page)], as_json)


@app.command(epilog="Exemple : siting sheets resultats/tendanciel --booklet")
@results_argument
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Ce site ; répétable.")
@click.option("--all", "every", is_flag=True, help="Tous les candidats, et non les seuls retenus.")
@count_option("--top", None, "Les N premiers du classement.")
@click.option("--booklet", is_flag=True, help="Ajoute le carnet du plan, carnet.pdf.")
@out_option("Dossier à écrire ; par défaut, <résultats>-fiches, à côté.")
@jobs_option
@identity_option
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
    from maps.paper.sheet_batch import Order, beside, draw_sheets, told_lines
    from scenarios.storage.results import Results

    results, order = Results.read(folder), Order(sites, top, every, booklet)
    report = draw_sheets(
        results, out or beside(folder), order, identity=identity, jobs=jobs, tell=_tell()
    )
    _answer(report, told_lines(report), as_json)


@app.command(epilog="Exemple : siting verify resultats/sobriete --second-opinion")
@results_argument
@click.option(
    "--second-opinion",
    is_flag=True,
    help="Repose aussi le programme du dossier à CBC, un autre solveur : une à dix minutes.",
)
@json_option
def verify(folder: Path, second_opinion: bool, as_json: bool) -> None:
    """Revérifie un dossier, empreintes et règles, sans solveur.

    Code 7 si quelque chose est rompu ; avec --second-opinion, 7 si CBC contredit le plan, 6 s'il
    n'a pas eu le temps de finir.
    """
    from scenarios.storage.results import Results
    from scenarios.verbs.solver_opinion import CONTRADICTED, UNFINISHED, second_word
    from scenarios.writing.folder_proofs import verify as verify_results
    from scenarios.writing.folder_proofs import verify_lines

    results = Results.read(folder, verify=False)
    report = verify_results(results)
    if second_opinion and report["ok"]:
        report |= {"second_opinion": second_word(results, _tell())}
    _answer(report, verify_lines(report), as_json)
    verdict = report.get("second_opinion", {}).get("verdict")
    if not report["ok"] or verdict == CONTRADICTED:
        raise SystemExit(7)
    if verdict == UNFINISHED:
        raise SystemExit(6)


@app.command(epilog="Exemple : siting sweep sobriete --vary load_factor=0.5:0.9:5 --draws 40")
@scenario_argument
@click.option(
    "--vary",
    multiple=True,
    metavar="CLÉ=BAS:HAUT:N",
    help="N valeurs d'une clé du scénario, de BAS à HAUT, ou load_factor (l'utilisation) ; "
    "répétable : tous les croisements.",
)
@count_option("--draws", 0, "Tirages des hypothèses par cas.", 0)
@count_option("--seed", 0, "Graine des tirages : la même donne les mêmes.", 0)
@jobs_option
@cluster_option
@out_option("Dossier à écrire ; par défaut, resultats/<scénario>-variantes.")
@data_option
@set_option
@lock_options
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
    overrides: tuple[str, ...],
    keep: tuple[str, ...],
    ban: tuple[str, ...],
    as_json: bool,
) -> None:
    """Rejoue un scénario sous beaucoup de variantes.

    Chaque tirage change ce qui est supposé : capacité des postes, coût des lignes, puissance déjà
    en service, pondérations. Écrit un tableau (Parquet), un NetCDF, et la part des tirages qui
    retiennent chaque site, poste, EPCI et département. Interrompu, il reprend des cas finis.
    """
    from layers.packs.data_pack import EMBEDDED
    from scenarios.question.sweep_cases import cases
    from scenarios.storage.results import read_json
    from scenarios.verbs.case_runners import in_processes, on_cluster
    from scenarios.verbs.scenario_sweep import sweep as run_sweep
    from scenarios.verbs.sweep_tally import sweep_lines
    from scenarios.writing.step_cache import StepCache

    asked = cases(
        scenario, data or EMBEDDED, vary, draws, seed, _locked(scenario, overrides, keep, ban)
    )
    runner = on_cluster(cluster, jobs) if cluster else in_processes(jobs)
    into = out or Path("resultats") / f"{Path(scenario).stem}-variantes"
    folder = run_sweep(asked, into, runner, _tell(), StepCache.of_user())
    report = read_json(folder / "datapackage.json")
    _answer(report, sweep_lines(folder, report), as_json)


@app.command(epilog="Exemple : siting indicators resultats/sobriete --out suivi")
@results_argument
@out_option("Dossier à écrire ; par défaut, <résultats>-suivi, à côté.")
@json_option
def indicators(folder: Path, out: Path | None, as_json: bool) -> None:
    """Écrit les 29 indicateurs de suivi et le modèle d'audit.

    En ODS, CSV et JSON. L'audit rempli se relit avec --set demand.audit=audit.csv.
    """
    from scenarios.reading.followup_indicators import indicators as table_of
    from scenarios.reading.followup_indicators import write_follow_up
    from scenarios.storage.results import Results

    results = Results.read(folder)
    into = write_follow_up(results, out or folder.parent / f"{folder.name}-suivi")
    _answer(table_of(results).to_dict("records"), [str(into)], as_json)


@app.command(epilog='Exemple : eval "$(siting completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
def completion(shell: str) -> None:
    """Écrit le script de complétion : bash, zsh ou fish."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    print(kind(app, {}, "siting", "_SITING_COMPLETE").source())


@app.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def layers() -> None:
    """Liste, télécharge, vérifie ou construit les couches."""


@layers.command("list", epilog="Exemple : siting layers list --layer natura2000_polygons=zps.gpkg")
@data_option
@layer_option
@json_option
def layers_list(data: Path | None, as_json: bool) -> None:
    """Liste les couches, présentes et absentes."""
    from scenarios.reading.dry_answers import layer_lines, layer_table

    table = layer_table(_pack(data))
    _answer(table, layer_lines(table), as_json)


@layers.command("verify", epilog="Exemple : siting layers verify --map couverture.png")
@path_option(
    "--map",
    "picture",
    metavar="PNG",
    text="Dessine aussi la carte de ce que l'on sait, dans ce fichier.",
)
@data_option
@json_option
def layers_verify(picture: Path | None, data: Path | None, as_json: bool) -> None:
    """Vérifie empreintes, comptes et surfaces.

    Et dit ce que l'on sait où : friches pour 1 000 km², couches complètes par département.
    """
    from layers.verify_pack import verify

    pack = _pack(data)
    report = verify(pack)
    _answer(report.to_json(), report.lines_fr(), as_json)
    if picture:
        from layers.verify_pack import known_where
        from maps.printed.coverage_map import draw_coverage
        from scenarios.storage.results import poured

        with poured(picture.parent) as folder:
            draw_coverage(pack.table("departements"), known_where(pack), folder / picture.name)
    if report.faults:
        raise report.faults[0]


@layers.command("fetch", epilog="Exemple : siting layers fetch geoplateforme --dry-run")
@click.argument(
    "names",
    nargs=-1,
    metavar="[SERVICE | COUCHE]…",
    **completed_with(_layer_and_service_names),
)
@territory_option
@out_option("Lot à écrire ou à compléter ; par défaut, lots/<territoire>.")
@data_option
@click.option("--dry-run", is_flag=True, help="Dit les demandes et leur taille ; n'appelle rien.")
@click.option("--offline", is_flag=True, help="Reprend le cache, sans ouvrir de connexion.")
@click.option("--refresh", is_flag=True, help="Redemande tout, même ce que le cache a.")
@click.option(
    "--deadline",
    "deadline_s",
    type=float,
    callback=_positive,
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
@json_option
def layers_fetch(
    territory: str, out: Path | None, data: Path | None, dry_run: bool, as_json: bool, **how: Any
) -> None:
    """Télécharge les couches des services officiels.

    Tout, ou des services (geoplateforme, odre…), ou des couches (natura2000_polygons…). Le lot
    écrit est le lot de départ, complété ; il n'est écrit que si tout est arrivé entier.
    """
    from layers.fetch.fetch_forecast import forecast
    from layers.fetch.live_fetch import asked_for, fetch

    ask = asked_for(territory, out, data, **how)
    if dry_run:
        report = forecast(ask)
        _answer(report, report["lines_fr"], as_json)
        return
    done = fetch(ask, _tell())
    _answer(done.to_json(), done.lines_fr(), as_json)


@layers.command("build", epilog="Exemple : siting layers build --from exports --territory 19,23,87")
@path_option(
    "--from",
    "exports",
    required=True,
    metavar="DOSSIER",
    text="Dossier des exports officiels.",
)
@territory_option
@out_option("Lot à écrire ; par défaut, lots/<territoire>.")
@json_option
def layers_build(exports: Path, territory: str, out: Path | None, as_json: bool) -> None:
    """Construit un lot depuis des exports officiels."""
    from layers.packs.pack_building import build
    from layers.words.territory_paper import Territory

    place = Territory.asked(territory)
    report = build(exports, out or Path("lots") / place.name, place, _tell())
    _answer(report.to_json(), report.lines_fr(), as_json)


@app.group(subcommand_metavar="COMMANDE [ARGUMENTS]…")
def scenario() -> None:
    """Liste, montre ou crée un scénario."""


@scenario.command("list", epilog="Exemple : siting scenario list --json")
@json_option
def scenario_list(as_json: bool) -> None:
    """Liste les scénarios de la bibliothèque."""
    from scenarios.reading.dry_answers import library_lines, library_table

    table = library_table()
    _answer(table, library_lines(table), as_json)


@scenario.command("show", epilog="Exemple : siting scenario show sobriete")
@scenario_argument
def scenario_show(scenario: str) -> None:
    """Affiche le fichier d'un scénario."""
    from scenarios.question.scenario_reading import find_scenario

    print(find_scenario(scenario).read_text(encoding="utf-8").rstrip())


@scenario.command("new", epilog="Exemple : siting scenario new mon-essai")
@click.argument("name", metavar="NOM")
@out_option("Où écrire ; par défaut, le dossier courant.")
def scenario_new(name: str, out: Path | None) -> None:
    """Écrit un modèle commenté, à compléter."""
    from scenarios.question.scenario_template import write_scenario

    print(write_scenario(name, out or Path()))


@app.command(epilog="Exemple : siting doctor --data lots/mon-lot")
@data_option
@json_option
def doctor(data: Path | None, as_json: bool) -> None:
    """Examine l'environnement, le solveur et le lot."""
    from scenarios.verbs.machine_doctor import examine

    report = examine(data)
    _answer(report, report["lines_fr"], as_json)
    if not report["healthy"]:
        raise SystemExit(3)


@app.command("explain-error", epilog="Exemple : siting explain-error SIT300")
@click.argument("code", metavar="[CODE]", default="", **completed_with(_codes))
@json_option
def explain_error(code: str, as_json: bool) -> None:
    """Explique un code d'erreur, ou les liste tous."""
    from scenarios.documents.error_pages import code_lines, code_table

    table = code_table(code)
    _answer(table, code_lines(table), as_json)


def _scenario(name: str, overrides: tuple[str, ...]) -> Scenario:
    from scenarios.question.scenario_reading import read_scenario, weights_kept

    question = read_scenario(name, overrides, names=True)
    for line in weights_kept(overrides, question):
        click.echo(line, err=True)
    return question


def _locked(
    name: str, overrides: tuple[str, ...], keep: tuple[str, ...], ban: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the overrides, with the sites kept and left out beside the scenario's own."""
    if not keep and not ban:
        return overrides
    from scenarios.question.scenario_reading import read_scenario
    from scenarios.question.site_locks import lock_overrides

    before = read_scenario(name, overrides).sites
    rest = tuple(each for each in overrides if not each.startswith(("sites.keep=", "sites.ban=")))
    return (*rest, *lock_overrides(keep, ban, {"keep": before.keep, "ban": before.ban}))


def _pack(data: Path | None) -> Pack:
    from layers.packs.data_pack import EMBEDDED, Pack

    pack = Pack.open(data or EMBEDDED)
    offers = click.get_current_context().meta.get("offers", ())
    return _with_offers(pack, offers) if offers else pack


def _with_offers(pack: Pack, offers: tuple[str, ...]) -> Pack:
    from layers.own_layers.own_layer import with_offers
    from scenarios.terminal.progress import on_stderr

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
    from scenarios.terminal.progress import on_stderr, silent

    return on_stderr if sys.stderr.isatty() else silent


def _draw_sheets(results: Any) -> None:
    from maps.paper.sheet_batch import Order, beside, draw_sheets

    order = Order(booklet=True)
    _tell()(draw_sheets(results, beside(results.folder), order, tell=_tell())["folder"])


def _say(summary: dict[str, Any], changes: list[str]) -> None:
    """Tell the answer, and what it changes, where talk belongs."""
    from scenarios.terminal.progress import on_stderr

    on_stderr(f"\n{summary['title']}")
    for sentence in [*summary["answer_fr"], *summary["more_fr"]]:
        on_stderr(f"  {sentence}")
    for sentence in changes:
        on_stderr(f"  {sentence}")


def _answer(document: Any, lines: Iterable[str], as_json: bool) -> None:
    """Print the answer, and nothing else, on stdout: one JSON document, or lines to read."""
    if as_json:
        import json

        if isinstance(document, list):
            document = {"schema_version": 1, "rows": document}
        print(json.dumps(document, ensure_ascii=False, indent=1))
        return
    print(fitted(lines, sys.stdout))


def _utf8() -> None:
    """Write UTF-8 whatever the console says, so that accents survive a pipe."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")


def main() -> None:
    """Run a command; a fault a planner can mend is three lines and an exit code."""
    _utf8()
    listen(stop)
    try:
        app(prog_name="siting", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as fault:
        raise SystemExit(_told(fault)) from None
    finally:
        listen(signal.SIG_IGN)  # all is done and said: what comes late changes nothing


def _told(fault: BaseException) -> int:
    """Tell what stopped a command and return its exit code; a bug keeps its traceback."""
    # A library stopped while it loads may say so in words of its own, an ImportError.
    if stop_asked() or isinstance(fault, click.Abort | KeyboardInterrupt):
        click.echo(GOODBYE, err=True)
        exec("")  # Python forgets a stop that crossed a text it ran; else it would kill itself
        return 130
    if isinstance(fault, SitingError):
        lines = fault.listed() if sys.stderr.isatty() else [str(fault)]
        click.echo(fitted(lines, sys.stderr), err=True)
        return fault.exit_code
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        click.echo(fault.format_message())
        return 2
    if isinstance(fault, click.ClickException):
        return _told(_in_the_family(fault))
    raise fault


def _in_the_family(fault: click.ClickException) -> SitingError:
    """Return what click refuses in a command's writing as one of our faults."""
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    command = context.command_path if context else "siting"
    said = fault.format_message().rstrip(".")
    return SitingError(
        "SIT205",
        said[:1].lower() + said[1:],
        where=command,
        hint=f"« {command} --help » dit ce que la commande attend",
    )


if __name__ == "__main__":
    main()
