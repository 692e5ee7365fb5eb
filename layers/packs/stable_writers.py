"""Writing a pack's files so that the same content always gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as parquet
import rasterio
import xarray as xr

from layers.contracts.contract import Raster, ReportLine
from layers.words.interruptions import in_one_breath


def write_content(
    content: gpd.GeoDataFrame | pd.DataFrame | xr.Dataset | Raster, path: Path
) -> int:
    """Write a tidied layer and return its number of rows, cells or instants.

    Parameters
    ----------
    content : a table (Parquet), a cube (NetCDF) or a raster (GeoTIFF).
    path : the file, written over.

    Returns
    -------
    How many there are.
    """
    if isinstance(content, Raster):
        return _write_raster(content, path)
    if isinstance(content, xr.Dataset):
        with in_one_breath():
            content.to_netcdf(path, engine="netcdf4", format="NETCDF4")
        return int(content.sizes["time"])
    if isinstance(content, gpd.GeoDataFrame):
        content.to_parquet(path, index=False, compression="zstd", compression_level=19)
    else:
        content.to_parquet(path, index=False, compression="zstd", engine="pyarrow")
    return len(content)


def write_notice(path: Path, notice: str) -> None:
    """Write a licence's notice inside a table, so that the file says it wherever it goes.

    Parameters
    ----------
    path : a Parquet file, written over.
    notice : the text, kept under « licence » in its metadata.
    """
    table = parquet.read_table(path)
    papers = {**(table.schema.metadata or {}), b"licence": notice.encode("utf-8")}
    parquet.write_table(
        table.replace_schema_metadata(papers), path, compression="zstd", compression_level=19
    )


def _write_raster(raster: Raster, path: Path) -> int:
    height, width = raster.values.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=height,
        width=width,
        count=1,
        dtype=raster.values.dtype,
        crs=raster.crs,
        transform=raster.transform,
        nodata=raster.nodata,
        compress="deflate",
        predictor=2,
    ) as target:
        target.write(raster.values, 1)
    return int(height * width)


def write_report(lines: Sequence[ReportLine], path: Path) -> None:
    """Write the build report: layer; action; rows; why.

    Parameters
    ----------
    lines : lines of the report, in the order written.
    path : the CSV (semicolons, UTF-8 with its mark), written over.
    """
    rows = [(line.layer, line.action, line.rows, line.why_fr) for line in lines]
    table = pd.DataFrame(rows, columns=["layer", "action", "rows", "why_fr"])
    table.to_csv(path, index=False, sep=";", lineterminator="\n", encoding="utf-8-sig")


def write_by_row(table: pd.DataFrame, path: Path) -> None:
    """Write one line a row of a layer: key; action; why.

    Parameters
    ----------
    table : columns key, action, why_fr.
    path : the CSV (semicolons, UTF-8 with its mark), written over.
    """
    table.to_csv(path, index=False, sep=";", lineterminator="\n", encoding="utf-8-sig")
