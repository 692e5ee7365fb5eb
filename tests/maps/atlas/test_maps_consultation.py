"""Consultation in a real browser: weights, thresholds, views, comparison, notes, files."""

from __future__ import annotations

import json

import numpy as np
import pytest

from maps.atlas.atlas_page import draw
from scenarios.question.consultation_weights import Veto, WeightsFile, read_weights, rerank

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${alert(2)}",
    "</script><script>alert(4)</script>",
    "{{7*7}}",
    "=HYPERLINK(\"http://x\";\"y\")",
    "accents « é », d'apostrophe ; point-virgule\net ligne",
]  # fmt: skip
HOSTILE_FILES = [
    "",
    "{",
    "null",
    "[]",
    '{"format": "siting-consultation", "weights": null, "vetoes": 3, "notes": {"a": 1}}',
    '{"format": "siting-consultation", "weights": {"__proto__": 3, "grid.distance": "a"}}',
    '{"format": "siting-consultation", "weights": {"grid.distance": -4, "x": 1e999}}',
    '{"format": "siting-consultation", "vetoes": {"grid.distance": {"threshold": "<b>"}}}',
    '{"format": "siting-consultation", "notes": [null, 3, {"text": {"a": 1}}]}',
    '{"format": "siting-consultation", "scenario": "<img src=x onerror=alert(1)>"}',
    "nature;objet;sens;valeur;unite;college;texte\r\npoids;grid.distance",
    "\x00\x01;\x02",
]
CRITERIA = ("grid.distance", "water.scarcity", "heat.reach")
ORDER = "Atlas.state.ordered.map((row) => Atlas.data.sites.at('site_id', row))"


@pytest.fixture(scope="module")
def carte(village, tmp_path_factory):
    return draw(village, tmp_path_factory.mktemp("carte"))


def said(page, selector):
    return page.text_content(selector).replace("\u00a0", " ").replace("\u202f", " ")


def unfold(page, part, drawn):
    """Open a part, and wait for what it draws: the browser says « toggle » after the click."""
    page.click(f"#{part} summary")
    page.wait_for_selector(f"#{part} {drawn}")


def test_page_and_program_agree_on_a_thousand_weightings(opened, carte, village):
    rng = np.random.default_rng(3)
    weights = rng.integers(0, 11, size=(1000, 3)) * rng.choice([1.0, 0.25, 0.1], size=(1000, 1))
    weights[weights.sum(axis=1) == 0] = 1
    here = opened(carte).page.evaluate(
        """(all) => all.map((weights) => Atlas.ranking.order(Atlas.ranking.scoresFor(weights))
            .map((row) => Atlas.data.sites.at('site_id', row)))""",
        weights.tolist(),
    )
    sites = village.sites[["fate"]].copy()
    for drawn, order in zip(weights, here, strict=True):
        chosen = WeightsFile("essai", dict(zip(CRITERIA, drawn.tolist(), strict=True)))
        ranked = rerank(sites, village.verdicts, chosen)["rank"].dropna()
        assert order == ranked.sort_values().index.tolist()


def test_page_and_program_agree_on_thresholds(opened, carte, village, tmp_path):
    page = opened(carte).page
    page.evaluate("Atlas.weigh([1, 3, 2]); Atlas.forbid([null, 4, 2.5])")
    path = tmp_path / "consultation.json"
    path.write_text(page.evaluate("Atlas.exchange.json()"), encoding="utf-8")
    chosen = read_weights(path)
    assert chosen.vetoes == (Veto("heat.reach", ">=", 2.5), Veto("water.scarcity", ">=", 4.0))
    ranked = rerank(village.sites, village.verdicts, chosen)["rank"].dropna()
    assert page.evaluate(ORDER) == ranked.sort_values().index.tolist()
    assert 0 < len(ranked) < 18


