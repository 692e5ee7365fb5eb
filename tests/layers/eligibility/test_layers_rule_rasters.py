"""A rule answered by the user's own raster, and slopes: holes stay unknown, lies are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_grids import unpacked
from village_shapes import SIDE, SOUTH, WEST

from layers.eligibility.raster_classes import Cover
from layers.eligibility.rule_rasters import Classes, rasters_of
from layers.geometry.flat_outlines import words_of
from layers.geometry.raster_grid import Grid
from layers.geometry.terrain_slope import slope_percent
from layers.own_layers import own_raster
from layers.own_layers.own_layer import with_offers
from layers.packs.data_pack import Pack
from layers.words.cell_states import ELIGIBLE, EXCLUDED, UNKNOWN
from layers.words.errors import SitingError
from scenarios.land_eligibility.territory_eligibility import Judged, judge_territory
from scenarios.question.scenario_reading import read_scenario

NORTH = SOUTH + 2 * SIDE
GRID = Grid.around((WEST, SOUTH, WEST + 2 * SIDE, NORTH), 100)
RULE = """
[{name}]
label_fr = "Règle d'un essai"
layer = "{layer}"
unit = "{unit}"
{more}
[[{name}.values]]
value = {value}
status = "assumption"
reference = "Choix d'un essai"
"""


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(own_raster.platformdirs, "user_cache_dir", lambda *_, **__: tmp_path / "c")


def written(path: Path, values: np.ndarray, cell: float = 100.0, **more: Any) -> Path:
    profile = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1,
        "dtype": values.dtype, "crs": "EPSG:2154",
        "transform": Affine(cell, 0.0, WEST, 0.0, -cell, NORTH),
    }  # fmt: skip
    with rasterio.open(path, "w", **{**profile, **more}) as file:
        file.write(values, 1)
    return path


def rules(tmp_path: Path, layer="flood_zones", unit="m", value: float = 0, more="") -> Path:
    path = tmp_path / "regles.toml"
    text = RULE.format(name="flood", layer=layer, unit=unit, value=value, more=more)
    path.write_text(text, encoding="utf-8")
    return path


def judged(pack: Pack, path: Path, *options: str, **more: Any) -> Judged:
    return judge_territory(
        read_scenario("tendanciel"), pack, path, rasters=rasters_of(options), **more
    )


def halves(left: float, right: float, hole: float, kind: str = "uint8") -> np.ndarray:
    """Return the village's 80 × 80 cells: 30 columns, then 50, and two rows of holes on top."""
    values = np.full((80, 80), right, kind)
    values[:, :30], values[:2] = left, hole
    return values


@pytest.mark.parametrize(
    ("values", "nodata", "options"),
    [
        (halves(1, 0, 255), 255, ""),
        (halves(1, 0, 7), None, ";mask="),
        (halves(4, 9, 0), 0, ";classes=3,4"),
        (halves(0.8, 0.2, np.nan, "float32"), None, ";above=0,5;unit=m"),
        (halves(-3, 12, -999, "int16"), -999, ";below=0;unit=m"),
        (halves(0.8, 0.5, -1.0, "float64"), -1.0, ";above=0.5;unit=m"),
    ],
)
def test_a_raster_answers_a_rule_whose_layer_is_absent(
    village_pack, tmp_path, values, nodata, options
):
    file = written(tmp_path / "grille.tif", values, nodata=nodata)
    assert not village_pack.has("flood_zones")
    found = judged(village_pack, rules(tmp_path), f"flood={file}{options}")
    assert found.found.totals == {EXCLUDED: 78.0 * 30, ELIGIBLE: 78.0 * 50, UNKNOWN: 160.0}
    line = found.audit.iloc[0]
    assert line["state_fr"] == "évaluée en partie"
    assert "grille.tif" in line["layer"]
    assert "hypothèse" in line["sought_papers_fr"]


