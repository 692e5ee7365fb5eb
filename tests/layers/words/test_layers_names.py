"""Names without a person in them, and shapes that stay a coverage."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from layers.geometry.raster_grid import aligned_bounds
from layers.geometry.vector_overlay import code_under, groups_within, number, polygons_of, rounded
from layers.words.place_names import SMALL_WORDS, SiteWords, place_name, site_name
from layers.words.territory_paper import PAPERS

WORDS = SiteWords.read(PAPERS / "site_words.toml")
KNOWN = sorted(WORDS.activity | WORDS.qualifying | SMALL_WORDS)


@given(
    st.lists(st.sampled_from(KNOWN), min_size=1, max_size=5),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzéè", min_size=3, max_size=9),
    st.integers(0, 5),
)
def test_one_unknown_word_loses_the_whole_name(words: list[str], stranger: str, at: int) -> None:
    assume(stranger not in {*KNOWN, "alpha"})
    whole = " ".join([*words[:at], stranger, *words[at:]])
    assert site_name(whole, "Alpha", WORDS) is None


@given(st.text(max_size=60))
def test_a_kept_name_holds_known_words_only(text: str) -> None:
    name = site_name(text, "Alpha", WORDS)
    if name is not None:
        tokens = set(re.findall(r"[^\W_]+", name.casefold()))
        assert tokens <= {*KNOWN, "alpha"}


@pytest.mark.parametrize(
    ("raw", "commune", "expected"),
    [
        ("ANCIEN EHPAD", "Tulle", "Ancien EHPAD"),
        ("depot de liquides inflammables", "Tulle", "Dépôt de liquides inflammables"),
        ("ancien EHPAD à La Roche-Chalais", "La Roche-Chalais", "Ancien EHPAD à La Roche-Chalais"),
        ("ANCIENNE VOIE FERREE", "Tulle", "Ancienne voie ferrée"),
        ("Scierie Lanusse - Sanguinet", "Sanguinet", None),
        ("MAGNAN C. & Cie", "Tulle", None),
        ("23 AV JEAN JAURES", "Tulle", None),
        ("Appel à projet Fonds Vert 2023 -FEXMO", "Tulle", None),
        ("Limoges", "Limoges", None),
    ],
)
def test_site_names_of_the_real_inventory(raw: str, commune: str, expected: str | None) -> None:
    assert site_name(raw, commune, WORDS) == expected


def test_place_names_keep_articles_and_saints() -> None:
    assert place_name("ST-LEON-SUR-L'ISLE") == "Saint-Leon-sur-l'Isle"
    assert place_name("VEYTISOU (LA)") == "La Veytisou"
    assert place_name("LUC (LE)") == "Le Luc"


def test_numbers_with_a_comma_are_read_and_words_are_missing() -> None:
    found = number(pd.Series(["1,5", " 2.5", "s", None, ""]))
    assert found[:2].tolist() == [1.5, 2.5]
    assert found[2:].isna().all()


@settings(max_examples=30)
@given(st.integers(2, 5), st.integers(0, 1000))
def test_rounding_keeps_neighbours_touching(side: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    x = np.cumsum(draw.uniform(50, 500, side + 1))
    cells = [
        shapely.Polygon([(x[i], x[j]), (x[i + 1], x[j]), (x[i + 1], x[j + 1]), (x[i], x[j + 1])])
        for i in range(side)
        for j in range(side)
    ]
    shapes = rounded(gpd.GeoSeries(cells, crs=2154), 10.0)
    assert shapely.coverage_is_valid(shapes.values)
    assert shapes.area.sum() == pytest.approx(shapely.union_all(shapes.values).area)


def test_repair_keeps_areas_and_drops_stray_lines() -> None:
    stray = shapely.from_wkt(
        "GEOMETRYCOLLECTION (POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0)), LINESTRING (5 5, 6 6))"
    )
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mended = polygons_of(gpd.GeoSeries([stray, bow], crs=2154))
    assert mended.area.tolist() == [4.0, 2.0]
    assert set(mended.geom_type) <= {"Polygon", "MultiPolygon"}
    assert mended.is_valid.all()


def test_a_point_on_a_border_takes_the_smallest_code_whatever_the_order() -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["b", "a"]}, geometry=[shapely.box(1, 0, 2, 1), shapely.box(0, 0, 1, 1)], crs=2154
    )
    points = gpd.GeoSeries(gpd.points_from_xy([1.0, 9.0], [0.5, 9.0]), index=["x", "y"], crs=2154)
    for order in (areas, areas.iloc[::-1]):
        found = code_under(points, order, "code")
        assert found["x"] == "a"
        assert pd.isna(found["y"])


def test_groups_chain_and_share_codes() -> None:
    points = gpd.GeoSeries(gpd.points_from_xy([0, 250, 500, 5000, 9000], [0] * 5), crs=2154)
    alone = groups_within(points, 300.0)
    assert len(set(alone[:3])) == 1
    assert len(set(alone)) == 3
    shared = groups_within(points, 300.0, pd.Series(["a", "b", "c", "d", "d"]))
    assert len(set(shared)) == 2


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6), st.sampled_from([25.0, 100.0, 2500.0]))
def test_aligned_bounds_hold_the_bounds_on_multiples(west: int, width: int, cell: float) -> None:
    left, bottom, right, top = aligned_bounds((west, west, west + width, west + width), cell)
    assert left <= west
    assert right >= west + width
    assert left % cell == 0
    assert right % cell == 0
    assert (left, right) == (bottom, top)