def test_a_threshold_takes_sites_off_the_ranking_and_says_what_the_plan_keeps(opened, carte):
    page = opened(carte).page
    page.click("#onglet-consultation")
    page.click("#vetoes summary")
    page.fill("#vetoes-list input[type=number] >> nth=1", "9")
    page.check("#seuil-1")
    text = said(page, "#vetoes-said")
    assert "Vos seuils écartent" in text
    assert "faute de donnée" in text
    assert "Le plan en retient" in text
    page.click("#onglet-classement")
    page.select_option("#only", "seuils")
    assert page.locator("#ranking-rows tr").count() == page.evaluate(
        "Atlas.state.barred.filter(Boolean).length"
    )
    page.click("#ranking-rows tr >> nth=0")
    assert "vos seuils éliminatoires l’écartent" in said(page, "#why")
    assert "Votre seuil –" in said(page, "#why")
    page.click("#onglet-consultation")
    page.click("#vetoes-back")
    assert page.evaluate("Atlas.state.ordered.length") == 18


def test_views_of_every_college_stand_side_by_side(opened, carte):
    page = opened(carte).page
    page.click("#onglet-consultation")
    unfold(page, "views", "th")
    assert page.locator("#views-head th").count() == 1 + 1 + 6
    page.select_option("#college", "3")
    page.wait_for_selector("#views-head th:nth-child(9)")
    assert page.locator("#views-head th").count() == 1 + 1 + 6 + 1
    own = page.locator("#views-body tr td:last-child").all_text_contents()
    assert own == [str(k + 1) for k in range(len(own))]
    assert own == page.locator("#views-body tr td:nth-child(6)").all_text_contents()


def test_what_is_said_to_put_the_second_before_the_first_does_it(opened, carte):
    page = opened(carte).page
    page.click("#onglet-consultation")
    unfold(page, "compare", "tbody tr")
    tried = 0
    for one, other in ((0, 5), (2, 9), (1, 14), (3, 4)):
        page.evaluate(
            f"""Atlas.compare.pair.a = Atlas.state.ordered[{one}];
            Atlas.compare.pair.b = Atlas.state.ordered[{other}];
            Atlas.weigh([...Atlas.state.weights])"""
        )
        before = page.evaluate("[...Atlas.state.weights]")
        for text in page.locator("#compare-said li").all_text_contents():
            plain = text.replace("\u00a0", " ").replace("\u202f", " ")
            if not plain.startswith("Peser autrement"):
                continue
            name = plain.split("« ")[1].split(" »")[0]
            share = float(plain.split(" de ")[-1].split(" %")[0].replace(",", ".")) / 100
            k = CRITERIA.index(name)
            share += 0.002 if "montait" in plain else -0.002
            others = sum(before) - before[k]
            wanted = list(before)
            wanted[k] = max(0.0, share * others / (1 - share))
            page.evaluate("(weights) => Atlas.weigh(weights)", wanted)
            assert page.evaluate(
                "Atlas.state.ranks[Atlas.compare.pair.b] < Atlas.state.ranks[Atlas.compare.pair.a]"
            ), plain
            page.evaluate("(weights) => Atlas.weigh(weights)", before)
            tried += 1
    assert tried >= 3


def test_no_site_at_all_takes_nothing_and_serves_nothing(opened, carte):
    page = opened(carte).page
    page.click("#onglet-consultation")
    unfold(page, "fewer", "tbody tr")
    cells = page.locator("#fewer-body tr >> nth=0").locator("td").all_text_contents()
    assert cells == ["0", "71", "71"]
    assert page.locator("#fewer-body tr >> nth=1").locator("td").all_text_contents()[0] == "70"
    page.uncheck("#fewer-sites input >> nth=0")
    assert "33 MW" not in said(page, "#fewer-body")
    assert page.locator("#fewer-body tr >> nth=0").locator("td").all_text_contents()[1] == "38"
    assert "de besoin non servi" in said(page, "#fewer-said")
    assert "non calculé" in said(page, "#fewer-body")  # this village has no footprint


def test_a_variant_is_shown_as_such_and_left(opened, carte):
    page = opened(carte).page
    page.click("#onglet-consultation")
    unfold(page, "fewer", "tbody tr")
    assert "Variante 1 : 2 sites, 70 MW en 2036, 2,1 % moins bonne" in said(page, "#variants-list")
    page.click("#variants-list button >> nth=0")
    assert page.evaluate("Atlas.sites.retainedRows().length") == 2
    assert "variante 1, pas le plan retenu" in said(page, "#variant-said")
    page.click("#variant-said button")
    assert page.evaluate("Atlas.sites.retainedRows().length") == 4
    assert page.locator("#variant-said").is_hidden()


