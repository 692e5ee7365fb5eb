"""Zonal figures against shapely, cell by cell and pair by pair, and the inputs that spoil them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.contracts.contract import Raster
from layers.geometry import site_joins, zonal_shares
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

WEST, NORTH = 400_000.0, 6_500_000.0
NAN = float("nan")


def shape_list(*shapes: shapely.Geometry) -> zonal_shares.Shapes:
    array: zonal_shares.Shapes = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def raster_of(values: np.ndarray, nodata: float = NAN, cell: float = 100.0) -> Raster:
    return Raster(values, Affine(cell, 0.0, WEST, 0.0, -cell, NORTH), CRS, nodata)


def square(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(WEST + x, NORTH - y - side, WEST + x + side, NORTH - y)


@st.composite
def blobs(draw: st.DrawFn, most: int) -> zonal_shares.Shapes:
    """Return wavy polygons around the same kilometre, some with a hole, some in two parts."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shapes = [_blob(random) for _ in range(draw(st.integers(1, most)))]
    return shape_list(*shapes)


def _blob(random: np.random.Generator) -> shapely.Geometry:
    corners = int(random.integers(3, 14))
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    reach = random.uniform(20, 180) * random.uniform(0.3, 1.0, corners)
    centre = np.array([WEST, NORTH]) + random.uniform([0, -900], [900, 0])
    ring = centre + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    shape = shapely.make_valid(shapely.Polygon(ring))
    shape = shapely.union_all([p for p in shapely.get_parts(shape) if p.area > 0])
    if random.random() < 0.4:
        shape = shape.difference(shape.representative_point().buffer(15.0))
    if random.random() < 0.2:
        shape = shape.union(shapely.transform(shape, lambda xy: xy + 400.0))
    return shape if shape.area > 1 else square(10, 10, 50)


@settings(deadline=None, max_examples=60)
@given(blobs(25), blobs(25))
def test_the_area_under_zones_is_the_area_under_their_union(sites, zones):
    wanted = shapely.area(shapely.intersection(sites, shapely.union_all(zones)))
    np.testing.assert_allclose(zonal_shares.covered_m2(sites, zones), wanted, atol=1.1e-2, rtol=0)


