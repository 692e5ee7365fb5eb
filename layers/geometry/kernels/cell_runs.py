"""Cells that touch by a side, gathered row by row: patches and their measures in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.words.compiled_loops import compiled


@compiled
def runs_of(
    states: Any, block: int, column0: int, row0: int, row: Any, first: Any, last: Any
) -> int:
    """Write the runs of free cells (state 1 or 2) of each row; return how many there are.

    Called with empty arrays, it only counts.

    Parameters
    ----------
    states : (rows, columns), see ``layers.words.cell_states``.
    block : side of a lattice of blocks, in cells, at whose walls runs stop; 0 for none.
    column0 : place of the first column on that lattice.
    row0 : place of the first row on it; a run lies in one row, so it cuts none.
    row : written, the row of each run.
    first : written, its first column.
    last : written, the column past its last.

    Returns
    -------
    The number of runs.
    """
    count, keep = 0, len(row) > 0
    height, width = states.shape
    for i in range(height):
        j = 0
        while j < width:
            if states[i, j] != 1 and states[i, j] != 2:
                j += 1
                continue
            start = j
            j += 1
            while j < width and (states[i, j] == 1 or states[i, j] == 2):
                if block > 0 and (column0 + j) % block == 0:
                    break
                j += 1
            if keep:
                row[count], first[count], last[count] = i, start, j
            count += 1
    return count


@compiled
def _root(parent: Any, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return int(i)


@compiled
def joined(
    row: Any, first: Any, last: Any, block: int, row0: int, parent: Any, shared: Any
) -> None:
    """Join the runs that touch from one row to the next; the first run met names the patch.

    Parameters
    ----------
    row : row of each run, in order.
    first : its first column.
    last : the column past its last.
    block : side of the lattice that cuts patches, in cells; 0 for none.
    row0 : place of row 0 on that lattice.
    parent : written, for each run, the number of the run that names its patch.
    shared : written, for each run, the cells it has below a run of the row above.
    """
    above, begin = 0, 0
    for k in range(len(row)):
        parent[k] = k
        shared[k] = 0
        if k == 0 or row[k] != row[k - 1]:
            above, begin = (begin, k) if k > 0 and row[k] == row[k - 1] + 1 else (k, k)
        if block > 0 and (row0 + row[k]) % block == 0:
            continue
        while above < begin and last[above] <= first[k]:
            above += 1
        m = above
        while m < begin and first[m] < last[k]:
            common = min(last[m], last[k]) - max(first[m], first[k])
            if common > 0:
                shared[k] += common
                a, b = _root(parent, m), _root(parent, k)
                if a < b:
                    parent[b] = a
                elif b < a:
                    parent[a] = b
            m += 1
    for k in range(len(row)):
        parent[k] = _root(parent, k)


@compiled
def measured(
    states: Any, row: Any, first: Any, last: Any, label: Any, block: int, column0: int, row0: int,
    unknown: Any, square: Any,
) -> None:  # fmt: skip
    """Write, by patch, its unknown cells and the side of the largest square of cells it holds.

    Parameters
    ----------
    states : (rows, columns), see ``layers.words.cell_states``.
    row : row of each run, in order.
    first : its first column.
    last : the column past its last.
    label : number of its patch.
    block : side of the lattice that cuts patches, in cells; 0 for none.
    column0 : place of the first column on that lattice.
    row0 : place of the first row on it.
    unknown : by patch, cells of state 2; added to.
    square : by patch, side of the square, in cells; raised from what it holds.
    """
    width = states.shape[1]
    before, now = np.zeros(width + 1, np.int64), np.zeros(width + 1, np.int64)
    k = 0
    for i in range(states.shape[0]):
        for j in range(width + 1):
            now[j] = 0
        while k < len(row) and row[k] == i:
            patch = label[k]
            for j in range(first[k], last[k]):
                if states[i, j] == 2:
                    unknown[patch] += 1
                wall = block > 0 and ((row0 + i) % block == 0 or (column0 + j) % block == 0)
                side = 1
                if not wall:
                    side = 1 + min(before[j], min(before[j + 1], now[j]))
                now[j + 1] = side
                square[patch] = max(square[patch], side)
            k += 1
        before, now = now, before
