"""One printable page: the answer, figures with doubt, rules, assumptions; no script."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.words.errors import SitingError
from layers.words.french import NARROW
from maps.atlas.atlas_page import draw
from maps.atlas.data_island import contents
from maps.look.locator_map import NOTE, apart, locator
from maps.look.page_geography import Ground
from maps.look.page_wording import text_of
from maps.look.publisher import Identity
from maps.printed.plan_basis import assumptions
from maps.printed.synthesis_page import draw_synthesis, figure_line, rule_lines
from scenarios.storage.results import Results, write_table

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360"
    "f8cfc0f01f0005000180d8e5c5a10000000049454e44ae426082"
)


def write_identity(folder, text, logo=PIXEL):
    (folder / "logo.png").write_bytes(logo)
    path = folder / "identite.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_page_says_the_answer_the_figures_and_the_rules(village, tmp_path):
    text = draw_synthesis(village, tmp_path).read_text(encoding="utf-8")
    assert "Le plan retient 4 sites" in text
    assert "0 à 2,5" in text
    assert "non chiffré" in text
    assert "limite atteinte" in text
    assert "C28 Nature" in text
    assert "1\u00a0valeur à confirmer" in text
    assert "Aucune décision d'institution" in text
    assert text.count('text-anchor="middle"') == 4
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_a_broken_rule_says_by_how_much_and_one_of_zero_has_no_margin(village_with, tmp_path):
    results = village_with(tmp_path)
    bill = results.rules.assign(binding=False, excess=[3.456, 0.0, 0.0, 0.0])
    bill.loc[bill["rule_id"] == "C10", ["activity", "limit", "slack"]] = 0.0
    write_table(tmp_path / "rules.parquet", bill)
    lines = {line.rule_id: line for line in rule_lines(Results.read(tmp_path, verify=False))}
    assert (lines["C01"].state, lines["C01"].kind) == ("dépassée de 3,46\u00a0MW", "over")
    assert (lines["C10"].state, lines["C10"].kind) == ("0 pour une limite de 0\u00a0MW", "")


def test_a_figure_shows_its_low_end_before_its_high_one():
    plan = {"water_input_m3": 6401.8, "water_input_m3_p5": 2281.7, "water_input_m3_p95": 17941.1}
    value, doubt = figure_line([plan], "water_input_m3", None)
    assert value.replace(NARROW, " ") == "6 400"
    assert doubt.replace(NARROW, " ") == "2 300 à 18 000"  # two figures: wide doubt


def test_what_is_judged_in_part_is_never_left_among_the_good_news(village_with, tmp_path):
    results = village_with(tmp_path)
    why = "évaluée en partie : aucune donnée pour Natura 2000"
    results.summary["rules_partly_evaluated"] = [
        {"rule_id": "C05", "label_fr": "Zones exclues", "why_fr": why}
    ]
    page = draw_synthesis(results, tmp_path).read_text(encoding="utf-8")
    assert text_of("C05 Zones exclues (aucune donnée pour Natura 2000)") in page
    island = contents(results)
    assert {"code": "C05", "label": "Zones exclues", "why": why} in island["not_evaluated"]
    assert "1\u00a0règle non évaluée, 1 en partie" in [badge["text"] for badge in island["badges"]]


def test_decisions_are_told_with_who_and_when(village_with, tmp_path):
    results = village_with(tmp_path)
    results.summary["journal"] = [
        {"key": "rules.a", "decided_by": "Conseil <b>régional</b>", "decided_on": "2026-10-05",
         "why": "Délibération 12"}
    ]  # fmt: skip
    text = draw_synthesis(results, tmp_path).read_text(encoding="utf-8")
    assert "Conseil &lt;b&gt;régional&lt;/b&gt;, le 05/10/2026. Délibération 12" in text


def test_two_drawings_have_the_same_bytes(village, tmp_path):
    (tmp_path / "b").mkdir()
    first = draw_synthesis(village, tmp_path).read_bytes()
    assert first == draw_synthesis(village, tmp_path / "b").read_bytes()


@pytest.mark.browser
def test_it_prints_on_two_sheets_with_no_text_too_small(opened, village, tmp_path):
    session = opened(draw_synthesis(village, tmp_path))
    session.page.emulate_media(media="print")
    least = session.page.evaluate(
        """Math.min(...[...document.querySelectorAll('body *')]
        .filter((node) => !node.closest('svg') && [...node.childNodes].some((child) =>
            child.nodeType === 3 && child.data.trim()))
        .map((node) => parseFloat(getComputedStyle(node).fontSize) * 0.75))"""
    )
    assert least >= 8.49  # points
    paper = tmp_path / "synthese.pdf"
    session.page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 2


@pytest.mark.browser
def test_a_full_plan_prints_on_two_sheets_too(opened, tmp_path):
    results = Results.read(EXAMPLE)
    bill = results.rules
    long = "Réserve des postes pour les autres usages"
    extra = [
        bill[bill["rule_id"] == "C16"].assign(rule_id=f"C{k}", label_fr=long) for k in range(40, 46)
    ]
    full = Results(results.folder)
    full.__dict__["rules"] = pd.concat([bill, *extra])
    session = opened(draw_synthesis(full, tmp_path))
    paper = tmp_path / "synthese.pdf"
    session.page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper.read_bytes())) <= 2


def test_what_is_from_memory_says_so_in_the_bill_and_among_what_is_assumed(village):
    told = {line.rule_id: line.source for line in rule_lines(village)}
    assert "de mémoire" not in "".join(told.values())
    bill = village.rules.assign(status="memory", reference="R" * 300)
    for line in rule_lines(SimpleNamespace(rules=bill, scenario={})):
        assert line.source.endswith("texte, de mémoire – à vérifier")
    entry = {"name": "a.b", "label_fr": "Puissance", "value": 12.0, "unit": "MW", "reference": "x"}
    for status, badge in (("memory", ", de mémoire – à vérifier"), ("assumption", "")):
        results = SimpleNamespace(parameters=[{**entry, "status": status}], scenario={})
        assert assumptions(results)[1] == [f"Puissance : 12\u00a0MW{badge}"]


def test_equal_ends_are_one_figure_and_unknown_ones_a_dash():
    none = {"enaf_low_ha": 0.0, "enaf_high_ha": 0.0}
    some = {"enaf_low_ha": 0.0, "enaf_high_ha": 3.0}
    assert figure_line([none, some], "enaf_ha", 1) == ("0", "0 à 3", "0 à 3")
    assert figure_line([some, none], "enaf_ha", 1) == ("0 à 3", "0", "0")


def test_the_margin_of_a_rule_of_several_units_is_the_nearest_in_share():
    rows = pd.DataFrame(
        {
            "rule_id": "C27", "label_fr": "Effets cumulés", "scope": "L", "hard": True,
            "evaluated": True, "excess": 0.0, "binding": False, "where": ["a", "b", "c"],
            "limit": [50.0, 2.0, 30_000.0], "slack": [40.0, 1.0, 3_000.0],
            "unit": ["MW", "1", "m³/an"], "reference": "Choix", "status": "assumption",
        }
    )  # fmt: skip
    [line] = rule_lines(SimpleNamespace(rules=rows, scenario={}))
    assert line.state == "marge de 3 000 m³/an".replace("3 0", "3\u202f0").replace(" m", "\u00a0m")
    [line] = rule_lines(
        SimpleNamespace(rules=rows.assign(slack=[40.0, 1.0, 30_000.0]), scenario={})
    )
    assert line.state == "marge de 1"


@pytest.mark.browser
@pytest.mark.parametrize(
    "payload", ["<img src=x onerror=alert(1)>", "</style><script>alert(1)</script>", "<!--title-->"]
)
def test_hostile_words_are_only_words(opened, village_with, tmp_path, payload):
    results = village_with(tmp_path, lambda text: f"{text} {payload}")
    path = write_identity(tmp_path, f"organisation = {payload!r}\ncontact = {payload!r}\n")
    for page in (draw_synthesis(results, tmp_path, path), draw(results, tmp_path, path)):
        session = opened(page)
        assert session.faults() == []
        assert session.page.locator("body > script[src], img[src=x]").count() == 0
        assert payload in session.page.text_content("body").replace("\u00a0", " ")


@pytest.mark.browser
def test_the_identity_is_on_both_pages(opened, village, tmp_path):
    path = write_identity(
        tmp_path,
        'organisation = "Région Exemple"\nlogo = "logo.png"\nlogo_text = "Logo"\n'
        'accent = "#5b2a86"\nretained = "#7a1f1f"\ncontact = "acces@exemple.fr"\n',
    )
    page = opened(draw(village, tmp_path, path)).page
    assert page.text_content("#organisation") == "Région Exemple"
    assert page.get_attribute("#logo", "alt") == "Logo"
    assert page.evaluate("document.querySelector('#logo').naturalWidth") == 1
    assert page.evaluate("getComputedStyle(document.querySelector('#home')).color") == (
        "rgb(91, 42, 134)"
    )
    assert "acces@exemple.fr" in page.text_content("#contact")
    other = opened(draw_synthesis(village, tmp_path, path)).page
    assert "Région Exemple" in other.text_content("header")
    assert other.get_attribute(".logo", "alt") == "Logo"


def test_nothing_given_is_neutral(village, tmp_path):
    assert Identity.read(None) == Identity()
    assert 'class="logo"' not in draw_synthesis(village, tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('organisatoin = "x"', "vouliez-vous « organisation »"),
        ("organisation = 3", "doit être un texte"),
        ('accent = "red; } body { display: none"', "#rrvvbb"),
        ('accent = "#ffee00"', "contraste de 1,2"),
        ('logo = "absent.png"', "logo illisible"),
        ('logo = "identite.toml"', "ni PNG"),
        ("organisation = ", "illisible"),
    ],
)
def test_a_wrong_identity_is_refused_in_three_lines(tmp_path, text, said):
    with pytest.raises(SitingError) as caught:
        Identity.read(write_identity(tmp_path, text))
    assert caught.value.code == "SIT204"
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize(
    "logo", [b"<svg><!ENTITY a 'b'></svg>", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"0" * 200_001]
)
def test_a_strange_or_heavy_logo_is_refused(tmp_path, logo):
    with pytest.raises(SitingError, match="logo"):
        Identity.read(write_identity(tmp_path, 'logo = "logo.png"', logo))


def test_a_circle_that_was_moved_is_tied_to_the_very_place_of_its_site(village):
    sites = village.sites[village.sites["fate"] == "candidat"].head(8).copy()
    points = sites.geometry.to_numpy()
    sites["geometry"] = [points[0], *points[:1], *points[2:]]
    ground = Ground.of(village)
    drawn = locator(ground, sites, np.full(len(sites), 10.0), "#96114f")
    badges = re.findall(r'<circle cx="(-?[\d.]+)" cy="(-?[\d.]+)" r="16.0"', drawn)
    dots = re.findall(r'<circle cx="(-?[\d.]+)" cy="(-?[\d.]+)" r="2.2"', drawn)
    west, _, east, north = ground.communes.total_bounds
    margin = 0.045 * (east - west)
    scale = 300.0 / (east - west + 2 * margin)
    spots = [
        (f"{(p.x - west + margin) * scale:.1f}", f"{(north + margin - p.y) * scale:.1f}")
        for p in sites.geometry
    ]
    moved = [
        spot for spot, badge in zip(spots, badges, strict=True)
        if np.hypot(*(np.array(spot, float) - np.array(badge, float))) > 1.05
    ]  # fmt: skip
    assert len(moved) >= 2  # the two that share a place
    assert set(moved) <= set(dots)
    assert "taille minimale" in NOTE


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=1, max_size=12),
    st.floats(3, 16),
)
def test_numbered_circles_end_up_apart(spots, radius):
    places = apart(np.array(spots), np.full(len(spots), radius))
    between = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(between, np.inf)
    assert between.min(initial=np.inf) > 2 * radius - 0.5
