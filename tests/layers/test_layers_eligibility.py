"""Eligibility on the village: three states, audits checked by hand, and files that lie."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from village_shapes import SIDE, SOUTH, WEST

from layers.blocks import client_of, judge_on_cluster
from layers.cover import Cover
from layers.eligibility import Evidence, Near, judge
from layers.errors import SitingError
from layers.evidence import evidence_of, ground_evidence
from layers.grid import Grid
from layers.masks import MaskCache
from layers.outlines import Outlines, packed, unpacked, words_of
from layers.pack import Pack
from layers.rasters import Classes
from layers.ruleset import RuleSet, read_rule_set
from layers.squeeze import marks_of, spread, squeezed
from layers.states import ELIGIBLE, EXCLUDED, OUTSIDE, UNKNOWN
from layers.tally import Rules, tally
from scenarios.eligibility import judge_territory
from scenarios.scenario import read_scenario

DAY = read_scenario("tendanciel").reference_date
GRID = Grid.around((WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE), 100)
PAPERS = 'unit = "m"\nscope = "U"\n[[{0}.values]]\nvalue = {1}\nstatus = "assumption"\n'
PAPERS += 'reference = "Choix d\'un essai"\n'


def rules(tmp_path: Path, **layers: tuple[str, float, str]) -> Path:
    """Write a set of rules: name = (layer, metres, more lines)."""
    path = tmp_path / "regles.toml"
    path.write_text(
        "\n".join(
            f'[{name}]\nlabel_fr = "Règle {name}"\nlayer = "{layer}"\n{more}\n'
            + PAPERS.format(name, metres)
            for name, (layer, metres, more) in layers.items()
        ),
        encoding="utf-8",
    )
    return path


def holding(pack: Pack, layer: str, shapes: list[shapely.Geometry], *complete: str) -> Pack:
    table = gpd.GeoDataFrame(
        {"zone_id": [f"z{i}" for i in range(len(shapes))], "name": "zone"},
        geometry=shapes,
        crs=2154,
    )
    papers = {"state": "user", "kind": "user", "complete_in": complete, "sha256": "0"}
    return pack.with_table(layer, table, papers)


def totals(pack: Pack, path: Path, **options) -> dict[int, float]:
    return judge_territory(read_scenario("tendanciel"), pack, path, **options).found.totals


def place(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(WEST + x, SOUTH + y, WEST + x + side, SOUTH + y + side)


def test_a_square_in_a_complete_layer_is_cut_and_the_rest_is_eligible(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(pack, path) == {EXCLUDED: 100.0, ELIGIBLE: 6300.0, UNKNOWN: 0.0}


def test_a_distance_adds_four_sides_and_four_quarters_of_a_disc(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(3000, 3000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 500, ""))
    exact = (1000**2 + 4 * 1000 * 500 + np.pi * 500**2) / 1e4
    assert totals(pack, path, cell_m=25)[EXCLUDED] == pytest.approx(exact, rel=2e-3)


def test_a_feature_just_outside_the_territory_counts_inside(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(-400, 0, 300)], "*")
    path = rules(tmp_path, wet=("wetlands", 500, ""))
    assert totals(pack, path)[EXCLUDED] > 0
    assert totals(pack, rules(tmp_path, wet=("wetlands", 100, "")))[EXCLUDED] == 0


def test_an_absent_layer_leaves_all_it_could_forbid_unknown(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""), znieff=("znieff_1", 0, ""))
    judged = judge_territory(read_scenario("tendanciel"), pack, path)
    assert judged.found.totals == {EXCLUDED: 100.0, ELIGIBLE: 0.0, UNKNOWN: 6300.0}
    line = judged.audit.set_index("rule").loc["znieff"]
    assert line["state_fr"] == "non évaluée"
    assert np.isnan(line["excluded_ha"])
    assert line["unknown_only_ha"] == 6300.0
    assert "1 règles" not in "".join(judged.report["answer_fr"])


def test_precaution_takes_an_absent_layer_for_a_no(village_pack, tmp_path):
    path = rules(tmp_path, znieff=("znieff_1", 0, 'on_unknown = "exclude"'))
    assert totals(village_pack, path) == {EXCLUDED: 6400.0, ELIGIBLE: 0.0, UNKNOWN: 0.0}


def test_an_empty_layer_clears_only_where_it_is_said_complete(village_pack, tmp_path):
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(holding(village_pack, "wetlands", [], "33"), path)[ELIGIBLE] == 6400.0
    assert totals(holding(village_pack, "wetlands", []), path)[UNKNOWN] == 6400.0


def test_a_fragment_excludes_where_it_is_and_clears_nowhere(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)])
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(pack, path) == {EXCLUDED: 100.0, ELIGIBLE: 0.0, UNKNOWN: 6300.0}


def test_a_required_layer_excludes_what_is_too_far(village_pack, tmp_path):
    more = 'mode = "require"\nwhere = { can_host = ["yes"] }\ncomplete_in = ["*"]'
    path = rules(tmp_path, yards=("yards", 2000, more))
    found = judge_territory(read_scenario("tendanciel"), village_pack, path, cell_m=25).found
    yards = village_pack.table("yards")
    hosts = yards[yards["can_host"] == "yes"].geometry
    reach = shapely.union_all(shapely.buffer(hosts.values, 2000.0, quad_segs=64))
    ground = shapely.union_all(village_pack.table("communes").geometry.values)
    expected = shapely.area(shapely.intersection(reach, ground)) / 1e4
    assert found.totals[ELIGIBLE] == pytest.approx(expected, rel=2e-3)
    assert found.totals[UNKNOWN] == 0


def test_a_word_that_is_missing_leaves_doubt(village_pack, tmp_path):
    yards = village_pack.table("yards")
    yards.loc[yards.index[0], "can_host"] = "unknown"
    pack = village_pack.with_table("yards", yards, {"state": "user", "sha256": "1"})
    more = 'where = { can_host = ["yes"] }\nunknown_where = { can_host = ["unknown"] }\n'
    path = rules(tmp_path, yards=("yards", 1000, more + 'complete_in = ["*"]'))
    assert totals(pack, path)[UNKNOWN] > 0


def test_neither_the_order_nor_the_blocks_nor_the_cache_change_a_cell(village_pack, tmp_path):
    shapes = [shapely.Point(WEST + x, SOUTH + y).buffer(700) for x, y in ((900, 900), (6e3, 3e3))]
    pack = holding(village_pack, "wetlands", shapes, "*")
    pack = holding(pack, "znieff_1", [place(2000, 2000, 3000)])
    layers = {"wet": ("wetlands", 350, ""), "zn": ("znieff_1", 120, ""), "bio": ("ramsar", 0, "")}
    cache = MaskCache(tmp_path / "masques")
    seen = []
    for order in itertools.permutations(layers):
        rule_set = read_rule_set(rules(tmp_path, **{name: layers[name] for name in order}), DAY)
        for options in ({}, {"block_rows": 7}, {"threads": 1}, {"cache": cache}):
            found = judged(pack, rule_set, **options)
            seen.append((found.states.to_numpy().tobytes(), found.totals, found.hectares))
    assert all(one == seen[0] for one in seen)


def judged(pack: Pack, rule_set: RuleSet, **options):
    evidence = [evidence_of(pack, rule, GRID) for rule in rule_set.rules]
    return judge(evidence, ground_evidence(pack, None, GRID), GRID, **options)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from([0.0, 100.0, 433.0, 2500.0]), min_size=2, max_size=4),
    st.integers(0, 3),
    st.sampled_from([0.0, 55.0, 9000.0]),
)
def test_one_distance_changed_is_a_full_run_to_the_byte(seed, reaches, which, new):
    """Every other mask kept, one filled again: layers empty, doubtful, absent, required alike."""
    rng = np.random.default_rng(seed)

    def shapes(most: int) -> Outlines:
        spots = shapely.points(rng.uniform((WEST, SOUTH), (WEST + 2 * SIDE, SOUTH + 2 * SIDE),
                                           (int(rng.integers(0, most)), 2)))  # fmt: skip
        return Outlines.of(shapely.buffer(spots, rng.uniform(50, 900)), "essai")

    layers = [(shapes(4), shapes(3) if rng.random() < 0.5 else None) for _ in reaches]
    cuts = [(rng.choice(["exclude", "require"]), bool(rng.random() < 0.3)) for _ in reaches]
    ground = Evidence("sol", "exclude", 1, "sol", lambda: Near(shapes_of_ground, 0.0))
    shapes_of_ground = Outlines.of(np.array([place(300, 300, 5000)], dtype=object), "sol")

    def asked(reaches: list[float]) -> list[Evidence]:
        found = [Evidence("absente", "exclude", 0)]
        for k, (reach, (sure, doubtful)) in enumerate(zip(reaches, layers, strict=True)):
            load = partial(Near, sure, reach, doubtful)
            planes = 1 if doubtful is None else 2
            found.append(Evidence(f"{k}", cuts[k][0], planes, f"{k}-{reach}", load, cuts[k][1]))
        return found[int(rng.random() < 0.7) :]

    changed = [*reaches]
    changed[which % len(reaches)] = new
    rules = asked(changed)
    with tempfile.TemporaryDirectory() as folder:
        cache = MaskCache(Path(folder))
        judge(asked(reaches), ground, GRID, cache)
        quick = judge(rules, ground, GRID, cache, block_rows=int(rng.integers(1, 90)))
    full = judge(rules, ground, GRID)
    assert quick.states.to_numpy().tobytes() == full.states.to_numpy().tobytes()
    assert (quick.totals, quick.hectares) == (full.totals, full.hectares)


def test_a_kept_mask_is_used_and_a_damaged_one_is_made_again(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    rule_set = read_rule_set(rules(tmp_path, wet=("wetlands", 0, "")), DAY)
    cache = MaskCache(tmp_path / "masques")
    first = judged(pack, rule_set, cache=cache).totals
    kept = sorted((tmp_path / "masques").glob("*.npy"))
    assert len(kept) == 2
    evidence = evidence_of(pack, rule_set.rules[0], GRID)
    never = Evidence(evidence.name, evidence.mode, evidence.planes, evidence.key, _never)
    ground = ground_evidence(pack, None, GRID)
    assert judge([never], ground, GRID, cache).totals == first
    for path in kept:
        path.write_bytes(path.read_bytes()[:90])
    assert judged(pack, rule_set, cache=cache).totals == first
    moved = holding(village_pack, "wetlands", [place(1000, 1000, 2000)], "*")
    assert judged(moved, rule_set, cache=cache).totals[EXCLUDED] == 400.0


@pytest.mark.parametrize("marks", [0, 1, 7, 2**63 + 1])
def test_a_mask_that_rots_while_it_is_kept_is_named_never_trusted(tmp_path, marks):
    cache, all_of_it = MaskCache(tmp_path), Outlines.of(np.array([place(0, 0, 8e3)]), "essai")
    ground, rule = (
        Evidence(name, "exclude", 1, name, lambda: Near(all_of_it, 0.0)) for name in ("sol", "zone")
    )
    judge([rule], ground, GRID, cache)
    path, row = tmp_path / "zone.npy", 8 * 3  # a row: its marks, and its two full words
    whole = path.read_bytes()
    assert whole[-row:-16] == (3).to_bytes(8, "little")
    path.write_bytes(whole[:-row] + marks.to_bytes(8, "little") + whole[-16:])
    with pytest.raises(SitingError) as fault:
        judge([rule], ground, GRID, cache)
    assert (fault.value.code, fault.value.where) == ("SIT104", str(path))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 200), st.sampled_from([0.0, 0.1, 0.9, 1.0]))
def test_squeezed_rows_give_back_every_word(seed, words, share):
    rng = np.random.default_rng(seed)
    rows = rng.integers(1, 2**64, (int(rng.integers(1, 9)), words), dtype=np.uint64)
    rows[rng.random(rows.shape) >= share] = 0
    record, ends = squeezed(rows)
    again = np.full_like(rows, 5)
    assert spread(record, np.append(0, ends), again)
    assert (again == rows).all()
    assert len(record) == np.count_nonzero(rows) + len(rows) * marks_of(words)


def _never():
    raise AssertionError("la couche ne devait pas être relue")


def test_a_cache_that_cannot_be_written_only_costs_time(village_pack, tmp_path):
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    rule_set = read_rule_set(rules(tmp_path, wet=("wetlands", 0, "")), DAY)
    found = judged(pack, rule_set, cache=MaskCache(tmp_path / "fichier" / "masques"))
    assert found.totals[EXCLUDED] == 100.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 150))
def test_the_audit_is_what_counting_cell_by_cell_gives(seed, count, columns):
    rng = np.random.default_rng(seed)
    hit, doubt = (rng.random((count, 5, columns)) < share for share in (0.3, 0.3))
    require, precaution = (rng.random(count) < 0.3 for _ in "ab")
    inside = rng.random((5, columns)) < 0.8
    unsure = doubt & ~hit
    cut = np.where(require[:, None, None], ~hit & ~unsure, hit)
    cut = (cut | (unsure & precaution[:, None, None])) & inside
    unsure = unsure & ~precaution[:, None, None] & inside
    excluded = cut.any(axis=0)
    unknown = unsure.any(axis=0) & ~excluded
    states = np.full((5, columns), OUTSIDE, np.uint8)
    counts, sums = np.zeros((count, 4), np.int64), np.zeros(3, np.int64)
    words = np.stack([packed(plane) for both in (hit, doubt) for plane in both])
    whose = Rules(np.arange(count), count + np.arange(count), require, precaution)
    tally(words, whose, packed(inside), states, counts, sums)
    wanted = np.full((5, columns), OUTSIDE, np.uint8)
    wanted[inside] = ELIGIBLE
    wanted[unknown], wanted[excluded] = UNKNOWN, EXCLUDED
    assert (states == wanted).all()
    open_doubt = unsure & ~excluded
    by_rule = [
        cut.sum((1, 2)),
        (cut & (cut.sum(0) == 1)).sum((1, 2)),
        open_doubt.sum((1, 2)),
        (open_doubt & (open_doubt.sum(0) == 1)).sum((1, 2)),
    ]
    assert (counts == np.stack(by_rule, 1)).all()
    assert sums.tolist() == [excluded.sum(), (wanted == ELIGIBLE).sum(), unknown.sum()]


def raster(path: Path, values: np.ndarray, west: float, north: float, **profile) -> Path:
    settings = {"crs": "EPSG:2154", "nodata": 255, "dtype": values.dtype, **profile}
    transform = rasterio.transform.from_origin(west, north, 100.0, 100.0)
    with rasterio.open(
        path, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1,
        transform=transform, **settings,
    ) as file:  # fmt: skip
        file.write(values, 1)
    return path


def planes_of(cover: Cover, reach: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    planes = np.zeros((2, GRID.rows, words_of(GRID)), dtype=np.uint64)
    replace(cover, reach_m=reach).fill(planes, GRID)
    return unpacked(planes[0], GRID.columns), unpacked(planes[1], GRID.columns)


def test_a_raster_on_the_grid_gives_its_cells_back(tmp_path):
    values = np.random.default_rng(1).integers(1, 6, GRID.shape).astype(np.uint8)
    values[3, 4] = 255
    hit, hole = planes_of(
        Cover(raster(tmp_path / "a.tif", values, WEST, GRID.north), Classes((2.0, 3.0)))
    )
    assert (hit == np.isin(values, (2, 3))).all()
    assert np.argwhere(hole).tolist() == [[3, 4]]


def test_a_raster_that_does_not_cover_the_territory_leaves_it_unknown(tmp_path):
    values = np.ones((40, 30), np.uint8)
    part = Cover(raster(tmp_path / "a.tif", values, WEST + 1000, GRID.north - 500), Classes((1.0,)))
    hit, hole = planes_of(part)
    assert hit.sum() == 1200
    assert (hole == ~hit).all()
    away = Cover(raster(tmp_path / "b.tif", values, WEST + 1e6, GRID.north), Classes((1.0,)))
    assert planes_of(away)[1].all()
    assert not planes_of(away)[0].any()


def test_a_raster_with_a_distance_is_measured_from_the_sides_of_its_cells(tmp_path):
    values = np.zeros(GRID.shape, np.uint8)
    values[40, 40], values[10, 60] = 7, 255
    cover = Cover(raster(tmp_path / "a.tif", values, WEST, GRID.north), Classes((7.0,)))
    hit, hole = planes_of(cover, 260.0)
    west, north = WEST + 4000, GRID.north - 4000
    cell = shapely.box(west, north - 100, west + 100, north)
    near = shapely.distance(shapely.points(*np.meshgrid(GRID.x, GRID.y)), cell) <= 260.0
    assert (hit == near).all()
    assert hole[10, 58]
    assert hole[0, 0]
    assert not hole[40, 20]


def test_nan_and_values_above_a_bound(tmp_path):
    values = np.full(GRID.shape, 4.0, np.float32)
    values[0, 0], values[1, 1], values[2, 2] = np.nan, 31.0, -9999.0
    path = raster(tmp_path / "a.tif", values, WEST, GRID.north, nodata=-9999.0)
    hit, hole = planes_of(Cover(path, Classes(above=30.0)))
    assert np.argwhere(hit).tolist() == [[1, 1]]
    assert np.argwhere(hole).tolist() == [[0, 0], [2, 2]]


def test_a_hole_that_is_also_a_class_is_refused(tmp_path):
    path = raster(tmp_path / "a.tif", np.ones(GRID.shape, np.uint8), WEST, GRID.north, nodata=3)
    with pytest.raises(SitingError, match="à la fois une classe") as fault:
        Cover(path, Classes((1.0, 3.0)))
    assert fault.value.code == "SIT105"


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3035", None])
def test_a_raster_in_another_system_is_refused(tmp_path, crs):
    path = raster(tmp_path / "a.tif", np.ones((5, 5), np.uint8), 0.0, 0.0, crs=crs)
    with pytest.raises(SitingError) as fault:
        Cover(path, Classes((1.0,)))
    assert fault.value.code == "SIT102"


def test_a_file_that_is_no_raster_is_refused(tmp_path):
    (tmp_path / "a.tif").write_bytes(b"II*\0 pas une image")
    with pytest.raises(SitingError) as fault:
        Cover(tmp_path / "a.tif", Classes((1.0,)))
    assert fault.value.code == "SIT100"


@pytest.mark.parametrize(
    ("layer", "metres", "more", "code"),
    [
        ("wetland", 0, "", "SIT202"),
        ("yards", 0, "", "SIT501"),
        ("wetlands", -5, "", "SIT501"),
        ("wetlands", 0, 'mode = "forbid"', "SIT501"),
        ("wetlands", 0, "classes = [1.0]", "SIT501"),
        ("land_cover", 0, "", "SIT501"),
        ("land_cover", 0, 'classes = [1.0]\nwhere = { a = ["b"] }', "SIT501"),
        ("wetlands", 0, 'where = { colour = ["blue"] }', "SIT101"),
        ("climate_2050", 0, "", "SIT501"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(village_pack, tmp_path, layer, metres, more, code):
    pack = holding(village_pack, "wetlands", [place(0, 0, 500)], "*")
    if not pack.has("climate_2050") and layer == "climate_2050":
        pack = Pack.open()
    with pytest.raises(SitingError) as fault:
        totals(pack, rules(tmp_path, a=(layer, metres, more)))
    assert fault.value.code == code
    assert fault.value.hint


def test_a_distance_given_by_hand_wins_and_says_so(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    rule_set = read_rule_set(path, DAY, {"wet": 400.0})
    assert rule_set.rules[0].reach_m == 400.0
    assert rule_set.rules[0].value.status == "assumption"
    assert "--distance" in rule_set.rules[0].value.reference
    with pytest.raises(SitingError, match="inconnue") as fault:
        totals(pack, path, distances={"wett": 5.0})
    assert "wet" in fault.value.hint


def test_a_rule_of_tomorrow_is_not_applied_and_is_named(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""), more=("wetlands", 900, ""))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value = 900", "value = 900\nfrom = 2031-01-01"), encoding="utf-8")
    judged = judge_territory(read_scenario("tendanciel"), pack, path)
    assert judged.found.totals[EXCLUDED] == 100.0
    assert judged.report["not_in_force"] == ["Règle more"]
    assert "Règle more" in judged.report["answer_fr"][-1]
    path.write_text(text.replace("value =", "from = 2031-01-01\nvalue ="), encoding="utf-8")
    with pytest.raises(SitingError) as fault:
        judge_territory(read_scenario("tendanciel"), pack, path)
    assert fault.value.code == "SIT500"


def test_near_is_only_ever_the_shapes_and_their_neighbourhood():
    away = Near(Outlines.of(np.array([place(1e6, 0, 100)], dtype=object), "essai"), 300.0)
    planes = np.zeros((1, GRID.rows, words_of(GRID)), dtype=np.uint64)
    away.fill(planes, GRID)
    assert not planes.any()


def test_a_cluster_gives_the_same_cells_as_threads(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)])
    layers = {"wet": ("wetlands", 350, ""), "bio": ("ramsar", 0, "")}
    rule_set = read_rule_set(rules(tmp_path, **layers), DAY)
    evidence = [evidence_of(pack, rule, GRID) for rule in rule_set.rules]
    ground = ground_evidence(pack, None, GRID)
    alone = judge(evidence, ground, GRID)
    together = judge_on_cluster(evidence, ground, GRID, "local", 1, block_rows=13)
    assert together.states.identical(alone.states)
    assert (together.totals, together.hectares) == (alone.totals, alone.hectares)


def test_a_scheduler_that_does_not_answer_is_told(village_pack):
    with pytest.raises(SitingError) as fault, client_of("tcp//nulle-part", 1):
        pass
    assert fault.value.code == "SIT410"


def test_a_raster_of_the_pack_is_a_rule_like_any_other(tmp_path):
    pack = Pack.open()
    path = rules(tmp_path, forest=("land_cover", 0, "classes = [4.0, 5.0]"))
    question = read_scenario("tendanciel", ('territory=["23"]',))
    states = judge_territory(question, pack, path).found.states
    rng = np.random.default_rng(11)
    y, x = (rng.integers(0, states.sizes[axis], 4_000) for axis in ("y", "x"))
    seen = states.to_numpy()[y, x]
    cover = pack.sample("land_cover", np.column_stack([states.x[x], states.y[y]]))
    inside = seen != OUTSIDE
    assert inside.sum() > 1_500
    assert ((seen == EXCLUDED) == np.isin(cover, (4, 5)))[inside].all()
    assert (seen == EXCLUDED).sum() > 100


def test_masks_beyond_their_ration_leave_the_oldest_first(tmp_path, monkeypatch):
    cache = MaskCache(tmp_path)
    monkeypatch.setattr("layers.masks.MOST_BYTES", 3 * 1000)
    for age, name in enumerate("abcde"):
        mask = cache.make(name, (10, 10), lambda: squeezed(np.full((10, 10), 7, np.uint64)))
        rows = np.zeros(7 * 11, np.uint64)
        mask.copy(rows, 2)
        assert rows.tolist() == 7 * [2**10 - 1, *10 * [7]]
        os.utime(tmp_path / f"{name}.npy", (1e9 + age, 1e9 + age))
    assert [path.stem for path in sorted(tmp_path.glob("*.npy"))] == ["d", "e"]


def test_the_plain_machine_that_cannot_keep_compiled_loops_still_runs_them(tmp_path):
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    code = "import numpy as np; from layers.fill import set_span; w = np.zeros(2, np.uint64); "
    code += "set_span(w, 3, 70); print(int(w[0]) + int(w[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "fichier" / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(2**64 - 8 + 63), done.stderr


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([40.0, 260.0, 1500.0]))
def test_a_raster_off_the_lattice_is_measured_exactly_block_by_block(seed, reach):
    """Cells of 130 × 70 m from anywhere, against shapely and its true distance to each cell."""
    rng = np.random.default_rng(seed)
    values = rng.choice(np.array([0, 7, 255], np.uint8), (50, 40), p=[0.95, 0.03, 0.02])
    west, north = WEST + rng.uniform(-2e3, 3e3), GRID.north + rng.uniform(-2e3, 2e3)
    transform = rasterio.transform.from_origin(west, north, 130.0, 70.0)
    with rasterio.io.MemoryFile() as memory:
        with memory.open(driver="GTiff", width=40, height=50, count=1, dtype="uint8",
                         crs="EPSG:2154", nodata=255, transform=transform) as file:  # fmt: skip
            file.write(values, 1)
        cover = Cover(memory.name, Classes((7.0,)), reach)
        whole, parts = (np.zeros((2, GRID.rows, words_of(GRID)), np.uint64) for _ in "ab")
        cover.fill(whole, GRID)
        for first, last in GRID.bands(int(rng.integers(3, 30))):
            cover.fill(parts[:, first:last], GRID.band(first, last))
    assert (whole == parts).all()
    centres = shapely.points(*np.meshgrid(GRID.x, GRID.y))
    row, column = np.nonzero(values != 0)
    x, y = west + column * 130.0, north - row * 70.0
    cells = shapely.box(x, y - 70.0, x + 130.0, y)
    outside = shapely.box(*GRID.bounds).buffer(5e3) - shapely.box(
        west, north - 3500, west + 5200, north
    )
    for plane, shapes in (
        (0, cells[values[row, column] == 7]),
        (1, np.append(cells[values[row, column] == 255], outside)),
    ):
        distance = shapely.distance(centres, shapely.union_all(shapes)) if len(shapes) else np.inf
        wrong = unpacked(whole[plane], GRID.columns) != (distance <= reach)
        assert not (wrong & (np.abs(distance - reach) > 1e-6)).any()
