"""A raster's classes on the grid: which cells bear one of them, and which are not known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio import features
from rasterio.windows import Window

from layers.errors import SitingError
from layers.fill import ALL, Words
from layers.grid import Grid
from layers.jit import compiled
from layers.outlines import Outlines
from layers.territory import CRS

NO, HIT, HOLE = 0, 1, 2


@dataclass(frozen=True)
class Classes:
    """What is looked for in a raster: some of its classes, or the values above a bound."""

    among: tuple[float, ...] = ()
    above: float | None = None

    def codes(self, values: NDArray[Any], nodata: float | None) -> NDArray[np.uint8]:
        """Return 1 where a value is looked for, 2 where there is none, else 0.

        >>> Classes(above=10.0).codes(np.array([5.0, 12.0, np.nan, -1.0]), -1.0).tolist()
        [0, 1, 2, 2]
        """
        hit = np.isin(values, self.among) if self.above is None else values > self.above
        codes = np.where(hit, np.uint8(HIT), np.uint8(NO))
        hole = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, bool)
        if nodata is not None:
            hole |= values == nodata
        codes[hole] = HOLE
        return codes


@dataclass(frozen=True)
class Cover:
    """A raster read by blocks: plane 0 the cells looked for, plane 1 the cells nobody knows."""

    path: Path
    classes: Classes

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
            if raster.nodata is not None and raster.nodata in self.classes.among:
                raise SitingError(
                    "SIT105",
                    f"la valeur {raster.nodata:g} est à la fois une classe et « sans donnée »",
                    where=str(self.path),
                    hint="ôtez-la des classes de la règle, ou corrigez la valeur « sans donnée » "
                    "du fichier : une maille sans donnée reste inconnue",
                )

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the cells whose centre lies in a cell of the raster looked for, or in a hole."""
        with _opened(self.path) as raster:
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
            window = Window(left, top, right - left, bottom - top)
            values, nodata = raster.read(1, window=window), raster.nodata
        codes, meaning = values, np.array([NO, HIT, HOLE], dtype=np.uint8)
        if values.dtype == np.uint8:
            meaning = self.classes.codes(np.arange(256, dtype=np.uint8), nodata)
        else:
            codes = self.classes.codes(values, nodata)
        pack(
            planes, codes, meaning, np.where(row < 0, -1, row - top),
            np.where(column < 0, -1, column - left),
        )  # fmt: skip

    def outlines(self, grid: Grid, reach_m: float) -> tuple[Outlines, Outlines]:
        """Return the outlines of the cells looked for, and of what is not known around the grid."""
        west, south, east, north = grid.bounds
        around = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
        with _opened(self.path) as raster:
            held = shapely.box(*raster.bounds)
            seen = shapely.intersection(around, held)
            blind = [shapely.difference(around, held)]
            hits: list[shapely.Geometry] = []
            if shapely.area(seen) > 0:
                window = _window(raster, seen)
                codes = self.classes.codes(raster.read(1, window=window), raster.nodata)
                transform = raster.window_transform(window)
                found = features.shapes(codes, codes != NO, connectivity=4, transform=transform)
                for shape, code in found:
                    (hits if code == HIT else blind).append(shapely.geometry.shape(shape))
        blind = [shape for shape in blind if not shapely.is_empty(shape)]
        where = str(self.path)
        return _flat(hits, where), _flat(blind, where)


def _opened(path: Path) -> Any:
    try:
        return rasterio.open(path)
    except rasterio.errors.RasterioIOError as problem:
        raise SitingError("SIT100", f"raster illisible : {problem}", where=str(path)) from None


def _window(raster: Any, seen: shapely.Geometry) -> Window:
    west, south, east, north = shapely.bounds(seen)
    size, tall = raster.transform.a, -raster.transform.e
    left = max(0, int((west - raster.bounds.left) // size))
    top = max(0, int((raster.bounds.top - north) // tall))
    right = min(raster.width, int(-(-(east - raster.bounds.left) // size)))
    bottom = min(raster.height, int(-(-(raster.bounds.top - south) // tall)))
    return Window(left, top, right - left, bottom - top)


def _flat(shapes: list[shapely.Geometry], where: str) -> Outlines:
    return Outlines.of(np.array(shapes, dtype=object), where)


@compiled
def pack(
    planes: Words,
    codes: NDArray[np.uint8],
    meaning: NDArray[np.uint8],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> None:
    """Pack what each code means into two planes of bits; an index below 0 is a hole."""
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
