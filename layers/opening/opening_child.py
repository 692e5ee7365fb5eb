"""The child that opens a file it has no reason to trust: bounded, shut in, and speaking JSON.

Run as a module with one argument, a request written by ``bounded_child``; it leaves beside it
``table.parquet`` (attributes asked for, outlines as WKB in the file's own system) and
``answer.json``. It never raises: a fault is an answer.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyproj
import shapely

from layers.geometry.valid_shapes import POLYGONS, valid_polygons
from layers.opening import process_jail
from layers.opening.formats import format_openers
from layers.opening.formats.format_openers import LINE, Opened
from layers.opening.formats.settled_copy import settled
from layers.opening.mends.text_repair import GARBLED, repaired_text
from layers.opening.mends.turned_longitudes import unturned
from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.errors import SitingError
from layers.words.french import number

MAX_VERTICES_EACH = 500_000
MAX_VERTICES = 50_000_000
# Formats whose encoding may be told; the others are UTF-8, and what is garbled there was before.
TOLD_ENCODINGS = ("shp", "zip")


def main(request_file: Path) -> None:
    """Read one file and answer.

    Parameters
    ----------
    request_file : JSON; ``answer.json`` is written beside it, and the content read.
    """
    request = json.loads(request_file.read_text(encoding="utf-8"))
    place = request_file.parent
    read, out = _read, place / "table.parquet"
    if request["form"] == "tiff":  # loaded before the door is shut, and only when needed
        from layers.opening.raster_child import read_cells

        read, out = read_cells, place / "cells.tif"
    bounded = process_jail.bound(request["memory"], request["seconds"])
    beside = [Path(name) for name in request.get("beside", ())]
    process_jail.shut([Path(request["path"]), *beside], place)
    try:
        answer = {**read(settled(request, place), out), "bounded": bounded}
    except SitingError as fault:
        answer = {"code": fault.code, "message": fault.message, "hint": fault.hint}
    except (MemoryError, pa.ArrowMemoryError):
        answer = {"code": "SIT109", "message": "mémoire épuisée à la lecture", "hint": None}
    except Exception as fault:  # whatever a library says of a bad file is an answer, not a crash
        answer = {"code": "SIT100", "message": unread_fr(fault), "hint": MEND_FR}
        if "bad_alloc" in str(fault):
            answer = {"code": "SIT109", "message": "mémoire épuisée à la lecture", "hint": None}
    (place / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


def _read(request: dict[str, Any], out: Path) -> dict[str, Any]:
    opened = format_openers.opened(request)
    window = _window(request["window"], opened.crs)
    tally = Tally()
    writer: pq.ParquetWriter | None = None
    try:
        for batch in _kept(opened, request, window, tally):
            writer = writer or pq.ParquetWriter(out, batch.schema, compression="lz4")
            writer.write_table(batch.cast(writer.schema))
    finally:
        if writer is not None:
            writer.close()
    if tally.repaired:
        opened.mended["repaired", tally.repaired_fr] += tally.repaired
    return {
        "rows": tally.rows,
        "kept": tally.kept,
        "empty": tally.empty,
        "bounds": tally.bounds,
        "mended": [[*done, rows] for done, rows in opened.mended.items()],
        "crs": opened.crs,
        "fields": list(opened.fields),
        "placed": list(opened.placed),
        "has_geometry": opened.geometry is not None,
        "has_table": writer is not None,
    }


class Tally:
    """What was seen on the way: rows, empty shapes, vertices, and where they lie."""

    def __init__(self) -> None:
        self.rows = self.kept = self.empty = self.vertices = 0
        self.bounds: list[float] | None = None
        self.repaired, self.before_ha, self.after_ha = 0, 0.0, 0.0

    def see(self, bounds: np.ndarray[Any, np.dtype[np.float64]]) -> None:
        """Widen the bounds seen, those of finite shapes only.

        Parameters
        ----------
        bounds : (shapes, 4): west, south, east, north; NaN for an empty shape.
        """
        good = bounds[np.isfinite(bounds).all(axis=1)]
        if len(good):
            low, high = good[:, :2].min(axis=0), good[:, 2:].max(axis=0)
            if self.bounds is not None:
                low, high = (
                    np.minimum(low, self.bounds[:2]),
                    np.maximum(high, self.bounds[2:]),
                )
            self.bounds = [float(value) for value in (*low, *high)]

    def mend(self, before_ha: float, after_ha: float, rows: int) -> None:
        """Count outlines made valid, and their area before and after.

        Parameters
        ----------
        before_ha, after_ha : hectares, NaN when the system is not said.
        rows : how many outlines.
        """
        self.repaired += rows
        self.before_ha += before_ha
        self.after_ha += after_ha

    @property
    def repaired_fr(self) -> str:
        """Return what was repaired, in French, with the hectares when they are known."""
        if not np.isfinite(self.before_ha + self.after_ha):
            return "contour invalide réparé"
        before, after = number(self.before_ha, 1), number(self.after_ha, 1)
        return f"contour invalide réparé : de {before} à {after} ha en tout"

    def weigh(self, shapes: np.ndarray[Any, np.dtype[np.object_]]) -> None:
        """Count what is kept, and stop at what the parent can hold.

        Parameters
        ----------
        shapes : shapes about to be written.

        Raises
        ------
        SitingError : SIT109 beyond 50 million vertices in all.
        """
        self.vertices += int(shapely.get_num_coordinates(shapes).sum())
        if self.vertices > MAX_VERTICES:
            raise SitingError("SIT109", _too_heavy("la couche", self.vertices), where="")


def _kept(
    opened: Opened, request: dict[str, Any], window: tuple[float, ...] | None, tally: Tally
) -> Iterator[pa.Table]:
    for batch in opened.batches:
        table = pa.Table.from_batches([batch]) if isinstance(batch, pa.RecordBatch) else batch
        # Papers of other tools (pandas, GDAL) are read by no one after this, sound or not.
        table = table.replace_schema_metadata(None)
        plain = _columns(table, opened, request, tally.rows)
        tally.rows += table.num_rows
        if opened.geometry is None:
            tally.kept += plain.num_rows
            yield plain
            continue
        shapes = unturned(_shapes(table.column(opened.geometry)), opened.crs, opened.mended)
        mask = _inside(shapes, window, tally)
        tally.kept += int(mask.sum())
        shapes = _thinned(shapes[mask], opened.crs, request["thin_m"])
        tally.weigh(shapes)
        shapes = _repaired(shapes, opened.crs, tally)
        tally.weigh(shapes)
        wkb = pa.array(shapely.to_wkb(shapes), type=pa.binary())
        yield plain.filter(pa.array(mask)).append_column("geometry", wkb)


def _columns(table: pa.Table, opened: Opened, request: dict[str, Any], before: int) -> pa.Table:
    """Return the columns asked for, all when ``wanted`` is None, and the line of each row."""
    wanted = request["wanted"]
    names = [name for name in opened.fields if wanted is None or name.casefold() in wanted]
    plain = table.select([name for name in names if name in table.column_names])
    plain = _plain_text(plain, request, opened.mended)
    if not request.get("lines"):
        return plain
    rows = pa.array(range(before + 1, before + 1 + table.num_rows), pa.int64())
    told = table.column(LINE) if LINE in table.column_names else rows
    return plain.append_column(LINE, told)


def _repaired(
    shapes: np.ndarray[Any, np.dtype[np.object_]], crs: str | None, tally: Tally
) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Make polygons valid here, where memory and time are bounded.

    A star of two thousand vertices crosses itself a million times: each crossing becomes a vertex.
    """
    areal = np.isin(shapely.get_type_id(shapes), POLYGONS)
    bad = areal & ~shapely.is_valid(shapes)
    if not bad.any():
        return shapes
    mended = shapes.copy()
    mended[bad] = valid_polygons(shapes[bad])
    tally.mend(_hectares(shapes[bad], crs), _hectares(mended[bad], crs), int(bad.sum()))
    return mended


