"""Exact share of each raster cell under a shape, and the mean it weighs."""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.geometry.kernels.corner_boxes import box_of
from layers.words.compiled_loops import compiled


@compiled
def weighted_means(
    values: Any,
    west: float,
    north: float,
    cell: float,
    xy: Any,
    rings: Any,
    shapes: Any,
    exterior: Any,
    begin: int,
    end: int,
    mean: Any,
    known: Any,
) -> None:
    """Write the mean of a raster over each shape, each cell weighing the part of it covered.

    Each edge adds, in the cells it crosses, the area it leaves on its right; a running sum along
    the row then gives each cell's exact share.

    Parameters
    ----------
    values : (rows, columns) of the raster; holes are NaN.
    west : its outer edge, in metres.
    north : its outer edge, in metres.
    cell : side of its cells, in metres.
    xy : (corners, 2), in metres.
    rings : where each ring begins among the corners, and where the last one ends.
    shapes : where each shape begins among the rings, and where the last one ends.
    exterior : which rings are outer ones.
    begin : the first shape to do.
    end : the one past the last.
    mean : written by shape; NaN when no known cell is covered.
    known : written by shape, in cells: holes and what lies outside the raster weigh nothing.
    """
    height, width = values.shape
    for shape in range(begin, end):
        first, last = rings[shapes[shape]], rings[shapes[shape + 1]]
        if last - first < 4:
            continue
        box = box_of(xy, first, last)
        left = int(np.floor((box[0] - west) / cell))
        right = int(np.ceil((box[2] - west) / cell)) + 1
        top = int(np.floor((north - box[3]) / cell))
        bottom = int(np.ceil((north - box[1]) / cell))
        top, bottom = max(top, 0), min(bottom, height)
        step = max(1, 1_000_000 // max(1, right - left))
        total, weight = 0.0, 0.0
        for row0 in range(top, bottom, step):
            row1 = min(bottom, row0 + step)
            cover = np.zeros((row1 - row0, right - left + 1))
            for ring in range(shapes[shape], shapes[shape + 1]):
                _pour(cover, xy, rings[ring], rings[ring + 1], exterior[ring],
                      west + left * cell, north - row0 * cell, cell)  # fmt: skip
            for row in range(row1 - row0):
                run = 0.0
                for column in range(right - left):
                    run += cover[row, column]
                    j = left + column
                    if run > 1e-12 and 0 <= j < width:
                        value = values[row0 + row, j]
                        if not np.isnan(value):
                            total += run * value
                            weight += run
        known[shape] = weight
        mean[shape] = total / weight if weight > 0.0 else np.nan


@compiled
def _pour(
    cover: Any, xy: Any, first: int, last: int, outer: bool, west: float, north: float, cell: float
) -> None:
    """Add a ring's edges to the running cover of a strip of rows; holes take away."""
    twice = 0.0
    for i in range(first, last - 1):
        twice += (xy[i, 0] - xy[first, 0]) * (xy[i + 1, 1] - xy[first, 1]) - (
            xy[i + 1, 0] - xy[first, 0]
        ) * (xy[i, 1] - xy[first, 1])
    sign = 1.0 if (twice > 0.0) == outer else -1.0
    rows = cover.shape[0]
    for i in range(first, last - 1):
        ax, ay = (xy[i, 0] - west) / cell, (north - xy[i, 1]) / cell
        bx, by = (xy[i + 1, 0] - west) / cell, (north - xy[i + 1, 1]) / cell
        if ay == by:
            continue
        way = sign
        if ay > by:
            ax, ay, bx, by, way = bx, by, ax, ay, -sign
        slope = (bx - ax) / (by - ay)
        row = max(0, int(np.floor(ay)))
        while row < rows and row < by:
            low, high = max(ay, float(row)), min(by, float(row + 1))
            if high > low:
                x_low, x_high = ax + slope * (low - ay), ax + slope * (high - ay)
                _edge(cover, row, min(x_low, x_high), max(x_low, x_high), way * (high - low))
            row += 1


@compiled
def _edge(cover: Any, row: int, left: float, right: float, height: float) -> None:
    """Add one edge inside one row of cells: cells right of it are covered over its height."""
    column = int(np.floor(left))
    last = int(np.floor(right))
    if column == last:
        part = height * (column + 1.0 - 0.5 * (left + right))
        cover[row, column] += part
        cover[row, column + 1] += height - part
        return
    per_cell = height / (right - left)
    done = 0.0  # what earlier columns already count as covered, as the running sum sees it
    while column <= last:
        a, b = max(left, float(column)), min(right, float(column + 1))
        here = per_cell * (b - a)  # height of the piece of edge in this column
        passed = per_cell * (a - left)
        part = passed + here * (column + 1.0 - 0.5 * (a + b))
        cover[row, column] += part - done
        done = part
        column += 1
    cover[row, column] += height - done
