"""Filling shapes: every cell centre, and only those, against shapely one centre at a time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_grids import empty_words, packed, unpacked

from layers.geometry.flat_outlines import Outlines
from layers.geometry.raster_grid import Grid
from layers.words.errors import SitingError

GRID = Grid(0.0, 4000.0, 40, 70, 100)
CENTRES = shapely.points(*np.meshgrid(GRID.x, GRID.y))


def filled(shapes: list[shapely.Geometry], reach_m: float, grid: Grid = GRID) -> np.ndarray:
    words = empty_words(grid)
    Outlines.of(np.array(shapes, dtype=object), "essai").fill(words, grid, reach_m)
    return unpacked(words, grid.columns)


@st.composite
def stars(draw: st.DrawFn) -> shapely.Polygon:
    """Draw a star around a centre that may lie off the grid, with a hole half of the time."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    count = draw(st.integers(3, 40))
    angle = np.sort(rng.random(count)) * 2 * np.pi
    reach = rng.random(count) * draw(st.sampled_from([60.0, 900.0, 5000.0])) + 5.0
    x, y = rng.uniform(-800, 7800), rng.uniform(-800, 4800)
    star = shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))
    star = shapely.make_valid(star)
    hole = shapely.buffer(star, -150.0)
    return shapely.difference(star, hole) if draw(st.booleans()) and not hole.is_empty else star


@settings(max_examples=60, deadline=None)
@given(stars(), st.sampled_from([0.0, 30.0, 250.0, 777.7, 3000.0]))
def test_every_centre_is_judged_as_shapely_judges_it(star, reach):
    if star.is_empty or star.area == 0:
        return
    distance = shapely.distance(CENTRES, star)
    on_the_edge = np.abs(distance - reach) < 1e-6
    if reach == 0:
        on_the_edge = shapely.distance(CENTRES, shapely.boundary(star)) < 1e-6
    wrong = (filled([star], reach) != (distance <= reach)) & ~on_the_edge
    assert not wrong.any()


@settings(max_examples=25, deadline=None)
@given(stars(), stars(), st.floats(0, 2000), st.floats(0, 500))
def test_a_longer_distance_never_frees_a_cell(one, two, reach, more):
    shapes = [s for s in (one, two) if not s.is_empty]
    assert not (filled(shapes, reach) & ~filled(shapes, reach + more)).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 180.0]))
def test_rows_filled_in_blocks_are_rows_filled_at_once(seed, reach):
    rng = np.random.default_rng(seed)
    shapes = [shapely.Point(*rng.uniform(0, 4000, 2)).buffer(rng.uniform(20, 900)) for _ in "abcd"]
    whole = filled(shapes, reach)
    size = int(rng.integers(1, 40))
    parts = [filled(shapes, reach, GRID.band(*band)) for band in GRID.bands(size)]
    assert (np.vstack(parts) == whole).all()


@st.composite
def shapes_on_seams(draw: st.DrawFn) -> shapely.Geometry:
    """Draw a shape whose corners lie on cell edges and centres, in the grid or just outside it."""
    corner = st.tuples(st.integers(-24, 304), st.integers(-24, 184))
    corners = 25.0 * np.array(draw(st.lists(corner, min_size=1, max_size=7)))
    if len(corners) == 1:
        return shapely.Point(corners[0])
    if len(corners) > 3 and draw(st.booleans()):
        return shapely.Polygon(corners)
    return shapely.LineString(corners)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(shapes_on_seams(), min_size=1, max_size=4),
    st.sampled_from([0.0, 50.0, 100.0, 250.0, 500.0, 707.1]),
    st.integers(1, 39),
    st.tuples(st.integers(0, 69), st.integers(0, 39), st.integers(1, 70), st.integers(1, 40)),
)
def test_a_shape_on_a_seam_is_the_same_in_blocks_in_a_window_and_at_once(
    shapes, reach, rows, window
):
    """Ties are the rule here: corners and distances fall on centres, blocks and windows on both."""
    whole = filled(shapes, reach)
    blocks = [filled(shapes, reach, GRID.band(*band)) for band in GRID.bands(rows)]
    assert (np.vstack(blocks) == whole).all()
    left, top, wide, tall = window
    part = Grid(100.0 * left, GRID.north - 100.0 * top, min(tall, 40 - top), min(wide, 70 - left),
                100)  # fmt: skip
    here = whole[top : top + part.rows, left : left + part.columns]
    assert (filled(shapes, reach, part) == here).all()


def test_a_tiling_covers_each_cell_once_with_no_gap():
    rng = np.random.default_rng(7)
    seeds = shapely.MultiPoint(rng.uniform((0, 0), (7000, 4000), (60, 2)))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 7e3, 4e3))
    )
    tiles = [t for t in shapely.intersection(cells, shapely.box(0, 0, 7000, 4000)) if t.area]
    count = sum(filled([tile], 0.0).astype(int) for tile in tiles)
    assert (count == 1).all()