def _hectares(shapes: np.ndarray[Any, np.dtype[np.object_]], crs: str | None) -> float:
    """Return the area of shapes in Lambert-93, in hectares; NaN where their system is not said."""
    if crs is None:
        return float("nan")
    move = pyproj.Transformer.from_crs(crs, 2154, always_xy=True)
    flat = shapely.force_2d(shapes)
    turned = shapely.transform(flat, lambda xy: np.column_stack(move.transform(*xy.T)))
    return float(shapely.area(turned).sum()) / 1e4


def _thinned(
    shapes: np.ndarray[Any, np.dtype[np.object_]], crs: str | None, tolerance_m: float
) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Drop the vertices nearer than a tolerance to the line without them."""
    if tolerance_m <= 0 or crs is None:
        return shapes
    step = tolerance_m / 111_000.0 if pyproj.CRS(crs).is_geographic else tolerance_m
    return np.asarray(shapely.simplify(shapes, step, preserve_topology=False), dtype=object)


def _shapes(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.object_]]:
    raw = np.array(column.to_pylist(), dtype=object)
    if len(raw) and isinstance(next((v for v in raw if v is not None), b""), str):
        return np.asarray(shapely.from_wkt(raw), dtype=object)
    return np.asarray(shapely.from_wkb(raw), dtype=object)


def _inside(
    shapes: np.ndarray[Any, np.dtype[np.object_]],
    window: tuple[float, ...] | None,
    tally: Tally,
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say which shapes to keep: those that touch the window, and those whose fault must be told."""
    counts = shapely.get_num_coordinates(shapes)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    tally.empty += int(absent.sum())
    if len(counts) and counts.max() > MAX_VERTICES_EACH:
        raise SitingError(
            "SIT109",
            _too_heavy("un contour", int(counts.max())),
            where="",
            hint="simplifiez ce contour, ou découpez-le sur le territoire",
        )
    bounds = shapely.bounds(shapes)
    tally.see(bounds)
    _refuse_infinite(shapes, absent)
    keep = ~absent
    if window is not None:
        west, south, east, north = window
        keep &= (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
        keep &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return np.asarray(keep, dtype=bool)


def _too_heavy(what: str, vertices: int) -> str:
    limit = MAX_VERTICES_EACH if what == "un contour" else MAX_VERTICES
    return f"{what} a {vertices} sommets, {limit} au plus sont admis"


def _refuse_infinite(
    shapes: np.ndarray[Any, np.dtype[np.object_]], absent: np.ndarray[Any, np.dtype[np.bool_]]
) -> None:
    xy = shapely.get_coordinates(shapes[~absent])
    if not np.isfinite(xy).all() or (len(xy) and np.abs(xy).max() > 1e9):
        raise SitingError(
            "SIT105",
            "coordonnée infinie, indéfinie ou impossible",
            where="",
            hint="retirez les lignes sans coordonnées du fichier",
        )


def _plain_text(
    table: pa.Table, request: dict[str, Any], mended: Counter[tuple[str, str]]
) -> pa.Table:
    """Return a table whose texts are sound: mended where no option could, else refused."""
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            raise format_openers.not_utf8(f"colonne « {name} »") from None
        found = pc.match_substring_regex(column, GARBLED)
        if not pc.any(found).as_py():
            continue
        if request["form"] in TOLD_ENCODINGS or request["encoding"]:
            sample = str(column.filter(found)[0])[:40]
            raise SitingError(
                "SIT108",
                f"texte mal décodé dans « {name} » : « {sample} »",
                where="",
                hint="dites l'encodage du fichier : encoding=cp1252 ou encoding=utf-8"
                if request["form"] in TOLD_ENCODINGS
                else "retirez l'option encoding : ce format dit le sien, et il est fautif",
            )
        texts = [
            repaired_text(text, mended) if bad else text
            for text, bad in zip(column.to_pylist(), found.to_pylist(), strict=True)
        ]
        table = table.set_column(place, name, pa.array(texts, column.type))
    return table


def _window(bounds: list[float] | None, crs: str | None) -> tuple[float, ...] | None:
    if bounds is None or crs is None:
        return None
    west, south, east, north = bounds
    moved = pyproj.Transformer.from_crs(2154, crs, always_xy=True).transform_bounds(
        west, south, east, north, densify_pts=21
    )
    return tuple(moved) if np.isfinite(moved).all() else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