def test_what_the_raster_does_not_cover_is_unknown_and_a_distance_still_counts(
    village_pack, tmp_path
):
    values = np.zeros((20, 80), np.uint8)
    values[:, 40] = 1
    file = written(tmp_path / "nord.tif", values)
    plain = judged(village_pack, rules(tmp_path), f"flood={file}").found.totals
    assert plain == {EXCLUDED: 20.0, ELIGIBLE: 79.0 * 20, UNKNOWN: 80.0 * 60}
    wide = judged(village_pack, rules(tmp_path, value=200), f"flood={file}").found
    # Two columns on each side; then below the raster, a row of five and a row of three.
    assert wide.totals[EXCLUDED] == 20 * 5 + 5 + 3
    # What lies within 200 m of where the raster stops, on the four sides, is not known.
    assert wide.totals[ELIGIBLE] == (20 - 2 - 2) * (80 - 2 - 2 - 5)


def test_a_required_raster_excludes_where_it_says_no_and_never_where_it_is_silent(
    village_pack, tmp_path
):
    file = written(tmp_path / "a.tif", halves(1, 0, 9), nodata=9)
    path = rules(tmp_path, more='mode = "require"')
    totals = judged(village_pack, path, f"flood={file}").found.totals
    assert totals == {EXCLUDED: 78.0 * 50, ELIGIBLE: 78.0 * 30, UNKNOWN: 160.0}


def test_a_raster_declared_in_the_rules_is_found_beside_them_and_the_option_wins(
    village_pack, tmp_path
):
    written(tmp_path / "declare.tif", halves(2.0, 0.1, np.nan, "float32"))
    more = 'raster = { file = "declare.tif", above = 1.0, unit = "m", status = "read", '
    path = rules(tmp_path, more=more + 'reference = "Étude hydraulique, p. 12" }')
    found = judged(village_pack, path)
    assert found.found.totals[EXCLUDED] == 78.0 * 30
    assert found.audit["sought_papers_fr"][0] == "lu – Étude hydraulique, p. 12"
    assert found.audit["sought_fr"][0].replace("\xa0", " ") == "> 1,00 m"
    other = written(tmp_path / "autre.tif", halves(0, 1, 0))
    assert judged(village_pack, path, f"flood={other}").found.totals[EXCLUDED] == 78.0 * 50


@pytest.mark.parametrize(
    ("profile", "options", "code"),
    [
        ({"nodata": 4}, ";classes=4,5", "SIT105"),
        ({"nodata": 0}, "", "SIT105"),
        ({"nodata": 1}, ";mask=", "SIT105"),
        ({"crs": "EPSG:3035"}, "", "SIT102"),
        ({"crs": "EPSG:4326"}, "", "SIT102"),
        ({"crs": None}, "", "SIT102"),
        ({"transform": Affine(100.0, 0.0, 0.0, 0.0, -100.0, 0.0)}, "", "SIT102"),
        ({"nodata": 9}, ";above=1", "SIT200"),
        ({"nodata": 9}, ";above=1;below=0;unit=m", "SIT200"),
        ({"nodata": 9}, ";above=beaucoup;unit=m", "SIT200"),
        ({"nodata": 9}, ";couleur=bleu", "SIT200"),
    ],
)
def test_a_raster_that_lies_is_refused_in_french(village_pack, tmp_path, profile, options, code):
    values = halves(4, 9, 0)
    file = written(tmp_path / "a.tif", values, **profile)
    with pytest.raises(SitingError) as fault:
        judged(village_pack, rules(tmp_path), f"flood={file}{options}")
    assert fault.value.code == code
    assert fault.value.hint


def test_a_raster_for_no_rule_or_for_a_slope_is_refused(village_pack, tmp_path):
    file = written(tmp_path / "a.tif", halves(1, 0, 0))
    with pytest.raises(SitingError, match="règle inconnue") as fault:
        judged(village_pack, rules(tmp_path), f"floods={file}")
    assert "flood" in fault.value.hint
    with pytest.raises(SitingError, match="pente") as fault:
        judged(village_pack, slopes(tmp_path), f"flood={file}")
    assert "--layer elevation" in fault.value.hint


def slopes(tmp_path: Path, most: float = 10.0, coarsest: float = 100) -> Path:
    more = f'measure = "slope"\ncoarsest_cell_m = {coarsest}'
    return rules(tmp_path, "elevation", "%", most, more)


