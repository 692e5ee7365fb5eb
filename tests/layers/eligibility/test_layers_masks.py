"""Kept masks: the same cells to the byte, a damaged file never trusted, the audit cell by cell."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import shapely
from eligible_village import DAY, GRID, holding, judged, place, rules
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_grids import packed
from village_shapes import SIDE, SOUTH, WEST

from layers.eligibility.eligibility_evidence import evidence_of, ground_evidence
from layers.eligibility.eligibility_rules import read_rule_set
from layers.eligibility.layer_masks import MaskCache
from layers.eligibility.plane_verdicts import Rules, tally
from layers.eligibility.territory_judging import Evidence, Near, judge
from layers.geometry.bit_planes import marks_of, spread, squeezed
from layers.geometry.flat_outlines import Outlines
from layers.words.cell_states import ELIGIBLE, EXCLUDED, OUTSIDE, RULED_OUT, UNKNOWN
from layers.words.errors import SitingError


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


def _never():
    raise AssertionError("la couche ne devait pas être relue")


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


def test_a_cache_that_cannot_be_written_only_costs_time(village_pack, tmp_path):
    (tmp_path / "fichier").write_text("pas un dossier", encoding="utf-8")
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    rule_set = read_rule_set(rules(tmp_path, wet=("wetlands", 0, "")), DAY)
    found = judged(pack, rule_set, cache=MaskCache(tmp_path / "fichier" / "masques"))
    assert found.totals[EXCLUDED] == 100.0


def test_masks_beyond_their_ration_leave_the_oldest_first(tmp_path, monkeypatch):
    cache = MaskCache(tmp_path)
    monkeypatch.setattr("layers.eligibility.layer_masks.MOST_BYTES", 3 * 1000)
    for age, name in enumerate("abcde"):
        mask = cache.make(name, (10, 10), lambda: squeezed(np.full((10, 10), 7, np.uint64)))
        rows = np.zeros(7 * 11, np.uint64)
        mask.copy(rows, 2)
        assert rows.tolist() == 7 * [2**10 - 1, *10 * [7]]
        os.utime(tmp_path / f"{name}.npy", (1e9 + age, 1e9 + age))
    assert [path.stem for path in sorted(tmp_path.glob("*.npy"))] == ["d", "e"]


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
    degrees = np.zeros_like(states)
    tally(words, whose, packed(inside), states, degrees, counts, sums)
    wanted = np.full((5, columns), OUTSIDE, np.uint8)
    wanted[inside] = ELIGIBLE
    wanted[unknown], wanted[excluded] = UNKNOWN, EXCLUDED
    assert (states == wanted).all()
    open_doubt = unsure & ~excluded
    graded = np.where(inside, np.where(excluded, RULED_OUT, open_doubt.sum(0)), OUTSIDE)
    assert (degrees == graded).all()
    by_rule = [
        cut.sum((1, 2)),
        (cut & (cut.sum(0) == 1)).sum((1, 2)),
        open_doubt.sum((1, 2)),
        (open_doubt & (open_doubt.sum(0) == 1)).sum((1, 2)),
    ]
    assert (counts == np.stack(by_rule, 1)).all()
    assert sums.tolist() == [excluded.sum(), (wanted == ELIGIBLE).sum(), unknown.sum()]


def test_the_plain_machine_that_cannot_keep_compiled_loops_still_runs_them(tmp_path):
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    code = "import numpy as np; from layers.geometry.shape_filling import set_span; "
    code += "w = np.zeros(2, np.uint64); set_span(w, 3, 70); print(int(w[0]) + int(w[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "fichier" / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(2**64 - 8 + 63), done.stderr
