"""Exact area of a site under the union of zones, by slabs between heights.

Every shape is a run of rings in one array of corners; a point is inside when a line to it crosses
the rings an odd number of times, so holes and parts need no case of their own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.geometry.kernels.corner_boxes import box_of
from layers.words.compiled_loops import compiled


@compiled
def _room(array: Any, wanted: int) -> Any:
    """Return the array, doubled when it is too short."""
    if wanted <= len(array):
        return array
    longer = np.empty(max(wanted, 2 * len(array)))
    for i in range(len(array)):
        longer[i] = array[i]
    return longer


@compiled
def _sorted(keys: Any, count: int) -> Any:
    """Return the order that sorts the first keys (Shell's sort: short, and quick to compile)."""
    order = np.arange(count)
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            moved = order[i]
            j = i
            while j >= gap and keys[order[j - gap]] > keys[moved]:
                order[j] = order[j - gap]
                j -= gap
            order[j] = moved
        gap //= 3
    return order


@compiled
def _segments_of(
    seg: Any, owner: Any, n: int, xy: Any, first: int, last: int, who: int, box: Any
) -> int:
    """Add the segments of a ring that a scan inside the box meets; return how many there are.

    A path that runs left of the box only tells, at each height, whether the shape is entered: it
    is replaced by one upright segment on the box's left side. What is right of the box, above or
    below, is never met.
    """
    x0, y0, x1, y1 = box
    chain, since = False, 0.0
    for i in range(first, last - 1):
        ax, ay, bx, by = xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]
        if ax <= x0 and bx <= x0:
            if not chain:
                chain, since = True, ay
            continue
        if ax < x0:  # leaves the left side
            cut = ay + (by - ay) * (x0 - ax) / (bx - ax)
            n = _keep(seg, owner, n, x0, since if chain else ay, x0, cut, who, y0, y1)
            chain, ax, ay = False, x0, cut
        elif chain:
            n = _keep(seg, owner, n, x0, since, x0, ay, who, y0, y1)
            chain = False
        if bx < x0:  # enters the left side
            cut = ay + (by - ay) * (x0 - ax) / (bx - ax)
            chain, since = True, cut
            bx, by = x0, cut
            n = _keep(seg, owner, n, ax, ay, bx, by, who, y0, y1)
            continue
        if ax >= x1 and bx >= x1 and who > 0:
            continue
        n = _keep(seg, owner, n, ax, ay, bx, by, who, y0, y1)
    if chain:
        n = _keep(seg, owner, n, x0, since, x0, xy[last - 1, 1], who, y0, y1)
    return n


@compiled
def _keep(
    seg: Any,
    owner: Any,
    n: int,
    ax: float,
    ay: float,
    bx: float,
    by: float,
    who: int,
    y0: float,
    y1: float,
) -> int:
    """Keep a segment, lower end first, cut to the heights scanned; level ones are never met."""
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    if by <= y0 or ay >= y1 or ay == by:
        return n
    slope = (bx - ax) / (by - ay)
    if ay < y0:
        ax, ay = ax + slope * (y0 - ay), y0
    if by > y1:
        bx, by = bx - slope * (by - y1), y1
    if by > ay:
        seg[n, 0], seg[n, 1], seg[n, 2], seg[n, 3] = ax, ay, bx, by
        owner[n] = who
        n += 1
    return n


@compiled
def _heights(seg: Any, order: Any, n: int, events: Any) -> tuple[Any, int]:
    """Return every height where the pattern of crossings may change: ends, and crossings."""
    count = 0
    events = _room(events, 2 * n)
    for i in range(n):
        events[count], events[count + 1] = seg[i, 1], seg[i, 3]
        count += 2
    for a in range(n):
        i = order[a]
        left, right = min(seg[i, 0], seg[i, 2]), max(seg[i, 0], seg[i, 2])
        slope_i = (seg[i, 2] - seg[i, 0]) / (seg[i, 3] - seg[i, 1])
        for b in range(a + 1, n):
            j = order[b]
            low = seg[j, 1]
            if low >= seg[i, 3]:
                break
            if min(seg[j, 0], seg[j, 2]) >= right or max(seg[j, 0], seg[j, 2]) <= left:
                continue
            high = min(seg[i, 3], seg[j, 3])
            slope_j = (seg[j, 2] - seg[j, 0]) / (seg[j, 3] - seg[j, 1])
            below = seg[i, 0] + slope_i * (low - seg[i, 1]) - seg[j, 0]
            above = (
                seg[i, 0] + slope_i * (high - seg[i, 1]) - seg[j, 0] - slope_j * (high - seg[j, 1])
            )
            if below * above < 0.0:
                events = _room(events, count + 1)
                events[count] = low + (high - low) * below / (below - above)
                count += 1
    return events, count


