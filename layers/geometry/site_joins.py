"""Measuring sites against outlines: hectares of overlap, and distance to the nearest thing."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.geometry import zonal_shares

Shapes = NDArray[np.object_]
PIECE_VERTICES = 400
# More sites than the embedded pack holds: worth the second that compiled loops take to load.
MANY = 5_000


def grounds(
    points: gpd.GeoSeries, area_m2: pd.Series, outlines: gpd.GeoSeries | None = None
) -> tuple[Shapes, NDArray[np.bool_]]:
    """Return each site's ground, and whether it is its true outline.

    A site is a point with an area: without an outline its ground is the disc of that area,
    approximate; without an area it is the point itself.

    Parameters
    ----------
    points : one a site, Lambert-93.
    area_m2 : the same sites; missing or 0 without an area.
    outlines : by the index of the points, for the sites that have one; None for none.

    Returns
    -------
    The grounds (polygons or points), one a site, and True for those that are an outline.
    """
    radius = np.sqrt(area_m2.fillna(0.0).to_numpy(dtype=float) / np.pi)
    ground: Shapes = np.array(points.values, dtype=object)
    wide = radius > 0
    ground[wide] = shapely.buffer(ground[wide], radius[wide], quad_segs=16)
    true = np.zeros(len(points), dtype=bool)
    if outlines is not None:
        found = outlines.reindex(points.index)
        true = found.notna().to_numpy()
        ground[true] = found[true].values
    return ground, true


def overlap_ha(ground: Shapes, zones: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return hectares of each ground inside the zones, zones that overlap counted once.

    A point inside a zone, having no area, counts as a very small overlap, never as none.

    Parameters
    ----------
    ground : polygons or points, Lambert-93.
    zones : polygons, Lambert-93.

    Returns
    -------
    Hectares, one a ground; 0 without any zone, and 1e-6 at least for one that lies inside.
    """
    if len(ground) > MANY:
        return _overlap_of_many(ground, zones.geometry.to_numpy())
    overlap = np.zeros(len(ground))
    tree = shapely.STRtree(ground)
    outlines = small_pieces(zones.geometry.to_numpy(), tree)
    zone, site = tree.query(outlines, predicate="intersects")
    if not len(site):
        return overlap
    whole = _covers(outlines, ground, zone, site)
    area = shapely.area(ground)
    inside = np.unique(site[whole])
    overlap[inside] = np.maximum(area[inside], 1e-2)
    part = ~np.isin(site, inside)
    pieces = shapely.intersection(outlines[zone[part]], ground[site[part]])
    owners = site[part]
    overlap[np.unique(owners)] = shapely.area(united(pieces, owners))
    return overlap / 1e4


def _overlap_of_many(ground: Shapes, outlines: Shapes) -> NDArray[np.float64]:
    """Return the same hectares through compiled loops: slow to load, then far quicker."""
    overlap = zonal_shares.covered_m2(ground, outlines)
    flat = np.flatnonzero(shapely.area(ground) == 0)
    inside, _ = shapely.STRtree(outlines).query(ground[flat], predicate="intersects")
    overlap[flat[inside]] = 1e-2
    return overlap / 1e4


def united(pieces: Shapes, owners: NDArray[np.int64]) -> Shapes:
    """Return the union of each owner's pieces, owners in order: one row a size of group.

    Parameters
    ----------
    pieces : shapes.
    owners : the number of each piece's owner.

    Returns
    -------
    One shape an owner that has a piece, by rising number.
    """
    order = np.argsort(owners, kind="stable")
    _, first, count = np.unique(owners[order], return_index=True, return_counts=True)
    united: Shapes = np.empty(len(count), dtype=object)
    for size in np.unique(count):
        groups = np.flatnonzero(count == size)
        members = order[first[groups][:, None] + np.arange(size)]
        rows = pieces[members]
        united[groups] = rows[:, 0] if size == 1 else shapely.union_all(rows, axis=1)
    return united


def small_pieces(outlines: Shapes, tree: shapely.STRtree) -> Shapes:
    """Return the outlines near the tree's shapes, the intricate ones cut along a grid.

    Cutting a disc out of an outline costs as much as the outline is long, so long ones are halved
    until they are short.

    Parameters
    ----------
    outlines : polygons.
    tree : the shapes near which outlines are kept, by their boxes.

    Returns
    -------
    Pieces whose union is the outlines kept, in no order of theirs.
    """
    near = np.unique(tree.query(outlines)[0])
    outlines = outlines[near]
    many = shapely.get_num_coordinates(outlines) > PIECE_VERTICES
    cut = [piece for outline in outlines[many] for piece in _halved(outline)]
    return np.concatenate([outlines[~many], np.array(cut, dtype=object)])


def _halved(outline: shapely.Geometry) -> list[shapely.Geometry]:
    waiting, done = [outline], []
    while waiting:
        shape = waiting.pop()
        west, south, east, north = shapely.bounds(shape)
        if shapely.get_num_coordinates(shape) <= PIECE_VERTICES or east - west + north - south < 2:
            done.append(shape)
            continue
        x, y = (
            ((west + east) / 2, north)
            if east - west > north - south
            else (east, (south + north) / 2)
        )
        rest = (x, south, east, north) if x < east else (west, y, east, north)
        for box in ((west, south, x, y), rest):
            half = shapely.clip_by_rect(shape, *box)
            if half.area > 0:
                waiting.append(half)
    return done


def _covers(
    outlines: Shapes, ground: Shapes, zone: NDArray[np.int64], site: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which pairs need no cutting: the outline, prepared once, covers the whole ground."""
    shapely.prepare(outlines[np.unique(zone)])
    covered: NDArray[np.bool_] = shapely.covers(outlines[zone], ground[site])
    return covered


def distance_km(places: gpd.GeoSeries, things: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the straight distance to the nearest thing, edge to edge; NaN without any.

    Parameters
    ----------
    places : points or grounds, Lambert-93.
    things : shapes of any kind, Lambert-93.

    Returns
    -------
    Kilometres, one a place; 0 when they touch.
    """
    shapes, targets = np.asarray(places.values, dtype=object), things.geometry.to_numpy()
    if len(shapes) > MANY:
        return zonal_shares.nearest_m(shapes, targets)[0] / 1000.0
    distance = np.full(len(shapes), np.nan)
    if len(things):
        tree = shapely.STRtree(targets)
        (row, _), metres = tree.query_nearest(shapes, return_distance=True, all_matches=False)
        distance[row] = metres / 1000.0
    return distance


def word_under(points: gpd.GeoSeries, zones: gpd.GeoDataFrame, column: str) -> pd.Series:
    """Return a zone's word under each point; the smallest zone wins, then the first word.

    Parameters
    ----------
    points : Lambert-93.
    zones : polygons, Lambert-93.
    column : the zones' column that bears the word.

    Returns
    -------
    Texts on the index of the points; missing where there is no zone.
    """
    tree = shapely.STRtree(zones.geometry.to_numpy())
    row, zone = tree.query(points.values, predicate="intersects")
    area = shapely.area(zones.geometry.to_numpy())
    found = pd.DataFrame(
        {"row": row, "area": area[zone], "word": zones[column].astype("str").to_numpy()[zone]}
    )
    first = found.sort_values(["row", "area", "word"]).drop_duplicates("row").set_index("row")
    words = first["word"].reindex(range(len(points)))
    words.index = points.index
    return words
