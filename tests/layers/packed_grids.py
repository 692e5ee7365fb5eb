"""Grids of booleans as packed words and back: how tests look at what the loops have set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layers.geometry.flat_outlines import words_of
from layers.geometry.raster_grid import Grid
from layers.geometry.shape_filling import Words


def empty_words(grid: Grid) -> Words:
    """Return a packed grid with no cell set: one bit a cell, rows of whole words."""
    return np.zeros((grid.rows, words_of(grid)), dtype=np.uint64)


def packed(cells: NDArray[np.bool_]) -> Words:
    """Pack a grid of booleans, one bit a cell."""
    rows, columns = cells.shape
    wide = np.zeros((rows, (columns + 63) // 64 * 64), dtype=bool)
    wide[:, :columns] = cells
    return np.packbits(wide, axis=1, bitorder="little").view("<u8")


def unpacked(words: Words, columns: int) -> NDArray[np.bool_]:
    """Return the booleans of a packed grid."""
    bits = np.unpackbits(words.astype("<u8").view(np.uint8), axis=1, bitorder="little")
    return bits[:, :columns].astype(bool)
