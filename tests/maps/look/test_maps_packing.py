"""Packing loses nothing but what the grid rounds."""

from __future__ import annotations

import base64

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.look.data_packing import (
    pack_column,
    pack_decided,
    pack_outlines,
    pack_points,
    pack_texts,
    varint_text,
)


def read_varints(text: str) -> list[int]:
    values, value, place = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << place
        place += 7
        if not byte & 128:
            values.append(value >> 1 if value % 2 == 0 else -((value + 1) >> 1))
            value, place = 0, 0
    return values


@given(st.lists(st.integers(-(2**33), 2**33)))
def test_integers_come_back_from_their_varints(values):
    assert read_varints(varint_text(np.array(values, dtype=np.int64))) == values


@given(st.lists(st.one_of(st.none(), st.text(max_size=4), st.integers(-5, 5)), min_size=1))
def test_a_column_comes_back_whatever_its_form(values):
    packed = pack_column(values)
    if "all" in packed:
        back = [packed["all"]] * len(values)
    elif "of" in packed:
        back = [None if k < 0 else packed["of"][k] for k in packed["at"]]
    else:
        back = packed["each"]
    assert back == values


def test_an_outline_keeps_its_rings_holes_and_place():
    hole = shapely.box(0.2, 45.2, 0.4, 45.4)
    shape = shapely.MultiPolygon(
        [shapely.box(0, 45, 1, 46).difference(hole), shapely.box(2, 45, 3, 46)]
    )
    packed = pack_outlines(gpd.GeoSeries([shape, None], crs=4326))
    assert read_varints(packed["rings"]) == [3, 0]
    assert read_varints(packed["points"]) == [4, 4, 4]
    longitudes = np.cumsum(read_varints(packed["x"])) * packed["step"]
    latitudes = np.cumsum(read_varints(packed["y"])) * packed["step"]
    assert sorted(set(np.round(longitudes, 4))) == [0, 0.2, 0.4, 1, 2, 3]
    assert sorted(set(np.round(latitudes, 4))) == [45, 45.2, 45.4, 46]


def test_a_ring_smaller_than_the_grid_is_left_out():
    speck = shapely.box(0, 45, 1e-6, 45 + 1e-6)
    packed = pack_outlines(gpd.GeoSeries([speck], crs=4326))
    assert read_varints(packed["rings"]) == [0]


def test_points_come_back_within_a_metre():
    points = gpd.GeoSeries(
        gpd.points_from_xy([400_000, 512_345.6], [6_400_000, 6_512_345.6]), crs=2154
    )
    packed = pack_points(points)
    degrees = points.to_crs(4326)
    assert np.allclose(np.cumsum(read_varints(packed["x"])) * packed["step"], degrees.x, atol=6e-6)
    assert np.allclose(np.cumsum(read_varints(packed["y"])) * packed["step"], degrees.y, atol=6e-6)


def test_absent_values_of_every_kind_become_null():
    assert pack_column([pd.NA, None, float("nan"), pd.NaT, 1.5])["each"] == [
        None,
        None,
        None,
        None,
        1.5,
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=64, max_size=90))
def test_a_column_that_another_decides_comes_back_whole(rows):
    deciders = [letter if known else None for letter, known in rows]
    values = [
        None if letter is None else {"a": 1.5, "b": 2.5, "c": 1.5}[letter] for letter in deciders
    ]
    key = pack_column(deciders)
    packed = pack_decided("key", key, deciders, values)
    if "by" in packed:
        codes = read_varints(key["code"])
        assert [packed["to"][code] for code in codes] == values
    else:
        assert packed == pack_column(values)


def test_a_column_that_another_does_not_decide_is_packed_on_its_own():
    deciders, values = ["a", "b"] * 40, [1.0, 2.0, 3.0, 4.0] * 20
    assert pack_decided("key", pack_column(deciders), deciders, values) == pack_column(values)


@given(st.lists(st.one_of(st.none(), st.integers(-9_000, 9_000_000)), min_size=64, max_size=120))
def test_long_decimals_come_back_from_their_varints(thousandths):
    values = [None if whole is None else whole / 1000 for whole in thousandths]
    packed = pack_column(values)
    if "digits" in packed:
        codes = read_varints(packed["code"])
        back = [None if c == 0 else (c - 1 if c > 0 else c) / 10 ** packed["digits"] for c in codes]
        assert back == values


def test_sentences_that_texts_share_come_back_in_order():
    texts = ["Un mot. Deux mots.", "", "Deux mots. Un mot.", "Un mot."]
    packed = pack_texts(texts)
    counts, places = read_varints(packed["counts"]), read_varints(packed["places"])
    ends = np.cumsum(counts)
    back = [
        " ".join(packed["says"][k] for k in places[e - n : e])
        for e, n in zip(ends, counts, strict=True)
    ]
    assert back == texts
