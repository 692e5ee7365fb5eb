"""Patches of an eligibility grid: what touches by a side, its shape, and how much is unknown."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray

from layers.geometry.raster_grid import Grid
from layers.geometry.site_joins import united
from layers.words.territory_paper import CRS

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Patches:
    """Patches of free cells (eligible or unknown), before any outline is drawn.

    ``table``: one row a patch — cells, unknown_cells, edges (sides between a cell of the patch
    and one that is not), square_cells (side of the largest square of cells it holds), x_m and y_m
    (mean of its cell centres). ``row``, ``first``, ``last``, ``label``: its runs of cells.
    """

    grid: Grid
    table: pd.DataFrame
    row: Rows
    first: Rows
    last: Rows
    label: Rows

    def outlines(self, patches: Rows) -> NDArray[np.object_]:
        """Return the outline of each patch asked for, in the order of their numbers.

        Parameters
        ----------
        patches : numbers of patches, in any order.

        Returns
        -------
        One polygon a patch, Lambert-93, along the sides of its cells, with its corners only.
        """
        wanted = np.isin(self.label, patches)
        west, _, _, north = self.grid.bounds
        cell = self.grid.cell_m
        boxes = shapely.box(
            west + self.first[wanted] * cell,
            north - (self.row[wanted] + 1) * cell,
            west + self.last[wanted] * cell,
            north - self.row[wanted] * cell,
        )
        outlines = shapely.normalize(united(boxes, self.label[wanted]))
        return shapely.normalize(shapely.simplify(outlines, 0.0))  # only the corners are left

    def painted(self, states: NDArray[np.uint8], patches: Rows) -> NDArray[np.uint8]:
        """Return the states of the cells of these patches alone, 0 elsewhere.

        Parameters
        ----------
        states : (rows, columns), the grid that the patches were found in.
        patches : numbers of patches.

        Returns
        -------
        An array of the same shape; 0 is « excluded ».
        """
        kept = np.zeros(len(self.table), dtype=bool)
        kept[patches] = True
        only = np.zeros_like(states)
        for k in np.flatnonzero(kept[self.label]):
            run = self.row[k], slice(self.first[k], self.last[k])
            only[run] = states[run]
        return only


def find_patches(states: xr.DataArray, block_cells: int = 0) -> Patches:
    """Find the patches of an eligibility grid (see ``layers.words.cell_states``).

    Parameters
    ----------
    states : dims (y, x), uint8, with the attributes ``crs`` and ``cell_m``.
    block_cells : when above 0, patches are cut along a lattice of square blocks of so many cells,
        its corners on multiples of their side from the origin of Lambert-93: the cut of a place
        never depends on the window.

    Returns
    -------
    The patches, numbered in the order of their first cell, row after row from the north; cells that
    touch by a corner only are apart.

    Raises
    ------
    SitingError : SIT102 when the grid is not in Lambert-93.
    """
    from layers.geometry.kernels.cell_runs import joined, measured, runs_of

    grid = Grid.of(states)
    values = np.ascontiguousarray(states.to_numpy())
    column0 = round(grid.west / grid.cell_m) % max(block_cells, 1)
    row0 = -round(grid.north / grid.cell_m) % max(block_cells, 1)
    none = np.empty(0, dtype=np.int64)
    count = runs_of(values, block_cells, column0, row0, none, none, none)
    row, first, last, parent, shared = (np.empty(count, dtype=np.int64) for _ in range(5))
    if count:
        runs_of(values, block_cells, column0, row0, row, first, last)
        joined(row, first, last, block_cells, row0, parent, shared)
    label = np.unique(parent, return_inverse=True)[1].astype(np.int64)
    found = int(label.max(initial=-1)) + 1
    unknown, square = np.zeros(found, dtype=np.int64), np.zeros(found, dtype=np.int64)
    measured(values, row, first, last, label, block_cells, column0, row0, unknown, square)
    table = _table(grid, row, first, last, label, shared, found)
    return Patches(
        grid, table.assign(unknown_cells=unknown, square_cells=square), row, first, last, label
    )


def _table(
    grid: Grid, row: Rows, first: Rows, last: Rows, label: Rows, shared: Rows, found: int
) -> pd.DataFrame:
    length = last - first
    cells = np.bincount(label, length, found).astype(np.int64)
    sides = np.bincount(label, 2 * length + 2 - 2 * shared, found).astype(np.int64)
    x = grid.west + 0.5 * (first + last) * grid.cell_m
    y = grid.north - (row + 0.5) * grid.cell_m
    weight = np.maximum(cells, 1)
    return pd.DataFrame(
        {
            "cells": cells,
            "edges": sides,
            "x_m": np.bincount(label, length * x, found) / weight,
            "y_m": np.bincount(label, length * y, found) / weight,
        }
    )


def patches(states: xr.DataArray, min_area_ha: float) -> gpd.GeoDataFrame:
    """Return the patches of at least so many hectares, the largest first, with their shape.

    A patch is what touches by a side; unknown cells count in it and are said.

    Parameters
    ----------
    states : dims (y, x), uint8, with the attributes ``crs`` and ``cell_m``.
    min_area_ha : patches below are left out.

    Returns
    -------
    The columns of ``shaped`` and the outlines (geometry), Lambert-93.

    Raises
    ------
    SitingError : SIT102 when the grid is not in Lambert-93.
    """
    found = find_patches(states)
    large = found.table["cells"] * found.grid.cell_ha >= min_area_ha
    return drawn(found, np.flatnonzero(large)).sort_values(
        ["area_ha", "x_m", "y_m"], ascending=[False, True, True], ignore_index=True
    )


def drawn(found: Patches, numbers: Rows) -> gpd.GeoDataFrame:
    """Return patches by number with their outlines and measures.

    Parameters
    ----------
    found : the patches of a grid.
    numbers : those wanted, in any order.

    Returns
    -------
    The columns of ``shaped`` and the outlines (geometry), Lambert-93, by rising number.
    """
    numbers = np.sort(numbers)
    return gpd.GeoDataFrame(shaped(found, numbers), geometry=list(found.outlines(numbers)), crs=CRS)


def shaped(found: Patches, numbers: Rows) -> pd.DataFrame:
    """Return the measures of patches, in hectares and metres, without their outlines.

    Parameters
    ----------
    found : the patches of a grid.
    numbers : those wanted; rows come in this order.

    Returns
    -------
    Columns: patch (its number); area_ha; unknown_share (of the area, 0–1); perimeter_m, along the
    cells; compactness (4π·area ÷ perimeter², 0.785 for a square); width_m, side of the largest
    square of cells; x_m and y_m, the mean of its cell centres.
    """
    rows = found.table.iloc[numbers]
    area_ha = rows["cells"] * found.grid.cell_ha
    perimeter_m = rows["edges"] * float(found.grid.cell_m)
    return pd.DataFrame(
        {
            "patch": numbers,
            "area_ha": area_ha,
            "unknown_share": (rows["unknown_cells"] / rows["cells"]).round(6),
            "perimeter_m": perimeter_m,
            "compactness": (4e4 * np.pi * area_ha / perimeter_m**2).round(6),
            "width_m": rows["square_cells"] * float(found.grid.cell_m),
            "x_m": rows["x_m"].round(1),
            "y_m": rows["y_m"].round(1),
        }
    ).reset_index(drop=True)
