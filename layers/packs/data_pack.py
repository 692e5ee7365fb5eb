"""A pack: a folder of tables with its catalogue, opened lazily and never trusted blindly."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import xarray as xr
from numpy.typing import NDArray

from layers import sources
from layers.contracts.catalogue import (
    Catalogue,
    Entry,
    catalogue_text,
    entry_of,
    read_catalogue,
)
from layers.contracts.contract import LAYERS, check_table
from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.dated_values import Parameter, read_parameter_file
from layers.words.errors import SitingError
from layers.words.file_hashes import sha256_of
from layers.words.interruptions import in_one_breath
from layers.words.territory_paper import CRS, PAPERS, Territory, known_territories

__all__ = ["EMBEDDED", "Pack", "digest_of_files", "sha256_of", "sources"]

# What the zones of a user are called, each with its number after it.
ZONE = "zone_"
EMBEDDED: Path = Path(__file__).parents[1] / "data" / "nouvelle-aquitaine"


@dataclass
class Pack:
    """A folder of layers and its catalogue; each file is checked once, when it is first read."""

    folder: Path
    catalogue: Catalogue
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _verified: set[str] = field(default_factory=set, repr=False)
    _files: dict[str, Path] = field(default_factory=dict, repr=False)
    _brought: dict[str, gpd.GeoDataFrame] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path | str = EMBEDDED) -> Pack:
        """Open a pack; only its catalogue is read.

        A layer declared since the pack was made is absent from it, with the papers it has.

        Parameters
        ----------
        folder : the pack's folder; the embedded one by default.

        Returns
        -------
        The pack; no layer is checked yet.

        Raises
        ------
        SitingError : SIT103 when it has no catalogue, SIT100 when that is malformed.
        """
        folder = Path(folder)
        held = read_catalogue(folder / "catalogue.toml")
        return cls(folder, held | _declared_since(folder.name, held))

    def has(self, name: str) -> bool:
        """Say whether a layer is in the pack and says something.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        False too for a layer the catalogue does not know, and for one without a row whose papers
        do not say where it is complete: an empty export tells nothing, least of all good news.
        """
        if name not in self.catalogue or not self.catalogue[name].present:
            return False
        entry = self.catalogue[name]
        empty = entry.rows == 0 and name in LAYERS and LAYERS[name].form == "table"
        return not empty or bool(entry.complete_in)

    @property
    def territory(self) -> Territory:
        """Return what the pack is built for: by its own papers, else by those that ship.

        Returns
        -------
        The territory of the papers held; without any, the known one that holds its départements.

        Raises
        ------
        SitingError : SIT202 when no papers fit, and what ``Territory.read`` raises.
        """
        if self.has("territory"):
            return Territory.read(self.path("territory").parent)
        here = set(self.table("departements")["departement_code"])
        for name in known_territories():
            whole = Territory.named(name)
            if here <= set(whole.departements):
                return whole
        raise SitingError(
            "SIT202",
            "le lot ne dit pas de quel territoire il est",
            where=str(self.folder),
            hint="reconstruisez-le avec « siting layers build --papers DOSSIER --from EXPORTS »",
        )

    def entry(self, name: str) -> Entry:
        """Return a layer's papers.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        Its papers, absent or not.

        Raises
        ------
        SitingError : SIT106 when the catalogue does not know it.
        """
        if name not in self.catalogue:
            raise SitingError(
                "SIT106", f"couche inconnue du lot : « {name} »", where=str(self.folder)
            )
        return self.catalogue[name]

    def table(self, name: str) -> gpd.GeoDataFrame:
        """Return a table, checked against its hash and its contract.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        A copy; a plain table for a layer without geometry.

        Raises
        ------
        SitingError : SIT100 (unreadable), SIT101 (column), SIT102 (coordinates), SIT103 (file),
            SIT104 (hash), SIT105 (value), SIT106 (absent layer).
        """
        if name in self._brought:
            return self._brought[name].copy()
        if name not in self._tables:
            path = self.path(name)
            table = _read_table(path, LAYERS[name].geometry is not None)
            check_table(LAYERS[name], table, str(path))
            self._tables[name] = table
        return self._tables[name].copy()

    def held(self, name: str) -> gpd.GeoDataFrame:
        """Return a table, or an empty one that keeps the layer's contract when it is absent.

        For what informs a map or a sheet; where an absence decides, ask ``has`` and say unknown.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        As ``table``; the empty one has numbers where a column has a unit, texts elsewhere.
        """
        if self.has(name):
            return self.table(name)
        kind = LAYERS[name]
        empty = pd.DataFrame({column: pd.Series(dtype="str") for column in kind.columns})
        numbers = [column for column, body in kind.columns.items() if body.unit]
        empty = empty.astype(dict.fromkeys(numbers, float))
        return gpd.GeoDataFrame(empty, geometry=[], crs=CRS) if kind.geometry else empty

    @property
    def fingerprint(self) -> str:
        """Return the hash of the papers: of the pack's own layers and of those a user gave."""
        text = catalogue_text(self.catalogue.values())
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def with_table(self, name: str, table: pd.DataFrame, papers: Mapping[str, Any]) -> Pack:
        """Return the same pack with one more table, or another one, and its papers.

        Parameters
        ----------
        name : the layer's name.
        table : its rows, held to its contract.
        papers : fields of ``Entry`` that replace the former ones.

        Returns
        -------
        A new pack; this one and its folder are as they were.

        Raises
        ------
        SitingError : what ``check_table`` raises.
        """
        check_table(LAYERS[name], table, f"couche « {name} »")
        former = self.catalogue.get(name)
        base = former.model_dump() if former else {"name": name}
        entry = entry_of({**base, "rows": len(table), **papers})
        return Pack(
            self.folder,
            {**self.catalogue, name: entry},
            {**self._tables, name: table},
            set(self._verified),
            dict(self._files),
            self._brought,
        )

    def with_brought(self, name: str, content: gpd.GeoDataFrame, papers: Mapping[str, Any]) -> Pack:
        """Return the same pack with things that a user brings and no layer is made of.

        Parameters
        ----------
        name : what they are, « own_sites » or « own_zones ».
        content : one row a thing, Lambert-93.
        papers : fields of ``Entry``; the hash of the files decides whether a run is the same.

        Returns
        -------
        A new pack; this one is as it was.

        Raises
        ------
        SitingError : SIT202 when a paper is not what a catalogue holds.
        """
        entry = entry_of({"name": name, **papers})
        return Pack(
            self.folder,
            {**self.catalogue, name: entry},
            dict(self._tables),
            set(self._verified),
            dict(self._files),
            {**self._brought, name: content},
        )

    def brought(self, name: str) -> gpd.GeoDataFrame | None:
        """Return things that a user brings, or None when there are none.

        Parameters
        ----------
        name : as ``with_brought`` was given it.

        Returns
        -------
        A copy.
        """
        return self._brought[name].copy() if name in self._brought else None

    def with_file(self, name: str, path: Path, papers: Mapping[str, Any]) -> Pack:
        """Return the same pack with a layer read from another file, and its papers.

        Parameters
        ----------
        name : the layer's name.
        path : the file, whose sha256 the papers give.
        papers : fields of ``Entry`` that replace the former ones.

        Returns
        -------
        A new pack; the file is checked when it is first read.
        """
        base = self.catalogue[name].model_dump() if name in self.catalogue else {"name": name}
        entry = entry_of({**base, **papers})
        return Pack(
            self.folder,
            {**self.catalogue, name: entry},
            dict(self._tables),
            self._verified - {name},
            {**self._files, name: path},
            self._brought,
        )

    def weather(self) -> xr.Dataset:
        """Return the weather cube, dims (station, time), three-hourly, UTC, holes as NaN.

        Returns
        -------
        A cube in memory, its file checked and closed.
        """
        with in_one_breath(), xr.open_dataset(self.path("weather"), engine="netcdf4") as cube:
            return cube.load()

    def raster_path(self, name: str) -> Path:
        """Return the path of a raster, its hash checked.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        A GeoTIFF, there and unchanged.
        """
        return self.path(name)

    def sample(self, name: str, points: gpd.GeoSeries | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a raster's value under each Lambert-93 point; NaN outside it or without it.

        Parameters
        ----------
        name : the layer's name.
        points : points, or (points, 2) metres.

        Returns
        -------
        One value a point, in the raster's unit.
        """
        xy = (
            np.column_stack([points.x, points.y])
            if isinstance(points, gpd.GeoSeries)
            else np.asarray(points, dtype=float)
        )
        if not self.has(name):
            return np.full(len(xy), np.nan)
        with rasterio.open(self.raster_path(name)) as raster:
            values = np.array([value[0] for value in raster.sample(xy)], dtype=float)
            left, bottom, right, top = raster.bounds
            outside = (
                (xy[:, 0] < left) | (xy[:, 0] >= right) | (xy[:, 1] <= bottom) | (xy[:, 1] > top)
            )
            values[outside | (values == raster.nodata)] = np.nan
        return values

    def facts(self) -> Mapping[str, Any]:
        """Return the territory's facts: figures with status and reference, labels, places.

        Returns
        -------
        The parsed ``facts.toml``.
        """
        return self._toml("facts")

    def projects(self) -> Mapping[str, Mapping[str, Any]]:
        """Return announced and existing projects by name; ``it_mw`` is keyed by year (int).

        Returns
        -------
        The parsed ``projects.toml``.
        """
        return {
            name: {**body, "it_mw": {int(year): mw for year, mw in body["it_mw"].items()}}
            for name, body in self._toml("projects").items()
        }

    def press_facts(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what the press says of the occupation of a site; nothing when none is held.

        Returns
        -------
        The parsed ``press_facts.toml``.
        """
        return self._toml("press_facts") if self.has("press_facts") else {}

    def platforms(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the known platforms, ports and ready sites; nothing when none is held.

        Returns
        -------
        The parsed ``platforms.toml``.
        """
        return self._toml("platforms") if self.has("platforms") else {}

    def checks(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the published figures to compare the pack with; none in a part of a territory.

        Returns
        -------
        The parsed ``checks.toml``, by name.
        """
        return self._toml("checks") if self.has("checks") else {}

    def references(self) -> Mapping[str, Parameter]:
        """Return the dated objective references, one parameter a criterion.

        Returns
        -------
        Parameters by criterion.
        """
        return read_parameter_file(self.path("references"))

    def path(self, name: str) -> Path:
        """Return the path of a layer's file, present and unchanged.

        Parameters
        ----------
        name : the layer's name.

        Returns
        -------
        In the pack's folder, or where a user's file is kept.

        Raises
        ------
        SitingError : SIT106 (layer absent or unknown), SIT103 (no file), SIT104 (other hash).
        """
        entry = self.entry(name)
        if not entry.present:
            raise SitingError(
                "SIT106",
                f"la couche « {entry.title} » est absente du lot",
                where=str(self.folder),
                hint=f"donnez-la avec --layer {name}=FICHIER",
            )
        path = self._files.get(name, self.folder / entry.file)
        if not path.is_file():
            raise SitingError("SIT103", f"fichier absent : {entry.file}", where=str(path))
        if name not in self._verified:
            if sha256_of(path) != entry.sha256:
                raise SitingError("SIT104", f"empreinte différente : {entry.file}", where=str(path))
            self._verified.add(name)
        return path

    def verify(self) -> list[SitingError]:
        """Check every file of the pack: presence, hash, contract, number of rows.

        Returns
        -------
        Faults by layer name: SIT100–SIT105; none when all is right.
        """
        problems: list[SitingError] = []
        for name, entry in sorted(self.catalogue.items()):
            if not entry.present:
                continue
            try:
                rows = self._rows(name)
            except SitingError as problem:
                problems.append(problem)
                continue
            if rows is not None and entry.rows_out_of_band(rows):
                low, high = entry.rows_band or (rows, rows)
                text = f"« {entry.title} » : {rows} lignes, de {low} à {high} attendues"
                problems.append(SitingError("SIT105", text, where=str(self.folder / entry.file)))
        return problems

    def _rows(self, name: str) -> int | None:
        if name in self._brought:
            return len(self._brought[name])
        if name in LAYERS and LAYERS[name].form == "table":
            return len(self.table(name))
        self.path(name)
        return None

    def _toml(self, name: str) -> Mapping[str, Any]:
        path = self.path(name)
        return tomllib.loads(path.read_text(encoding="utf-8"))


def digest_of_files(files: Sequence[Path]) -> str:
    """Return one hash for several files, in their order.

    Parameters
    ----------
    files : existing files.

    Returns
    -------
    64 hexadecimal digits.
    """
    return hashlib.sha256("".join(sha256_of(file) for file in files).encode()).hexdigest()


def _declared_since(territory: str, held: Catalogue) -> Catalogue:
    newer = [name for name in LAYERS if name not in held]
    papers = PAPERS / territory / "catalogue.toml"
    if not newer or not papers.is_file():
        return {}
    known = read_catalogue(papers)
    return {name: known[name] for name in newer if name in known}


def _read_table(path: Path, has_geometry: bool) -> pd.DataFrame:
    try:
        return gpd.read_parquet(path) if has_geometry else pd.read_parquet(path)
    except (OSError, ValueError) as problem:
        raise SitingError("SIT100", unread_fr(problem), where=str(path), hint=MEND_FR) from None
