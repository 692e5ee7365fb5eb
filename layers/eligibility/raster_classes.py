"""A raster's classes on the grid: which cells bear one of them, and which are not known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.windows import Window

from layers.eligibility.rule_rasters import Classes
from layers.geometry.raster_grid import Grid
from layers.geometry.shape_filling import ALL, Frame, Words, set_span
from layers.geometry.terrain_slope import slopes_in
from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.compiled_loops import compiled
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

NO, HIT, HOLE = 0, 1, 2
FAR = 1e9
STRIP_CELLS = 4_000_000


def codes_of(sought: Classes, values: NDArray[Any], nodata: float | None) -> NDArray[np.uint8]:
    """Return 1 where a value is looked for, 2 where there is none, else 0.

    Parameters
    ----------
    sought : what is looked for.
    values : cells of any number type; NaN and infinities are holes.
    nodata : the value of holes, or None.

    Returns
    -------
    Codes (uint8) of the same shape.

    Examples
    --------
    >>> codes_of(Classes(above=10.0), np.array([5.0, 12.0, np.nan, -1.0]), -1.0).tolist()
    [0, 1, 2, 2]
    >>> codes_of(Classes(mask=True), np.array([0, 1, 7, 255]), 255).tolist()
    [0, 1, 2, 2]
    """
    hole = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
    if sought.mask:
        hit = values == 1
        hole |= ~hit & (values != 0)
    elif sought.above is not None:
        hit = values > sought.above
    elif sought.below is not None:
        hit = values < sought.below
    else:
        hit = np.isin(values, sought.among)
    codes = np.where(hit, np.uint8(HIT), np.uint8(NO))
    if nodata is not None:
        hole |= values == nodata
    codes[hole] = HOLE
    return codes


@dataclass(frozen=True)
class Cover:
    """A raster read by blocks: plane 0 the cells looked for, plane 1 the cells nobody knows.

    A distance is measured from the sides of the raster's own cells, whatever their size. With
    ``slope``, what is looked for is the slope (%) of the heights the raster holds.
    """

    path: Path
    classes: Classes
    reach_m: float = 0.0
    slope: bool = False

    def __post_init__(self) -> None:
        """Refuse another system (SIT102), a turned raster, or a hole that is a class (SIT105)."""
        with _opened(self.path) as raster:
            found = raster.crs.to_string() if raster.crs else "aucun"
            if raster.crs is None or raster.crs.to_epsg() != int(CRS.partition(":")[2]):
                raise SitingError(
                    "SIT102", f"système attendu {CRS}, trouvé : {found}", where=str(self.path)
                )
            if raster.transform.b or raster.transform.d or raster.transform.e >= 0:
                raise SitingError("SIT105", "raster tourné ou retourné", where=str(self.path))
            named = (0.0, 1.0) if self.classes.mask else self.classes.among
            if raster.nodata is not None and raster.nodata in named:
                raise SitingError(
                    "SIT105",
                    f"la valeur {raster.nodata:g} est à la fois une classe et « sans donnée »",
                    where=str(self.path),
                    hint="ôtez-la des classes de la règle, ou corrigez la valeur « sans donnée » "
                    "du fichier : une maille sans donnée reste inconnue",
                )

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the cells whose centre lies in (or within reach of) a cell looked for, or a hole.

        Parameters
        ----------
        planes : (2, row, word) of the block; bits are set, none is cleared.
        grid : the lattice of the block alone.

        Raises
        ------
        SitingError : SIT100 when the raster can no longer be opened.
        """
        with _opened(self.path) as raster:
            if self.reach_m > 0:
                self._fill_near(planes, grid, raster)
            else:
                self._fill_under(planes, grid, raster)

    def _fill_under(self, planes: Words, grid: Grid, raster: Any) -> None:
        column = np.floor((grid.x - raster.bounds.left) / raster.transform.a).astype(np.int64)
        row = np.floor((raster.bounds.top - grid.y) / -raster.transform.e).astype(np.int64)
        column[(column < 0) | (column >= raster.width)] = -1
        row[(row < 0) | (row >= raster.height)] = -1
        held = row[row >= 0]
        if not len(held) or not (column >= 0).any():
            planes[1] |= ALL
            return
        top, bottom = int(held.min()), int(held.max()) + 1
        left, right = int(column[column >= 0].min()), int(column.max()) + 1
        codes, meaning = self._read(raster, Window(left, top, right - left, bottom - top))
        pack(
            planes, codes, meaning, np.where(row < 0, -1, row - top),
            np.where(column < 0, -1, column - left),
        )  # fmt: skip

    def _fill_near(self, planes: Words, grid: Grid, raster: Any) -> None:
        """Spread each run of cells over its exact neighbourhood; off the raster, all is a hole."""
        left, bottom, right, top = raster.bounds
        frame = Frame(grid.columns, grid.west, grid.north, float(grid.cell_m))
        for x0, x1, y0, y1 in (
            (-FAR, FAR, top, FAR), (-FAR, FAR, -FAR, bottom),
            (-FAR, left, -FAR, FAR), (right, FAR, -FAR, FAR),
        ):  # fmt: skip
            spread_box(planes[1], frame, x0, x1, y0, y1, self.reach_m)
        window = _window(raster, grid, self.reach_m)
        if window.width > 0 and window.height > 0:
            codes, meaning = self._read(raster, window)
            corner = raster.window_transform(window)
            lattice = (corner.c, corner.f, corner.a, -corner.e)
            spread_runs(planes, frame, codes, meaning, lattice, self.reach_m)

    def _read(self, raster: Any, window: Window) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return codes of a window, and what each of them means: 0 no, 1 looked for, 2 hole."""
        meanings = np.array([NO, HIT, HOLE], dtype=np.uint8)
        if self.slope:
            return self._slopes(raster, window), meanings
        values = raster.read(1, window=window)
        if values.dtype == np.uint8:
            every = np.arange(256, dtype=np.uint8)
            return values, codes_of(self.classes, every, raster.nodata)
        return codes_of(self.classes, values, raster.nodata), meanings

    def _slopes(self, raster: Any, window: Window) -> NDArray[np.uint8]:
        """Return codes of the slopes of a window, in strips that memory can hold."""
        width, height = int(window.width), int(window.height)
        codes = np.empty((height, width), dtype=np.uint8)
        rows = max(1, STRIP_CELLS // max(1, width))
        for first in range(0, height, rows):
            tall = min(rows, height - first)
            strip = Window(window.col_off, window.row_off + first, width, tall)
            codes[first : first + tall] = codes_of(self.classes, slopes_in(raster, strip), None)
        return codes


def _opened(path: Path) -> Any:
    try:
        return rasterio.open(path)
    except rasterio.errors.RasterioIOError as problem:
        raise SitingError("SIT100", unread_fr(problem), where=str(path), hint=MEND_FR) from None


def _window(raster: Any, grid: Grid, reach_m: float) -> Window:
    """Return the raster's cells within reach of a grid, possibly none."""
    west, south, east, north = grid.bounds
    bounds, size, tall = raster.bounds, raster.transform.a, -raster.transform.e
    left = max(0, int(np.floor((west - reach_m - bounds.left) / size)))
    right = min(raster.width, int(np.ceil((east + reach_m - bounds.left) / size)))
    top = max(0, int(np.floor((bounds.top - north - reach_m) / tall)))
    bottom = min(raster.height, int(np.ceil((bounds.top - south + reach_m) / tall)))
    return Window(left, top, max(0, right - left), max(0, bottom - top))


