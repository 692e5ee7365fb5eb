"""The results folder: read lazily, its hashes checked, and the few ways its files are written."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import xarray as xr
from filelock import Timeout

from layers.words.errors import SitingError
from layers.words.interruptions import in_one_breath
from scenarios.storage.disk_faults import disk_fault, is_full, is_of_a_writer, said_by
from scenarios.storage.folder_shape import descriptor_faults, files_of, shape_faults
from scenarios.storage.folder_swap import (
    DESCRIPTOR,
    UNDER_WAY,
    beside,
    held,
    is_ours,
    recovered,
    swapped_in,
    sweep_leftovers,
)
from scenarios.storage.plain_json import read_json, write_json

__all__ = ["DESCRIPTOR", "SCHEMA_VERSION", "Results", "read_json", "write_json"]

SCHEMA_VERSION = 1
# Faults told of a folder that is not of our shape; the others are counted.
MOST_TOLD = 3
PLAN_TABLES = ("placements", "connections", "heat", "sinks", "rule_costs", "capacity", "leverage")


@dataclass(frozen=True)
class Results:
    """A results folder, read lazily; the only thing that maps and comparisons know."""

    folder: Path

    @classmethod
    def read(cls, folder: Path, *, verify: bool = True) -> Results:
        """Open a folder, checking every hash.

        Parameters
        ----------
        folder : where a run wrote.
        verify : also check hashes and shape; False opens it faster, unproven.

        Returns
        -------
        The folder; its tables are read when they are asked for.

        Raises
        ------
        SitingError : SIT400 when it is no results folder or lacks what readers ask of it, SIT401
            when a file changed since the run.
        """
        recovered(folder)
        results = cls(folder)
        if not (folder / DESCRIPTOR).is_file():
            is_there = folder.exists()
            raise SitingError(
                "SIT400",
                "ce dossier n'est pas un dossier de résultats"
                if is_there
                else "ce dossier n'existe pas",
                where=str(folder),
                hint=_others(folder),
            )
        if verify:
            results.check_hashes()
            results.check_shape()
        return results

    def check_shape(self) -> None:
        """Hold every file to the one schema of a folder, whatever its hashes.

        Raises
        ------
        SitingError : SIT400, naming what is missing, or is of another type or version.
        """
        self._refuse(list(shape_faults(self.folder)))

    def check_hashes(self) -> None:
        """Check that no file changed since the run, that none is missing and none is added.

        Raises
        ------
        SitingError : SIT400 when the descriptor is not one of this version, SIT401 naming every
            file touched, absent or added.
        """
        self._refuse(list(descriptor_faults(self.folder)))
        version = self.descriptor["schema_version"]
        if version != SCHEMA_VERSION:
            raise SitingError(
                "SIT400",
                f"ce dossier est au schéma {version}, cet outil lit le schéma {SCHEMA_VERSION}",
                where=str(self.folder),
                hint="relisez-le avec l'outil qui l'a écrit, ou relancez « siting run »",
            )
        plain, others = files_of(self.folder)
        added = sorted(
            {*plain, *others} - {entry["path"] for entry in self.descriptor["resources"]}
        )
        touched = [
            entry["path"]
            for entry in self.descriptor["resources"]
            if not (self.folder / entry["path"]).is_file()
            or sha256(self.folder / entry["path"]) != entry["hash"].removeprefix("sha256:")
        ]
        if touched or added:
            said = {"fichiers modifiés ou absents": touched, "fichiers de trop": added}
            raise SitingError(
                "SIT401",
                " ; ".join(f"{what} : {', '.join(names)}" for what, names in said.items() if names),
                where=str(self.folder),
            )

    def _refuse(self, faults: Sequence[str]) -> None:
        """Refuse a folder whose shape is at fault, saying the first faults."""
        if not faults:
            return
        more = f" ; et {len(faults) - MOST_TOLD} autres" if len(faults) > MOST_TOLD else ""
        raise SitingError(
            "SIT400",
            "ce dossier est d'une autre version, ou a été modifié : "
            + " ; ".join(faults[:MOST_TOLD])
            + more,
            where=str(self.folder),
            hint="relancez « siting run » sur son scénario, scenario.toml, pour l'écrire à neuf",
        )

    @cached_property
    def descriptor(self) -> dict[str, Any]:
        """Return the Frictionless descriptor."""
        descriptor: dict[str, Any] = read_json(self.folder / DESCRIPTOR)
        return descriptor

    @cached_property
    def parameters(self) -> list[dict[str, Any]]:
        """Return each value used, with unit, status and reference."""
        values: list[dict[str, Any]] = self.document("parameters")["values"]
        return values

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """Return the scenario as run, defaults written out."""
        scenario: dict[str, Any] = self.document("parameters")["scenario"]
        return scenario

    @property
    def is_elsewhere(self) -> bool:
        """Say whether it is of a region that brought its papers: ours are not its texts."""
        return self.scenario.get("texts") is not None

    @property
    def projects(self) -> list[dict[str, Any]]:
        """Return the projects held as decided in this run."""
        projects: list[dict[str, Any]] = self.document("parameters")["projects"]
        return projects

    @cached_property
    def summary(self) -> dict[str, Any]:
        """Return the document that ``siting run --json`` prints."""
        summary: dict[str, Any] = self.document("summary")
        return summary

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        """Return every site, whatever its fate, indexed by site_id."""
        return self.shapes("sites").set_index("site_id")

    @cached_property
    def yards(self) -> gpd.GeoDataFrame:
        """Return the yards where a site may connect, with their assumed room, by yard_id."""
        return self.context("substations").set_index("yard_id")

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Return the verdict of every criterion on every site."""
        return self.table("verdicts")

    @cached_property
    def rules(self) -> pd.DataFrame:
        """Return the bill of the rules."""
        return self.table("rules")

    @cached_property
    def alternatives(self) -> pd.DataFrame:
        """Return the near-optimal alternatives (may be empty)."""
        return self.table("alternatives")

    @cached_property
    def plan(self) -> dict[str, pd.DataFrame]:
        """Return the tables of the plan by name: placements, connections and so on."""
        return {name: self.table(f"plan/{name}") for name in PLAN_TABLES}

    @cached_property
    def impacts(self) -> xr.Dataset:
        """Return the footprint per MW of every candidate and design."""
        with in_one_breath():
            return xr.load_dataset(self.folder / "impacts.nc")

    def context(self, name: str) -> gpd.GeoDataFrame:
        """Return one table of the territory that maps draw.

        Parameters
        ----------
        name : the table, without « context/ ».

        Returns
        -------
        The table, read anew.
        """
        return self.shapes(f"context/{name}")

    def table(self, name: str) -> pd.DataFrame:
        """Return one plain table of the folder, such as « context/monthly ».

        Parameters
        ----------
        name : path in the folder, without « .parquet ».

        Returns
        -------
        The table.
        """
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def shapes(self, name: str) -> gpd.GeoDataFrame:
        """Return one table of the folder that has geometries, such as « sites ».

        Parameters
        ----------
        name : the table, without its suffix.

        Returns
        -------
        The table, read anew.
        """
        return gpd.read_parquet(self.folder / f"{name}.parquet")

    def document(self, name: str) -> Any:
        """Return one document of the folder, such as « summary ».

        Parameters
        ----------
        name : the document, without its suffix.

        Returns
        -------
        What the JSON holds.

        Raises
        ------
        SitingError : SIT400 when it cannot be read.
        """
        return read_json(self.folder / f"{name}.json")

    def holds(self, name: str) -> bool:
        """Say whether the folder has a file, such as « context/projects.json ».

        Parameters
        ----------
        name : a path in the folder, its suffix included.

        Returns
        -------
        True when the file is there; it is not opened.
        """
        return (self.folder / name).is_file()


