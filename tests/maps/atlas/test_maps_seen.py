"""What is seen on the map: names own their circle, clicks their disc, choices their mark."""

from __future__ import annotations

import json
import math
from itertools import combinations

import numpy as np
import pytest

from maps.atlas.atlas_page import draw
from maps.look.page_geography import Ground, bounds
from scenarios.storage.results import Results, write_json, write_table

pytestmark = pytest.mark.browser

# 1280×720, 1366×768, 1920×1080, a phone, then 1366×768 at 125, 150, 175 and 200 %.
SIZES = [
    (1280, 720), (1366, 768), (1920, 1080), (390, 844), (1093, 614), (911, 512), (781, 439),
    (683, 384),
]  # fmt: skip
SEEN = """(() => { const { named, discs, visible } = Atlas.surface.last;
    return { named, discs, visible, listed: document.getElementById('map-key').hidden ? ''
        : document.getElementById('map-key-list').textContent.replace(/[\\u00a0\\u202f]/g,
            ' ') }; })()"""


@pytest.fixture(scope="module")
def crowd(village_with, tmp_path_factory):
    """Sixteen retained sites, most of them around one town, three of them on one spot."""
    folder = tmp_path_factory.mktemp("crowd")
    results = village_with(folder)
    rng = np.random.default_rng(5)
    sites = results.sites.copy()
    x, y = sites.geometry.x.to_numpy().copy(), sites.geometry.y.to_numpy().copy()
    x[:12] = x[0] + rng.uniform(-4_000, 4_000, 12)
    y[:12] = y[0] + rng.uniform(-4_000, 4_000, 12)
    x[1:3], y[1:3] = x[0] + 40, y[0]
    power = np.where(np.arange(24) < 16, rng.uniform(6, 50, 24).round(1), 0.0)
    sites["it_mw_2036"] = power
    sites["geometry"] = sites.set_geometry(
        [type(sites.geometry.iloc[0])(one, other) for one, other in zip(x, y, strict=True)]
    ).geometry
    write_table(folder / "sites.parquet", sites.reset_index())
    return draw(Results.read(folder, verify=False), folder)


def apart(box, disc):
    """Distance from a box to the edge of a circle; negative when they meet."""
    x = min(max(disc["x"], box[0]), box[2])
    y = min(max(disc["y"], box[1]), box[3])
    return math.hypot(x - disc["x"], y - disc["y"]) - disc["r"]


@pytest.mark.parametrize("size", SIZES)
def test_every_name_owns_its_circle(crowded, size):
    """Beside it and nearest to it, or tied to its middle, or a letter that the list explains."""
    crowded.page.set_viewport_size({"width": size[0], "height": size[1]})
    crowded.drawn()
    crowded.page.evaluate("Atlas.chart.goHome()")
    crowded.drawn()
    seen = crowded.page.evaluate(SEEN)
    discs = {disc["row"]: disc for disc in seen["discs"]}
    left, top, right, bottom = seen["visible"]
    inside = {r for r, d in discs.items() if left < d["x"] < right and top < d["y"] < bottom}
    told = [row for entry in seen["named"] for row in entry["rows"]]
    assert sorted(told) == sorted(inside)
    for entry in seen["named"]:
        own = [discs[row] for row in entry["rows"]]
        if "letter" in entry:
            names = crowded.page.evaluate(
                "(rows) => rows.map(Atlas.naming.fullName)", entry["rows"]
            )
            for name in names:
                assert f"{entry['letter'] or '·'} {name}".replace("\u00a0", " ") in seen["listed"]
        if "box" not in entry:
            continue
        if entry["tie"]:
            middle = np.mean([[d["x"], d["y"]] for d in own], axis=0)
            assert np.allclose(entry["tie"][2:], middle, atol=0.5)
            on = apart(entry["box"], {"x": entry["tie"][0], "y": entry["tie"][1], "r": 0})
            assert on == pytest.approx(0, abs=0.5)
            continue
        others = [d for row, d in discs.items() if row not in entry["rows"]]
        nearest = min(apart(entry["box"], d) for d in own)
        assert all(apart(entry["box"], d) > nearest for d in others), entry["text"]
    boxes = [entry["box"] for entry in seen["named"] if "box" in entry]
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
    assert all(apart(box, disc) > 0 for box in boxes for disc in discs.values())


@pytest.fixture(scope="module")
def crowded(opening, crowd):
    return opening(crowd)


