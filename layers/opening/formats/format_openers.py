"""Opening a file by its format, a batch of rows at a time: what the child process does."""

from __future__ import annotations

import codecs
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from layers.opening.formats.parquet_shapes import shapes_of
from layers.opening.mends.straight_curves import straightened
from layers.words.errors import SitingError

BATCH = 5_000
BATCH_BYTES = 40_000_000
MAY_CURVE = ("gpkg", "fgb")
LONGITUDES = ("lon", "long", "longitude", "lng", "x_wgs84")
LATITUDES = ("lat", "latitude", "y_wgs84")


@dataclass
class Opened:
    """A file being read: its attributes, its geometry column, its system, and its batches.

    ``mended`` counts rows by what was done to them on the way, in French.
    """

    fields: tuple[str, ...]
    geometry: str | None
    crs: str | None
    batches: Iterator[pa.RecordBatch | pa.Table]
    mended: Counter[tuple[str, str]] = field(default_factory=Counter)


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


def separator_of(path: Path, encoding: str = "utf-8-sig") -> str:
    """Return the separator that cuts a table's header into the most columns.

    Parameters
    ----------
    path : a CSV.
    encoding : how its text is read.

    Returns
    -------
    One of « ; », « , », tab and « | ».
    """
    with path.open(encoding=encoding, errors="replace") as lines:
        header = lines.readline(65_536)
    return max((";", ",", "\t", "|"), key=header.count)


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
    sublayer = _sublayer(source, request["sublayer"])
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
    decoder = codecs.getincrementaldecoder("utf-8")()
    done = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as fault:
                byte = fault.object[fault.start]
                raise not_utf8(f"octet {byte:#04x} vers {done + fault.start}") from None
            done += len(block)


def _sublayer(source: Any, asked: str | None) -> str | None:
    names = [str(name) for name, kind in pyogrio.list_layers(source)]
    if asked is not None and asked not in names:
        raise SitingError(
            "SIT202",
            f"calque inconnu « {asked} »",
            where="",
            hint=f"calques du fichier : {', '.join(names[:20])}",
        )
    if asked is None and len(names) > 1:
        raise SitingError(
            "SIT108",
            f"le fichier a {len(names)} calques",
            where="",
            hint=f"choisissez-en un : sublayer={names[0]} (calques : {', '.join(names[:20])})",
        )
    return asked


def _parquet(request: Mapping[str, Any]) -> Opened:
    file = pq.ParquetFile(request["path"])
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
    path, encoding = Path(request["path"]), request["encoding"] or "utf-8-sig"
    if not request["encoding"]:
        _refuse_other_text(path)
    chunks = pd.read_csv(
        path,
        sep=separator_of(path, encoding),
        dtype="str",
        encoding=encoding,
        chunksize=BATCH,
        keep_default_na=False,
        na_values=[""],
    )
    first = next(iter(chunks), pd.DataFrame())
    names = [str(name) for name in first.columns]
    lon, lat = _column(names, LONGITUDES), _column(names, LATITUDES)
    here = lon is not None and lat is not None
    return Opened(
        fields=tuple(names),
        geometry="wkb_geometry" if here else None,
        crs=_crs("EPSG:4326") if here else None,
        batches=_csv_batches(first, chunks, (lon, lat) if lon and lat else None),
    )


def _column(names: list[str], known: tuple[str, ...]) -> str | None:
    return next((name for name in names if name.strip().casefold() in known), None)


def _csv_batches(
    first: pd.DataFrame, chunks: Iterator[pd.DataFrame], place: tuple[str, str] | None
) -> Iterator[pa.Table]:
    for chunk in (table for source in ([first], chunks) for table in source):
        text = pa.table({str(n): pa.array(chunk[n], pa.string(), from_pandas=True) for n in chunk})
        if place is not None:
            x, y = (_degrees(chunk[name]) for name in place)
            shapes = shapely.points(x, y)
            text = text.append_column("wkb_geometry", pa.array(shapely.to_wkb(shapes), pa.binary()))
        yield text


def _degrees(text: pd.Series) -> Any:
    return pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce").to_numpy(float)


_OPENERS: Mapping[str, Callable[[Mapping[str, Any]], Opened]] = {"parquet": _parquet, "csv": _csv}
