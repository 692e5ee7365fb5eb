"""GeoPackage 1.2 in Lambert-93, with one default style a layer, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from layers.words.errors import SitingError
from layers.words.territory_paper import CRS
from scenarios.writing.exports.qgis_styles import LOOKS, qml, sld

GEOMETRIES = {"line": "LineString", "area": "MultiPolygon"}


def write_geopackage(
    layers: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    path: Path,
    day: date,
    power: str = "it_mw",
) -> None:
    """Write styled layers and plain tables, stamped with the day given.

    GeoPackage 1.2, because QGIS LTR of public bodies still warns on 1.4.

    Parameters
    ----------
    layers : by name, from the top of the map; each name has its style in ``qgis_styles.LOOKS``.
    tables : by name, without geometry or style.
    path : a new file; layers are added to one that exists.
    day : the scenario's, in place of the hour of writing.
    power : the column that sizes and labels the retained sites, in IT MW.

    Raises
    ------
    SitingError : SIT403 when it cannot be written.
    """
    with _clock_stopped(day), _told(path):
        for name, table in layers.items():
            _append(table.to_crs(CRS), path, name, GEOMETRIES.get(LOOKS[name].shape, "Point"))
        for name, plain in tables.items():
            _append(plain, path, name, None)
        # QGIS lists the styles of a file by the column « id ».
        _append(_styles(layers, day, power), path, "layer_styles", None, FID="id")


def _append(
    table: pd.DataFrame, path: Path, name: str, geometry: str | None, **options: str
) -> None:
    pyogrio.write_dataframe(
        table,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=geometry,
        promote_to_multi=geometry == "MultiPolygon" or None,
        dataset_options={"VERSION": "1.2"},
        layer_options=options,
    )


@contextmanager
def _clock_stopped(day: date) -> Iterator[None]:
    """Give GDAL a clock that reads the scenario's day: the hour of writing is no fact."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day:%Y-%m-%d}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except pyogrio.errors.DataSourceError as problem:
        raise SitingError(
            "SIT403", f"GeoPackage impossible à écrire : {problem}", where=str(path)
        ) from None


def _styles(layers: Mapping[str, gpd.GeoDataFrame], day: date, power: str) -> pd.DataFrame:
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": name.replace("_", " "),
            "styleQML": qml(LOOKS[name], [str(c) for c in table.columns if c != "geometry"], power),
            "styleSLD": sld(name, LOOKS[name]),
            "useAsDefault": True,
            "description": "Style par défaut de siting",
            "owner": "",
            "ui": None,
            "update_time": f"{day:%Y-%m-%d}T00:00:00.000Z",
        }
        for name, table in layers.items()
    ]
    return pd.DataFrame(rows)