@pytest.mark.parametrize("name", ["json", "csv"])
def test_a_consultation_leaves_and_comes_back_whole(opened, carte, tmp_path, name):
    first = opened(carte)
    notes = [
        {"site_id": "33_002" if k % 2 else "", "college": "Habitants", "kind": "réserve", "text": t}
        for k, t in enumerate(HOSTILE)
    ]
    first.page.evaluate("(notes) => Atlas.notes.add(notes)", notes)
    first.page.evaluate("Atlas.weigh([1, 0.5, 3]); Atlas.forbid([null, null, 2])")
    assert first.faults() == []
    path = tmp_path / f"consultation.{name}"
    path.write_text(first.page.evaluate(f"Atlas.exchange.{name}()"), encoding="utf-8", newline="")
    other = opened(carte)
    other.page.click("#onglet-consultation")
    other.page.set_input_files("#exchange-file", path)
    other.page.wait_for_selector("#exchange-said:has-text('Consultation relue')")
    kept = "JSON.stringify([Atlas.state.weights, Atlas.state.thresholds, Atlas.notes.all()])"
    assert other.page.evaluate(kept) == first.page.evaluate(kept)
    assert other.faults() == []
    assert other.page.locator("#notes-list img, #notes-list script").count() == 0
    read = read_weights(path)
    assert read.weights == {"grid.distance": 1.0, "water.scarcity": 0.5, "heat.reach": 3.0}
    assert [note.text for note in read.notes] == HOSTILE
    assert read.vetoes == (Veto("heat.reach", ">=", 2.0),)


def test_a_hostile_file_breaks_nothing(opened, carte, tmp_path):
    session = opened(carte)
    path = tmp_path / "consultation.json"
    session.page.click("#onglet-consultation")
    for text in HOSTILE_FILES:
        path.write_text(text, encoding="utf-8")
        session.page.evaluate("document.getElementById('exchange-said').textContent = ''")
        session.page.set_input_files("#exchange-file", path)
        session.page.wait_for_selector("#exchange-said:not(:empty)")
        assert session.faults() == [], text
        assert session.page.evaluate("Atlas.state.weights.join()") == "1,2,0.5", text
        assert session.page.evaluate("Atlas.state.thresholds.every((value) => value === null)")
        assert session.page.evaluate("Atlas.state.ordered.length") == 18


def test_a_note_written_by_hand_is_on_the_site_and_can_be_withdrawn(opened, carte):
    page = opened(carte).page
    page.evaluate("Atlas.select(Atlas.rowOf.get('33_005'), 'tableau')")
    page.click("text=Ajouter une note")
    assert page.evaluate("document.activeElement.id") == "note-text"
    page.keyboard.type("Trop près de l’école")
    page.select_option("#note-kind", "réserve")
    page.click("#note-form button")
    page.click("#onglet-site")
    assert "Trop près de l’école" in page.text_content("#why")
    assert json.loads(page.evaluate("Atlas.exchange.json()"))["notes"][0]["site_id"] == "33_005"
    page.click("#onglet-consultation")
    page.click("#notes-list button")
    assert "Trop près" not in page.text_content("#why")


def test_the_address_keeps_the_thresholds(opened, carte):
    session = opened(carte)
    page = session.page
    page.evaluate("Atlas.forbid([3.5, null, 2])")
    session.until("new URLSearchParams(location.hash.slice(1)).get('v') === '0:3.5,2:2'")
    other = opened(carte, fragment=page.evaluate("location.hash")).page
    assert other.evaluate("Atlas.state.thresholds") == [3.5, None, 2]
    hostile = opened(carte, fragment="#v=99:1,0:1e999,1:abc,__proto__:1")
    assert hostile.page.evaluate("Atlas.state.thresholds") == [None, None, None]
    assert hostile.faults() == []


def test_the_ign_background_asks_only_its_host_and_only_once_ticked(opened, carte):
    session = opened(carte)
    assert session.requests[1:] == []
    with session.page.expect_request("https://data.geopf.fr/**"):
        session.page.evaluate("document.getElementById('couche-ign').click()")
    session.drawn()
    asked = session.requests[1:]
    assert asked
    assert all(url.startswith("https://data.geopf.fr/wmts?") for url in asked)
    assert session.errors == []
    assert "adresse IP" in session.page.text_content("#layers")
