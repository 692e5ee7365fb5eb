"""Where a row of text stands: degrees, Lambert-93 metres, « lat, lon » in one cell, or WKT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.words.french_cells import folded, numbers

DEGREES, METRES = "EPSG:4326", "EPSG:2154"
PAIRS = (
    (("lon", "long", "longitude", "lng", "xwgs84", "lonwgs84"), ("lat", "latitude", "ywgs84",
     "latwgs84"), DEGREES),
    (("xl93", "xlambert93", "lambertx", "x2154", "xm", "coordx", "coordonneex"),
     ("yl93", "ylambert93", "lamberty", "y2154", "ym", "coordy", "coordonneey"), METRES),
    (("x",), ("y",), ""),
)  # fmt: skip
POINTS = ("geopoint2d", "geopoint", "geolocalisation", "coordonneesgeographiques", "latlon")
OUTLINES = ("wkt", "geomwkt", "wktgeom", "geom", "geometry", "geometrie", "thegeom")
# Beyond them « x » and « y » are no degrees.
MOST_DEGREES = 360.0


@dataclass(frozen=True)
class RowPlace:
    """The columns of a table that say where its rows stand, by position, and their system."""

    form: str
    columns: tuple[int, ...]
    crs: str

    def shapes(self, rows: Sequence[Sequence[str]]) -> NDArray[np.object_]:
        """Return a shape a row; none where its cells say nothing.

        Parameters
        ----------
        rows : cells by row.

        Returns
        -------
        Shapes in the system of ``crs``; points of « inf » keep it, for the fault to be told.
        """
        cells = [pd.Series([row[at] for row in rows], dtype="str") for at in self.columns]
        if self.form == "wkt":
            return _outlines(cells[0])
        if self.form == "point":
            halves = cells[0].str.strip(" []()").str.extract(r"^([^,;]+)[,;](.+)$")
            cells = [halves[1], halves[0]]
        x, y = (numbers(column.fillna("")).to_numpy() for column in cells)
        known = ~(np.isnan(x) | np.isnan(y))
        found = np.full(len(rows), None, dtype=object)
        found[known] = shapely.points(x[known], y[known])
        return found


def _outlines(cells: pd.Series) -> NDArray[np.object_]:
    """Read WKT, PostGIS's « SRID=2154; » before it left out."""
    plain = cells.fillna("").str.strip().str.replace(r"^SRID=\d+;", "", regex=True)
    return np.asarray(
        shapely.from_wkt(plain.where(plain != "", None).to_numpy(object), on_invalid="ignore"),
        dtype=object,
    )


def place_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> RowPlace | None:
    """Return the columns that place a table's rows, or None when no column does.

    Outlines win over points: they say more. « x » and « y » are degrees when they could be.

    Parameters
    ----------
    names : headings.
    rows : the first rows, to tell degrees from metres.

    Returns
    -------
    The place, or None.
    """
    at = {folded(name): place for place, name in reversed(list(enumerate(names)))}
    for name in OUTLINES:
        if name in at:
            place = RowPlace("wkt", (at[name],), METRES)
            if not shapely.is_missing(place.shapes(rows)).all():
                return _in_its_system(place, rows)
    for across, up, crs in PAIRS:
        x = next((at[name] for name in across if name in at), None)
        y = next((at[name] for name in up if name in at), None)
        if x is not None and y is not None:
            place = RowPlace("pair", (x, y), crs or METRES)
            return place if crs else _in_its_system(place, rows)
    found = next((at[name] for name in POINTS if name in at), None)
    return None if found is None else RowPlace("point", (found,), DEGREES)


def _in_its_system(place: RowPlace, rows: Sequence[Sequence[str]]) -> RowPlace:
    """Return the place in degrees when every coordinate could be one."""
    xy = shapely.get_coordinates(place.shapes(rows))
    xy = xy[np.isfinite(xy).all(axis=1)]
    small = len(xy) > 0 and float(np.abs(xy).max()) <= MOST_DEGREES
    return RowPlace(place.form, place.columns, DEGREES if small else METRES)