@compiled
def pack(
    planes: Words,
    codes: NDArray[np.uint8],
    meaning: NDArray[np.uint8],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> None:
    """Pack what each code means into two planes of bits; an index below 0 is a hole.

    Parameters
    ----------
    planes : (2, row, word): looked for, then hole; bits are set, none is cleared.
    codes : (rows, columns) of the raster.
    meaning : by code: 0 no, 1 looked for, 2 hole.
    row : by row of the planes, the raster's row under it.
    column : by column of the planes, the raster's column under it.
    """
    one = np.uint64(1)
    for r in range(row.shape[0]):
        for word in range(planes.shape[2]):
            hit = np.uint64(0)
            hole = np.uint64(0)
            for bit in range(min(64, column.shape[0] - word * 64)):
                c = column[word * 64 + bit]
                code = 2
                if c >= 0 and row[r] >= 0:
                    code = meaning[codes[row[r], c]]
                if code == 1:
                    hit |= one << np.uint64(bit)
                elif code == 2:
                    hole |= one << np.uint64(bit)
            planes[0, r, word] |= hit
            planes[1, r, word] |= hole


@compiled
def spread_box(
    words: Words, frame: Frame, x0: float, x1: float, y0: float, y1: float, reach: float
) -> None:
    """Set the cells whose centre is within reach of a box, its sides along the axes.

    Parameters
    ----------
    words : (row, word); bits are set, none is cleared.
    frame : the lattice that the words are of.
    x0 : west side, in metres.
    x1 : east side, in metres.
    y0 : south side, in metres.
    y1 : north side, in metres.
    reach : distance in metres, included.
    """
    rows = words.shape[0]
    top = int(min(max(np.ceil((frame.north - y1 - reach) / frame.cell - 0.5), 0.0), float(rows)))
    last = np.floor((frame.north - y0 + reach) / frame.cell - 0.5) + 1.0
    for r in range(top, int(min(last, float(rows)))):
        y = frame.north - (r + 0.5) * frame.cell
        away = max(y0 - y, y - y1, 0.0)
        if away <= reach:
            half = np.sqrt(reach * reach - away * away)
            first = np.ceil((x0 - half - frame.west) / frame.cell - 0.5)
            past = np.floor((x1 + half - frame.west) / frame.cell - 0.5) + 1.0
            most = float(frame.columns)
            set_span(words[r], int(min(max(first, 0.0), most)), int(min(max(past, 0.0), most)))


@compiled
def spread_runs(
    planes: Words,
    frame: Frame,
    codes: NDArray[np.uint8],
    meaning: NDArray[np.uint8],
    lattice: tuple[float, float, float, float],
    reach: float,
) -> None:
    """Spread every run of cells of one meaning over its neighbourhood.

    Parameters
    ----------
    planes : (2, row, word): looked for, then hole; bits are set, none is cleared.
    frame : the lattice that the planes are of.
    codes : (rows, columns) of the raster.
    meaning : by code: 0 no, 1 looked for, 2 hole.
    lattice : the raster's west and north edges, the width and height of its cells, in metres.
    reach : distance in metres, included.
    """
    west, north, wide, tall = lattice
    for r in range(codes.shape[0]):
        start = 0
        for c in range(1, codes.shape[1] + 1):
            kind = meaning[codes[r, start]]
            if c < codes.shape[1] and meaning[codes[r, c]] == kind:
                continue
            if kind != 0:
                spread_box(
                    planes[kind - 1], frame, west + start * wide, west + c * wide,
                    north - (r + 1) * tall, north - r * tall, reach,
                )  # fmt: skip
            start = c
