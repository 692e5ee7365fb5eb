from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from scenarios.documents import impact_pages

DOCS = Path(impact_pages.__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return impact_pages.pages(Pack.open(EMBEDDED), date(2026, 11, 23))


@pytest.mark.parametrize(
    "name", ["methode.md", "validation.md", "incertitude.md", "bxia.md", "impacts-nc.md"]
)
def test_a_generated_page_is_the_one_in_the_docs(pages, name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "lancez « make docs »"


def test_bxia_is_held_against_what_is_published(pages):
    text = pages["bxia.md"]
    assert "| Raccordement | 380 MW | 351 MW |" in text
    assert "| Énergie | non publiée | 1,68 TWh/an |" in text
    assert "Groupes de secours | non publiés | 375 MW" in text
    assert text.count("\n| ") >= 7 + 11
    assert "ERF" in text


def test_the_netcdf_page_shows_units_and_dimensions(pages):
    text = pages["impacts-nc.md"]
    assert "month = 12" in text
    assert "water_month(site_id, design, month)" in text
    assert ":units = m3 MW-1" in text
