"""Opening official exports: the only place where a raw file is read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio
import rasterio
import xarray as xr

from layers.contract import Export, Raster
from layers.errors import SitingError
from layers.openers import separator_of


def find_export(folder: Path, export: Export) -> Path | None:
    """Return the newest file that matches an export's pattern, or nothing.

    Official names carry their vintage, so the last name in order is the newest.
    """
    if not export.pattern:
        return None
    found = sorted(path for path in folder.glob(export.pattern) if path.is_file())
    return found[-1] if found else None


def read_export(path: Path, export: Export) -> Any:
    """Read one export: a table (only the columns asked for), a cube, a raster, or a text.

    Raises SIT100 when the file cannot be read, SIT101 when a column is absent.
    """
    read = _READERS.get("".join(path.suffixes[-2:]), _READERS.get(path.suffix))
    if read is None:
        raise SitingError("SIT100", f"format inconnu : {path.suffix}", where=str(path))
    try:
        content = read(path, export)
        if isinstance(content, pd.DataFrame) and export.columns:
            content = _only(content, export.columns, path)
        return export.adapt(content) if export.adapt else content
    except (OSError, ValueError, UnicodeError, pyogrio.errors.DataSourceError) as problem:
        raise SitingError("SIT100", f"fichier illisible : {problem}", where=str(path)) from None


def _only(table: pd.DataFrame, columns: tuple[str, ...], path: Path) -> pd.DataFrame:
    missing = [name for name in columns if name not in table.columns]
    if missing and table.empty and "geometry" in table.columns:
        # A GeoJSON without any object cannot say what its fields are.
        table = table.assign(**{name: pd.Series(dtype="str") for name in missing})
    elif missing:
        raise SitingError(
            "SIT101",
            f"colonne absente : {', '.join(missing)}",
            where=str(path),
            hint="colonnes trouvées : " + ", ".join(str(name) for name in table.columns[:30]),
        )
    kept = list(columns) + (["geometry"] if "geometry" in table.columns else [])
    return table[kept]


def _vector(path: Path, export: Export) -> pd.DataFrame:
    table: pd.DataFrame = pyogrio.read_dataframe(path)
    return table


def _csv(path: Path, export: Export) -> pd.DataFrame:
    # Everything as text: codes keep their leading zero, and each layer parses its own numbers.
    separator = export.separator or separator_of(path)
    return pd.read_csv(path, sep=separator, dtype="str", encoding="utf-8-sig")


def _json(path: Path, export: Export) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _text(path: Path, export: Export) -> str:
    return path.read_text(encoding="utf-8")


def _cube(path: Path, export: Export) -> xr.Dataset:
    with xr.open_dataset(path, engine="netcdf4") as cube:
        return cube.load()


def _raster(path: Path, export: Export) -> Raster:
    with rasterio.open(path) as source:
        return Raster(
            values=source.read(1),
            transform=source.transform,
            crs=source.crs.to_string() if source.crs else "",
            nodata=source.nodata if source.nodata is not None else float("nan"),
        )


_READERS: Mapping[str, Callable[[Path, Export], Any]] = {
    ".gpkg": _vector,
    ".geojson": _vector,
    ".csv": _csv,
    ".csv.gz": _csv,
    ".json": _json,
    ".txt": _text,
    ".nc": _cube,
    ".tif": _raster,
}
