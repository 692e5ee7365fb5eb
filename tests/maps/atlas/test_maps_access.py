"""What axe finds in every page and panel, and what it cannot see: motion, targets, headings."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from maps.atlas.atlas_page import draw
from maps.printed.synthesis_page import draw_synthesis
from scenarios.storage.results import Results

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PANELS = ("synthese", "classement", "site", "consultation", "regles", "sources")


@pytest.fixture(scope="module")
def carte(village, tmp_path_factory):
    return draw(village, tmp_path_factory.mktemp("carte"))


def test_axe_sees_the_fault_it_is_shown(opened, carte):
    session = opened(carte)
    session.page.evaluate("document.body.append(document.createElement('img'))")
    assert any(found.startswith("image-alt") for found in session.axe())


@pytest.mark.parametrize(("width", "panels"), [(1366, PANELS), (390, PANELS)])
def test_axe_finds_nothing_serious_in_any_panel(opened, carte, width, panels):
    session = opened(carte, viewport={"width": width, "height": 800})
    page = session.page
    page.evaluate("Atlas.select(Atlas.rowOf.get('33_018'), 'tableau')")
    page.evaluate("Atlas.notes.add([{text: 'note', kind: 'réserve'}])")
    session.unfold_everything()
    found = {}
    for panel in panels:
        page.evaluate(f"Atlas.showTab('{panel}')")
        found[panel] = session.axe()
    assert {panel: faults for panel, faults in found.items() if faults} == {}


def test_axe_finds_nothing_serious_in_the_synthesis(opened, village, tmp_path):
    session = opened(draw_synthesis(village, tmp_path))
    assert session.axe() == []
    assert session.faults() == []


def test_every_control_is_large_enough_to_touch(opened, carte):
    session = opened(carte)
    page = session.page
    session.unfold_everything()
    small = """[...document.querySelectorAll('button, select, summary, input:not([type=radio])')]
        .filter((node) => node.offsetParent && node.type !== 'checkbox')
        .map((node) => [node.id || node.textContent, node.getBoundingClientRect()])
        .filter(([, box]) => box.height < 23.5 || box.width < 23.5).map(([name]) => name)"""
    for panel in PANELS:
        page.evaluate(f"Atlas.showTab('{panel}')")
        assert page.evaluate(small) == [], panel


def test_headings_never_skip_a_level(opened, carte):
    page = opened(carte).page
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].map((node) => Number(node.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_who_asks_for_less_motion_gets_none(opened, carte):
    page = opened(carte, reduced_motion="reduce").page
    assert page.evaluate("Atlas.chart.map.options.zoomAnimation") is False
    assert page.evaluate("Atlas.chart.map.options.inertia") is False


def test_text_doubled_in_size_still_fits_the_width(opened, carte):
    page = opened(carte, viewport={"width": 683, "height": 384}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 683


def test_the_statement_says_what_is_known_of_conformity(opened, carte):
    text = opened(carte).page.text_content("#sources")
    assert "Déclaration d’accessibilité" in text
    assert "pas encore été auditée" in text


def test_a_full_plan_is_read_by_the_keyboard_on_a_phone(opened, tmp_path):
    session = opened(draw(Results.read(EXAMPLE), tmp_path), viewport={"width": 390, "height": 844})
    found = {}
    for panel in ("site", "regles", "sources"):
        session.page.evaluate("Atlas.select(Atlas.ranking.candidates[0], 'tableau')")
        session.page.evaluate(f"Atlas.showTab('{panel}')")
        found[panel] = session.axe()
    assert {panel: faults for panel, faults in found.items() if faults} == {}


def test_the_buttons_of_the_map_speak_french(opened, carte):
    page = opened(carte).page
    for name, said in (("in", "Agrandir"), ("out", "Réduire")):
        button = page.locator(f".leaflet-control-zoom-{name}")
        assert button.get_attribute("title") == said
        assert button.get_attribute("aria-label") == said