def _others(folder: Path) -> str | None:
    """Return the results folders that lie where one was looked for, or else where runs write."""
    places = (folder, folder.parent, Path("resultats"))
    # An export or a follow-up beside has a descriptor too, but no answer.
    found = {path.parent for place in places for path in place.glob("*/summary.json")}
    names = sorted(path.as_posix() for path in found)
    if not names:
        return None
    near = get_close_matches(folder.as_posix(), names, n=4, cutoff=0.0)
    return f"dossiers de résultats proches : {', '.join(near)}"


@contextmanager
def staged(into: Path) -> Iterator[Path]:
    """Give a folder beside the target; rename it over the target only if all went well.

    One run at a time holds the target. What a killed run left beside it is swept first.

    Parameters
    ----------
    into : the target: absent, empty, or a folder of ours, which is replaced.

    Yields
    ------
    A new empty folder, gone at the end whatever happens.

    Raises
    ------
    SitingError : SIT403 when the place cannot be written or holds something else, SIT404 when the
        disk is full, SIT405 when another run is writing there.
    """
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        if into.exists() and not is_ours(into):
            raise SitingError(
                "SIT403",
                f"« {into} » existe et n'est pas un dossier de résultats",
                where=str(into),
                hint="donnez un autre dossier avec --out : rien n'a été écrit",
            )
        staging = Path(tempfile.mkdtemp(prefix=f"{beside(into, UNDER_WAY)}-", dir=into.parent))
        try:
            with held(into):
                sweep_leftovers(into, staging)
                staging.chmod(0o755)
                yield staging
                swapped_in(staging, into)
        except Exception as problem:
            if not isinstance(problem, SitingError | OSError):
                if is_full(staging):
                    raise disk_fault(OSError(errno.ENOSPC, "plein"), into) from None
                if is_of_a_writer(problem):
                    raise disk_fault(OSError(errno.EIO, said_by(problem)), into) from None
            raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except Timeout:  # an OSError too, but of a lock taken by whoever writes: not of this place
        raise
    except OSError as problem:
        raise disk_fault(problem, into) from None