def test_what_is_seen_is_what_is_hit(crowded):
    page = crowded.page
    page.set_viewport_size({"width": 1280, "height": 720})
    crowded.drawn()
    page.evaluate("Atlas.chart.goHome()")
    crowded.drawn()
    missed = page.evaluate(
        """(() => { const { map } = Atlas.chart; const { discs, origin } = Atlas.surface.last;
        let [asked, missed] = [0, []];
        for (const { row, x, y, r } of discs) for (let k = 0; k < 48; k += 1) {
            const reach = r * Math.sqrt((k + 0.5) / 48); const turn = k * 2.39996;
            const point = L.point(x + origin.x + reach * Math.cos(turn),
                y + origin.y + reach * Math.sin(turn));
            asked += 1;
            if (!Atlas.hits.under(map, point).includes(row)) missed.push([row, k]);
        }
        return { asked, missed }; })()"""
    )
    assert missed["asked"] == 16 * 48
    assert missed["missed"] == []
    # A real click on a circle alone opens it; on stacked ones it offers each; on a name, its site.
    alone, stacked, name = page.evaluate(
        """(() => { const { map } = Atlas.chart; const { discs, named,
            origin } = Atlas.surface.last;
        const at = (x, y) => { const p = map.layerPointToContainerPoint([x + origin.x,
            y + origin.y]);
            const box = map.getContainer().getBoundingClientRect(); return [p.x + box.left,
                p.y + box.top]; };
        const rows = ({ x, y }) => Atlas.hits.under(map, L.point(x + origin.x, y + origin.y));
        const one = discs.find((disc) => rows(disc).length === 1);
            const many = discs.find((disc) => rows(disc).length > 2);
        const label = named.find(({ box, rows: own }) => box && own.length === 1);
        return [[one.row, ...at(one.x, one.y)], [many.row, ...at(many.x, many.y)],
            [label.rows[0], ...at((label.box[0] + label.box[2]) / 2,
                (label.box[1] + label.box[3]) / 2)]]; })()"""
    )
    page.mouse.click(*alone[1:])
    assert page.evaluate("Atlas.state.selected") == alone[0]
    page.evaluate("Atlas.select(-1)")
    page.mouse.click(*stacked[1:])
    page.wait_for_selector(".stack button")
    offered = page.locator(".stack button").count()
    assert offered >= 3
    page.keyboard.press("Enter")
    assert page.evaluate("Atlas.state.selected") >= 0
    page.evaluate("Atlas.select(-1)")
    page.mouse.click(*name[1:])
    assert page.evaluate("Atlas.state.selected") == name[0]
    page.evaluate("Atlas.select(-1)")


def test_a_threshold_or_a_site_given_up_is_seen_on_the_map_and_said(opened, crowd):
    session = opened(crowd)
    page = session.page
    ink = """(() => { const { discs, origin } = Atlas.surface.last;
        const canvas = document.querySelector('canvas.leaflet-zoom-animated')
            ?? document.querySelector('.leaflet-pane canvas');
        const scale = canvas.width / parseFloat(canvas.style.width);
            const pen = canvas.getContext('2d');
        return discs.map(({ x, y, r }) => [...pen.getImageData(Math.round((x + r) * scale),
            Math.round(y * scale), 1, 1).data].join()); })()"""
    before = page.evaluate(ink)
    page.evaluate("Atlas.forbid([-1, null, null].map((v, k) => k === 0 ? 1e6 : v))")
    session.drawn()
    said = page.text_content("#choices-said").replace("\u00a0", " ").replace("\u202f", " ")
    assert "Vos seuils écartent 18 des 18 candidats, dont 16 des 16 sites retenus" in said
    assert page.evaluate("Atlas.sites.retainedRows().every(Atlas.sites.struck)")
    changed = sum(one != other for one, other in zip(before, page.evaluate(ink), strict=True))
    assert changed >= 12  # circles that others cover at that very pixel may keep it
    assert "écarté par vos choix : 16" in page.text_content("#layers").replace("\u00a0", " ")
    page.click("#onglet-classement")
    assert "Vos seuils écartent les 18" in page.text_content("#ranking-none").replace("\u00a0", " ")
    page.click("#ranking-none button")
    assert page.locator("#choices-said").is_hidden()
    assert page.locator("#ranking-rows tr").count() == 18
    page.evaluate("Atlas.giveUp([Atlas.sites.retainedRows()[0]])")
    assert "Sans 1 site du plan" in page.text_content("#choices-said").replace("\u00a0", " ")
    assert page.evaluate("Atlas.sites.retainedRows().filter(Atlas.sites.struck).length") == 1


