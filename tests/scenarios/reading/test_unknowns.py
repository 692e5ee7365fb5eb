"""« Les dix informations à obtenir »: the document, the tables and the page of a real folder."""

from __future__ import annotations

import csv
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from maps.printed.questions_page import draw_questions
from scenarios.reading.facts_to_find import (
    find_unknowns,
    questions_table,
    unknowns_lines,
    write_unknowns,
)
from scenarios.storage.results import Results

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "maps" / "vendor" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    said: list[str] = []
    found = find_unknowns(Results.read(EXAMPLE, verify=False), said.append)
    assert len(said) > 8  # it takes more than two seconds: it tells
    return found


def test_the_ten_are_in_order_and_say_whom_to_ask(document):
    entries = [*document["questions"], *document["others"]]
    assert len(document["questions"]) == 10
    assert [entry["rank"] for entry in entries] == list(range(1, len(entries) + 1))
    keys = [(-e["lacking_mw"], -e["moved_mw"]) for e in entries]
    assert keys == sorted(keys)
    for entry in entries:
        assert entry["said_fr"].endswith(".")
        assert entry["status_fr"] in {"lu", "calculé", "de mémoire – à vérifier", "hypothèse"}
        assert entry["moved_mw"] <= document["placed_it_mw"] * 2
    assert len({entry["name"] for entry in entries}) == len(entries)


def test_the_posts_to_ask_are_those_of_the_map_in_the_same_order(document):
    listed = [yard["yard_id"] for yard in Results.read(EXAMPLE).summary["yards_to_ask"]]
    assert [yard["yard_id"] for yard in document["yards"]] == listed


def test_a_fact_that_changes_nothing_says_so(document):
    idle = [e for e in document["others"] if not e["moved_mw"] and not e["lacking_mw"]]
    assert idle
    assert all("tiendrait tel quel" in entry["said_fr"] for entry in idle)


def test_the_folder_holds_page_tables_and_document_with_the_same_bytes(document, tmp_path):
    pages = [write_unknowns(document, tmp_path / end, draw_questions) for end in "ab"]
    for path in pages[0].parent.iterdir():
        assert path.read_bytes() == (pages[1].parent / path.name).read_bytes(), path.name
    text = (pages[0].parent / "informations.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == len(questions_table(document))
    assert rows[0]["information"] == document["questions"][0]["label_fr"]
    assert json.loads((pages[0].parent / "informations.json").read_text("utf-8")) == document
    page = pages[0].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    lines = "\n".join(unknowns_lines(document))
    assert document["questions"][9]["label_fr"] in lines


def test_hostile_words_stay_words(document, tmp_path):
    evil = "</li><script>alert(1)</script>{{7*7}} & « »"
    entry = {**document["questions"][0], "label_fr": evil, "ask_fr": evil, "give_fr": evil}
    yards = [{**yard, "name": evil} for yard in document["yards"]]
    told = {**document, "title": evil, "questions": [entry], "yards": yards}
    page = draw_questions(told, tmp_path).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page


def _opened(playwright: Any, path: Path) -> tuple[int, list[str], list[str], bytes]:
    """Return the width of the page on a phone, what axe finds, what it asks, and its print."""
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 360, "height": 700}, bypass_csp=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"file://{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document).then(({violations}) => violations.map(v => v.id))")
        printed = page.pdf(prefer_css_page_size=True)
        chromium.close()
    return wide, found, asked, printed


@pytest.mark.browser
def test_the_page_is_read_by_all_and_fits_paper(document, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright n'est pas installé")
    if not CHROMIUM.is_file():
        pytest.skip("Chromium absent : la page n'a pas été ouverte dans un vrai navigateur")
    path = draw_questions(document, tmp_path)
    with ThreadPoolExecutor(1) as thread:  # another test's browser may own this one's loop
        wide, found, asked, printed = thread.submit(_opened, playwright, path).result()
    assert wide <= 360
    assert found == []
    assert asked == [f"file://{path}"]
    assert printed.count(b"/Type /Page\n") <= 4


def test_an_older_folder_keeps_its_answer(tmp_path):
    from click.testing import CliRunner

    from cli import app

    copy = tmp_path / "limousin"
    shutil.copytree(EXAMPLE, copy)
    (copy / "plan" / "placements.parquet").unlink()
    done = CliRunner().invoke(app, ["unknowns", str(copy)])
    assert done.exit_code != 0
    assert getattr(done.exception, "code", "") == "SIT401"
    assert not (tmp_path / "limousin-a-demander").exists()
