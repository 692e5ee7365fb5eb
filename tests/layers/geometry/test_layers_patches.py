"""Patches against scipy and a search by hand: what touches, what is cut, and how it is shaped."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from layers.geometry.land_patches import Patches, drawn, find_patches, patches
from layers.geometry.raster_grid import Grid
from layers.words.cell_states import ELIGIBLE, EXCLUDED, OUTSIDE, UNKNOWN
from layers.words.errors import SitingError

GRID = Grid(400_300.0, 6_500_100.0, 24, 31, 100)


def states_of(rows: list[str], cell_m: int = 100):
    """Read a picture: « # » eligible, « ? » unknown, « . » excluded, « o » outside."""
    code = {"#": ELIGIBLE, "?": UNKNOWN, ".": EXCLUDED, "o": OUTSIDE}
    values = np.array([[code[letter] for letter in row] for row in rows], dtype="uint8")
    return Grid(400_000.0, 6_500_000.0, *values.shape, cell_m).array(values, "1", "essai")


def numbered(found: Patches) -> np.ndarray:
    image = np.full(found.grid.shape, -1)
    for row, first, last, label in zip(
        found.row, found.first, found.last, found.label, strict=True
    ):
        image[row, first:last] = label
    return image


def by_hand(free: np.ndarray, block: int) -> np.ndarray:
    """Return patch numbers from scipy, block by block of the lattice."""
    row = (np.arange(GRID.rows) - round(GRID.north / 100)) // max(block, 1)
    column = (np.arange(GRID.columns) + round(GRID.west / 100)) // max(block, 1)
    if not block:
        row, column = row * 0, column * 0
    image, count = np.zeros(GRID.shape, int), 0
    for r in np.unique(row):
        for c in np.unique(column):
            part, found = ndimage.label(free & (row == r)[:, None] & (column == c)[None, :])
            image[part > 0] = part[part > 0] + count
            count += found
    return image


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0, 3, 7]), st.floats(0.2, 0.9))
def test_patches_are_what_touches_by_a_side_and_are_measured_right(seed, block, share):
    random = np.random.default_rng(seed)
    odds = [1 - share, share * 0.7, share * 0.25, share * 0.05]
    values = random.choice(np.array([0, 1, 2, 255], dtype="uint8"), p=odds, size=GRID.shape)
    found = find_patches(GRID.array(values, "1", "essai"), block)
    free = np.isin(values, (ELIGIBLE, UNKNOWN))
    image, wanted = numbered(found), by_hand(free, block)
    assert ((image >= 0) == free).all()
    pairs = np.unique(np.stack([image[free], wanted[free]]), axis=1)
    assert len(pairs[0]) == len(set(pairs[0])) == len(set(pairs[1]))
    table = drawn(found, np.arange(len(found.table)))
    assert table.area.to_numpy() / 1e4 == pytest.approx(table["area_ha"].to_numpy())
    assert table.length.to_numpy() == pytest.approx(table["perimeter_m"].to_numpy())
    for number in range(len(table)):
        mine = image == number
        assert found.table["cells"][number] == mine.sum()
        assert found.table["unknown_cells"][number] == (mine & (values == UNKNOWN)).sum()
        assert found.table["square_cells"][number] == largest_square(mine)


def largest_square(mine: np.ndarray) -> int:
    side = 1
    while ndimage.binary_erosion(mine, np.ones((side + 1, side + 1))).any():
        side += 1
    return side


def test_a_patch_one_can_check_on_paper():
    table = patches(states_of(["##.o", "#?..", "...#"]), 1.0)
    assert table["area_ha"].tolist() == [4.0, 1.0]
    assert table["unknown_share"].tolist() == [0.25, 0.0]
    assert table["perimeter_m"].tolist() == [800.0, 400.0]
    assert table["width_m"].tolist() == [200.0, 100.0]
    assert table["compactness"][0] == pytest.approx(np.pi / 4, abs=1e-6)
    assert table.geometry[0].equals(shapely.box(400_000, 6_499_800, 400_200, 6_500_000))


def test_cells_that_touch_by_a_corner_are_two_patches():
    assert len(patches(states_of(["#.", ".#"]), 1.0)) == 2


def test_a_patch_below_the_floor_is_not_listed():
    assert patches(states_of(["##.#"]), 1.5)["area_ha"].tolist() == [2.0]


@pytest.mark.parametrize("rows", [["..", "oo"], ["o"]])
def test_a_grid_with_nothing_free_has_no_patch(rows):
    table = patches(states_of(rows), 1.0)
    assert len(table) == 0
    assert table.crs == "EPSG:2154"


def test_the_cut_of_a_place_does_not_depend_on_the_window():
    whole = GRID.array(np.ones(GRID.shape, dtype="uint8"), "1", "essai")
    outer, inner = (
        list(drawn(found, np.arange(len(found.table))).geometry)
        for found in (find_patches(whole, 7), find_patches(whole[5:, 4:], 7))
    )
    squares = {shape.wkb for shape in outer if shape.area == 49e4}
    assert len(squares) == 8
    assert {shape.wkb for shape in inner if shape.area == 49e4} < squares
    for shape in outer:
        west, south, east, north = shape.bounds
        assert west // 700 == (east - 1) // 700
        assert south // 700 == (north - 1) // 700


def test_another_system_is_refused():
    with pytest.raises(SitingError) as refusal:
        patches(states_of(["#"]).assign_attrs(crs="EPSG:4326"), 1.0)
    assert refusal.value.code == "SIT102"
