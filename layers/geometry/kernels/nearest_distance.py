"""Distance from each shape to the nearest thing, edge to edge, through a grid of buckets."""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.geometry.kernels.corner_boxes import box_of
from layers.words.compiled_loops import compiled


@compiled
def bucketed(seg: Any, west: float, south: float, cell: float, nx: int, ny: int) -> tuple[Any, Any]:
    """Sort segments into a lattice of buckets, by their boxes.

    Parameters
    ----------
    seg : (segments, 4): x, y, x, y, in metres.
    west : the lattice's edge, in metres.
    south : the lattice's edge, in metres.
    cell : side of a bucket, in metres.
    nx : buckets from west to east.
    ny : buckets from south to north.

    Returns
    -------
    (first, members): bucket b, at row b // nx and column b % nx, has the segments
    ``members[first[b]:first[b + 1]]``.
    """
    count = np.zeros(nx * ny + 1, np.int64)
    for turn in range(2):
        if turn == 1:
            first = np.zeros(nx * ny + 1, np.int64)
            for bucket in range(nx * ny):
                first[bucket + 1] = first[bucket] + count[bucket]
                count[bucket] = 0
            members = np.empty(first[nx * ny], np.int64)
        for i in range(len(seg)):
            i0 = int((min(seg[i, 0], seg[i, 2]) - west) / cell)
            i1 = int((max(seg[i, 0], seg[i, 2]) - west) / cell)
            j0 = int((min(seg[i, 1], seg[i, 3]) - south) / cell)
            j1 = int((max(seg[i, 1], seg[i, 3]) - south) / cell)
            for j in range(j0, j1 + 1):
                for k in range(i0, i1 + 1):
                    bucket = j * nx + k
                    if turn == 1:
                        members[first[bucket] + count[bucket]] = i
                    count[bucket] += 1
    return first, members


@compiled
def _to_segment(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Return the squared distance from a point to a segment."""
    dx, dy = bx - ax, by - ay
    long = dx * dx + dy * dy
    t = 0.0 if long == 0.0 else ((px - ax) * dx + (py - ay) * dy) / long
    t = min(1.0, max(0.0, t))
    ex, ey = px - ax - t * dx, py - ay - t * dy
    return float(ex * ex + ey * ey)


@compiled
def _side(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> float:
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@compiled
def _between(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float
) -> float:
    """Return the squared distance between two segments: 0 when they cross."""
    if (
        _side(ax, ay, bx, by, cx, cy) * _side(ax, ay, bx, by, dx, dy) < 0.0
        and _side(cx, cy, dx, dy, ax, ay) * _side(cx, cy, dx, dy, bx, by) < 0.0
    ):
        return 0.0
    return min(
        min(_to_segment(ax, ay, cx, cy, dx, dy), _to_segment(bx, by, cx, cy, dx, dy)),
        min(_to_segment(cx, cy, ax, ay, bx, by), _to_segment(dx, dy, ax, ay, bx, by)),
    )


@compiled
def _inside(px: float, py: float, xy: Any, rings: Any, first: int, last: int) -> bool:
    """Say whether a point is inside the rings first to last, by crossings."""
    odd = False
    for ring in range(first, last):
        for i in range(rings[ring], rings[ring + 1] - 1):
            ay, by = xy[i, 1], xy[i + 1, 1]
            if (ay > py) != (by > py) and px < xy[i, 0] + (py - ay) * (xy[i + 1, 0] - xy[i, 0]) / (
                by - ay
            ):
                odd = not odd
    return odd


@compiled
def _nearer(
    best: float, thing: Any, xy: Any, rings: Any, first: int, last: int, box: Any, areal: bool
) -> float:
    """Return the smaller of ``best`` and the squared distance from the shape to a segment."""
    ax, ay, bx, by = thing[0], thing[1], thing[2], thing[3]
    gap_x = max(0.0, max(box[0] - max(ax, bx), min(ax, bx) - box[2]))
    gap_y = max(0.0, max(box[1] - max(ay, by), min(ay, by) - box[3]))
    if gap_x * gap_x + gap_y * gap_y >= best:
        return best
    if areal and box[0] <= ax <= box[2] and box[1] <= ay <= box[3] and _inside(
        ax, ay, xy, rings, first, last
    ):  # fmt: skip
        return 0.0
    for ring in range(first, last):
        start, stop = rings[ring], rings[ring + 1]
        if stop - start == 1:
            best = min(best, _to_segment(xy[start, 0], xy[start, 1], ax, ay, bx, by))
        for i in range(start, stop - 1):
            if best == 0.0:
                return best
            best = min(
                best,
                _between(xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1], ax, ay, bx, by),
            )
    return best


@compiled
def nearest(
    xy: Any,
    rings: Any,
    shapes: Any,
    areal: bool,
    seg: Any,
    owner: Any,
    buckets: Any,
    members: Any,
    west: float,
    south: float,
    cell: float,
    nx: int,
    ny: int,
    begin: int,
    end: int,
    metres: Any,
    found: Any,
) -> None:
    """Write, for shapes begin to end, the distance to the nearest segment and whose it is.

    Buckets are read in widening frames around the shape's box; what is left out of frame r is
    farther than r cells. At equal distance the smallest owner wins.

    Parameters
    ----------
    xy : (corners, 2) of the shapes, in metres.
    rings : where each ring begins among the corners, and where the last one ends.
    shapes : where each shape begins among the rings, and where the last one ends.
    areal : whether the shapes may hold a segment inside them.
    seg : (segments, 4) of the things: x, y, x, y, in metres.
    owner : the thing each segment belongs to.
    buckets : where each bucket begins in ``members``, as ``bucketed`` gives it.
    members : segments, bucket by bucket.
    west : the lattice's edge, in metres.
    south : the lattice's edge, in metres.
    cell : side of a bucket, in metres.
    nx : buckets from west to east.
    ny : buckets from south to north.
    begin : the first shape to do.
    end : the one past the last.
    metres : written by shape; left as it was for a shape without a corner.
    found : written by shape, the owner of the nearest segment.
    """
    for shape in range(begin, end):
        first, last = shapes[shape], shapes[shape + 1]
        a, b = rings[first], rings[last]
        if a == b:
            continue
        box = box_of(xy, a, b)
        i0, i1 = int(np.floor((box[0] - west) / cell)), int(np.floor((box[2] - west) / cell))
        j0, j1 = int(np.floor((box[1] - south) / cell)), int(np.floor((box[3] - south) / cell))
        best, who, frame = np.inf, -1, 0
        while True:
            for j in range(max(0, j0 - frame), min(ny - 1, j1 + frame) + 1):
                edge = frame == 0 or j in (j0 - frame, j1 + frame)
                step = 1 if edge else max(1, i1 - i0 + 2 * frame)
                for k in range(i0 - frame, i1 + frame + 1, step):
                    if k < 0 or k >= nx:
                        continue
                    for m in range(buckets[j * nx + k], buckets[j * nx + k + 1]):
                        thing = members[m]
                        nearer = _nearer(
                            best if owner[thing] >= who else np.nextafter(best, np.inf),
                            seg[thing], xy, rings, first, last, box, areal,
                        )  # fmt: skip
                        if nearer < best or (nearer == best and owner[thing] < who):
                            best, who = nearer, owner[thing]
            whole = i0 - frame <= 0 and j0 - frame <= 0 and i1 + frame >= nx - 1
            if (whole and j1 + frame >= ny - 1) or best <= (frame * cell) ** 2:
                break
            frame += 1
        metres[shape] = np.sqrt(best)
        found[shape] = who