def test_what_a_period_opens_or_enlarges_is_marked_and_counted(opened, village, tmp_path):
    page = opened(draw(village, tmp_path)).page
    # In 2036, of four sites, two were open in 2031 at the same power: nothing grows, two are new.
    text = page.text_content("#layers").replace("\u00a0", " ")
    assert "ouvert après 2031 : 2" in text
    assert "agrandi" not in text
    former = """Atlas.sites.retainedRows().map((row) => Atlas.sites.formerRadius(row, 8) === 0)"""
    assert sorted(page.evaluate(former)) == [False, False, True, True]
    page.click("label[for=periode-2031]")
    assert "ouvert après" not in page.text_content("#layers")


def test_friches_put_aside_say_why_on_the_map(opened, village, tmp_path):
    page = opened(draw(village, tmp_path)).page
    page.evaluate("document.getElementById('couche-ecartes').click()")
    legend = page.text_content("#layers").replace("\u00a0", " ")
    assert "Surface minimale : 3" in legend
    row = page.evaluate("Atlas.rowOf.get('33_018')")
    page.evaluate(f"Atlas.chart.goTo(Atlas.sites.latLng({row}), 12)")
    page.wait_for_timeout(600)
    spot = page.evaluate(
        f"""(() => {{ const p = Atlas.chart.map.latLngToContainerPoint(Atlas.sites.latLng({row}));
        const box = Atlas.chart.map.getContainer().getBoundingClientRect();
        return [p.x + box.left, p.y + box.top]; }})()"""
    )
    page.mouse.move(*spot)
    page.wait_for_selector(".leaflet-tooltip")
    assert "Surface : 0,4" in page.text_content(".leaflet-tooltip").replace("\u00a0", " ")


def test_search_takes_names_codes_and_sites_and_says_when_it_finds_nothing(opened, crowd):
    page = opened(crowd).page
    first = """(text) => Atlas.finder.search(text).map(({ text, kind }) => [kind, text])"""
    assert page.evaluate(first, "commune 3")[0] == ["commune", "Commune 3 (33003)"]
    code = page.evaluate("Atlas.data.communes.table.at('code', 7)")
    assert page.evaluate(first, code)[0] == ["commune", f"Commune 7 ({code})"]
    assert page.evaluate(first, "33_005")[0] == ["site retenu", "Friche 5 (33_005)"]
    page.fill("#commune", "friche 2")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#commune", "aria-activedescendant") == "trouve-0"
    page.keyboard.press("Enter")
    assert page.evaluate("Atlas.data.sites.at('name_fr', Atlas.state.selected)") == "Friche 2"
    page.fill("#commune", "nulle part")
    assert page.locator("#commune-said").is_visible()
    assert "Aucune commune ni aucun site" in page.text_content("#commune-said")


def test_legend_bounds_are_those_of_the_candidates_drawn(opened, village_with, tmp_path):
    results = village_with(tmp_path)
    sites = results.sites.copy()
    sites.loc[sites["fate"] != "candidat", ["score_low", "score_high"]] = 99.9
    write_table(tmp_path / "sites.parquet", sites.reset_index())
    page = opened(draw(Results.read(tmp_path, verify=False), tmp_path)).page
    best = sites.loc[sites["fate"] == "candidat", "score_low"]
    text = page.text_content("#layers")
    assert "99,9" not in text
    assert f"{best.max():.1f}".replace(".", ",") in text
    assert f"{best.min():.1f}".replace(".", ",") in text
    ranks = page.evaluate("Atlas.surface.last.ranks")
    told = page.text_content("label[for=couche-rangs]")
    assert (ranks["written"] == ranks["seen"]) == (told == "Rang des 20 premiers")


def test_a_picture_of_the_map_stands_alone(opened, village, tmp_path):
    session = opened(draw(village, tmp_path))
    page = session.page
    drawn = page.evaluate(
        """(() => { const { canvas, said } = Atlas.picture.draw(document.createElement('canvas'),
            Atlas.chart.seen());
        return { wide: canvas.width, high: canvas.height, said: said.join(' ') }; })()"""
    )
    assert drawn["high"] > 700 * 2.5  # the map, and what is written around it
    for words in (
        "Scénario d’essai",
        "plan retenu, fin 2036",
        "23/11/2026",
        "Sources",
        "OpenStreetMap",
    ):
        assert words.replace("’", "'") in drawn["said"].replace("’", "'"), words
    page.evaluate("document.getElementById('couche-existants').click()")
    again = page.evaluate(
        "Atlas.picture.draw(document.createElement('canvas'), Atlas.chart.seen()).said.join(' ')"
    )
    assert "OpenStreetMap" not in again
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert "23/11/2026" in page.get_attribute("#map-print", "alt")