@compiled
def _swept(seg: Any, owner: Any, n: int, zones: int, events: Any) -> tuple[float, float, Any]:
    """Return the area of owner 0, and the part of it under any other owner, slab by slab.

    Between two heights where nothing begins, ends or crosses, every width is linear in height:
    the width half-way up, times the height, is the area, exactly.
    """
    order = _sorted(seg[:n, 1], n)
    events, count = _heights(seg, order, n, events)
    heights = events[_sorted(events, count)]
    active = np.empty(n, np.int64)
    at = np.empty(n)
    inside = np.zeros(zones + 1, np.bool_)
    total, covered = 0.0, 0.0
    waiting, held = 0, 0
    for k in range(count - 1):
        low, high = heights[k], heights[k + 1]
        if high <= low:
            continue
        middle = 0.5 * (low + high)
        kept = 0
        for a in range(held):
            if seg[active[a], 3] > middle:
                active[kept] = active[a]
                kept += 1
        held = kept
        while waiting < n and seg[order[waiting], 1] < middle:
            if seg[order[waiting], 3] > middle:
                active[held] = order[waiting]
                held += 1
            waiting += 1
        whole, part = _widths(seg, owner, active, held, middle, at, inside)
        total += whole * (high - low)
        covered += part * (high - low)
    return total, covered, events


@compiled
def _widths(
    seg: Any, owner: Any, active: Any, held: int, height: float, at: Any, inside: Any
) -> tuple[float, float]:
    """Return the width of owner 0 at a height, and the part of it under any other owner."""
    for a in range(held):
        i = active[a]
        rise = (height - seg[i, 1]) / (seg[i, 3] - seg[i, 1])
        x = seg[i, 0] + (seg[i, 2] - seg[i, 0]) * rise
        b = a
        while b > 0 and at[b - 1] > x:
            at[b], active[b] = at[b - 1], active[b - 1]
            b -= 1
        at[b], active[b] = x, i
    for who in range(len(inside)):
        inside[who] = False
    whole, part, over, before = 0.0, 0.0, 0, 0.0
    for a in range(held):
        if inside[0]:
            whole += at[a] - before
            part += at[a] - before if over > 0 else 0.0
        who = owner[active[a]]
        inside[who] = not inside[who]
        if who > 0:
            over += 1 if inside[who] else -1
        before = at[a]
    return whole, part


@compiled
def covered_areas(
    xy: Any,
    rings: Any,
    shapes: Any,
    first_pair: Any,
    pair_zone: Any,
    begin: int,
    end: int,
    room: int,
    total: Any,
    covered: Any,
) -> None:
    """Write, for sites begin to end, their area and the area under the union of their zones.

    Sites and zones are shapes of one table, the sites first.

    Parameters
    ----------
    xy : (corners, 2), in metres.
    rings : where each ring begins among the corners, and where the last one ends.
    shapes : where each shape begins among the rings, and where the last one ends.
    first_pair : where each site's zones begin in ``pair_zone``, and where the last one's end.
    pair_zone : shapes whose boxes meet the site's, site after site.
    begin : the first site to do.
    end : the one past the last.
    room : the most segments that any site may meet.
    total : written by site, in m²; left as it was for a site without a zone.
    covered : written by site, in m²; left as it was for a site without a zone.
    """
    seg, owner, events = np.empty((room, 4)), np.empty(room, np.int64), np.empty(1024)
    for site in range(begin, end):
        zones = first_pair[site + 1] - first_pair[site]
        if zones == 0:
            continue
        box = box_of(xy, rings[shapes[site]], rings[shapes[site + 1]])
        n = 0
        for who in range(zones + 1):
            shape = site if who == 0 else pair_zone[first_pair[site] + who - 1]
            for ring in range(shapes[shape], shapes[shape + 1]):
                n = _segments_of(seg, owner, n, xy, rings[ring], rings[ring + 1], who, box)
        for i in range(n):
            seg[i, 0] -= box[0]
            seg[i, 2] -= box[0]
            seg[i, 1] -= box[1]
            seg[i, 3] -= box[1]
        total[site], covered[site], events = _swept(seg, owner, n, zones, events)
