"""Every hint, remedy, advice and example of the house is typed here as it is told: it works."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import click
import geopandas as gpd
import pytest
import shapely

import cli
from layers.contracts.contract import LAYERS
from layers.eligibility.rule_rasters import rasters_of
from layers.own_layers.own_layer import with_offers
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import CODES
from scenarios.land_eligibility.territory_eligibility import distances_of
from scenarios.question.program_settings import existing
from scenarios.question.scenario_reading import read_scenario
from scenarios.question.sweep_cases import cases
from scenarios.site_evidence.confirmations import read_confirmations
from scenarios.site_evidence.yard_room import answers
from siting.other_plans.missing_facts import UNKNOWNS
from tests.commands.said_hints import COMMAND, HOLE, OPTION, Hint, hints
from tests.commands.typed_line import EXAMPLE

HINTS = hints()
# What is run for good, on a real folder of results; the others solve, draw or connect: their
# line is parsed as click parses it, and no more.
RUN = {
    "answer", "check", "completion", "doctor", "explain", "explain-error", "scenario", "verify",
}  # fmt: skip
SOLVING = {"--second-opinion", "--replay"}
# Options of other programs that a hint may tell.
OTHERS = {"--help", "--top"}


def _parsed(line: str) -> click.Context:
    """Parse a line as click does, without running it: its verb, its options, its arguments."""
    words = shlex.split(line)[1:]
    with cli.app.make_context("siting", words, resilient_parsing=False) as context:
        command: click.Command = cli.app
        rest = words
        while isinstance(command, click.Group):
            name, found, rest = command.resolve_command(context, rest)
            assert found is not None, f"« {line} » : {name} n'existe pas"
            command = found
        return command.make_context(command.name, rest, parent=context)


def commands() -> list[tuple[str, str]]:
    """Return the lines told, whole, with where each is written."""
    found = {}
    for hint in HINTS:
        for match in COMMAND.findall(hint.text):
            line = match.replace(HOLE, "tendanciel").strip().rstrip('".,)')
            line = line.partition(" (")[0]
            found.setdefault(line, hint.place)
    return sorted(found.items())


def _bare(line: str) -> bool:
    """Say whether a line only names a verb, as a sentence does: « relancez « siting run » »."""
    return len(line.split()) == 2


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a planner's folder: results under the names that hints give, and files to hand."""
    place = tmp_path_factory.mktemp("bureau")
    for name in ("tendanciel", "sobriete"):
        shutil.copytree(EXAMPLE, place / "resultats" / name)
    (place / "visites.csv").write_text(
        "site_id;etat;par;le;motif\n87085_1437;occupé;commune;2026-11-30;école\n", encoding="utf-8"
    )
    (place / "reponses.csv").write_text(
        "yard_id;room_mw;answered_on\nPALAI;25,5;2026-11-30\n", encoding="utf-8"
    )
    (place / "audit.csv").write_text(
        "nom;commune_code;it_mw;qualite\nA;33063;12,5;mesuré\n", encoding="utf-8"
    )
    return place


@pytest.mark.parametrize("line", [line for line, _ in commands()])
def test_every_command_told_is_one(line, desk, monkeypatch):
    monkeypatch.chdir(desk)
    verb = line.split()[1]
    if _bare(line) or line.endswith("--help"):
        assert verb in cli.app.commands or verb == "--help", line
        return
    Path("mon-essai.toml").unlink(missing_ok=True)
    if verb == "check":
        _run("siting scenario new mon-essai")
    if verb in RUN and not SOLVING & set(line.split()):
        _run(line)
    else:
        _parsed(line)


