"""The page in a real browser: silent, closed to what data tries, one truth on map and in table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from maps.atlas.atlas_page import draw
from scenarios.storage.results import Results, write_table

pytestmark = pytest.mark.browser

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "${alert(2)}",
    "`+alert(3)+`",
    "</script><script>alert(4)</script>",
    "{{7*7}}",
    "{% if 7*191==1337 %}PWN{% endif %}",
    '");alert(5);("',
    "{# {% x <!-- \u2028 & é « »",
]


@pytest.fixture(scope="module")
def carte(village, tmp_path_factory):
    return draw(village, tmp_path_factory.mktemp("carte"))


def test_opening_the_page_asks_nothing_says_nothing_breaks_nothing(opened, carte):
    assert opened(carte).faults() == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_words_everywhere_are_only_words(opened, village_with, tmp_path, payload):
    results = village_with(tmp_path, lambda text: f"{text} {payload}")
    session = opened(draw(results, tmp_path))
    page = session.page
    for tab in ("classement", "regles", "sources", "site"):
        page.click(f"#onglet-{tab}")
    page.click("#onglet-classement")
    page.click("#ranking-rows tr >> nth=0")
    page.evaluate("Atlas.select(Atlas.rowOf.get('33_000'), 'carte')")
    page.evaluate(
        "for (const box of document.querySelectorAll('#layers input:not(#couche-ign)')) box.click()"
    )
    session.drawn()
    assert session.faults() == []
    shown = page.text_content("#why-title")
    assert payload.split("\u2028")[0].strip() in shown.replace("\u00a0", " ").replace("\u202f", " ")
    assert page.locator("img:not(#map-print):not(#logo)").count() == 0


@pytest.mark.parametrize(
    "fragment",
    [
        "#s=<img src=x onerror=alert(1)>&p=9999",
        "#c=NaN,1e999,-4&w=-1,Infinity,x",
        "#l=__proto__,plan&s=__proto__",
        "#%E0%A4%A",
    ],
)
def test_a_hostile_address_is_left_aside(opened, carte, fragment):
    session = opened(carte, fragment=fragment)
    assert session.faults() == []
    assert session.page.evaluate("Atlas.state.selected") == -1
    assert session.page.evaluate("Atlas.state.period") == 2036


def test_the_address_keeps_the_place_the_site_the_period_and_the_weights(opened, carte):
    session = opened(carte)
    page = session.page
    page.click("label[for=periode-2031]")
    page.evaluate("Atlas.weigh([1, 0, 3])")
    page.evaluate("Atlas.select(Atlas.rowOf.get('33_005'), 'carte')")
    session.until("location.hash.includes('33_005')")  # written last, and all at once
    fragment = page.evaluate("location.hash")
    other = opened(carte, fragment=fragment).page
    kept = "['period', 'selected', 'weights', 'ranks'].map((name) => String(Atlas.state[name]))"
    assert other.evaluate(kept) == page.evaluate(kept)


def test_the_table_lists_exactly_the_sites_that_the_map_draws(opened, carte, village):
    page = opened(carte).page
    page.click("#onglet-classement")
    drawn = page.evaluate(
        "Atlas.ranking.candidates.map((row) => Atlas.data.sites.at('site_id', row))"
    )
    rows = """[...document.querySelectorAll('#ranking-rows tr')]
        .map((line) => Atlas.data.sites.at('site_id', Number(line.dataset.row)))"""
    listed = page.evaluate(rows)
    assert sorted(listed) == sorted(drawn)
    ranked = village.sites[village.sites["rank"].notna()].sort_values("rank")
    assert listed == ranked.index.tolist()
    page.select_option("#only", "retenus")
    assert sorted(page.evaluate(rows)) == sorted(
        village.sites.index[village.sites["it_mw_2036"] > 0]
    )
    counts = {}
    for fate in ("ecartes", "inconnus", "fusionnes"):
        page.select_option("#only", fate)
        counts[fate] = len(page.evaluate(rows))
    assert counts == {"ecartes": 3, "inconnus": 2, "fusionnes": 1}


def test_the_period_changes_the_plan_on_the_map_and_in_the_table(opened, carte):
    page = opened(carte).page
    retained = "Atlas.sites.retainedRows().length"
    assert page.evaluate(retained) == 4
    page.click("label[for=periode-2031]")
    assert page.evaluate(retained) == 2
    assert "2 sites retenus" in page.text_content("#map-said").replace("\u00a0", " ")


def test_the_keyboard_reaches_a_site_and_its_reasons(opened, carte):
    page = opened(carte).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.focus("#onglet-synthese")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "onglet-classement"
    page.focus("#ranking-rows tr[tabindex='0']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "why-title"
    assert page.evaluate("Atlas.state.ranks[Atlas.state.selected]") == 2
    assert page.locator("#ranking-rows tr[tabindex='0']").count() == 1


def test_sorting_says_its_direction_to_screen_readers(opened, carte):
    page = opened(carte).page
    page.click("#onglet-classement")
    page.click("#ranking-head button >> text=ha")
    heading = page.locator("#ranking-head [aria-sort]")
    assert heading.count() == 1
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.locator("#ranking caption").text_content().startswith("Sites candidats")


def test_the_reasons_of_a_rejected_site_give_value_threshold_and_gap(opened, carte):
    page = opened(carte).page
    page.evaluate("Atlas.select(Atlas.rowOf.get('33_018'), 'tableau')")
    said = page.text_content("#why").replace("\u00a0", " ").replace("\u202f", " ")
    assert "non rempli" in said
    assert "il manque 0,6 ha (0,4 ha, seuil 1 ha)" in said


def test_the_spreadsheet_has_decimal_commas_and_no_formula(opened, village_with, tmp_path):
    results = village_with(tmp_path, lambda text: f"=1+1;{text}")
    page = opened(draw(results, tmp_path)).page
    text = page.evaluate("Atlas.export.rankingCsv()")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:]), delimiter=";"))
    assert len(rows) == 1 + 18 + 2
    assert all(not cell.startswith("=") for row in rows for cell in row)
    assert rows[1][rows[0].index("surface_utile_ha")] == "1,4"


def test_a_phone_needs_no_sideways_scroll(opened, carte):
    page = opened(carte, viewport={"width": 390, "height": 844}).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_print_keeps_the_map_and_every_panel(opened, carte):
    page = opened(carte).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.getElementById('map-print').src.length") > 10_000
    assert page.locator("[role=tabpanel][hidden]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("[role=tabpanel][hidden]").count() == 6


def test_numbers_and_spaces_are_french(opened, carte):
    page = opened(carte).page
    assert page.evaluate("Atlas.quantity(12345.64, 'MW', 1)") == "12\u202f345,6\u00a0MW"
    assert page.evaluate("Atlas.quantity(12.5, '%')") == "12,5\u202f%"
    assert page.evaluate("Atlas.date('2026-11-23')") == "23/11/2026"
    assert (
        page.evaluate("Atlas.typeset('besoin : 3 MW ; « oui » !')")
        == "besoin\u00a0: 3\u00a0MW\u202f; «\u00a0oui\u00a0»\u202f!"
    )
    assert page.evaluate("Atlas.weights.shares([1, 1, 1]).join()") == "34,33,33"


def test_candidates_known_by_their_limits_are_drawn_and_found(opened, village_with, tmp_path):
    results = village_with(tmp_path)
    sites = results.sites.copy()
    sites["geometry"] = sites.geometry.buffer(150, cap_style="square")
    write_table(tmp_path / "sites.parquet", sites.reset_index())
    session = opened(draw(Results.read(tmp_path, verify=False), tmp_path))
    page = session.page
    assert page.evaluate("Atlas.data.sites.shapes.length") == 24
    page.evaluate("Atlas.chart.goTo(Atlas.sites.latLng(Atlas.rowOf.get('33_005')), 12)")
    session.until("Atlas.chart.map.getZoom() === 12")
    session.drawn()
    inside = """(() => { const row = Atlas.rowOf.get('33_005');
        const { box } = Atlas.data.sites.shapes[row];
        const [x, y] = [Atlas.data.sites.places[2 * row], Atlas.data.sites.places[2 * row + 1]];
        return x > box[0] && x < box[2] && y > box[1] && y < box[3]; })()"""
    assert page.evaluate(inside)
    assert session.faults() == []


def test_a_price_of_entry_too_small_to_show_is_not_shown_as_nothing(opened, village_with, tmp_path):
    results = village_with(tmp_path)
    price = [float("nan")] * 4 + [0.0, 0.004, 0.006] + [1.5] * 17
    write_table(
        tmp_path / "sites.parquet", results.sites.assign(entry_meur_per_mw=price).reset_index()
    )
    page = opened(draw(Results.read(tmp_path, verify=False), tmp_path)).page
    said = {}
    for site in ("33_004", "33_005", "33_006", "33_007"):
        page.evaluate(f"Atlas.select(Atlas.rowOf.get('{site}'), 'tableau')")
        said[site] = page.text_content("#why").replace("\u00a0", " ").replace("\u202f", " ")
    for equal in ("33_004", "33_005"):
        assert "à moins de 0,01 M€ pondérés par mégawatt près" in said[equal]
        assert "0,00 M€" not in said[equal]
    assert "devrait y peser 0,01 M€ de moins" in said["33_006"]
    assert "devrait y peser 1,50 M€ de moins" in said["33_007"]


def test_the_credit_on_the_map_names_a_tab_that_exists(opened, carte):
    page = opened(carte).page
    credit = page.text_content(".leaflet-control-attribution")
    tabs = page.eval_on_selector_all(
        "[role=tab]", "tabs => tabs.map((tab) => tab.textContent.trim())"
    )
    named = credit.partition("détail dans «")[2].partition("»")[0].strip()
    assert named in tabs


def test_what_a_phone_says_above_a_wide_ranking_is_not_cut(opened, carte):
    page = opened(carte, viewport={"width": 390, "height": 844}).page
    page.click("#onglet-classement")
    page.evaluate("document.querySelector('#ranking-rows td').style.minWidth = '500px'")
    assert page.evaluate("document.getElementById('ranking').offsetWidth") > 500
    right = page.evaluate(
        "document.getElementById('ranking-caption').getBoundingClientRect().right"
    )
    assert right <= 390


def test_a_sites_figures_promise_no_more_than_three_digits_nor_more_than_a_yard(opened, tmp_path):
    results = Results.read(EXAMPLE)
    page = opened(draw(results, tmp_path)).page
    site = results.sites.sort_values("it_mw_2036").index[-1]
    page.evaluate(f"Atlas.select(Atlas.rowOf.get('{site}'), 'tableau')")
    lines = page.eval_on_selector_all(
        "#why dl.facts dt",
        "terms => terms.map((t) => [t.textContent, t.nextElementSibling.textContent])",
    )
    told = {term: value.replace("\u202f", "").replace("\u00a0", " ") for term, value in lines}
    for term in ("Électricité du site", "Eau apportée", "Eau consommée hors site", "Carbone"):
        figure = told[term].partition(" ")[0]
        assert len(figure.replace(",", "").strip("0")) <= 3, (term, figure)
    room = results.table("verdicts").query("criterion == 'grid.capacity'").set_index("site_id")
    assert told["Puissance raccordable au mieux"].startswith(f"{room.at[site, 'value']:g} MW")
    assert "hypothèse" in told["Puissance raccordable au mieux"]
    assert room.at[site, "value"] < results.sites.at[site, "connection_limit_mw"]
