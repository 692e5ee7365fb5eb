"""Opening a file by its format, a batch of rows at a time: what the child process does."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from layers.opening.formats.parquet_shapes import shapes_of
from layers.opening.formats.row_places import RowPlace, place_of
from layers.opening.formats.sheet_rows import sheet_rows
from layers.opening.formats.text_rows import WINDOWS, Row, encoding_of, stranger, text_rows
from layers.opening.mends.straight_curves import straightened
from layers.words.errors import SitingError

BATCH = 5_000
BATCH_BYTES = 40_000_000
MAX_UNFOLDED = 8_000_000_000
MAY_CURVE = ("gpkg", "fgb")
# Where a row of text stands in its file, and the outline its columns give: no name a file uses.
LINE, SHAPES = "__line__", "__shape__"


@dataclass
class Opened:
    """A file being read: its attributes, its geometry column, its system, and its batches.

    ``mended`` counts rows by what was done to them on the way, in French; ``placed`` names the
    columns of a text that say where its rows stand.
    """

    fields: tuple[str, ...]
    geometry: str | None
    crs: str | None
    batches: Iterator[pa.RecordBatch | pa.Table]
    mended: Counter[tuple[str, str]] = field(default_factory=Counter)
    placed: tuple[str, ...] = ()


def opened(request: Mapping[str, Any]) -> Opened:
    """Open the file of a request; the system given by the user wins over the file's own.

    Parameters
    ----------
    request : form, path, and the options given (crs, encoding, sublayer, inner).

    Returns
    -------
    The file being read; its batches are read once.

    Raises
    ------
    SitingError : SIT102 (unknown system), SIT108 (encoding, several sublayers), SIT202 (unknown
        sublayer).
    """
    found = _OPENERS.get(request["form"], _vector)(request)
    if request["crs"]:
        found.crs = _crs(request["crs"])
    return found


def not_utf8(place: str) -> SitingError:
    """Return the refusal of a text that is not UTF-8.

    Parameters
    ----------
    place : where in the file, in French.

    Returns
    -------
    SIT108, to be raised; the file is named by whoever catches it.
    """
    return SitingError(
        "SIT108",
        f"texte qui n'est pas en UTF-8 ({place})",
        where="",
        hint="dites l'encodage du fichier, par exemple encoding=cp1252",
    )


def _crs(text: str) -> str:
    try:
        return str(pyproj.CRS.from_user_input(text).to_wkt())
    except pyproj.exceptions.CRSError:
        raise SitingError(
            "SIT102",
            f"système de coordonnées inconnu « {text} »",
            where="",
            hint="écrivez par exemple crs=EPSG:2154",
        ) from None


def _vector(request: Mapping[str, Any]) -> Opened:
    source = _source(request)
    sublayer = _sublayer(source, request["sublayer"], request.get("preferred", ()))
    stack = ExitStack()
    options = {"encoding": request["encoding"]} if request["form"] in ("shp", "zip") else {}
    meta, reader = stack.enter_context(
        pyogrio.raw.open_arrow(
            source,
            layer=sublayer,
            use_pyarrow=True,
            batch_size=_rows_at_once(source, sublayer, Path(request["path"])),
            **options,
        )
    )
    column = (meta["geometry_name"] or "wkb_geometry") if meta["geometry_type"] else None
    batches, mended = _until_closed(reader, stack), Counter[tuple[str, str]]()
    if column is not None and request["form"] in MAY_CURVE:
        batches = straightened(batches, source, sublayer, column, mended)
    return Opened(
        fields=tuple(str(name) for name in meta["fields"]),
        geometry=column,
        crs=meta["crs"],
        batches=batches,
        mended=mended,
    )


def _rows_at_once(source: Any, sublayer: str | None, path: Path) -> int:
    """Return how many rows make a batch of some tens of megabytes: outlines may be very long."""
    rows = int(pyogrio.read_info(source, layer=sublayer)["features"])
    mean = path.stat().st_size / rows if rows > 0 else BATCH_BYTES / 500
    return int(min(BATCH, max(1, BATCH_BYTES / max(mean, 1.0))))


def _until_closed(reader: Any, stack: ExitStack) -> Iterator[pa.RecordBatch]:
    with stack:
        yield from reader


def _source(request: Mapping[str, Any]) -> Any:
    path = request["path"]
    if request["form"] == "zip":
        return f"/vsizip/{{{path}}}/{request['inner']}"
    if request["form"] != "geojson":
        return path
    if request["encoding"]:
        return io.BytesIO(Path(path).read_text(encoding=request["encoding"]).encode())
    _refuse_other_text(Path(path))
    return path


def _refuse_other_text(path: Path) -> None:
    """Find the first byte that is not UTF-8, and say where it is."""
    found = stranger(path, "utf-8")
    if found is not None:
        raise not_utf8(f"octet {found[0]:#04x} vers {found[1]}")


def _sublayer(source: Any, asked: str | None, preferred: Sequence[str]) -> str | None:
    names = [str(name) for name, kind in pyogrio.list_layers(source)]
    if asked is not None and asked not in names:
        raise SitingError(
            "SIT202",
            f"calque inconnu « {asked} »",
            where="",
            hint=f"calques du fichier : {', '.join(names[:20])}",
        )
    if asked is None and len(names) > 1:
        asked = next((name for name in preferred if name in names), None)
    if asked is None and len(names) > 1:
        raise SitingError(
            "SIT108",
            f"le fichier a {len(names)} calques",
            where="",
            hint=f"choisissez-en un : sublayer={names[0]} (calques : {', '.join(names[:20])})",
        )
    return asked


def _refuse_expansion(papers: pq.FileMetaData) -> None:
    """Refuse a file that says it unfolds too far: a few megabytes may hold sixty gigabytes."""
    unfolded = sum(papers.row_group(k).total_byte_size for k in range(papers.num_row_groups))
    if unfolded > MAX_UNFOLDED:
        raise SitingError(
            "SIT109", f"fichier qui se déplie en {unfolded / 1e9:.0f} Go : refusé", where=""
        )


def _parquet(request: Mapping[str, Any]) -> Opened:
    file = pq.ParquetFile(request["path"])
    _refuse_expansion(file.metadata)
    shapes = shapes_of(file)
    names = tuple(file.schema_arrow.names)
    if shapes is None:
        return Opened(names, None, None, file.iter_batches(BATCH))
    return Opened(
        fields=tuple(name for name in names if name not in shapes.columns),
        geometry=shapes.name,
        crs=None if shapes.crs is None else _crs(shapes.crs),
        batches=file.iter_batches(BATCH),
    )


def _csv(request: Mapping[str, Any]) -> Opened:
    path, mended = Path(request["path"]), Counter[tuple[str, str]]()
    encoding = request["encoding"] or encoding_of(path)
    names, rows = text_rows(path, encoding)
    found = _rows(names, rows, mended)
    if encoding == WINDOWS and not request["encoding"]:
        mended["kept", "texte lu en Windows-1252 : il n'est pas en UTF-8"] += 1
    return found


def _sheet(request: Mapping[str, Any]) -> Opened:
    names, rows = sheet_rows(request["path"], request["sublayer"], request.get("preferred", ()))
    return _rows(names, rows, Counter())


def _rows(names: list[str], rows: Iterator[Row], mended: Counter[tuple[str, str]]) -> Opened:
    """Return a table of texts as a file being read, placed where its columns say."""
    first = list(islice(rows, BATCH))
    place = place_of(names, [row for _, row in first])
    return Opened(
        fields=tuple(names),
        geometry=None if place is None else SHAPES,
        crs=None if place is None else _crs(place.crs),
        batches=_text_batches(names, first, rows, place),
        mended=mended,
        placed=() if place is None else tuple(names[at] for at in place.columns),
    )


def _text_batches(
    names: list[str], first: list[Row], rows: Iterator[Row], place: RowPlace | None
) -> Iterator[pa.Table]:
    batch = first
    while batch:
        cells = list(zip(*(row for _, row in batch), strict=True))
        columns = [pa.array([cell or None for cell in column], pa.string()) for column in cells]
        table = pa.table(columns, names=names)
        table = table.append_column(LINE, pa.array([line for line, _ in batch], pa.int64()))
        if place is not None:
            shapes = shapely.to_wkb(place.shapes([row for _, row in batch]))
            table = table.append_column(SHAPES, pa.array(shapes, pa.binary()))
        yield table
        batch = list(islice(rows, BATCH))


_OPENERS: Mapping[str, Callable[[Mapping[str, Any]], Opened]] = {
    "parquet": _parquet,
    "csv": _csv,
    "xlsx": _sheet,
    "ods": _sheet,
}
