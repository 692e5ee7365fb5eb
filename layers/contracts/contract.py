"""What a layer promises: columns, units, key, geometry; and the one registry of layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from affine import Affine
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.french import plural
from layers.words.territory_paper import Territory, check_crs

Form = Literal["table", "cube", "raster"]
Geometry = Literal["Point", "Polygon", "Line"]
Action = Literal["kept", "merged", "repaired", "dropped", "unknown"]

ACTION_FR: Mapping[Action, str] = {
    "kept": "gardée",
    "merged": "fusionnée",
    "repaired": "réparée",
    "dropped": "écartée",
    "unknown": "inconnue",
}
GEOMETRY_TYPES: Mapping[str, frozenset[str]] = {
    "Point": frozenset({"Point"}),
    "Polygon": frozenset({"Polygon", "MultiPolygon"}),
    "Line": frozenset({"LineString", "MultiLineString"}),
}


@dataclass(frozen=True)
class Column:
    """One promised column: its French label, its unit, and whether it may be unknown.

    ``aliases`` are the names the official schemas give it; ``kind`` is how a text is read
    (``text``, ``number``, or ``any``: as it comes); a ``generated`` column is numbered when the
    file has none.
    """

    label_fr: str
    unit: str = ""
    nullable: bool = False
    aliases: tuple[str, ...] = ()
    kind: Literal["any", "text", "number"] = "any"
    generated: bool = False


@dataclass(frozen=True)
class Export:
    """One official export: where it lies under the exports folder, and the columns read from it.

    Only the columns listed are ever loaded: what is not read cannot leak into a pack. An empty
    separator is found in the header; ``adapt`` turns another official schema into the columns the
    tidy function knows; an ``optional`` export may be absent. An export ``by`` something (a pattern
    with one group, found in the path) is several files, the newest of each put end to end; a heavy
    one is read only ``near`` a layer already tidied; ``sublayer`` names a layer of the file.
    """

    pattern: str
    columns: tuple[str, ...] = ()
    separator: str = ","
    adapt: Callable[[Any], Any] | None = None
    optional: bool = False
    by: str = ""
    near: str = ""
    sublayer: str = ""


@dataclass(frozen=True)
class Raster:
    """A grid of cells: values, the affine transform, the coordinate system, and the hole value."""

    values: NDArray[Any]
    transform: Affine
    crs: str
    nodata: float


@dataclass(frozen=True)
class ReportLine:
    """One line of the build report: what was done to how many rows, and why."""

    layer: str
    action: Action
    rows: int
    why_fr: str

    @property
    def text_fr(self) -> str:
        """Write the line for a terminal."""
        done = ACTION_FR[self.action]
        rows = plural(self.rows, f"ligne {done}", f"lignes {done}s")
        return f"{self.layer} : {rows} — {self.why_fr}"


def report_of(layer: str, *lines: tuple[Action, int, str]) -> list[ReportLine]:
    """Return report lines of one layer from (action, rows, why) triples.

    Parameters
    ----------
    layer : the layer's name.
    *lines : what was done, to how many rows, and why in French.

    Returns
    -------
    One line each, in the order given.
    """
    return [ReportLine(layer, action, int(rows), why) for action, rows, why in lines]


@dataclass(frozen=True)
class Raw:
    """What a tidy function receives: raw exports, layers already tidied, and the territory."""

    exports: Mapping[str, Any]
    layers: Mapping[str, Any]
    territory: Territory


@dataclass
class Tidied:
    """What a tidy function gives back: the table and what was done to make it.

    ``by_row`` is optional: one line a row (key, action, why_fr) for layers where each row must be
    accounted for.
    """

    content: gpd.GeoDataFrame | pd.DataFrame | xr.Dataset | Raster
    report: list[ReportLine] = field(default_factory=list)
    by_row: pd.DataFrame | None = None


@dataclass(frozen=True)
class LayerKind:
    """A layer's contract, the function that tidies it, and what it says of a site.

    ``overlap_ha`` names the column of the sites that holds their hectares inside the layer,
    ``distance_km`` the one of their distance to it; a layer that ``excludes`` is a strong
    protection; ``outline_fr`` is what a map calls the outlines it draws.
    """

    name: str
    label_fr: str
    theme: str
    form: Form
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    geometry: Geometry | None
    exports: Mapping[str, tuple[Export, ...]]
    needs: tuple[str, ...]
    odbl: bool
    tidy: Callable[[Raw], Tidied]
    overlap_ha: str = ""
    distance_km: str = ""
    excludes: bool = False
    outline_fr: str = ""

    def __post_init__(self) -> None:
        """Hold the column joined to the sites to its unit: it is written with the results."""
        for column, end in ((self.overlap_ha, "_overlap_ha"), (self.distance_km, "_distance_km")):
            if column and not (self.geometry and column.endswith(end)):
                raise ValueError(f"couche « {self.name} » : colonne « {column} » sans « {end} »")

    @property
    def file(self) -> str:
        """Return the name of the layer's file in a pack."""
        return self.name + {"table": ".parquet", "cube": ".nc", "raster": ".tif"}[self.form]


