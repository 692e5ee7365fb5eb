"""A grid of states as a cloud-optimised GeoTIFF: same cells, same bytes, colours of its own."""

from __future__ import annotations

from pathlib import Path

import rasterio
import xarray as xr
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from layers.grid import Grid
from layers.states import ELIGIBLE, EXCLUDED, OUTSIDE, STATE_FR, UNKNOWN
from layers.territory import CRS

COLOURS = {
    EXCLUDED: (190, 184, 172, 255),
    ELIGIBLE: (28, 122, 90, 255),
    UNKNOWN: (244, 214, 141, 255),
    OUTSIDE: (255, 255, 255, 0),
}
"""RGBA of each state: told apart in grey and by colour-blind eyes, doubt lighter than a yes."""


def write_states(states: xr.DataArray, path: Path, title: str) -> Path:
    """Write states as a COG, with overviews that keep the commonest state, never a mean."""
    grid = Grid.of(states)
    profile = {
        "driver": "GTiff",
        "height": grid.rows,
        "width": grid.columns,
        "count": 1,
        "dtype": "uint8",
        "crs": CRS,
        "transform": grid.transform,
        "nodata": OUTSIDE,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as file:
            file.write(states.to_numpy(), 1)
            file.write_colormap(1, COLOURS)
            file.set_band_description(1, "éligibilité")
            file.update_tags(
                TITLE=title,
                STATES=" ; ".join(f"{code} = {text}" for code, text in STATE_FR.items()),
            )
        with memory.open() as file, rasterio.Env(GDAL_NUM_THREADS="2"):
            copy(
                file,
                path,
                driver="COG",
                compress="DEFLATE",
                level=6,
                blocksize=512,
                overview_resampling="mode",
            )
    return path