def test_slopes_come_from_a_terrain_given_and_its_edges_and_holes_are_unknown(
    village_pack, tmp_path
):
    step = np.where(np.arange(80) < 40, 0.0, 12.0 * (np.arange(80) - 39))  # 0 %, then 12 %
    heights = np.tile(step, (80, 1)).astype("float32")
    heights[50, 10] = -9999.0
    file = written(tmp_path / "mnt.tif", heights, nodata=-9999.0)
    pack, _ = with_offers(village_pack, [f"elevation={file}"])
    found = judged(pack, slopes(tmp_path))
    edges, hole = 80 * 80 - 78 * 78, 9
    # Column 39 looks both ways: half of 12 %, below the bound.
    assert found.found.totals == {
        EXCLUDED: 78.0 * 39, ELIGIBLE: 78.0 * 39 - hole, UNKNOWN: float(edges + hole)
    }  # fmt: skip
    gentle = judged(pack, slopes(tmp_path), distances={"flood": 13.0})
    assert gentle.found.totals[EXCLUDED] == 0
    assert gentle.audit["limit_fr"][0].replace("\xa0", " ").replace("\u202f", " ") == "> 13 %"


def test_a_terrain_too_coarse_or_absent_says_nothing_of_slopes(village_pack, tmp_path):
    file = written(tmp_path / "mnt.tif", np.zeros((80, 80), np.int16))
    pack, _ = with_offers(village_pack, [f"elevation={file}"])
    for one, coarsest in ((pack, 30), (village_pack, 30), (Pack.open(), 30)):
        question = read_scenario("tendanciel", ('territory=["23"]',) if one is not pack else ())
        if one is village_pack:
            question = read_scenario("tendanciel")
        found = judge_territory(question, one, slopes(tmp_path, coarsest=coarsest))
        assert found.audit["state_fr"][0] == "non évaluée"
        assert found.found.totals[ELIGIBLE] == found.found.totals[EXCLUDED] == 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 40), st.sampled_from([5.0, 25.0, 40.0]))
def test_slopes_of_blocks_are_those_of_the_whole_and_what_numpy_finds(seed, rows, cell):
    rng = np.random.default_rng(seed)
    heights = rng.normal(100.0, 3.0, (int(8_000 / cell), 80 * 100 // int(cell))).astype("float32")
    heights[rng.random(heights.shape) < 0.002] = -1.0
    with rasterio.io.MemoryFile() as memory:
        with memory.open(
            driver="GTiff", height=heights.shape[0], width=heights.shape[1], count=1,
            dtype="float32", crs="EPSG:2154", nodata=-1.0,
            transform=Affine(cell, 0.0, WEST, 0.0, -cell, NORTH),
        ) as file:  # fmt: skip
            file.write(heights, 1)
        cover = Cover(memory.name, Classes(above=20.0), 0.0, True)
        whole, parts = (np.zeros((2, GRID.rows, words_of(GRID)), np.uint64) for _ in "ab")
        cover.fill(whole, GRID)
        for first, last in GRID.bands(rows):
            cover.fill(parts[:, first:last], GRID.band(first, last))
    assert (whole == parts).all()
    z = np.pad(np.where(heights == -1.0, np.nan, heights.astype(float)), 1, constant_values=np.nan)
    weights = np.array([1.0, 2.0, 1.0])
    smooth_y = sum(w * z[i : len(z) - 2 + i, :] for i, w in enumerate(weights))
    smooth_x = sum(w * z[:, i : z.shape[1] - 2 + i] for i, w in enumerate(weights))
    x = (smooth_y[:, 2:] - smooth_y[:, :-2]) / (8 * cell)
    y = (smooth_x[:-2] - smooth_x[2:]) / (8 * cell)
    known = ~np.isnan(z[1:-1, 1:-1] + x + y)
    slope = 100 * np.hypot(x, y)
    assert np.allclose(slope_percent(z[1:-1, 1:-1], cell, cell)[known], slope[known])
    row = np.floor((NORTH - GRID.y) / cell).astype(int)
    column = np.floor((GRID.x - WEST) / cell).astype(int)
    under = np.ix_(row, column)
    assert (unpacked(whole[0], GRID.columns) == (known & (slope > 20.0))[under]).all()
    assert (unpacked(whole[1], GRID.columns) == ~known[under]).all()
