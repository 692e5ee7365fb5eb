"""Filling shapes on a packed grid: the cells whose centre is in a shape, or near enough to it.

A row of cells is a row of 64-bit words, the cell of column c being bit c % 64 of word c // 64: a
span of a hundred cells is two or three writes. A distance is exact: a centre is near a shape when
it lies in the disc of a vertex or in the rectangle along an edge, whatever the cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.words.compiled_loops import compiled

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Vertex = tuple[float, float]

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
FLAT = 1e-12
FEW = 24


class Paths(NamedTuple):
    """Shapes as flat arrays: part p has the paths ``part[p]:part[p + 1]``.

    Path k has the vertices ``path[k]:path[k + 1]`` of ``xy``; in a polygon the first path is the
    shell, each closed, and ``clockwise`` is 1 where it is drawn so. ``low`` and ``high`` bound
    the ordinates of each part.
    """

    xy: Floats
    path: Integers
    part: Integers
    clockwise: Integers
    low: Floats
    high: Floats


class Frame(NamedTuple):
    """The lattice to fill: number of columns, outer edges in metres, and the cell's side."""

    columns: int
    west: float
    north: float
    cell: float


@compiled
def set_span(row: Words, first: int, last: int) -> None:
    """Set the bits of the columns from ``first`` to ``last`` (excluded) in a row of words.

    Parameters
    ----------
    row : words of one row; bits are set, none is cleared.
    first : the first column.
    last : the one past the last; nothing is set when it is not beyond the first.
    """
    if first >= last:
        return
    left, right = first >> 6, (last - 1) >> 6
    head = ALL << np.uint64(first & 63)
    tail = ALL >> np.uint64(63 - ((last - 1) & 63))
    if left == right:
        row[left] |= head & tail
        return
    row[left] |= head
    for word in range(left + 1, right):
        row[word] = ALL
    row[right] |= tail


@compiled
def _first(distance: float, cell: float, most: int) -> int:
    """Return the first cell whose centre is at least this far from the edge, within 0..most."""
    place = np.ceil(distance / cell - 0.5)
    return int(min(max(place, 0.0), float(most)))


@compiled
def _sort(codes: Integers, first: int, last: int) -> None:
    if last - first > FEW:
        codes[first:last].sort()
        return
    for i in range(first + 1, last):
        code, j = codes[i], i - 1
        while j >= first and codes[j] > code:
            codes[j + 1] = codes[j]
            j -= 1
        codes[j + 1] = code


@compiled
def _fill_row(row: Words, codes: Integers, first: int, last: int) -> None:
    """Fill a row between sorted crossings: where the shell turns and no hole does."""
    shell = hole = 0
    for i in range(first, last - 1):
        turn = 1 if codes[i] & 1 else -1
        if codes[i] & 2:
            hole += turn
        else:
            shell += turn
        if shell != 0 and hole == 0:
            set_span(row, codes[i] >> 2, codes[i + 1] >> 2)


@compiled
def _count(shapes: Paths, frame: Frame, p: int, counts: Integers, top: int, rows: int) -> None:
    for k in range(shapes.part[p], shapes.part[p + 1]):
        for i in range(shapes.path[k], shapes.path[k + 1] - 1):
            here = _first(frame.north - shapes.xy[i, 1], frame.cell, rows)
            there = _first(frame.north - shapes.xy[i + 1, 1], frame.cell, rows)
            for r in range(min(here, there), max(here, there)):
                counts[r - top + 1] += 1


@compiled
def _cross(
    shapes: Paths, frame: Frame, p: int, counts: Integers, codes: Integers, top: int, rows: int
) -> None:
    """Write each crossing of an edge and a row: column, hole or shell, and which way it goes."""
    for k in range(shapes.part[p], shapes.part[p + 1]):
        hole = 2 if k > shapes.part[p] else 0
        flip = shapes.clockwise[k] if hole else 0
        for i in range(shapes.path[k], shapes.path[k + 1] - 1):
            ax, ay = shapes.xy[i, 0], shapes.xy[i, 1]
            bx, by = shapes.xy[i + 1, 0], shapes.xy[i + 1, 1]
            here = _first(frame.north - ay, frame.cell, rows)
            there = _first(frame.north - by, frame.cell, rows)
            mark = hole | ((1 if here < there else 0) ^ flip)
            for r in range(min(here, there), max(here, there)):
                y = frame.north - (r + 0.5) * frame.cell
                x = ax + (y - ay) * (bx - ax) / (by - ay)
                column = _first(x - frame.west, frame.cell, frame.columns)
                codes[counts[r - top]] = (column << 2) | mark
                counts[r - top] += 1


@compiled
def fill_inside(words: Words, shapes: Paths, frame: Frame) -> None:
    """Set the cells whose centre lies in a polygon.

    A ring that turns over itself covers all it turns around. Two polygons that share an edge
    never share a centre, nor leave one between them.

    Parameters
    ----------
    words : (rows, words) of the lattice; bits are set, none is cleared.
    shapes : polygons, one a part.
    frame : the lattice that the words are of.
    """
    rows = words.shape[0]
    counts = np.zeros(rows + 1, np.int64)
    codes = np.empty(1024, np.int64)
    for p in range(shapes.part.shape[0] - 1):
        top = _first(frame.north - shapes.high[p], frame.cell, rows)
        bottom = _first(frame.north - shapes.low[p], frame.cell, rows)
        if top >= bottom:
            continue
        counts[: bottom - top + 1] = 0
        _count(shapes, frame, p, counts, top, rows)
        for r in range(bottom - top):
            counts[r + 1] += counts[r]
        if counts[bottom - top] > codes.shape[0]:
            codes = np.empty(2 * counts[bottom - top], np.int64)
        _cross(shapes, frame, p, counts, codes, top, rows)
        start = 0
        for r in range(top, bottom):
            stop = counts[r - top]
            if stop > start:
                _sort(codes, start, stop)
                _fill_row(words[r], codes, start, stop)
            start = stop


