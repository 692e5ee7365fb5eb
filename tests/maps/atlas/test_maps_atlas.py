"""The page as a file: same bytes, closed policy, nothing to fetch, nothing folium could run."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from layers.words.errors import SitingError
from maps.atlas import page_shell as page_module
from maps.atlas.atlas_page import draw
from maps.look.map_colours import LOOK, SCORES

MAPS = Path(page_module.__file__).parents[1]


def test_two_drawings_have_the_same_bytes(village, tmp_path):
    (tmp_path / "b").mkdir()
    assert draw(village, tmp_path).read_bytes() == draw(village, tmp_path / "b").read_bytes()


def test_every_script_of_the_page_is_in_its_policy_and_no_other(village, tmp_path):
    text = draw(village, tmp_path).read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text).group(1)
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    found = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert found == allowed
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert text.index("Content-Security-Policy") < text.index("<script>")


def test_the_page_names_no_host_to_fetch_from(village, tmp_path):
    text = draw(village, tmp_path).read_text(encoding="utf-8")
    assert not re.findall(
        r"""(?:src|href)\s*=\s*["']?https?://""",
        re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL),
    )
    assert "@import" not in text


def test_the_page_is_in_french_can_be_zoomed_and_has_its_landmarks(village, tmp_path):
    text = draw(village, tmp_path).read_text(encoding="utf-8")
    assert '<html lang="fr">' in text
    assert "user-scalable" not in text
    assert text.count("<main>") == 1
    assert 'class="skip"' in text
    assert "<title>Scénario d&#x27;essai – carte</title>" in text


def test_the_ranking_is_readable_without_javascript(village, tmp_path):
    text = draw(village, tmp_path).read_text(encoding="utf-8")
    plain = re.search(r"<noscript>(.*?)</noscript>", text, flags=re.DOTALL).group(1)
    assert plain.count("<tr>") == 1 + 18
    assert "Le plan retient 4 sites" in plain


def test_data_never_passes_through_folium():
    for path in MAPS.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for forbidden in ("folium.GeoJson(", "Popup(", "Tooltip(", ".explore(", "TileLayer("):
            assert forbidden not in text, f"{forbidden} dans {path.name}"


def test_scripts_never_write_markup():
    for path in (MAPS / "assets" / "js").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for forbidden in (
            "innerHTML =",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ):
            assert forbidden not in text, f"{forbidden} dans {path.name}"
        assert "'use strict'" in text
        assert len(text.splitlines()) <= 320


def test_every_script_of_the_folder_is_in_the_page():
    scripts = MAPS / "assets" / "js"
    names = {
        path.relative_to(scripts).with_suffix("").as_posix()
        for path in (*scripts.glob("*.js"), *scripts.glob("room/*.js"))
    }
    names -= {"room/worker", "room/search", "room/conflict"}  # the worker's own text
    assert names == set(page_module.SCRIPTS)


def test_a_changed_asset_stops_the_drawing(village, tmp_path, monkeypatch):
    listed = tomllib.loads((MAPS / "assets" / "assets.toml").read_text(encoding="utf-8"))
    copy = tmp_path / "assets"
    for source in (MAPS / "assets").rglob("*"):
        if source.is_file():
            target = copy / source.relative_to(MAPS / "assets")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    touched = copy / next(iter(listed["leaflet"]["sha256"]))
    touched.write_text(touched.read_text(encoding="utf-8") + " ", encoding="utf-8")
    monkeypatch.setattr(page_module, "ASSETS", copy)
    with pytest.raises(SitingError, match="empreinte"):
        draw(village, tmp_path)


def _luminance(colour: str) -> float:
    levels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_score_classes_darken_from_worst_to_best():
    levels = [_luminance(colour) for colour in SCORES]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("townName", "land"), ("departementName", "land"), ("retained", "land"), ("seaName", "sea"),
     ("neighbourName", "neighbour")],
)  # fmt: skip
def test_names_on_the_map_stand_out_from_their_ground(ink, ground):
    assert _contrast(str(LOOK[ink]), str(LOOK[ground])) >= 4.5
