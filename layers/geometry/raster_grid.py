"""One grid: Lambert-93, origin on multiples of the cell."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
import xarray as xr
from affine import Affine
from numpy.typing import NDArray
from rasterio.transform import from_origin
from rasterio.warp import Resampling, reproject

from layers.contracts.contract import Raster
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

CELLS_M = (25, 100)


@dataclass(frozen=True)
class Grid:
    """A north-up lattice of square cells in Lambert-93, its edges on multiples of the cell.

    ``west`` and ``north`` are the outer edges, in metres; two grids of one cell size always line
    up, so a block, a window or a neighbouring region never shifts a result by half a cell.
    """

    west: float
    north: float
    rows: int
    columns: int
    cell_m: int

    def __post_init__(self) -> None:
        """Refuse a cell that is not 25 or 100 m, or edges off the lattice (SIT105)."""
        if self.cell_m not in CELLS_M:
            raise SitingError(
                "SIT105",
                f"maille de {self.cell_m} m inconnue",
                where="--cell",
                hint="mailles connues : 25 m et 100 m",
            )
        if self.west % self.cell_m or self.north % self.cell_m:
            raise SitingError(
                "SIT105",
                f"le coin ({self.west:g}, {self.north:g}) n'est pas un multiple de la maille",
                where=f"grille de {self.cell_m} m",
                hint="construisez la grille avec Grid.around",
            )

    @classmethod
    def around(
        cls, bounds: tuple[float, float, float, float], cell_m: int, margin_m: float = 0.0
    ) -> Grid:
        """Return the smallest grid that holds some bounds and a margin.

        Parameters
        ----------
        bounds : west, south, east, north, in Lambert-93 metres.
        cell_m : side of a cell: 25 or 100 m.
        margin_m : metres added on the four sides before the edges go to the lattice.

        Returns
        -------
        A grid whose edges are on multiples of the cell.

        Raises
        ------
        SitingError : SIT105 for another cell.

        Examples
        --------
        >>> Grid.around((12.0, 130.0, 260.0, 200.0), 100)
        Grid(west=0.0, north=200.0, rows=1, columns=3, cell_m=100)
        """
        west, south, east, north = bounds
        west, south, east, north = aligned_bounds(
            (west - margin_m, south - margin_m, east + margin_m, north + margin_m), cell_m
        )
        rows, columns = round((north - south) / cell_m), round((east - west) / cell_m)
        return cls(west, north, rows, columns, cell_m)

    @property
    def shape(self) -> tuple[int, int]:
        """Return (rows, columns)."""
        return self.rows, self.columns

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return (west, south, east, north), the outer edges in metres."""
        south = self.north - self.rows * self.cell_m
        return self.west, south, self.west + self.columns * self.cell_m, self.north

    @property
    def transform(self) -> Affine:
        """Return the affine transform of the cells, from (column, row) to metres."""
        found: Affine = from_origin(self.west, self.north, self.cell_m, self.cell_m)
        return found

    @property
    def cell_ha(self) -> float:
        """Return the area of one cell, in hectares."""
        return self.cell_m**2 / 1e4

    @property
    def x(self) -> NDArray[np.float64]:
        """Return the abscissas of the cell centres, in metres."""
        return np.asarray(
            self.west + (np.arange(self.columns) + 0.5) * self.cell_m, dtype=np.float64
        )

    @property
    def y(self) -> NDArray[np.float64]:
        """Return the ordinates of the cell centres, in metres, from north to south."""
        return np.asarray(self.north - (np.arange(self.rows) + 0.5) * self.cell_m, dtype=np.float64)

    def band(self, first: int, last: int) -> Grid:
        """Return some rows as a grid of their own.

        Parameters
        ----------
        first : the first row, from the north.
        last : the one past the last.

        Returns
        -------
        A grid of the same columns and cell.

        Examples
        --------
        >>> Grid(0.0, 200.0, 2, 3, 100).band(1, 2)
        Grid(west=0.0, north=100.0, rows=1, columns=3, cell_m=100)
        """
        return replace(self, north=self.north - first * self.cell_m, rows=last - first)

    def bands(self, rows: int) -> list[tuple[int, int]]:
        """Return the row ranges of blocks of at most so many rows, from north to south.

        Parameters
        ----------
        rows : the most rows of a block; the last one may have fewer.

        Returns
        -------
        (first, past the last) of each block.

        Examples
        --------
        >>> Grid(0.0, 500.0, 5, 3, 100).bands(2)
        [(0, 2), (2, 4), (4, 5)]
        """
        return [(row, min(row + rows, self.rows)) for row in range(0, self.rows, rows)]

    def array(self, values: NDArray[np.generic], units: str, name: str) -> xr.DataArray:
        """Return values of the grid's shape as an array of dims (y, x), with its papers.

        Parameters
        ----------
        values : (rows, columns).
        units : the unit of the values; « 1 » without one.
        name : the array's name.

        Returns
        -------
        An array with the coordinates of the cell centres and the attributes ``crs``, ``units`` and
        ``cell_m``.
        """
        return xr.DataArray(
            values,
            dims=("y", "x"),
            coords={"y": self.y, "x": self.x},
            name=name,
            attrs={"crs": CRS, "units": units, "cell_m": self.cell_m},
        )

    @classmethod
    def of(cls, array: xr.DataArray) -> Grid:
        """Return the grid an array lies on.

        Parameters
        ----------
        array : dims (y, x), with the attributes ``crs`` and ``cell_m``, as ``array`` makes them.

        Returns
        -------
        The grid whose cell centres are the array's coordinates.

        Raises
        ------
        SitingError : SIT102 when it is not in Lambert-93, SIT105 when it is off the lattice or of
            another cell.
        """
        if array.attrs.get("crs") != CRS:
            found = array.attrs.get("crs") or "aucun"
            raise SitingError("SIT102", f"système attendu {CRS}, trouvé : {found}", where="grille")
        cell_m = int(array.attrs["cell_m"])
        west, north = float(array.x[0]) - cell_m / 2, float(array.y[0]) + cell_m / 2
        return cls(west, north, array.sizes["y"], array.sizes["x"], cell_m)


