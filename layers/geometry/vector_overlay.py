"""Laying shapes over one another in Lambert-93: reproject, round, clip, find the polygon under."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.geometry.valid_shapes import valid_polygons
from layers.words.french_cells import numbers
from layers.words.territory_paper import CRS


def points_from(longitude: pd.Series, latitude: pd.Series) -> gpd.GeoSeries:
    """Return Lambert-93 points, rounded to the metre, from coordinates in degrees.

    Parameters
    ----------
    longitude : WGS 84 degrees, as numbers or as texts with a point.
    latitude : the same rows.

    Returns
    -------
    Points on the index of the longitudes.
    """
    degrees = gpd.GeoSeries(
        gpd.points_from_xy(longitude.astype(float), latitude.astype(float)),
        index=longitude.index,
        crs="EPSG:4326",
    )
    return rounded(degrees.to_crs(CRS), 1.0)


def rounded(shapes: gpd.GeoSeries, step_m: float) -> gpd.GeoSeries:
    """Round every vertex to a multiple of a step, in metres.

    Neighbours that share a vertex keep sharing it, so a coverage stays one.

    Parameters
    ----------
    shapes : any shapes, in a system in metres.
    step_m : the step, in metres.

    Returns
    -------
    The same rows; a shape narrower than the step may come out flat or invalid.
    """
    moved = shapely.transform(shapes.values, lambda xy: np.round(xy / step_m) * step_m)
    return gpd.GeoSeries(moved, index=shapes.index, crs=shapes.crs)


def polygons_of(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Make polygons valid and flat, and drop the lines and points that repair leaves behind.

    Parameters
    ----------
    shapes : polygons, valid or not, of any system.

    Returns
    -------
    The same rows, in two dimensions; empty where nothing areal is left.
    """
    valid = valid_polygons(np.asarray(shapes.values, dtype=object))
    return gpd.GeoSeries(valid, index=shapes.index, crs=shapes.crs)


def code_under(points: gpd.GeoSeries, areas: gpd.GeoDataFrame, code: str) -> pd.Series:
    """Return the code of the polygon that covers each point; missing where there is none.

    On a shared border the smallest code wins, so that the answer never depends on order.

    Parameters
    ----------
    points : Lambert-93.
    areas : polygons, Lambert-93.
    code : the areas' column that bears the code.

    Returns
    -------
    Codes on the index of the points.
    """
    tree = shapely.STRtree(areas.geometry.values)
    row, area = tree.query(points.values, predicate="intersects")
    found = pd.DataFrame({"row": row, "code": areas[code].to_numpy()[area]})
    first = found.sort_values(["row", "code"]).drop_duplicates("row").set_index("row")["code"]
    under = first.reindex(range(len(points)))
    under.index = points.index
    return under


def groups_within(
    points: gpd.GeoSeries, distance_m: float, same: pd.Series | None = None
) -> NDArray[np.int64]:
    """Return each point's group number; steps of at most a distance link points.

    Parameters
    ----------
    points : Lambert-93.
    distance_m : the longest step, in metres.
    same : one value a point; those that share one are linked whatever their distance.

    Returns
    -------
    One number a point, from 0.
    """
    xy = np.column_stack([points.x, points.y])
    # Only what builds a pack needs SciPy, and it is slow to load.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(xy).query_pairs(distance_m, output_type="ndarray")
    if same is not None:
        first = pd.Series(range(len(xy))).groupby(same.to_numpy()).transform("first").to_numpy()
        pairs = np.vstack([pairs, np.column_stack([first, np.arange(len(xy))])])
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    labels: NDArray[np.int64] = connected_components(links, directed=False)[1].astype(np.int64)
    return labels


def region_of(communes: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the territory as one shape, from its communes.

    Parameters
    ----------
    communes : the territory's, Lambert-93.

    Returns
    -------
    One polygon or several, without the inner borders.
    """
    return shapely.union_all(communes.geometry.values)


def near(shapes: gpd.GeoSeries, region: shapely.Geometry, margin_km: float) -> NDArray[np.bool_]:
    """Say which shapes lie in the region or within a margin of it.

    Parameters
    ----------
    shapes : shapes of any kind, Lambert-93.
    region : the ground they are held to, Lambert-93.
    margin_km : kilometres around it, included.

    Returns
    -------
    One boolean a shape.
    """
    shapely.prepare(region)
    found: NDArray[np.bool_] = shapely.dwithin(shapes.values, region, margin_km * 1000.0)
    return found


def number(text: pd.Series) -> pd.Series:
    """Read numbers as French tables write them; what is not a number is missing.

    Parameters
    ----------
    text : numbers as texts, thousands parted or not; true numbers pass too.

    Returns
    -------
    Floats on the same index.

    Examples
    --------
    >>> number(pd.Series(["1,5", "23..1", "s", None])).tolist()
    [1.5, nan, nan, nan]
    """
    return numbers(text)
