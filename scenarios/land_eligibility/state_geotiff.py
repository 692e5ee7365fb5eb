"""A grid of states as a cloud-optimised GeoTIFF: same cells, same bytes, colours of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import rasterio
import xarray as xr
from rasterio.shutil import copy
from rasterio.windows import Window

from layers.geometry.raster_grid import Grid
from layers.words.cell_states import ELIGIBLE, EXCLUDED, OUTSIDE, RULED_OUT, STATE_FR, UNKNOWN
from layers.words.territory_paper import CRS

COLOURS = {
    EXCLUDED: (190, 184, 172, 255),
    ELIGIBLE: (28, 122, 90, 255),
    UNKNOWN: (244, 214, 141, 255),
    OUTSIDE: (255, 255, 255, 0),
}
"""RGBA of each state: told apart in grey and by colour-blind eyes, doubt lighter than a yes."""


LAYOUT = {"compress": "DEFLATE", "level": 6, "blocksize": 512, "overview_resampling": "mode"}
ROWS = 2_048


def write_states(states: xr.DataArray, path: Path, title: str) -> Path:
    """Write states as a COG, with overviews that keep the commonest state, never a mean.

    Parameters
    ----------
    states : (y, x), codes of ``layers.words.cell_states``, on a grid in Lambert-93.
    path : the GeoTIFF; a « .part.tif » stands beside it meanwhile.
    title : told in the file's tags.

    Returns
    -------
    The path.
    """
    told = {"STATES": " ; ".join(f"{code} = {text}" for code, text in STATE_FR.items())}
    return _write(states, path, {"TITLE": title, **told}, "éligibilité", COLOURS)


def write_unknown_rules(degrees: xr.DataArray, path: Path, title: str) -> Path:
    """Write the number of rules that could not answer, cell by cell, as a COG.

    Parameters
    ----------
    degrees : (y, x): a number of rules where none excludes, RULED_OUT or OUTSIDE elsewhere.
    path : the GeoTIFF; a « .part.tif » stands beside it meanwhile.
    title : told in the file's tags.

    Returns
    -------
    The path.
    """
    told = f"nombre de règles inconnues ; {RULED_OUT} = exclu ; {OUTSIDE} = hors du territoire"
    return _write(degrees, path, {"TITLE": title, "VALUES": told}, "règles inconnues", None)


def _write(
    cells: xr.DataArray,
    path: Path,
    tags: Mapping[str, str],
    band: str,
    colours: Mapping[int, tuple[int, ...]] | None,
) -> Path:
    grid = Grid.of(cells)
    profile = {
        "driver": "GTiff",
        "height": grid.rows,
        "width": grid.columns,
        "count": 1,
        "dtype": "uint8",
        "crs": CRS,
        "transform": grid.transform,
        "nodata": OUTSIDE,
        "tiled": True,
        "blockxsize": 512,
        "blockysize": 512,
        "compress": "DEFLATE",
        "zlevel": 1,
    }
    aside = path.with_suffix(".part.tif")  # a COG is a copy: this one is light, and on the disk
    try:
        with rasterio.open(aside, "w", **profile) as file:
            for first, last in grid.bands(ROWS):
                window = Window(0, first, grid.columns, last - first)
                file.write(cells.to_numpy()[first:last], 1, window=window)
            if colours is not None:
                file.write_colormap(1, colours)
            file.set_band_description(1, band)
            file.update_tags(**tags)
        copy(aside, path, driver="COG", **LAYOUT)
    finally:
        aside.unlink(missing_ok=True)
    return path
