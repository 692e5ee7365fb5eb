"""Everything a folder says can be read aloud: no sentence above 35 words, no figure misnamed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.answers.read_aloud import in_document, in_page, in_table, too_long

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PAGES = sorted(EXAMPLE.glob("*.html"))


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


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_sentence_of_a_page_is_above_35_words(page):
    assert list(in_page(page)) == []


def test_equivalent_money_is_told_nowhere():
    """« M€ équivalents » became « M€ pondérés »: it is no expense."""
    for path in [*EXAMPLE.rglob("*.json"), *PAGES, EXAMPLE / "plan.csv"]:
        text = path.read_text(encoding="utf-8").replace("\u00a0", " ").replace("\u202f", " ")
        assert "€ équivalent" not in text, path.name
