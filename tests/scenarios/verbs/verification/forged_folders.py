"""Results folders whose every hash is right and where one figure, one word or one file is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import xarray as xr

from scenarios.storage.folder_contract import contracts
from tests.scenarios.storage.broken_folders import Broken, Harm, places_of, with_column

# One département, with two or three sites: what is forged, broken and interrupted.
SMALL = """
extends = "tendanciel"
name = "vienne"
title = "Haute-Vienne"
territory = ["87"]

[demand]
it_mw = { 2031 = 16, 2036 = 25 }
existing_it_mw = 10
"""
# What only the solver or the draws can give: taken as told, said so, and caught by --replay.
SOLVED = (
    "rules.parquet", "plan/rule_costs.parquet", "plan/leverage.parquet", "plan/capacity.parquet",
    "plan/yard_worth.parquet", "plan/site_worth.parquet", "alternatives.parquet",
    "plan/reasons.parquet", "plan/excesses.parquet", "plan/doubt.parquet", "sensitivity.parquet",
    "context/climate.parquet",
)  # fmt: skip
# Of when and where a run was made, or of what it was asked besides: they prove nothing.
CIRCUMSTANCES = ("created", "libraries", "python", "version", "inputs.answers")
SOLVER_WORDS = ("bound", "gap", "most_it_mw", "sites_", "solver", "status", "note_fr", "is_proof",
                "locks_", "objective", "paid", "min_mw")  # fmt: skip


def forged_tables(folder: Path) -> Iterator[Broken]:
    """Give every table with one value of each column changed for another that is as likely."""
    for name in contracts():
        file = f"{name}.parquet"
        if not (folder / file).is_file():
            continue
        for column in parquet.read_schema(folder / file).names:
            yield f"{file} {column}", file, _value(column)


def forged_documents(folder: Path) -> Iterator[Broken]:
    """Give every document with each figure doubled, each word and each list changed."""
    for file in ("summary.json", "parameters.json", "context/projects.json", "datapackage.json"):
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        for place in places_of(content):
            if file == "datapackage.json" and place[0] == "resources":
                continue  # hashes that do not hold are another matter
            part = content
            for key in place:
                part = part[key]
            if not isinstance(part, dict):
                where = ".".join(map(str, place))
                yield f"{file} {where}", file, _leaf(place)


def forged_files(folder: Path) -> Iterator[Broken]:
    """Give every derived file emptied, or with one of its figures changed; footprints halved."""
    for file in ("plan.csv", "carte.html", "synthese.html", "plan.lp", "scenario.toml"):
        yield f"{file} emptied", file, lambda path: path.write_bytes(b"")
        yield f"{file} changed", file, _figure
    for file in ("plan.gpkg", "plan.ods"):
        yield f"{file} emptied", file, lambda path: path.write_bytes(b"")
        yield f"{file} changed", file, lambda path: path.write_bytes(path.read_bytes() + b"\0")
    for name in xr.load_dataset(folder / "impacts.nc").data_vars:
        yield f"impacts.nc {name}", "impacts.nc", _halved(str(name))


def is_listed(name: str) -> bool:
    """Say whether a forgery is one that verify says it cannot see without --replay."""
    file, _, where = name.partition(" ")
    if file in SOLVED:
        return True
    if file == "datapackage.json":
        is_solver = where.startswith("solver.") and where[7:].startswith(SOLVER_WORDS)
        return where.startswith(CIRCUMSTANCES) or is_solver
    return file == "summary.json" and where.endswith(("_p5", "_p50", "_p95"))


def _value(column: str) -> Harm:
    def harm(path: Path) -> None:
        table = parquet.read_table(path)
        values = table[column].to_pylist()
        known = next((k for k, value in enumerate(values) if value not in (None, "")), 0)
        if values:
            values[known] = _other(values[known], values)
        try:
            new = pa.array(values, type=table[column].type)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            new = pa.array(values)
        parquet.write_table(with_column(table, column, new), path, compression="zstd")

    return harm


def _leaf(place: tuple[Any, ...]) -> Harm:
    def harm(path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        part = content
        for key in place[:-1]:
            part = part[key]
        part[place[-1]] = _other(part[place[-1]], [])
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")

    return harm


def _other(value: Any, among: list[Any]) -> Any:
    """Return another value, of the same kind: one of the column, or one that looks like it."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value * 2 + 1
    if isinstance(value, str):
        return next((each for each in among if each not in (value, None, "")), value + " bis")
    if isinstance(value, bytes):
        return next((each for each in among if each != value), value)
    return value[1:] if isinstance(value, list) else "autre"


def _figure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    at = next(k for k in range(len(text) // 2, len(text)) if text[k] in "12345678")
    path.write_text(text[:at] + str(int(text[at]) + 1) + text[at + 1 :], encoding="utf-8")


def _halved(name: str) -> Harm:
    def harm(path: Path) -> None:
        held = xr.load_dataset(path)
        values = np.where(np.isfinite(held[name]), held[name] / 2, held[name])
        path.unlink()
        held.assign({name: (held[name].dims, values)}).to_netcdf(path, engine="netcdf4")

    return harm


def moved(results_folder: Path) -> None:
    """Move one megawatt of the plan from a site to another, so that no total changes."""
    path = results_folder / "plan" / "placements.parquet"
    table = pd.read_parquet(path)
    table.loc[table.index[:2], "it_mw"] += [1.0, -1.0]
    table.to_parquet(path, index=False, compression="zstd")
