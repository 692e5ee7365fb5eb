"""docs/semaine.md, typed from top to bottom on a planner's desk: what it says is what happens."""

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
from tests.commands.typed_line import EXAMPLE

DOCS = Path(__file__).parents[3] / "docs"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# These solve, judge every cell or draw for long: they are parsed, and a run says its steps.
LONG = {"unknowns", "eligibility", "sheets", "pictures", "rules", "doctor"}


def lines() -> list[str]:
    text = (DOCS / "semaine.md").read_text(encoding="utf-8")
    return [line for block in BLOCK.findall(text) for line in block.strip().split("\n")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("semaine")
    for name in ("mon-essai", "variante"):
        shutil.copytree(EXAMPLE, place / "resultats" / name)
    write = {
        "mes-sites.csv": "nom;lon;lat;surface_ha\nZone du Ponteix;1.26;45.80;12,5\n",
        "visites.csv": "site_id;etat;par;le;motif\n87085_1437;occupé;commune;2026-11-30;école\n",
        "reponses.csv": "yard_id;room_mw;answered_on\nPALAI;25,5;2026-11-30\n",
        "audit.csv": "nom;commune_code;it_mw;qualite\nA;33063;12,5;mesuré\n",
    }
    for name, text in write.items():
        (place / name).write_text(text, encoding="utf-8")
    square = shapely.box(563_000, 6_527_000, 564_000, 6_528_000)
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[square], crs="EPSG:2154").to_file(
        place / "humides.gpkg", driver="GPKG"
    )
    return place


def test_the_week_is_typed_from_top_to_bottom(desk, monkeypatch):
    monkeypatch.chdir(desk)
    typed = lines()
    assert len(typed) >= 25
    for line in typed:
        said = _typed(line)
        assert said, line
    assert (desk / "resultats" / "mon-essai-export").is_dir()
    assert (desk / "resultats" / "mon-essai-suivi").is_dir()


def _typed(line: str) -> str:
    words = shlex.split(line)[1:]
    if words[0] in LONG:
        return _parsed(words)
    if words[0] == "run":
        words.append("--dry-run")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        cli.app(words, prog_name="siting", standalone_mode=False)
    return out.getvalue()


def _parsed(words: list[str]) -> str:
    with cli.app.make_context("siting", words) as context:
        name, command, rest = cli.app.resolve_command(context, words)
        assert isinstance(command, click.Command)
        command.make_context(name, rest, parent=context)
    return str(name)


def test_no_sentence_of_the_week_is_above_thirty_five_words():
    text = BLOCK.sub("", (DOCS / "semaine.md").read_text(encoding="utf-8"))
    for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÀÉ])|\n\n", text):
        assert len(sentence.split()) <= 35, sentence
