"""Where a point lies, and the ground of a site known by its area alone."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from layers.geometry import site_joins
from layers.geometry.vector_overlay import code_under
from layers.words.territory_paper import CRS


def test_on_a_shared_border_the_smallest_code_wins_whatever_the_order() -> None:
    areas = gpd.GeoDataFrame(
        {"code": ["B", "A"]}, geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], crs=CRS
    )
    points = gpd.GeoSeries(gpd.points_from_xy([1.0, 0.5, 5.0], [0.5, 0.5, 0.5]), crs=CRS)
    for table in (areas, areas.iloc[::-1]):
        under = code_under(points, table, "code")
        assert under.iloc[:2].tolist() == ["A", "B"]
        assert under.isna().tolist() == [False, False, True]


def test_the_disc_of_a_site_has_its_area() -> None:
    points = gpd.GeoSeries(gpd.points_from_xy([0.0, 9e3], [0.0, 0.0]), crs=CRS)
    ground, true = site_joins.grounds(points, pd.Series([20_000.0, 5e5]))
    assert shapely.area(ground).tolist() == pytest.approx([20_000.0, 5e5], rel=0.002)
    assert not true.any()
