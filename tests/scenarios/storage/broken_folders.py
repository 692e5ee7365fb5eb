"""Results folders broken in one place each, then sealed again as if nothing had happened."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import xarray as xr

from layers.words.file_hashes import sha256_of
from scenarios.storage.folder_contract import contracts
from scenarios.storage.folder_shape import files_of

DESCRIPTOR = "datapackage.json"
# Values put in place of another, whatever it was.
STRANGE: tuple[Any, ...] = (None, "x", -1, 1e300, 10**17, [], {}, [[]], True, "\x1b[31m")

Harm = Callable[[Path], None]
Broken = tuple[str, str, Harm]  # a name, the file touched, what breaks it


def broken_tables(folder: Path) -> Iterator[Broken]:
    """Give every table emptied, cut, doubled, each of its columns dropped or of another type."""
    for name in contracts():
        file = f"{name}.parquet"
        if not (folder / file).is_file():
            continue
        yield f"{file} vide", file, _table(lambda table: table.slice(0, 0))
        yield f"{file} doublé", file, _table(lambda table: pa.concat_tables([table, table]))
        yield f"{file} sans colonne", file, _table(lambda table: table.select([]))
        yield f"{file} tronqué", file, lambda path: path.write_bytes(path.read_bytes()[:-9])
        yield f"{file} index étranger", file, _foreign
        yield f"{file} métadonnées abîmées", file, _mad
        for column in parquet.read_schema(folder / file).names:
            yield f"{file} sans {column}", file, _without(column)
            yield f"{file} {column} en listes", file, _changed(column, lambda _: ["a"])
            yield f"{file} {column} en texte", file, _changed(column, lambda _: "x")
            yield f"{file} {column} en nombre", file, _changed(column, lambda _: 1e300)
            yield f"{file} {column} infini", file, _changed(column, lambda _: float("inf"))
            yield f"{file} {column} manque", file, _changed(column, lambda _: None)


def broken_documents(folder: Path) -> Iterator[Broken]:
    """Give every document with each of its keys dropped, or set to something strange."""
    for file in ("summary.json", "parameters.json", "context/projects.json", DESCRIPTOR):
        yield f"{file} n'est pas JSON", file, lambda path: path.write_text("{", encoding="utf-8")
        yield (
            f"{file} sans fond",
            file,
            lambda path: path.write_text("[" * 90_000, encoding="utf-8"),
        )
        yield f"{file} NaN", file, lambda path: path.write_text('{"a": NaN}', encoding="utf-8")
        yield (f"{file} 400 chiffres", file,
               lambda path: path.write_text("[" + "9" * 400 + "]", encoding="utf-8"))  # fmt: skip
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        for k, place in enumerate(places_of(content)):
            where = ".".join(map(str, place))
            yield f"{file} sans {where}", file, _document(place, None, drop=True)
            strange = STRANGE[k % len(STRANGE)]
            yield f"{file} {where} = {strange!r}", file, _document(place, strange)


def broken_footprints(folder: Path) -> Iterator[Broken]:
    """Give the footprints without each variable, without a site, with what is not finite."""
    file = "impacts.nc"
    held = xr.load_dataset(folder / file)
    yield f"{file} tronqué", file, lambda path: path.write_bytes(path.read_bytes()[:5000])
    yield f"{file} sans site", file, _netcdf(lambda data: data.isel(site_id=slice(1, None)))
    yield f"{file} sans axe", file, _netcdf(lambda data: data.rename(site_id="ailleurs"))
    for name in map(str, held.variables):
        yield f"{file} sans {name}", file, _netcdf(lambda data, n=name: data.drop_vars(n))
        if held[name].dtype.kind == "f":
            yield f"{file} {name} NaN", file, _netcdf(
                lambda data, n=name: data.assign({n: data[n] * float("nan")}))  # fmt: skip


def broken_trees(_: Path) -> Iterator[Broken]:
    """Give folders with a file too many, too few, a link out, a pipe."""

    def linked(path: Path) -> None:
        path.unlink()
        path.symlink_to("/etc/hostname")

    def piped(path: Path) -> None:
        path.unlink()
        os.mkfifo(path)

    for file in ("plan.csv", "plan/heat.parquet", "summary.json", "impacts.nc"):
        yield f"{file} lien", file, linked
        yield f"{file} tube", file, piped
        yield f"{file} absent", file, lambda path: path.unlink()


@contextmanager
def broken(copy: Path, sound: Path, case: Broken) -> Iterator[Path]:
    """Break a copy, seal it again, and mend it afterwards."""
    _, file, harm = case
    try:
        harm(copy / file)
        if file != DESCRIPTOR:
            _seal_again(copy, file)
        yield copy
    finally:
        for name in {file, DESCRIPTOR}:
            (copy / name).unlink(missing_ok=True)
            shutil.copyfile(sound / name, copy / name)


def _seal_again(folder: Path, file: str) -> None:
    path = folder / DESCRIPTOR
    told = json.loads(path.read_text(encoding="utf-8"))
    held = set(files_of(folder)[0])
    told["resources"] = [each for each in told["resources"] if each["path"] in held]
    for each in told["resources"]:
        if each["path"] == file:
            each |= {"hash": f"sha256:{sha256_of(folder / file)}"}
            each |= {"bytes": (folder / file).stat().st_size}
    path.write_text(json.dumps(told), encoding="utf-8")


def places_of(content: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every part of a document, the first row of a list only."""
    rows = content.items() if isinstance(content, dict) else ()
    for key, value in rows or enumerate(content[:1] if isinstance(content, list) else ()):
        yield (*here, key)
        yield from places_of(value, (*here, key))


def _document(place: tuple[Any, ...], value: Any, *, drop: bool = False) -> Harm:
    def harm(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        part = content
        for key in place[:-1]:
            part = part[key]
        if drop:
            del part[place[-1]]
        else:
            part[place[-1]] = value
        path.write_text(json.dumps(content), encoding="utf-8")

    return harm


def _table(change: Callable[[pa.Table], pa.Table]) -> Harm:
    return lambda path: parquet.write_table(change(parquet.read_table(path)), path)


def _without(column: str) -> Harm:
    return _table(lambda table: table.drop_columns([column]))


def _changed(column: str, value: Callable[[Any], Any]) -> Harm:
    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        new = value(values[0]) if values else None
        try:
            return with_column(table, column, pa.array([new, *values[1:]], type=table[column].type))
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, OverflowError):
            return with_column(table, column, pa.array([new] * len(values)))

    return _table(change)


def with_column(table: pa.Table, column: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)


def _foreign(path: Path) -> None:
    table = pd.DataFrame(parquet.read_table(path).to_pandas())
    table.set_index(list(table.columns[:1])).to_parquet(path)


def _mad(path: Path) -> None:
    table = parquet.read_table(path)
    told = {**(table.schema.metadata or {}), b"pandas": b'{"index_columns": [{"kind": 3}]}'}
    parquet.write_table(table.replace_schema_metadata({**told, b"geo": b"[1"}), path)


def _netcdf(change: Callable[[xr.Dataset], xr.Dataset]) -> Harm:
    def harm(path: Path) -> None:
        changed = change(xr.load_dataset(path))
        path.unlink()
        changed.to_netcdf(path, engine="netcdf4")

    return harm