def aligned_bounds(
    bounds: tuple[float, float, float, float], cell_m: float
) -> tuple[float, float, float, float]:
    """Widen bounds to multiples of the cell.

    Parameters
    ----------
    bounds : west, south, east, north.
    cell_m : the cell's side, in the same unit.

    Returns
    -------
    West, south, east, north, outwards to the nearest multiples.

    Examples
    --------
    >>> aligned_bounds((12.0, 130.0, 260.0, 200.0), 100.0)
    (0.0, 100.0, 300.0, 200.0)
    """
    west, south, east, north = bounds
    return (
        float(np.floor(west / cell_m) * cell_m),
        float(np.floor(south / cell_m) * cell_m),
        float(np.ceil(east / cell_m) * cell_m),
        float(np.ceil(north / cell_m) * cell_m),
    )


def warp_onto(
    source: Raster,
    region: shapely.Geometry,
    margin_km: float,
    cell_m: float,
    resampling: Resampling,
) -> Raster:
    """Warp a raster onto the grid around a region; holes are NaN on both sides.

    Parameters
    ----------
    source : a raster of any system; holes are NaN.
    region : the ground to cover, Lambert-93.
    margin_km : kilometres added around its bounds.
    cell_m : side of the cells made, in metres; any is allowed.
    resampling : how a cell is read from the source's: mean, nearest…

    Returns
    -------
    A raster of float32 in Lambert-93, its edges on multiples of the cell; NaN where the source has
    nothing.
    """
    bounds = shapely.bounds(region)
    margin = margin_km * 1000.0
    west, south, east, north = aligned_bounds(
        (bounds[0] - margin, bounds[1] - margin, bounds[2] + margin, bounds[3] + margin), cell_m
    )
    shape = (round((north - south) / cell_m), round((east - west) / cell_m))
    values = np.full(shape, np.nan, dtype="float32")
    transform = from_origin(west, north, cell_m, cell_m)
    reproject(
        source.values,
        values,
        src_transform=source.transform,
        src_crs=source.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs=CRS,
        dst_nodata=np.nan,
        resampling=resampling,
        num_threads=1,
    )
    return Raster(values, transform, CRS, float("nan"))
