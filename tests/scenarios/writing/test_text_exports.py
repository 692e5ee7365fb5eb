"""Texts to edit: well formed, the same bytes, the figures of the plan, nothing said for absent."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scenarios.storage.open_text import Heading, Paragraph, Table, write_odt
from scenarios.storage.results import Results
from scenarios.writing.exports.territory_sheets import territory_sheets, write_territory_sheets
from scenarios.writing.exports.text_synthesis import synthesis, write_synthesis

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


@pytest.fixture(scope="module")
def results() -> Results:
    return Results.read(EXAMPLE)


def _text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist()[0] == "mimetype"
        for member in ("styles.xml", "META-INF/manifest.xml"):
            ElementTree.fromstring(archive.read(member))
        return "".join(ElementTree.fromstring(archive.read("content.xml")).itertext())


def test_a_name_with_signs_of_markup_is_printed_as_it_is(tmp_path):
    wild = "<b>& Œuvre</b> \x00«\u202f1\u202f»"
    write_odt([Heading(wild), Paragraph(wild, item=True), Table("t", ["a"], [[wild]])],
              tmp_path / "a.odt")  # fmt: skip
    assert _text(tmp_path / "a.odt").count("<b>& Œuvre</b> «\u202f1\u202f»") == 3


def test_both_texts_open_and_are_the_same_bytes_twice(results, tmp_path):
    for place in (tmp_path / "a", tmp_path / "b"):
        place.mkdir()
        write_synthesis(results, place)
        write_territory_sheets(results, place)
    for name in ("synthese.odt", "fiches-intercommunalites.odt"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert len(_text(tmp_path / "a" / name)) > 2000


def test_the_synthesis_bears_the_answer_and_the_megawatts_of_the_plan(results):
    blocks = list(synthesis(results))
    said = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert any("compatible avec" in text for text in said)
    assert not any("conforme" in text for text in said)
    sites = next(block for block in blocks if isinstance(block, Table) and block.name == "Sites")
    assert len(sites.rows) == results.summary["n_sites"]
    told = sum(float(re.sub(r"[^\d,]", "", row[4]).replace(",", ".")) for row in sites.rows)
    placed = results.summary["plan"][str(results.summary["periods"][-1])]["it_mw"]
    assert told == pytest.approx(placed, abs=0.05 * len(sites.rows))


def test_each_intercommunality_with_a_candidate_has_its_sheet(results):
    blocks = list(territory_sheets(results))
    titles = [block.text for block in blocks if isinstance(block, Heading) and block.new_page]
    sites = results.sites
    concerned = sites[sites["retained"] | (sites["fate"] == "candidat")]
    assert sorted(titles) == sorted(concerned["epci_name"].unique())
    heads = [b.text for b in blocks if isinstance(b, Heading) and b.text == "Ce qu'on ne sait pas"]
    assert len(heads) == len(titles)
    placed = [
        float(match[1].replace(",", "."))
        for block in blocks
        if isinstance(block, Paragraph)
        and (match := re.search(r"Le plan y place ([\d,]+)", block.text))
    ]
    last = results.summary["plan"][str(results.summary["periods"][-1])]["it_mw"]
    assert sum(placed) == pytest.approx(last, abs=0.05 * len(placed))