@contextmanager
def poured(into: Path) -> Iterator[Path]:
    """Give a folder; at the end, each of its files takes its place in the target, whole.

    For a target that may hold anything else, which stays.

    Parameters
    ----------
    into : the target, made when absent.

    Yields
    ------
    A new empty folder inside it; its own subfolders are not poured.

    Raises
    ------
    SitingError : SIT403 when the place cannot be written, SIT404 when the disk is full.
    """
    is_new = not into.exists()
    try:
        into.mkdir(parents=True, exist_ok=True)
        _sweep_poured(into)
        aside = Path(tempfile.mkdtemp(prefix=f".{UNDER_WAY}-{os.getpid()}-", dir=into))
        try:
            yield aside
            for path in sorted(path for path in aside.iterdir() if path.is_file()):
                path.replace(into / path.name)
        except Exception as problem:
            if not isinstance(problem, SitingError | OSError) and is_of_a_writer(problem):
                raise disk_fault(OSError(errno.EIO, said_by(problem)), into) from None
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            if is_new:
                with suppress(OSError):
                    into.rmdir()  # only when nothing was poured
    except OSError as problem:
        raise disk_fault(problem, into) from None


def _sweep_poured(into: Path) -> None:
    """Drop what a killed command left half done here: its process is gone."""
    for old in into.glob(f".{UNDER_WAY}-*-*"):
        number = old.name.removeprefix(f".{UNDER_WAY}-").partition("-")[0]
        if number.isdigit() and not _lives(int(number)):
            shutil.rmtree(old, ignore_errors=True)


def _lives(number: int) -> bool:
    """Say whether a process works; without the means to know, that it does."""
    if os.name != "posix":
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def sha256(path: Path) -> str:
    """Return the hexadecimal sha256 of a file.

    Parameters
    ----------
    path : a file.

    Returns
    -------
    64 digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as (Geo)Parquet, always with the same bytes.

    Parameters
    ----------
    path : its folder is made when absent.
    table : written without its index.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(table, gpd.GeoDataFrame):
        table.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")
    else:
        table.to_parquet(path, index=False, compression="zstd")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain records, columns as text keys.

    Parameters
    ----------
    table : its index is not kept.

    Returns
    -------
    One record a row, in order.
    """
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def made(folder: Path) -> Path:
    """Return a folder, made if needed.

    Parameters
    ----------
    folder : any path.

    Returns
    -------
    The same path.

    Raises
    ------
    SitingError : SIT403 when it cannot be made, SIT404 when the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise disk_fault(problem, folder) from None
    return folder
