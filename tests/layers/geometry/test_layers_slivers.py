"""Slivers are closed once, at the union; a true hole stays."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from layers.geometry.slivers import close_slivers


def test_a_hair_goes_to_its_longest_neighbour_and_a_place_stays_a_hole():
    west = shapely.box(0, 0, 1000, 3000).difference(shapely.box(990, 1000, 1000, 2000))
    east = shapely.box(1000, 0, 4000, 3000).difference(shapely.box(2000, 1000, 3000, 2000))
    communes = gpd.GeoDataFrame({"code": ["w", "e"]}, geometry=[west, east], crs=2154)
    closed = close_slivers(communes)
    # The hair, 1 ha, touches the west by three sides; the hole of 100 ha is a commune not held.
    assert closed.area.tolist() == pytest.approx([3_000_000, 8_000_000])
    assert len(closed.union_all().interiors) == 1
    assert closed["code"].tolist() == ["w", "e"]
    assert closed.geometry.iloc[0].intersection(closed.geometry.iloc[1]).area == 0
