"""Everything a folder says can be read aloud: no sentence above 35 words, no figure misnamed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impacts.basis.constant_factors import parameters
from layers.words.dated_values import read_parameters
from maps.pages import draw_pages
from scenarios.question.program_settings import SCREENING
from scenarios.storage.results import Results
from siting.program.rule_registry import policy_parameters
from tests.scenarios.answers.read_aloud import in_document, in_page, in_table, too_long

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PAGES = ("carte.html", "matrice.html", "synthese.html")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """Draw the pages of the example as they are drawn today."""
    place = tmp_path_factory.mktemp("pages")
    draw_pages(Results.read(EXAMPLE), place)
    return place


def test_a_long_sentence_is_found_and_a_list_is_read_by_items():
    words = " ".join(["Mot"] * 36)
    assert too_long(f"Court. {words}.") == [f"{words}."]
    assert not too_long("Seuil : 1 ; " * 20, is_list=True)
    assert list(in_document({"a_fr": [f"{words}."]})) == [f"a_fr: {words}."]


def test_no_text_of_the_tables_and_documents_is_above_35_words():
    tables = sorted(EXAMPLE.rglob("*.parquet"))
    assert len(tables) > 30
    assert [each for path in tables for each in in_table(path)] == []
    for path in sorted(EXAMPLE.rglob("*.json")):
        assert list(in_document(json.loads(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_of_a_page_is_above_35_words(page, pages):
    assert list(in_page(pages / page)) == []


def test_no_sentence_of_the_papers_of_a_value_is_above_35_words():
    known = (parameters(), policy_parameters(), read_parameters(SCREENING))
    told = {v.reference for each in known for one in each.values() for v in one.values}
    assert len(told) > 100
    assert [text for told_text in sorted(told) for text in too_long(told_text)] == []


def test_equivalent_money_is_told_nowhere(pages):
    """« M€ équivalents » became « M€ pondérés »: it is no expense."""
    drawn = [pages / page for page in PAGES]
    for path in [*EXAMPLE.rglob("*.json"), *drawn, EXAMPLE / "plan.csv"]:
        text = path.read_text(encoding="utf-8").replace("\u00a0", " ").replace("\u202f", " ")
        assert "€ équivalent" not in text, path.name