LAYERS: dict[str, LayerKind] = {}


def kind_of(name: str) -> LayerKind:
    """Return the contract of a layer, or that of the zones that a user brings.

    Parameters
    ----------
    name : a layer's name, or that of a zone (« zone_1 »).

    Returns
    -------
    A kind; a zone is made of polygons.
    """
    if name in LAYERS:
        return LAYERS[name]
    return LayerKind(
        name, name, "Zones apportées", "table", (), {}, "Polygon", {}, (), False, _no_tidy
    )


def _no_tidy(raw: Raw) -> Tidied:
    raise ValueError("une zone apportée n'est tirée d'aucun export")


def layer(
    name: str,
    *,
    label_fr: str,
    theme: str,
    exports: Mapping[str, Export | tuple[Export, ...]],
    form: Form = "table",
    key: tuple[str, ...] = (),
    columns: Mapping[str, Column] | None = None,
    geometry: Geometry | None = None,
    needs: tuple[str, ...] = (),
    odbl: bool = False,
    overlap_ha: str = "",
    distance_km: str = "",
    excludes: bool = False,
    outline_fr: str = "",
) -> Callable[[Callable[[Raw], Tidied]], Callable[[Raw], Tidied]]:
    """Register a tidy function and its contract.

    Parameters
    ----------
    name : the layer's name, that of its file in a pack.
    label_fr : how a planner reads it.
    theme : the heading it is listed under, in French.
    exports : what the tidy function receives, by name; of several schemas, the first whose file is
        there is read.
    form : ``table``, ``cube`` (NetCDF) or ``raster`` (GeoTIFF).
    key : the columns that together name one row.
    columns : promised columns by name, without the geometry.
    geometry : the kind of shape of each row, or None.
    needs : layers tidied before it, which it may read.
    odbl : whether it derives from OpenStreetMap (licence ODbL).
    overlap_ha, distance_km, excludes, outline_fr : what the layer tells of a site and of a map;
        see ``LayerKind``.

    Returns
    -------
    A decorator that gives the tidy function back as it was.

    Raises
    ------
    ValueError : when the name is registered already.
    """

    def register(tidy: Callable[[Raw], Tidied]) -> Callable[[Raw], Tidied]:
        if name in LAYERS:
            raise ValueError(f"couche déclarée deux fois : {name}")
        LAYERS[name] = LayerKind(
            name=name,
            label_fr=label_fr,
            theme=theme,
            form=form,
            key=key,
            columns=dict(columns or {}),
            geometry=geometry,
            exports={
                export: schemas if isinstance(schemas, tuple) else (schemas,)
                for export, schemas in exports.items()
            },
            needs=needs,
            odbl=odbl,
            tidy=tidy,
            overlap_ha=overlap_ha,
            distance_km=distance_km,
            excludes=excludes,
            outline_fr=outline_fr,
        )
        return tidy

    return register


def check_columns(found: pd.Index, wanted: Mapping[str, Column], where: str) -> None:
    """Refuse a table that lacks a promised column.

    Parameters
    ----------
    found : the table's columns.
    wanted : promised columns by name.
    where : the file or layer that the error names.

    Raises
    ------
    SitingError : SIT101 when a column is absent; the hint lists those found.
    """
    missing = [name for name in wanted if name not in found]
    if missing:
        raise SitingError(
            "SIT101",
            f"colonne absente : {', '.join(missing)}",
            where=where,
            hint="colonnes trouvées : " + ", ".join(str(name) for name in found),
        )


def check_table(kind: LayerKind, table: pd.DataFrame, where: str) -> None:
    """Check a table against its contract: columns, key, holes, geometry type, coordinates.

    Parameters
    ----------
    kind : the layer whose contract it is.
    table : the rows; a GeoDataFrame when the layer has a geometry.
    where : the file or layer that the error names.

    Raises
    ------
    SitingError : SIT101 (column or geometry absent), SIT102 (not in Lambert-93), SIT105 (repeated
        key, missing value, other kind of shape, empty shapes).
    """
    check_columns(table.columns, kind.columns, where)
    if kind.key and table.duplicated(list(kind.key)).any():
        raise SitingError("SIT105", f"clé répétée : {', '.join(kind.key)}", where=where)
    for name, column in kind.columns.items():
        if not column.nullable and table[name].isna().any():
            raise SitingError("SIT105", f"valeur manquante dans « {name} »", where=where)
    if kind.geometry is not None:
        _check_geometry(kind, table, where)


def _check_geometry(kind: LayerKind, table: pd.DataFrame, where: str) -> None:
    if not isinstance(table, gpd.GeoDataFrame):
        raise SitingError("SIT101", "colonne absente : geometry", where=where)
    check_crs(table, where)
    strange = set(table.geometry.geom_type.unique()) - GEOMETRY_TYPES[kind.geometry or "Point"]
    if strange:
        found = ", ".join(sorted(str(name) for name in strange))
        raise SitingError("SIT105", f"géométrie inattendue : {found}", where=where)
    if not np.isfinite(table.total_bounds).all() and len(table):
        raise SitingError("SIT105", "géométrie vide ou sans coordonnées", where=where)
