"""Rasters on the grid: their cells, their holes, what they do not cover, and files that lie."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from eligible_village import GRID
from hypothesis import given, settings
from hypothesis import strategies as st
from packed_grids import unpacked
from village_shapes import WEST

from layers.eligibility.raster_classes import Cover
from layers.eligibility.rule_rasters import Classes
from layers.geometry.flat_outlines import words_of
from layers.words.errors import SitingError


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
