"""``siting run``: a plan, its results and its map."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    audit_option,
    ban_option,
    confirm_option,
    data_option,
    keep_option,
    layer_option,
    no_cache_option,
    no_solver_option,
    out_option,
    path_option,
    scenario_argument,
    set_option,
    sites_option,
    weather_option,
    zone_option,
)
from layers.words.errors import SitingError
from scenarios.terminal.progress import Tell, on_stderr

if TYPE_CHECKING:
    from scenarios.question.scenario_reading import Scenario
    from scenarios.scenario_run import Draw
    from scenarios.storage.results import Results
    from scenarios.verbs.from_room.room_answer import RoomFile


@click.command(
    epilog="Exemple : siting run sobriete --set demand.it_mw.2036=90 --out resultats/sobriete-90"
)
@scenario_argument
@out_option("Dossier de résultats ; par défaut, resultats/<scénario>.")
@data_option
@layer_option
@set_option
@sites_option
@zone_option
@keep_option
@ban_option
@confirm_option
@weather_option
@audit_option
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
@path_option(
    "--after",
    text="Dossier d'un plan déjà décidé : ses sites sont gardés avec au moins leur puissance, et "
    "ce que les données d'aujourd'hui changeraient est dit ; par défaut, aucun.",
)
@click.option(
    "--proof",
    is_flag=True,
    help="Paie chaque ligne entière et prouve le plan à 0,1 %, l'écart réel étant toujours dit : "
    "une à quatre minutes. Donne aussi le coût de chaque règle en intervalle.",
)
@click.option(
    "--doubt",
    type=click.Choice(["plain", "wide"]),
    default="plain",
    show_default=True,
    help="plain : les constantes des empreintes ; wide : aussi le besoin, les prix et la place "
    "aux postes.",
)
@click.option(
    "--sheets", is_flag=True, help="Écrit aussi les fiches PDF et le carnet, dans <dossier>-fiches."
)
@path_option(
    "--from-room",
    metavar="FICHIER",
    text="Demandes exportées par l'onglet « Salle » de la carte : elles sont refaites en entier, "
    "et l'écart avec la réponse de la page est dit ; par défaut, aucune.",
)
@no_solver_option
@asking()
def run_command(
    asked: Asked,
    out: Path | None,
    no_cache: bool,
    dry_run: bool,
    alternatives: int,
    after: Path | None,
    proof: bool,
    doubt: str,
    sheets: bool,
    from_room: Path | None,
    no_solver: bool,
) -> None:
    """Calcule un plan, écrit ses résultats et sa carte.

    SCÉNARIO est un nom de la bibliothèque (« siting scenario list ») ou un fichier TOML ; sans
    rien, c'est « tendanciel ». Interrompu, il reprend des étapes finies.
    """
    from scenarios.reading.run_changes import before, changes_fr, said
    from scenarios.reading.run_forecast import countdown, expected_steps
    from scenarios.scenario_run import run
    from scenarios.storage.results import Results
    from scenarios.verbs.plan_revision import drawn_with, revision_lines, revision_of
    from scenarios.writing.step_cache import StepCache, answers_asked

    question, room = _asked_in_room(asked.read_scenario(), from_room)
    into = out or Path("resultats") / question.name
    pack, answers = asked.open_pack(question), answers_asked(alternatives, proof, doubt)
    steps = StepCache(None) if no_cache else StepCache.of_user()
    if dry_run:
        forecast = expected_steps(question, pack, into, steps, answers=answers)
        asked.answer(forecast, forecast["lines_fr"])
        return
    revision = None
    if after is not None:
        revision = revision_of(question, pack, Results.read(after), asked.tell)
        question = revision.scenario
    drawn: Draw = partial(_draw_pages, solver=not no_solver)
    draw = drawn if revision is None else drawn_with(revision, drawn)
    tell = countdown(question, pack, into, steps, asked.tell, answers)
    kept, former = None if no_cache else steps, before(into)
    results = run(question, pack, into, draw=draw, tell=tell, steps=kept, answers=answers)
    StepCache.of_user().keep_seconds(question.name, tell.measured)
    if sheets:
        _draw_sheets(results, asked.tell)
    changes = changes_fr(former, said(results))
    _say(results, [*changes, *revision_lines(results.folder)])
    if room is not None:
        _say_room(room, results)
    asked.answer(results.summary, [str(results.folder / "carte.html")])
    if results.summary["solver"]["status"] == "non reproductible":
        raise SitingError(
            "SIT302",
            "le temps accordé au solveur est épuisé : la réponse écrite respecte les règles",
            where=str(results.folder),
        )


def _asked_in_room(question: Scenario, path: Path | None) -> tuple[Scenario, RoomFile | None]:
    """Return the question changed as a room asks, and the room's file if any."""
    if path is None:
        return question, None
    from scenarios.verbs.from_room.room_answer import asked_by, read_room

    room = read_room(path)
    return asked_by(question, room), room


def _say_room(room: RoomFile, results: Results) -> None:
    """Say by how much the room's answer differs; refuse it beyond what both state."""
    from scenarios.verbs.from_room.room_answer import hold_together

    for line in hold_together(room, results):
        on_stderr(f"  {line}")


def _draw_pages(results: Results, into: Path, *, solver: bool = True) -> Path:
    """Draw the pages; what draws is only loaded by a run that has something to draw."""
    from maps.pages import draw_pages

    return draw_pages(results, into, solver=solver)


def _draw_sheets(results: Results, tell: Tell) -> None:
    from maps.paper.sheet_batch import Order, beside, draw_sheets

    order = Order(booklet=True)
    tell(draw_sheets(results, beside(results.folder), order, tell=tell)["folder"])


def _say(results: Results, changes: list[str]) -> None:
    """Tell the answer in six lines, and what it changes, where talk belongs."""
    from scenarios.reading.short_answer import short_lines

    on_stderr("")
    for line in [*changes, *short_lines(results.summary, results.folder)]:
        on_stderr(line)
