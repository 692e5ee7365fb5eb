"""The one schema of a results folder: every file held to it before anybody reads it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import xarray as xr
from pydantic import BaseModel

from layers.words.interruptions import in_one_breath
from scenarios.question.scenario_model import Scenario
from scenarios.storage.folder_contract import (
    TableContract,
    contract_file,
    contracts,
    keys_of,
    table_faults,
)
from scenarios.storage.folder_documents import (
    Descriptor,
    Parameters,
    Projects,
    Summary,
    document_faults,
    summary_faults,
)
from scenarios.storage.folder_swap import DESCRIPTOR
from scenarios.storage.plain_json import read_json

HOURS = 8760
PROJECTS = "context/projects.json"
DOCUMENTS: Mapping[str, type[BaseModel]] = {"summary.json": Summary, "parameters.json": Parameters}


def descriptor_faults(folder: Path) -> Iterator[str]:
    """Say in what the descriptor of a folder is not one, or names what lies outside.

    Parameters
    ----------
    folder : a results folder.

    Yields
    ------
    French words, one a fault; SIT400 is raised when it is not even JSON.
    """
    content = read_json(folder / DESCRIPTOR)
    faults = [f"{DESCRIPTOR}, {told}" for told in document_faults(Descriptor, content)]
    yield from faults
    if not faults:
        yield from path_faults(entry["path"] for entry in content["resources"])


def path_faults(paths: Iterator[str] | Sequence[str]) -> Iterator[str]:
    """Say which paths of a descriptor would lead outside of its folder, or come twice.

    Parameters
    ----------
    paths : as the descriptor writes them.

    Yields
    ------
    French words, one a fault.
    """
    seen: set[str] = set()
    for path in paths:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path or path != pure.as_posix():
            yield f"« {path} » n'est pas un chemin du dossier"
        elif path in seen:
            yield f"« {path} » est inscrit deux fois"
        seen.add(path)


def files_of(folder: Path) -> tuple[list[str], list[str]]:
    """Return what lies in a folder: its files but the descriptor, and what is no plain file.

    Parameters
    ----------
    folder : any folder.

    Returns
    -------
    Paths of plain files, then of links, pipes and devices, each sorted.
    """
    plain: list[str] = []
    others: list[str] = []
    for place, folders, names in os.walk(folder):
        here = Path(place)
        linked = [name for name in folders if (here / name).is_symlink()]
        for name in [*names, *linked]:
            path = here / name
            is_plain = path.is_file() and not path.is_symlink()
            (plain if is_plain else others).append(path.relative_to(folder).as_posix())
    return sorted(set(plain) - {DESCRIPTOR}), sorted(others)


def shape_faults(folder: Path) -> Iterator[str]:
    """Say in what a folder differs from the one schema, whatever its hashes.

    Parameters
    ----------
    folder : a results folder whose descriptor is sound.

    Yields
    ------
    French words, one a fault: the file, and what.
    """
    _, others = files_of(folder)
    yield from (f"« {path} » est un lien ou n'est pas un fichier" for path in others)
    absent = [name for name in (*DOCUMENTS, PROJECTS) if not (folder / name).exists()]
    yield from (f"{name} absent" for name in absent)
    if absent:
        return
    sound = True
    for name, model in DOCUMENTS.items():
        content = read_json(folder / name)
        faults = [f"{name}, {told}" for told in document_faults(model, content)]
        if not faults and model is Parameters:
            asked = document_faults(Scenario, content["scenario"])
            faults = [f"{name}, scenario.{told}" for told in asked]
        yield from faults
        sound = sound and not faults
    rows = {"rows": read_json(folder / PROJECTS)}
    yield from (f"{PROJECTS}, {told}" for told in document_faults(Projects, rows))
    if not sound or others:
        return
    summary = read_json(folder / "summary.json")
    faults = [f"summary.json, {told}" for told in summary_faults(summary)]
    yield from faults
    if not faults:
        yield from _data_faults(folder, summary["periods"])


def _data_faults(folder: Path, periods: Sequence[int]) -> Iterator[str]:
    sound = True
    for name, contract in contracts().items():
        path = folder / f"{name}.parquet"
        faults = list(_one_table(path, contract, periods))
        yield from (f"{name}.parquet, {told}" for told in faults)
        sound = sound and not faults
    if sound:
        yield from _reference_faults(folder)
        yield from _demand_faults(folder)
        yield from (f"impacts.nc, {told}" for told in _impact_faults(folder))


def _one_table(path: Path, contract: TableContract, periods: Sequence[int]) -> Iterator[str]:
    if not path.is_file():
        if not contract.optional:
            yield "absent"
        return
    faults = list(table_faults(path, contract, periods))
    yield from faults
    if not faults:
        yield from _frame_faults(path, contract)


def _frame_faults(path: Path, contract: TableContract) -> Iterator[str]:
    """Read a table as every reader does: what a foreign writer says in it may trip the library."""
    has_shapes = "geometry" in contract.types
    try:
        frame: pd.DataFrame = gpd.read_parquet(path) if has_shapes else pd.read_parquet(path)
        columns = [str(column) for column in frame.columns]
        if has_shapes:
            crs, bounds = frame.crs, frame.geometry.total_bounds  # type: ignore[attr-defined]
            kinds = set(shapely.get_type_id(frame.geometry.to_numpy()))  # type: ignore[attr-defined]
    except Exception as fault:
        yield f"illisible ({type(fault).__name__})"
        return
    if not isinstance(frame.index, pd.RangeIndex) or not set(
        contract.types
    ) - contract.maybe <= set(columns):
        yield "des colonnes y tiennent lieu d'index"
    if has_shapes:
        if crs is None or crs.to_epsg() != 2154:
            yield "les coordonnées ne sont pas en Lambert-93 (EPSG:2154)"
        if len(frame) and not (abs(bounds) < 1e8).all():
            yield "les coordonnées ne sont pas des mètres finis"
        if path.name == "sites.parquet" and not kinds <= {0, -1}:
            yield "un site n'est pas un point"


def _reference_faults(folder: Path) -> Iterator[str]:
    """Say which values point to a row that no table holds."""

    @cache
    def known(table: str, column: str) -> set[object]:
        return keys_of(folder / f"{table}.parquet", column)

    for name, contract in contracts().items():
        if not (folder / f"{name}.parquet").is_file():
            continue
        for column, table in contract.refers.items():
            lost = known(name, column) - known(table, contracts()[table].key[0])
            if lost:
                first = sorted(map(str, lost))[0]
                yield f"{name}.parquet, {column} « {first} » n'est pas dans {table}.parquet"


def _demand_faults(folder: Path) -> Iterator[str]:
    demand = pd.read_parquet(folder / "plan" / "heat_demand.parquet")
    sinks = keys_of(folder / "plan" / "heat_sinks.parquet", "sink_id")
    if set(map(str, demand.columns)) != sinks:
        yield "plan/heat_demand.parquet, les débouchés ne sont pas ceux de plan/heat_sinks.parquet"
    if sinks and len(demand) != HOURS:
        yield f"plan/heat_demand.parquet, {len(demand)} heures au lieu de {HOURS}"


def _impact_faults(folder: Path) -> Iterator[str]:
    told: Mapping[str, Any] = contract_file()["impacts"]
    try:
        with in_one_breath():
            held = xr.load_dataset(folder / "impacts.nc", engine="netcdf4")
    except Exception as fault:
        yield f"illisible ({type(fault).__name__})"
        return
    for name, dims in told["variables"].items():
        if name not in held.variables:
            yield f"il manque {name}"
        elif list(held[name].dims) != dims:
            yield f"{name} n'a pas les dimensions {', '.join(dims)}"
        elif dims != [name] and name not in told["texts"] and not _finite(held[name]):
            yield f"{name} a une valeur qui n'est pas un nombre fini"
    coordinates = [name for name in ("site_id", "design", "month") if name in held.coords]
    for name in coordinates:
        if not pd.Index(held[name].to_numpy()).is_unique:
            yield f"{name} vient deux fois"
    if len(coordinates) == 3:
        yield from _pool_faults(folder, held)


def _pool_faults(folder: Path, held: xr.Dataset) -> Iterator[str]:
    """Say which candidates or coolings of the plan have no footprint."""
    sites = pd.read_parquet(folder / "sites.parquet", columns=["site_id", "fate"])
    pool = set(sites.loc[sites["fate"] == "candidat", "site_id"])
    if pool != set(map(str, held["site_id"].to_numpy())):
        yield "les sites n'y sont pas les candidats de sites.parquet"
    used = keys_of(folder / "plan" / "placements.parquet", "design")
    if not used <= set(map(str, held["design"].to_numpy())):
        yield "un refroidissement du plan n'y est pas"
    placed = keys_of(folder / "plan" / "placements.parquet", "site_id")
    if not placed <= pool:
        yield "un site du plan n'est pas un candidat"


def _finite(array: xr.DataArray) -> bool:
    values = array.to_numpy()
    return values.dtype.kind in "fiub" and bool(abs(values.astype(float)).max(initial=0.0) < 1e300)