def test_a_file_read_again_adds_no_note_and_keeps_its_senses(opened, village, tmp_path):
    page = opened(draw(village, tmp_path)).page
    page.evaluate("Atlas.notes.add([{ text: 'une', kind: 'réserve' }])")
    page.evaluate("Atlas.forbid([null, 4, null], ['>=', '<=', '>='])")
    kept = page.evaluate("Atlas.state.ordered.length")
    text = page.evaluate("Atlas.exchange.json()")
    assert json.loads(text)["vetoes"]["water.scarcity"]["sense"] == "<="
    said = page.evaluate("(text) => Atlas.exchange.apply(text)", text)
    assert "1 note était déjà dans la page" in said.replace("\u00a0", " ")
    assert page.evaluate("Atlas.notes.all().length") == 1
    assert page.evaluate("Atlas.state.ordered.length") == kept
    assert json.loads(page.evaluate("Atlas.exchange.json()"))["vetoes"]["water.scarcity"] == {
        "sense": "<=", "threshold": 4, "unit": "km"
    }  # fmt: skip


def test_a_criterion_of_one_value_keeps_every_site_that_meets_the_threshold(
    opened, village_with, tmp_path
):
    results = village_with(tmp_path)
    verdicts = results.verdicts.copy()
    one = verdicts["criterion"] == "water.scarcity"
    verdicts.loc[one, ["value", "sense", "state"]] = [2.5, "<=", "graded"]
    write_table(tmp_path / "verdicts.parquet", verdicts)
    page = opened(draw(Results.read(tmp_path, verify=False), tmp_path)).page
    page.evaluate("Atlas.forbid([null, 3, null])")
    assert page.evaluate("Atlas.state.ordered.length") == 18
    assert (
        json.loads(page.evaluate("Atlas.exchange.json()"))["vetoes"]["water.scarcity"]["sense"]
        == "<="
    )


def test_the_map_has_a_name_keys_and_a_list_to_walk(opened, village, tmp_path):
    session = opened(draw(village, tmp_path))
    page = session.page
    frame = page.locator(".folium-map")
    assert frame.get_attribute("role") == "application"
    assert "Carte interactive" in frame.get_attribute("aria-label")
    frame.focus()
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.id") == "in-view-list"
    assert page.locator("#in-view-list li").count() == 18
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("Atlas.state.selected === Atlas.inView.rows()[1]")
    frame.focus()
    page.keyboard.press("+")
    session.until("document.getElementById('status').textContent.includes('Dans la vue')")


def test_without_a_network_the_background_says_so(opened, village, tmp_path):
    session = opened(draw(village, tmp_path))
    session.page.route("https://data.geopf.fr/**", lambda route: route.abort())
    session.page.evaluate("document.getElementById('couche-ign').click()")
    session.until("!document.getElementById('background-said').hidden")
    assert "ne répond pas" in session.page.text_content("#background-said")
    session.page.evaluate("document.getElementById('couche-ign').click()")
    assert session.page.locator("#background-said").is_hidden()


def test_the_selected_tab_is_told_in_forced_colours(opened, village, tmp_path):
    page = opened(draw(village, tmp_path), forced_colors="active").page
    look = "(id) => getComputedStyle(document.getElementById(id)).borderBottomColor"
    assert page.evaluate(look, "onglet-synthese") != page.evaluate(look, "onglet-regles")


def test_extent_and_outlines_follow_the_territory(village_with, tmp_path):
    results = village_with(tmp_path)
    summary = dict(results.summary) | {"territory": ["33"]}
    write_json(tmp_path / "summary.json", summary)
    part = Ground.of(Results.read(tmp_path, verify=False))
    whole = Ground.of(results)
    assert list(part.departements["departement_code"]) == ["33"]
    assert set(part.neighbours["name_fr"]) > set(whole.neighbours["name_fr"])
    assert part.sea.area.sum() == pytest.approx(whole.sea.area.sum())
    assert bounds(part)["bounds"][2] < bounds(whole)["bounds"][2]
