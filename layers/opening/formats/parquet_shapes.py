"""Which column of a Parquet file holds its shapes, and in what system, as each writer says it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as pq

from layers.words.errors import SitingError

DEGREES = "OGC:CRS84"
NATIVE = ("GEOMETRY", "GEOGRAPHY")


@dataclass(frozen=True)
class ShapeColumn:
    """The column of shapes (WKB), its system if any, and every column of shapes of the file."""

    name: str
    crs: str | None
    columns: frozenset[str]


def shapes_of(file: pq.ParquetFile) -> ShapeColumn | None:
    """Return where the shapes of a Parquet file are.

    GeoParquet says it under « geo »: as WKT (GDAL 3.5, version 0.4 and before) or as PROJJSON
    since. Parquet's own geometry type says it in the schema, and GDAL may write that alone.

    Parameters
    ----------
    file : the file, opened.

    Returns
    -------
    The main column, or None in a plain table.

    Raises
    ------
    SitingError : SIT100 (metadata that do not hold together), SIT108 (shapes that are not WKB).
    """
    papers = (file.schema_arrow.metadata or {}).get(b"geo")
    if papers is None:
        return _native(file)
    try:
        geo = json.loads(papers)
        columns, name = geo["columns"], geo.get("primary_column") or next(iter(geo["columns"]))
        column = columns[name]
        encoding, crs = column.get("encoding") or "WKB", column.get("crs", DEGREES)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration):
        raise SitingError(
            "SIT100", "métadonnées GeoParquet illisibles", where="",
            hint="réécrivez-le (ogr2ogr -f Parquet), ou donnez un GeoPackage",
        ) from None  # fmt: skip
    if name not in file.schema_arrow.names:
        raise SitingError("SIT100", f"colonne de contours absente : « {name} »", where="")
    if str(encoding).upper() != "WKB":
        raise SitingError(
            "SIT108", f"GeoParquet dont les contours sont en « {encoding} », non en WKB", where="",
            hint="réécrivez-le : ogr2ogr -f Parquet -lco GEOMETRY_ENCODING=WKB",
        )  # fmt: skip
    return ShapeColumn(name, _system(crs), frozenset(columns))


def _native(file: pq.ParquetFile) -> ShapeColumn | None:
    """Return the first column of Parquet's own geometry type."""
    found: dict[str, Any] = {}
    for place in range(len(file.schema)):
        column = file.schema.column(place)
        if column.logical_type.type in NATIVE:
            found[column.name] = json.loads(column.logical_type.to_json()).get("crs")
    if not found:
        return None
    name = next(iter(found))
    return ShapeColumn(name, _said(file, found[name] or DEGREES), frozenset(found))


def _said(file: pq.ParquetFile, crs: str) -> str:
    """Return a system said by the schema: itself, or the name of the metadata that holds it."""
    kind, _, key = crs.partition(":")
    if kind == "projjson":
        papers: dict[bytes, bytes] = file.schema_arrow.metadata or {}
        return papers.get(key.encode(), b"").decode()
    return f"EPSG:{key}" if kind == "srid" else crs


def _system(crs: Any) -> str | None:
    if not crs:
        return None
    return json.dumps(crs) if isinstance(crs, dict) else str(crs)