def _run(line: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        cli.app(shlex.split(line)[1:], prog_name="siting", standalone_mode=False)
    assert out.getvalue().strip(), line
    return out.getvalue()


def test_every_option_told_is_one_of_a_verb():
    known = {option for verb in cli.app.commands for option in _options(cli.app.commands[verb])}
    for hint in HINTS:
        strangers = set(OPTION.findall(hint.text)) - known - OTHERS
        assert not strangers, (hint.place, strangers)


def _options(command: click.Command) -> list[str]:
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    own = [name for each in command.params for name in each.opts]
    return [*own, *(name for each in inner for name in _options(each))]


SET = re.compile(r"--set ([\w.\-]+=[^\s;,)»]+)")
KEYS = sorted({(key, h.place) for h in HINTS for key in SET.findall(h.text) if HOLE not in key})


@pytest.mark.parametrize("told", [key for key, _ in KEYS])
def test_every_key_told_is_taken(told, desk, monkeypatch):
    monkeypatch.chdir(desk)
    question = read_scenario("tendanciel", (told,), names=True)
    if told.startswith("demand.audit"):
        assert existing(question)["measured_it_mw"] == 12.5
    if told.startswith("grid.yard_answers"):
        assert answers(question, Pack.open(EMBEDDED)).to_dict() == {"PALAI": 25.5}
    assert question != read_scenario("tendanciel")


def test_every_layer_told_is_read_from_the_file_told(desk):
    """A hint names a layer and a file: the same name, with the columns of its contract."""
    form = re.compile(r"--layer (\w+)=([\w.]+\.gpkg)")
    told = sorted({pair for hint in HINTS for pair in form.findall(hint.text)})
    assert len(told) >= 9
    offers = []
    for name, file in told:
        path = desk / f"{name}-{file}"
        _write(name, path)
        offers.append(f"{name}={path}")
    pack, report = with_offers(Pack.open(EMBEDDED), offers)
    assert all(pack.has(name) for name, _ in told)
    assert all(line.text_fr for line in report)


def _write(name: str, path: Path) -> None:
    """Write one polygon near Limoges, with every column that the layer's contract asks for."""
    square = shapely.box(563_000, 6_527_000, 564_000, 6_528_000)
    kind = LAYERS[name]
    values = {
        name: 1.0 if column.kind == "number" or column.unit else f"{name} un"
        for name, column in kind.columns.items()
        if name != "geometry"
    }
    gpd.GeoDataFrame([values], geometry=[square], crs="EPSG:2154").to_file(path, driver="GPKG")


def test_rasters_distances_draws_and_visits_told_are_read(desk):
    text = " ".join(hint.text for hint in HINTS)
    raster = re.search(r"--raster '([^']+)'", text)
    assert raster
    assert rasters_of([raster[1]])
    distance = re.search(r"--distance (\w+=\d+)", text)
    assert distance
    assert distances_of([distance[1]])
    varied = re.findall(r"écrivez (demand\.\S+?), ou (demand\.\S+)", text)
    assert varied
    assert all(cases("tendanciel", EMBEDDED, (axis,), 0) for axis in varied[0])
    visits = re.search(r"--confirm (\S+) \(colonnes ([\w;]+)\)", text)
    assert visits
    table = read_confirmations(desk / visits[1], {"87085_1437"})
    head = (desk / visits[1]).read_text(encoding="utf-8").splitlines()[0]
    assert head == visits[2]
    assert not table["is_free"].any()


def test_no_hint_points_into_the_house_nor_leaves_a_blank():
    inside = re.compile(r"\b(?:siting|layers|impacts|scenarios|maps|commands)/\w")
    for hint in HINTS:
        assert not inside.search(hint.text), hint
    for name, entry in UNKNOWNS.items():
        assert HOLE not in entry.give_fr, name


def test_the_hints_hold_every_code_and_every_advice():
    told = {hint.text for hint in HINTS}
    assert {entry.remedy for entry in CODES.values()} <= told
    assert {entry.give_fr for entry in UNKNOWNS.values()} <= told


def test_a_hint_of_a_wrong_command_is_found_wrong():
    with pytest.raises(click.ClickException):
        _parsed("siting run sobriete --sett demand.it_mw.2036=90")
    assert Hint("a", "b").text == "a"