@settings(deadline=None, max_examples=40)
@given(blobs(25), blobs(20), st.booleans())
def test_the_nearest_thing_is_the_nearest_edge_to_edge(sites, things, lone):
    if lone:
        things = np.concatenate([shapely.centroid(things), shapely.boundary(things[:3])])
    distance = shapely.distance(sites[:, None], things[None, :])
    metres, found = zonal_shares.nearest_m(sites, things)
    np.testing.assert_allclose(metres, distance.min(axis=1), atol=1e-6)
    np.testing.assert_allclose(distance[np.arange(len(sites)), found], metres, atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(blobs(15), st.integers(0, 2**32 - 1))
def test_the_mean_weighs_each_cell_by_the_part_of_it_covered(sites, seed):
    values = np.random.default_rng(seed).random((8, 7))
    values[2, 3] = np.nan
    mean, unknown = zonal_shares.mean_over(sites, raster_of(values))
    cells = shape_list(*[square(100 * j, 100 * i, 100) for i in range(8) for j in range(7)])
    for k, site in enumerate(sites):
        weight = shapely.area(shapely.intersection(cells, site))
        weight[np.isnan(values).ravel()] = 0.0
        assert unknown[k] == pytest.approx(1.0 - weight.sum() / site.area, abs=1e-9)
        if weight.sum() > 1e-3:
            wanted = (weight * np.nan_to_num(values).ravel()).sum() / weight.sum()
            assert mean[k] == pytest.approx(wanted, abs=1e-6)


def test_a_share_one_can_check_on_paper():
    site = shape_list(square(0, 0, 100))
    halves = shape_list(square(-50, 0, 100), square(-60, 0, 100), square(0, 90, 100))
    assert zonal_shares.share_under(site, halves)[0] == pytest.approx(0.5 + 0.5 * 0.1)


def test_a_zone_that_only_touches_takes_nothing():
    site = shape_list(square(0, 0, 100), square(333.3333, 7.77, 0.5))
    around = shape_list(square(100, -31.7, 123.4), square(-50, 100, 333.3))
    assert zonal_shares.covered_m2(site, around).tolist() == [0.0, 0.0]


def test_a_site_smaller_than_a_cell_is_not_lost():
    values = np.arange(12.0).reshape(3, 4)
    mean, unknown = zonal_shares.mean_over(shape_list(square(149, 10, 2)), raster_of(values))
    assert (mean[0], unknown[0]) == (1.0, 0.0)


def test_a_point_reads_its_cell_and_is_in_or_out():
    inside, outside = shapely.Point(WEST + 150, NORTH - 50), shapely.Point(WEST - 5, NORTH - 50)
    mean, unknown = zonal_shares.mean_over(
        shape_list(inside, outside), raster_of(np.arange(4.0)[None])
    )
    assert mean[0] == 1.0
    assert np.isnan(mean[1])
    assert unknown.tolist() == [0.0, 1.0]
    under = zonal_shares.share_under(shape_list(inside, outside), shape_list(square(0, 0, 400)))
    assert under.tolist() == [1.0, 0.0]


def test_what_the_raster_does_not_cover_is_unknown_never_zero():
    site = shape_list(square(350, 0, 100), square(5_000, 0, 100))
    mean, unknown = zonal_shares.mean_over(site, raster_of(np.full((2, 4), 7.0)))
    assert mean[0] == 7.0
    assert np.isnan(mean[1])
    assert unknown == pytest.approx([0.5, 1.0])


def test_a_hole_whose_code_is_also_a_class_stays_unknown():
    classes = np.array([[1, 0, 2, 0]], dtype="uint8")
    mean, unknown = zonal_shares.mean_over(
        shape_list(square(0, 0, 400)), raster_of(classes, nodata=0.0)
    )
    assert unknown[0] == pytest.approx(0.75 + 0.125)
    assert mean[0] == pytest.approx(1.5)


def test_rings_that_cross_themselves_are_read_by_parity_and_kept():
    bow = shapely.Polygon([(WEST + x, NORTH + y) for x, y in [(0, 0), (9, 9), (9, 0), (0, 9)]])
    assert not bow.is_valid
    whole = shape_list(shapely.box(WEST, NORTH, WEST + 9, NORTH + 9))
    assert zonal_shares.covered_m2(whole, shape_list(bow))[0] == pytest.approx(40.5)


def test_nothing_to_measure_against_is_said():
    site, none = shape_list(square(0, 0, 100)), shape_list()
    metres, found = zonal_shares.nearest_m(site, none)
    assert np.isnan(metres[0])
    assert found.tolist() == [-1]
    assert zonal_shares.covered_m2(site, none).tolist() == [0.0]
    assert len(zonal_shares.covered_m2(none, site)) == 0
    empty = shape_list(shapely.Polygon(), square(0, 0, 100))
    assert zonal_shares.covered_m2(empty, site).tolist() == pytest.approx([0.0, 10_000.0])
    assert np.isnan(zonal_shares.nearest_m(empty, site)[0][0])
    assert np.isnan(zonal_shares.mean_over(empty, raster_of(np.ones((2, 2))))[0][0])


@pytest.mark.parametrize(
    ("change", "code"),
    [({"crs": "EPSG:4326"}, "SIT102"), ({"transform": Affine(1, 2, 0, 2, -1, 0)}, "SIT105")],
)
def test_a_raster_of_another_world_is_refused_in_french(change, code):
    given = {"values": np.ones((2, 2)), "transform": Affine(1, 0, 0, 0, -1, 2), "crs": CRS}
    with pytest.raises(SitingError) as refusal:
        zonal_shares.mean_over(
            shape_list(square(0, 0, 1)), Raster(**{**given, **change}, nodata=NAN)
        )
    assert refusal.value.code == code
    assert "piste" in str(refusal.value)


def test_many_sites_are_measured_as_few_are(monkeypatch):
    random = np.random.default_rng(5)
    sites = shape_list(*[_blob(random) for _ in range(60)], shapely.Point(WEST + 450, NORTH - 450))
    zones = gpd.GeoDataFrame(geometry=[_blob(random) for _ in range(40)], crs=CRS)
    places = gpd.GeoSeries(sites, crs=CRS)
    few = site_joins.overlap_ha(sites, zones), site_joins.distance_km(places, zones)
    monkeypatch.setattr(site_joins, "MANY", 0)
    many = site_joins.overlap_ha(sites, zones), site_joins.distance_km(places, zones)
    np.testing.assert_allclose(many[0], few[0], atol=1.1e-6)
    np.testing.assert_allclose(many[1], few[1], atol=1e-9)