@compiled
def _slopes(dx: float, dy: float, reach: float) -> tuple[float, float, float, float, float, float]:
    """Return how the rectangle along an edge cuts a row, v metres above the edge's first vertex.

    With (a, low, high, b, half, length): x runs from a·v + low to a·v + high between the two ends,
    and from b·v - half to b·v + half between the two sides.
    """
    length = np.sqrt(dx * dx + dy * dy)
    if length == 0.0:
        return 0.0, np.inf, -np.inf, 0.0, 0.0, length
    ux, uy = dx / length, dy / length
    a, low, high, b, half = 0.0, -np.inf, np.inf, 0.0, np.inf
    if abs(ux) > FLAT:
        a, low, high = -uy / ux, min(length / ux, 0.0), max(length / ux, 0.0)
    if abs(uy) > FLAT:
        b, half = ux / uy, reach / abs(uy)
    return a, low, high, b, half, length


@compiled
def _spans(
    spans: Floats, frame: Frame, top: int, count: int, vertex: Vertex, end: Vertex, reach: float
) -> None:
    """Write the columns (first, past) of each row that a capsule covers, without a branch."""
    ax, ay = vertex
    dx, dy = end[0] - ax, end[1] - ay
    a, low, high, b, half, length = _slopes(dx, dy, reach)
    ux, uy = (dx / length, dy / length) if length > 0.0 else (0.0, 0.0)
    # An upright edge ends where the row does, a flat one has its sides there: rows in or out.
    start, stop = (0.0, length) if low == -np.inf else (-np.inf, np.inf)
    side = reach if half == np.inf else np.inf
    most = float(frame.columns)
    for i in range(count):
        v = frame.north - (top + i + 0.5) * frame.cell - ay
        room = reach * reach - v * v
        disc = np.sqrt(max(room, 0.0))
        left = max(a * v + low, b * v - half)
        right = min(a * v + high, b * v + half)
        beside = (left <= right) & (uy * v >= start) & (uy * v <= stop) & (abs(ux * v) <= side)
        left = left if beside else np.inf
        right = right if beside else -np.inf
        left = min(left, -disc) if room >= 0.0 else left
        right = max(right, disc) if room >= 0.0 else right
        first = np.ceil((ax + left - frame.west) / frame.cell - 0.5)
        past = np.floor((ax + right - frame.west) / frame.cell - 0.5) + 1.0
        spans[0, i] = min(max(first, 0.0), most)
        spans[1, i] = min(max(past, 0.0), most)


@compiled
def _fill_capsule(
    words: Words, spans: Floats, frame: Frame, vertex: Vertex, end: Vertex, reach: float
) -> None:
    """Set the cells within reach of a vertex, or beside the edge that leaves it."""
    rows, ay, by = words.shape[0], vertex[1], end[1]
    top = _first(frame.north - max(ay, by) - reach, frame.cell, rows)
    last = np.floor((frame.north - min(ay, by) + reach) / frame.cell - 0.5) + 1.0
    bottom = int(min(last, float(rows)))
    _spans(spans, frame, top, bottom - top, vertex, end, reach)
    for r in range(top, bottom):
        set_span(words[r], int(spans[0, r - top]), int(spans[1, r - top]))


@compiled
def fill_near(words: Words, shapes: Paths, frame: Frame, reach: float) -> None:
    """Set the cells whose centre is near enough to a vertex or an edge.

    Parameters
    ----------
    words : (rows, words) of the lattice; bits are set, none is cleared.
    shapes : rings, lines or points; the inside of a ring is not filled.
    frame : the lattice that the words are of.
    reach : distance in metres, included.
    """
    rows = words.shape[0]
    floor = frame.north - rows * frame.cell
    spans = np.empty((2, rows))
    for p in range(shapes.part.shape[0] - 1):
        if shapes.low[p] - reach > frame.north or shapes.high[p] + reach < floor:
            continue
        for k in range(shapes.part[p], shapes.part[p + 1]):
            first, last = shapes.path[k], shapes.path[k + 1] - 1
            for i in range(first, last):
                ax, ay = shapes.xy[i, 0], shapes.xy[i, 1]
                bx, by = shapes.xy[i + 1, 0], shapes.xy[i + 1, 1]
                if min(ay, by) - reach <= frame.north and max(ay, by) + reach >= floor:
                    _fill_capsule(words, spans, frame, (ax, ay), (bx, by), reach)
            ax, ay = shapes.xy[last, 0], shapes.xy[last, 1]
            if last == first or shapes.xy[first, 0] != ax or shapes.xy[first, 1] != ay:
                _fill_capsule(words, spans, frame, (ax, ay), (ax, ay), reach)
