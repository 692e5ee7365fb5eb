"""What a descriptor says of a file besides its hash: media type, columns and their types."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from layers.words.file_hashes import sha256_of
from scenarios.storage.folder_contract import contracts
from scenarios.storage.folder_swap import DESCRIPTOR
from scenarios.writing.exports.column_words import label

MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".json": "application/json",
    ".toml": "application/toml",
    ".nc": "application/x-netcdf",
    ".html": "text/html",
    ".gpkg": "application/geopackage+sqlite3",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".lp": "text/plain",
}
# How our CSV are written: French spreadsheets read them so.
DIALECT = {"delimiter": ";", "header": True, "quoteChar": '"', "doubleQuote": True}
_NUMBER = re.compile(r"-?\d+(,\d+)?(E[+-]?\d+)?")


def resources_of(folder: Path) -> list[dict[str, Any]]:
    """Return one resource a file of a folder, its descriptor left out.

    Parameters
    ----------
    folder : with every file written.

    Returns
    -------
    ``name``, ``path``, ``hash``, ``bytes``, and what ``described`` says, sorted by path.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != DESCRIPTOR)
    names = {path: path.relative_to(folder).as_posix() for path in files}
    return [
        {
            "name": name,
            "path": name,
            "hash": f"sha256:{sha256_of(path)}",
            "bytes": path.stat().st_size,
            **described(path, name),
        }
        for path, name in names.items()
    ]


def described(path: Path, name: str) -> dict[str, Any]:
    """Return what a Frictionless descriptor says of a file: v1 and v2 alike.

    Parameters
    ----------
    path : the file.
    name : its path in the folder.

    Returns
    -------
    ``title``, ``format``, ``mediatype``, and for a table ``schema``; for a CSV its ``dialect`` and
    ``encoding`` too.
    """
    kind = path.suffix.lower()
    told: dict[str, Any] = {"title": name, "format": kind.removeprefix(".")}
    if kind in MEDIA:
        told["mediatype"] = MEDIA[kind]
    if kind == ".parquet":
        told["schema"] = _of_parquet(path, name.removesuffix(kind))
    elif kind == ".csv":
        told |= {"schema": _of_csv(path), "dialect": DIALECT, "encoding": "utf-8"}
    return told


def _of_parquet(path: Path, name: str) -> dict[str, Any]:
    """Return the Table Schema of a table: its columns as they are, its key as the contract says."""
    contract = contracts().get(name)
    fields = []
    for field in parquet.read_schema(path):
        said: dict[str, Any] = {"name": field.name, "type": _type(field.type)}
        if (head := label(field.name)) != field.name:
            said["title"] = head
        if contract is not None and field.name in contract.full:
            said["constraints"] = {"required": True}
        fields.append(said)
    schema: dict[str, Any] = {"fields": fields}
    if contract is None or not contract.key:
        return schema
    schema["primaryKey"] = list(contract.key)
    keys = [
        {
            "fields": [column],
            "reference": {
                "resource": f"{table}.parquet",
                "fields": [contracts()[table].key[0]],
            },
        }
        for column, table in contract.refers.items()
        if column in contract.full
    ]
    return {**schema, "foreignKeys": keys} if keys else schema


def _type(found: pa.DataType) -> str:
    if pa.types.is_boolean(found):
        return "boolean"
    if pa.types.is_integer(found):
        return "integer"
    if pa.types.is_floating(found):
        return "number"
    return "any" if pa.types.is_binary(found) or pa.types.is_large_binary(found) else "string"


def _of_csv(path: Path) -> dict[str, Any]:
    """Return the Table Schema of a CSV of ours, a column of numbers told by its cells."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    heads, body = (rows[0], rows[1:]) if rows else ([], [])
    fields: list[dict[str, Any]] = []
    for place, head in enumerate(heads):
        cells = [row[place] for row in body if len(row) > place and row[place]]
        if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
            fields.append({"name": head, "type": "number", "decimalChar": ","})
        else:
            fields.append({"name": head, "type": "string"})
    return {"fields": fields}
