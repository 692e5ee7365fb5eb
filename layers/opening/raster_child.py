"""Reading a user's raster in the child process: one band, upright, thinned to the territory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from rasterio.enums import MaskFlags
from rasterio.windows import Window

from layers.opening.formats.lambert_systems import is_lambert
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

MAX_CELLS = 4_000_000_000
MAX_KEPT = 400_000_000
ROWS_AT_ONCE = 512
KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")


def read_cells(request: dict[str, Any], out: Path) -> dict[str, Any]:
    """Copy the cells around the territory to a plain GeoTIFF; return what was found.

    Parameters
    ----------
    request : path, crs (or None for the file's own) and window (bounds, Lambert-93 metres).
    out : the GeoTIFF written; its name is the parent's choice.

    Returns
    -------
    Cells copied, those known, whether holes are declared by a value or a mask (``nodata``),
    ``cell_m``, and the ``scale`` and ``offset`` applied: the copy is in the unit of the file.

    Raises
    ------
    SitingError : SIT102 (system, elsewhere), SIT105 (turned, several bands, strange type), SIT109
        (too large).
    """
    with rasterio.open(request["path"], driver="GTiff") as source:
        _refuse(source, request["crs"])
        window = _window(source, request["window"])
        known = 0
        with rasterio.open(
            out, "w", driver="GTiff", height=window.height, width=window.width, count=1,
            dtype=_kind(source), crs=CRS, transform=source.window_transform(window),
            nodata=float("nan") if _is_rewritten(source) else source.nodata, compress="deflate",
            zlevel=1, tiled=True, blockxsize=256, blockysize=256,
        ) as target:  # fmt: skip
            for row in range(0, int(window.height), ROWS_AT_ONCE):
                rows = min(ROWS_AT_ONCE, int(window.height) - row)
                part = Window(window.col_off, window.row_off + row, window.width, rows)
                values, here = _cells(source, part)
                known += int(here.sum())
                target.write(values, 1, window=Window(0, row, window.width, rows))
        return {
            "cells": int(window.height * window.width),
            "known": known,
            "nodata": source.nodata is not None or _has_mask(source),
            "cell_m": float(source.transform.a),
            "scale": source.scales[0],
            "offset": source.offsets[0],
        }


def _has_mask(source: Any) -> bool:
    """Say whether a mask, inside the file or beside it (.msk), tells the cells without a value."""
    return MaskFlags.per_dataset in source.mask_flag_enums[0]


def _is_scaled(source: Any) -> bool:
    return bool(source.scales[0] != 1.0 or source.offsets[0] != 0.0)


def _is_rewritten(source: Any) -> bool:
    return _has_mask(source) or _is_scaled(source)


def _kind(source: Any) -> str:
    """Return the type of the copy: decimal where cells are put to scale, or masked (NaN)."""
    if not _is_rewritten(source):
        return str(source.dtypes[0])
    return "float32" if np.dtype(source.dtypes[0]).itemsize <= 2 else "float64"


def _cells(source: Any, part: Window) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return true values, in the unit of the file, and which of them are known."""
    stored = source.read(1, window=part)
    known = _known(stored, source.nodata)
    if not _is_rewritten(source):
        return stored, known
    values = stored.astype("float64")
    if _is_scaled(source):
        # 7 × 0.01 is 0.07, not 0.070000000000000007: a bound must fall on the same side.
        scale, offset = source.scales[0], source.offsets[0]
        digits = 6 - int(np.floor(np.log10(abs(scale) or 1.0)))
        values = np.round(values * scale + offset, digits)
    if _has_mask(source):
        known &= source.read_masks(1, window=part) > 0
    values[~known] = np.nan
    return values.astype(_kind(source)), known


def _known(values: np.ndarray[Any, Any], nodata: float | None) -> np.ndarray[Any, Any]:
    known = np.isfinite(values) if values.dtype.kind == "f" else np.ones(values.shape, dtype=bool)
    return known if nodata is None or np.isnan(nodata) else known & (values != nodata)


def _refuse(source: Any, crs: str | None) -> None:
    found = crs or (source.crs.to_wkt() if source.crs else None)
    if found is None or not is_lambert(found):
        name = "aucun" if found is None else pyproj.CRS.from_user_input(found).name
        raise SitingError(
            "SIT102",
            f"système attendu {CRS}, trouvé : {name}",
            where="",
            hint="dites son système s'il est en Lambert-93 : crs=EPSG:2154"
            if found is None
            else "reprojetez-le en EPSG:2154 (gdalwarp -t_srs EPSG:2154)",
        )
    if source.count != 1:
        raise SitingError(
            "SIT105", f"{source.count} bandes, une seule est attendue", where="",
            hint="gardez une bande (gdal_translate -b 1)",
        )  # fmt: skip
    if source.dtypes[0] not in KINDS:
        raise SitingError("SIT105", f"mailles de type « {source.dtypes[0]} »", where="")
    shape = source.transform
    if shape.b or shape.d or shape.a <= 0 or not np.isclose(shape.a, -shape.e):
        raise SitingError("SIT105", "mailles tournées, retournées ou non carrées", where="")
    if source.width * source.height > MAX_CELLS:
        raise SitingError("SIT109", f"{source.width} × {source.height} mailles", where="")


def _window(source: Any, bounds: list[float]) -> Window:
    """Return the whole cells that meet the bounds (SIT102 when none does)."""
    west, south, east, north = bounds
    cell, left, top = source.transform.a, source.bounds.left, source.bounds.top
    first, last = max(0, int((west - left) // cell)), min(source.width, -int((left - east) // cell))
    above, below = (
        max(0, int((top - north) // cell)),
        min(source.height, -int((south - top) // cell)),
    )
    if last <= first or below <= above:
        raise SitingError(
            "SIT102", "aucune maille du raster n'est dans le territoire", where="",
            hint="donnez un raster qui couvre le territoire, ou un autre lot avec --data",
        )  # fmt: skip
    if (last - first) * (below - above) > MAX_KEPT:
        raise SitingError(
            "SIT109", f"{(last - first) * (below - above)} mailles dans le territoire", where="",
            hint=f"{MAX_KEPT} au plus : agrégez-le (gdalwarp -tr 25 25)",
        )  # fmt: skip
    return Window(first, above, last - first, below - above)
