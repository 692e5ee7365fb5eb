"""Opening official exports: the only place where a raw file is read."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import rasterio
import shapely
import xarray as xr

from layers.contracts.contract import Export, Raster
from layers.opening.formats.text_rows import separator_of
from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.errors import SitingError
from layers.words.interruptions import in_one_breath
from layers.words.territory_paper import CRS

# Around a site, all that a heavy layer can be read for.
NEAR_M = 1_000.0


def find_exports(folder: Path, export: Export, *, anywhere: bool = False) -> list[Path]:
    """Return the newest file that matches an export's pattern, or the newest of each part.

    Official names carry their vintage, so the last name in order is the newest.

    Parameters
    ----------
    folder : the exports folder.
    export : its pattern, under the folder, and what parts it (``by``).
    anywhere : look for the file's name in every folder below, as downloads lie.

    Returns
    -------
    Paths; none when no file matches.
    """
    if not export.pattern:
        return []
    pattern = f"**/{Path(export.pattern).name}" if anywhere else export.pattern
    found = sorted(path for path in folder.glob(pattern) if _is_file(path))
    if not export.by:
        return found[-1:]
    parts = [(re.search(export.by, path.relative_to(folder).as_posix()), path) for path in found]
    newest = {match[1]: path for match, path in parts if match}
    return list(newest.values())


def _is_file(path: Path) -> bool:
    # A file geodatabase is a folder.
    return path.is_file() or (path.is_dir() and path.suffix == ".gdb")


def read_exports(paths: Sequence[Path], export: Export, near: pd.DataFrame | None = None) -> Any:
    """Read an export made of one file or of several, put end to end in one coordinate system.

    Parameters
    ----------
    paths : one file at least, in the order to read.
    export : the columns wanted, and how to adapt them.
    near : shapes in Lambert-93 around which a heavy export is read; None for all of it.

    Returns
    -------
    What ``read_export`` gives; several tables have the system of the first.

    Raises
    ------
    SitingError : what ``read_export`` raises.
    """
    contents = [read_export(path, export, near) for path in paths]
    if len(contents) == 1:
        return contents[0]
    crs = contents[0].crs
    return pd.concat([one.to_crs(crs) for one in contents], ignore_index=True)


def read_export(path: Path, export: Export, near: pd.DataFrame | None = None) -> Any:
    """Read one export: a table (only the columns asked for), a cube, a raster, or a text.

    Parameters
    ----------
    path : the file; its suffix says how it is read.
    export : the columns wanted, and how to adapt them.
    near : points within a kilometre of which a heavy export is read, or outlines whose rectangle
        is, 20 km around; None for all of it.

    Returns
    -------
    The content, after ``adapt``; a CSV has texts only.

    Raises
    ------
    SitingError : SIT100 when the file cannot be read, SIT101 when a column is absent, SIT102 when a
        heavy file does not say its system.
    """
    read = _READERS.get("".join(path.suffixes[-2:]), _READERS.get(path.suffix))
    if read is None:
        raise SitingError("SIT100", f"format inconnu : {path.suffix}", where=str(path))
    try:
        content = read(path, export) if near is None else _vector_near(path, export, near)
        if isinstance(content, pd.DataFrame) and export.columns:
            content = _only(content, export.columns, path)
        return export.adapt(content) if export.adapt else content
    except (OSError, ValueError, UnicodeError, pyogrio.errors.DataSourceError) as problem:
        raise SitingError("SIT100", unread_fr(problem), where=str(path), hint=MEND_FR) from None


def _vector_near(path: Path, export: Export, near: pd.DataFrame) -> pd.DataFrame:
    """Read what lies within a kilometre of some points, or in the rectangle of some outlines."""
    sublayer = export.sublayer or None
    shapes = gpd.GeoSeries(near["geometry"], crs=CRS)
    if (shapes.geom_type == "Point").all():
        window = shapely.union_all(shapes.buffer(NEAR_M, quad_segs=2).to_numpy())
    else:
        window = shapely.box(*shapely.bounds(shapely.box(*shapes.total_bounds).buffer(20 * NEAR_M)))
    crs = pyogrio.read_info(path, layer=sublayer)["crs"]
    if crs is None:
        raise SitingError("SIT102", "le fichier ne dit pas son système", where=str(path))
    mask = gpd.GeoSeries([window], crs=CRS).to_crs(crs).iloc[0]
    table: pd.DataFrame = pyogrio.read_dataframe(path, layer=sublayer, mask=mask)
    return table


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
    table: pd.DataFrame = pyogrio.read_dataframe(path, layer=export.sublayer or None)
    return table


def _csv(path: Path, export: Export) -> pd.DataFrame:
    # Everything as text: codes keep their leading zero, and each layer parses its own numbers.
    separator = export.separator or separator_of(path)
    try:
        return pd.read_csv(path, sep=separator, dtype="str", encoding="utf-8-sig")
    except UnicodeDecodeError:  # several producers publish in Windows-1252
        return pd.read_csv(path, sep=separator, dtype="str", encoding="cp1252")


def _json(path: Path, export: Export) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _packed_json(path: Path, export: Export) -> Any:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return json.load(stream)


def _text(path: Path, export: Export) -> str:
    return path.read_text(encoding="utf-8")


def _cube(path: Path, export: Export) -> xr.Dataset:
    with in_one_breath(), xr.open_dataset(path, engine="netcdf4") as cube:
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
    ".shp": _vector,
    ".gdb": _vector,
    ".csv": _csv,
    ".csv.gz": _csv,
    ".json": _json,
    ".json.gz": _packed_json,
    ".txt": _text,
    ".nc": _cube,
    ".tif": _raster,
}
