"""The page of the matrix: whole, escaped, without network, each verdict more than a colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maps.printed import matrix_page
from scenarios.answers.neo_terra_matrix.matrix_table import commitments, matrix
from scenarios.storage.results import Results

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    results = Results.read(EXAMPLE, verify=False)
    return matrix_page.draw_matrix([results], tmp_path_factory.mktemp("page")).read_text("utf-8")


def test_every_commitment_is_a_row_and_every_mark_is_filled(page: str) -> None:
    matrix_only = page.split('class="more"')[0]
    assert matrix_only.count('<th scope="row">') == len(commitments())
    assert not re.search(r"<!--\w+-->", page)
    assert "http" not in page.split("</style>")[1]
    assert "conforme" not in page.split("</style>")[1]


def test_a_verdict_is_a_sign_and_a_word_never_a_colour_alone(page: str) -> None:
    for kind, sign in matrix_page.SIGNS.values():
        for cell in re.findall(rf'<td class="v {kind}">([^<]*)</td>', page):
            assert cell.startswith(sign)
            assert len(cell) > 2
    assert page.count("aria-label=") >= 2 * len(commitments())


def test_no_line_of_the_page_is_longer_than_a_breath() -> None:
    results = Results.read(EXAMPLE, verify=False)
    for line in (*matrix_page.LEGEND, *matrix_page.said_first(matrix([results]))):
        for sentence in re.split(r"(?<=[.?!])\s", line):
            assert len(sentence.split()) <= 35, sentence