def test_a_disc_of_one_kilometre_has_its_area_within_the_cell_at_both_sizes():
    for cell, tolerance in ((25, 2e-3), (100, 2e-2)):
        grid = Grid.around((0, 0, 8000, 8000), cell)
        cells = filled([shapely.Point(4003.0, 3991.0)], 3000.0, grid)
        assert cells.sum() * cell**2 == pytest.approx(np.pi * 3000.0**2, rel=tolerance)


def test_a_thousand_discs_are_within_two_hundredths_of_a_percent():
    """One disc errs by its rim; a thousand tell whether the rule itself leans one way."""
    rng = np.random.default_rng(3)
    grid = Grid.around((0, 0, 3000, 3000), 25)
    areas = [
        filled([shapely.Point(*rng.uniform(1400, 1600, 2))], 1000.0, grid).sum() * 625.0
        for _ in range(1000)
    ]
    assert np.mean(areas) == pytest.approx(np.pi * 1e6, rel=2e-4)


def test_a_distance_counts_its_own_end_and_lines_have_two_sides():
    assert filled([shapely.Point(1050, 1050)], 500.0)[24:35, 5:16].sum() == 81
    line = filled([shapely.LineString([(1050, 2050), (3050, 2050)])], 200.0)
    assert line[:, 20].sum() == 5
    assert line[19, 8:].sum() == 25


def test_a_ring_that_turns_over_itself_covers_all_it_turns_around():
    bow = shapely.Polygon([(500, 500), (2500, 2500), (2500, 500), (500, 2500)])
    assert (filled([bow], 0.0) == filled([shapely.make_valid(bow)], 0.0)).all()
    twice = shapely.Polygon([(0, 0), (3e3, 0), (3e3, 3e3), (0, 3e3), (0, 0), (1e3, 1e3),
                             (2e3, 1e3), (2e3, 2e3), (1e3, 2e3), (1e3, 1e3)])  # fmt: skip
    assert filled([twice], 0.0)[25, 15]


def test_a_shape_of_many_crossings_loses_none():
    teeth = np.arange(0, 6990, 2.0)
    comb = np.column_stack([teeth, np.where(np.arange(len(teeth)) % 2, 3500.0, 500.0)])
    shape = shapely.Polygon([(0, 100), *comb, (teeth[-1], 100)])
    inside = shapely.contains_xy(shape, *np.meshgrid(GRID.x, GRID.y))
    assert (filled([shape], 0.0) == inside).all()


def test_mixed_and_nested_shapes_are_taken_apart():
    point, line = shapely.Point(500, 500), shapely.LineString([(2000, 2000), (3000, 2000)])
    square = shapely.box(4000, 1000, 5000, 2000)
    together = shapely.GeometryCollection([point, shapely.MultiPolygon([square]), line])
    apart = filled([point, line, square], 150.0)
    assert (filled([together], 150.0) == apart).all()


@pytest.mark.parametrize(
    "shape",
    [None, shapely.Polygon(), shapely.Point(np.nan, 1.0), shapely.Point(np.inf, 0.0)],
    ids=["absente", "vide", "NaN", "infinie"],
)
def test_a_shape_without_a_place_is_refused(shape):
    with pytest.raises(SitingError) as fault:
        Outlines.of(np.array([shape], dtype=object), "couche « essai »")
    assert fault.value.code == "SIT105"


def test_no_shape_at_all_covers_nothing():
    assert not filled([], 500.0).any()


@given(st.integers(1, 5), st.integers(1, 200), st.integers(0, 9999))
def test_packing_keeps_every_cell(rows, columns, seed):
    cells = np.random.default_rng(seed).random((rows, columns)) < 0.5
    assert (unpacked(packed(cells), columns) == cells).all()


def test_a_grid_stands_on_multiples_of_its_cell():
    assert Grid.around((399_999.0, 6_500_001.0, 400_101.0, 6_500_099.0), 25).bounds == (
        399_975.0, 6_500_000.0, 400_125.0, 6_500_100.0,
    )  # fmt: skip
    for make in (lambda: Grid(10.0, 100.0, 1, 1, 100), lambda: Grid(0.0, 100.0, 1, 1, 50)):
        with pytest.raises(SitingError):
            make()
    array = GRID.array(np.zeros(GRID.shape, np.uint8), "1", "x")
    assert Grid.of(array) == GRID
    with pytest.raises(SitingError) as fault:
        Grid.of(array.assign_attrs(crs="EPSG:4326"))
    assert fault.value.code == "SIT102"
