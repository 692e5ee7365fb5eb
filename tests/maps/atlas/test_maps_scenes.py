"""Scenes for a room, charts where people read, the ground close up, and the page of no plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maps.atlas.atlas_page import draw
from maps.atlas.page_charts import moving_constants, site_months
from maps.atlas.page_scenes import MOST, scenes
from scenarios.storage.results import Results, write_json

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


@pytest.fixture(scope="module")
def example():
    return Results.read(EXAMPLE, verify=False)


@pytest.fixture(scope="module")
def carte(example, tmp_path_factory):
    return draw(example, tmp_path_factory.mktemp("carte"))


def test_scenes_are_findings_of_the_results_few_and_short(example):
    told = scenes(example)
    assert 6 <= len(told) <= 8
    assert told[1]["title"].replace("\u00a0", " ").startswith("3 sites, 35 MW en 2036")
    assert all(scene["title"] and scene["notes"] and len(scene["lines"]) <= MOST for scene in told)
    words = json.dumps(told, ensure_ascii=False)
    assert "limousin" not in words  # the scenario's file name is not a title


def test_months_add_up_and_constants_are_in_order(example):
    months = site_months(example)
    assert set(months) == set(example.sites.index[example.sites["retained"]])
    table = example.table("context/monthly").query("period == 2036")
    whole = table.groupby("site_id")["water_m3"].sum()
    for site, found in months.items():
        assert len(found["water"]) == len(found["heat"]) == 12
        assert sum(found["water"]) == pytest.approx(whole[site], rel=1e-4)
    for total in moving_constants(example):
        spans = [abs(row["high"] - row["low"]) for row in total["rows"]]
        assert spans == sorted(spans, reverse=True)


def test_an_older_folder_has_neither_months_nor_doubts(village):
    assert site_months(village) == {}
    assert moving_constants(village) == []


@pytest.mark.browser
def test_scenes_are_walked_by_the_keyboard_in_letters_of_twenty_pixels(opened, carte):
    session = opened(carte, viewport={"width": 1280, "height": 720})
    page = session.page
    page.click("#present")
    page.wait_for_selector("#scene h2")
    small = """[...document.querySelectorAll('#scene *')]
        .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3))
        .map((node) => parseFloat(getComputedStyle(node).fontSize)).filter((size) => size < 20)"""
    count = page.evaluate("Atlas.scenes.all.length")
    for k in range(count):
        assert page.text_content("#scene .scene-place").startswith(f"{k + 1} / {count}")
        assert page.evaluate(small) == []
        assert page.evaluate("document.getElementById('scene').scrollHeight <= innerHeight"), (
            f"la scène {k + 1} déborde"
        )
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    page.keyboard.press("n")
    assert page.locator(".scene-notes").is_visible()
    assert session.axe() == []
    page.click("#scene-close")
    assert page.evaluate("document.activeElement.id") == "present"
    assert session.faults() == []


@pytest.mark.browser
def test_a_site_shows_its_months_its_ground_and_its_score_in_blocks(opened, carte, example):
    session = opened(carte)
    page = session.page
    site = example.sites.index[example.sites["retained"]][0]
    page.evaluate(f"Atlas.select(Atlas.rowOf.get('{site}'), 'tableau')")
    assert page.locator("#why svg.months").count() == 2
    assert "déc." in page.get_attribute("#why svg.months >> nth=0", "aria-label")
    assert "Où exactement" in page.text_content("#why")
    links = page.eval_on_selector_all("#why a", "links => links.map((link) => link.rel)")
    assert links
    assert set(links) == {"noopener noreferrer"}
    page.evaluate("document.getElementById('onglet-classement').click()")
    widths = page.evaluate(
        """[...document.querySelectorAll('#ranking-rows tr')].slice(0, 5).map((line) =>
            [Atlas.state.low[Number(line.dataset.row)],
            [...line.querySelectorAll('.value-bar i')]
                .reduce((sum, block) => sum + parseFloat(block.style.width), 0)])"""
    )
    for score, drawn in widths:
        assert drawn == pytest.approx(score, abs=1.5)
    # True to scale: the disc of a site has its area, on the ground.
    metres = page.evaluate(
        """(() => { Atlas.chart.map.setView(Atlas.sites.latLng(Atlas.state.selected), 13,
            { animate: false });
        const perKm = Atlas.ground.pixelsPerKm(Atlas.surface.last,
            Atlas.sites.latLng(Atlas.state.selected)[0]);
        const [lat, lng] = Atlas.sites.latLng(Atlas.state.selected);
        const shift = 1 / (111.32 * Math.cos(lat * Math.PI / 180));
        const one = Atlas.chart.map.latLngToContainerPoint([lat, lng]);
        const other = Atlas.chart.map.latLngToContainerPoint([lat, lng + shift]);
        return [perKm, other.x - one.x]; })()"""
    )
    assert metres[0] == pytest.approx(metres[1], rel=0.02)
    assert session.faults() == []


@pytest.mark.browser
def test_the_page_of_no_plan_says_what_lacks_rule_by_rule(opened, village_with, tmp_path):
    results = village_with(tmp_path)
    lack = {
        "rule_id": "C01", "rule": "demand.served", "label_fr": "Besoin régional servi",
        "where": "région", "period": 2036, "amount": 65.8, "unit": "MW",
        "text_fr": "région, 2036 : il manque 65,8 MW", "is_alone": True, "is_found": True,
    }  # fmt: skip
    other = lack | {
        "rule_id": "C12", "rule": "energy.budget", "label_fr": "Budget énergétique",
        "amount": 446.0, "unit": "GWh/an", "is_alone": False,
    }  # fmt: skip
    why = {
        "code": "SIT300", "message_fr": "aucun plan", "where_fr": "", "hint_fr": "",
        "conflict_fr": ["Besoin régional servi", "Budget énergétique"], "lacks": [lack, other],
        "need": {"2036": {"asked_mw": 136.5, "lacks_mw": 65.8, "served_mw": 70.0}},
        "answer_fr": ["Aucun plan ne respecte toutes les règles retenues."],
    }  # fmt: skip
    write_json(tmp_path / "summary.json", dict(results.summary) | {"impossible": why})
    session = opened(draw(Results.read(tmp_path, verify=False), tmp_path))
    said = session.page.text_content("#impossible").replace("\u00a0", " ").replace("\u202f", " ")
    title = session.page.text_content("#title").replace("\u00a0", " ").replace("\u202f", " ")
    assert title == "Aucun plan possible : il manque 65,8 MW en 2036"
    assert "Assouplir une seule de ces règles suffit" in said
    assert "65,8 MW" in said
    assert "446 GWh/an" in said
    assert "non la réponse" in session.page.text_content("#badges")
    assert session.axe() == []
    assert session.faults() == []
