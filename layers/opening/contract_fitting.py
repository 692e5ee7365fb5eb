"""Letting a table in: any file's columns, system and outlines, brought to a layer's contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.contracts.contract import (
    GEOMETRY_TYPES,
    Column,
    LayerKind,
    ReportLine,
    Tidied,
    check_table,
    report_of,
)
from layers.geometry.vector_overlay import polygons_of
from layers.words.errors import SitingError
from layers.words.french import number as written
from layers.words.french_cells import absent, codes, numbers, texts
from layers.words.territory_paper import CRS

FAMILY = {"Point": (0, 4), "Line": (1, 5), "Polygon": (3, 6)}
FAMILY_FR = {"Point": "points", "Line": "lignes", "Polygon": "polygones"}
# Farther than this from the origin, no projected metre nor degree is a place on Earth.
IMPOSSIBLE = 1e9
SLICE = 100_000
CODES_OF = ("commune_code", "departement_code")


def admit(
    kind: LayerKind,
    table: pd.DataFrame,
    *,
    where: str,
    region: shapely.Geometry | None = None,
    margin_km: float = 0.0,
    columns: Mapping[str, str] | None = None,
) -> Tidied:
    """Bring a table to a layer's contract, saying what was mended or left out.

    Parameters
    ----------
    kind : the layer whose contract it is.
    table : what was read of a file, of any coordinate system.
    where : the file that errors name.
    region : the territory, Lambert-93; shapes outside are left out. None keeps all.
    margin_km : how far outside a shape still stays.
    columns : our columns to the file's; the names of the official schemas are known.

    Returns
    -------
    The table in the order of its key, Lambert-93, and the report.

    Raises
    ------
    SitingError : SIT101 (column), SIT102 (coordinates), SIT105 (value), SIT202 (unknown column).
    """
    fields = table.attrs.get("fields", ())
    found = _source_columns(kind, table.columns, columns or {}, where, fields)
    content = pd.DataFrame(
        {name: _cast(name, kind.columns[name], table[source]) for name, source in found.items()}
    )
    lost = _unread(kind, content, table, found)
    report: list[ReportLine] = []
    if kind.geometry is not None:
        shapes, kept, report = _shapes(kind, table, where, region, margin_km)
        content = gpd.GeoDataFrame(content.reindex(shapes.index)[kept], geometry=shapes[kept])
    content = _complete(kind, content)
    content, twice = _distinct_keys(kind, content)
    content = content[[*kind.columns, *(["geometry"] if kind.geometry else [])]]
    if kind.key:
        content = content.sort_values(list(kind.key))
    content = content.reset_index(drop=True)
    check_table(kind, content, where)
    lines = report_of(
        kind.name,
        ("kept", len(content), "ligne admise"),
        ("repaired", twice, "identifiant répété, distingué par un suffixe"),
    )
    return Tidied(content, [*lines, *lost, *report])


def _unread(
    kind: LayerKind, content: pd.DataFrame, table: pd.DataFrame, found: Mapping[str, str]
) -> list[ReportLine]:
    """Count, column by column, the numbers that could not be read: none is lost in silence."""
    lines = []
    for name, source in found.items():
        if kind.columns[name].kind == "number":
            lost = table[source][content[name].isna() & ~absent(table[source])]
            shown = ", ".join(f"« {value} »" for value in texts(lost).unique()[:3])
            why = f"« {source} » : nombre non lu ({shown})"
            lines += report_of(kind.name, ("unknown", len(lost), why)) if len(lost) else []
    return lines


def _source_columns(
    kind: LayerKind,
    found: pd.Index,
    mapping: Mapping[str, str],
    where: str,
    table_fields: Sequence[str] = (),
) -> dict[str, str]:
    names = [str(name) for name in found if name != "geometry"]
    shown = list(table_fields) or names
    _refuse_bad_mapping(kind, names, mapping, where)
    folded = {name.casefold(): name for name in reversed(names)}
    taken: dict[str, str] = {}
    for ours, column in kind.columns.items():
        known = [mapping[ours]] if ours in mapping else [ours, *column.aliases]
        here = next((folded[name.casefold()] for name in known if name.casefold() in folded), None)
        if here is not None:
            taken[ours] = here
    lacking = [
        name
        for name, column in kind.columns.items()
        if name not in taken and not column.nullable and not column.generated
    ]
    if lacking:
        raise SitingError(
            "SIT101",
            f"colonne absente pour « {kind.label_fr} » : {', '.join(lacking)}",
            where=where,
            hint=f"colonnes trouvées : {', '.join(shown[:30]) or 'aucune'} ; donnez la "
            f"correspondance, par exemple columns={lacking[0]}:NOM_DE_COLONNE",
        )
    return taken


def _refuse_bad_mapping(
    kind: LayerKind, names: list[str], mapping: Mapping[str, str], where: str
) -> None:
    for ours, theirs in mapping.items():
        known, asked = (list(kind.columns), ours) if ours not in kind.columns else (names, theirs)
        if asked in known or (known is names and asked.casefold() in map(str.casefold, names)):
            continue
        near_name = get_close_matches(asked, known, n=1)
        raise SitingError(
            "SIT202",
            f"colonne inconnue « {asked} » dans la correspondance",
            where=where,
            hint=f"vouliez-vous dire « {near_name[0]} » ?"
            if near_name
            else f"connues : {', '.join(known[:30])}",
        )


def _cast(name: str, column: Column, values: pd.Series) -> pd.Series:
    if column.kind == "number":
        return numbers(values)
    if column.kind == "text":
        # A code that a spreadsheet turned into a number (33063.0, 1004) is a code again.
        text = codes(values) if name in CODES_OF else texts(values)
        return text.where(values.notna() & ~text.isin(["", "NA", "NaN", "N/A", "<NA>"]))
    return values


def _shapes(
    kind: LayerKind,
    table: pd.DataFrame,
    where: str,
    region: shapely.Geometry | None,
    margin_km: float,
) -> tuple[gpd.GeoSeries, pd.Series, list[ReportLine]]:
    """Return every shape in Lambert-93, which of them stay, and what was done to them."""
    shapes = in_lambert(table, where)
    present = ~(shapes.isna() | shapes.is_empty)
    right = present & np.isin(shapely.get_type_id(shapes.values), FAMILY[kind.geometry or "Point"])
    mixed = present & (shapely.get_type_id(shapes.values) == 7)
    if kind.geometry == "Polygon":
        right |= mixed
    if not right.any() and present.any():
        raise SitingError(
            "SIT105",
            f"« {kind.label_fr} » attend des {FAMILY_FR[kind.geometry or 'Point']}, trouvé : "
            + ", ".join(sorted(set(shapes[present].geom_type))),
            where=where,
            hint="donnez la couche à la géométrie attendue",
        )
    shapes, mended = _mended(kind, shapes, right, where)
    right &= ~(shapes.isna() | shapes.is_empty)
    inside = right.copy()
    if region is not None and right.any():
        inside[right] = _around(shapes[right], region, margin_km)
    return (
        shapes,
        inside,
        [
            *report_of(
                kind.name,
                ("dropped", int((~present).sum()), "géométrie absente ou vide"),
                ("dropped", int((present & ~right).sum()), "géométrie d'une autre nature"),
                ("dropped", int((right & ~inside).sum()), "hors du territoire et de sa marge"),
            ),
            *mended,
        ],
    )


def _around(shapes: gpd.GeoSeries, region: shapely.Geometry, margin_km: float) -> NDArray[np.bool_]:
    """Say which shapes touch the region widened by its margin, to some hundred metres."""
    wide = shapely.buffer(shapely.simplify(region, 200.0), 1000.0 * margin_km + 200.0)
    shapely.prepare(wide)
    return np.asarray(shapely.intersects(wide, shapes.values), dtype=bool)


def in_lambert(table: pd.DataFrame, where: str) -> gpd.GeoSeries:
    """Return the shapes of a table in Lambert-93, flat.

    Parameters
    ----------
    table : what was read of a file, of any coordinate system.
    where : the file that errors name.

    Returns
    -------
    Shapes on the index of the table.

    Raises
    ------
    SitingError : SIT101 (no shape), SIT102 (no system), SIT105 (impossible coordinate).
    """
    if not isinstance(table, gpd.GeoDataFrame):
        raise SitingError(
            "SIT101",
            "ce fichier n'a pas de géométrie",
            where=where,
            hint="pour un CSV, nommez les colonnes lon et lat (degrés)",
        )
    if table.crs is None:
        raise SitingError(
            "SIT102",
            "le fichier ne dit pas son système de coordonnées",
            where=where,
            hint="ajoutez crs=EPSG:2154 (ou un autre code) à l'option --layer",
        )
    flat = np.asarray(table.geometry.values)
    if shapely.has_z(flat).any():
        flat = shapely.force_2d(flat)
    if not all(_possible(flat[row : row + SLICE]) for row in range(0, len(flat), SLICE)):
        raise SitingError(
            "SIT105",
            "coordonnée infinie, indéfinie ou impossible",
            where=where,
            hint="retirez les points sans coordonnées du fichier",
        )
    shapes = gpd.GeoSeries(flat, index=table.index, crs=table.crs)
    return shapes if shapes.crs == CRS else shapes.to_crs(CRS)


def _possible(shapes: NDArray[np.object_]) -> bool:
    xy = shapely.get_coordinates(shapes)
    return bool(np.isfinite(xy).all() and (np.abs(xy) <= IMPOSSIBLE).all())


def _mended(
    kind: LayerKind, shapes: gpd.GeoSeries, right: pd.Series, where: str
) -> tuple[gpd.GeoSeries, list[ReportLine]]:
    bounds = shapely.bounds(shapes[right].values)
    if not np.isfinite(bounds).all():
        raise SitingError(
            "SIT102",
            "coordonnées impossibles à convertir en Lambert-93",
            where=where,
            hint="vérifiez le système annoncé : crs=EPSG:2154 pour des mètres",
        )
    if kind.geometry == "Point":
        return _single_points(kind, shapes, right)
    if kind.geometry != "Polygon":
        return shapes, []
    bad = right & ~shapely.is_valid(shapes.values)
    before = float(shapes[bad].area.sum()) / 1e4
    areal = right & (bad | (shapely.get_type_id(shapes.values) == 7))
    shapes = shapes.copy()
    shapes[areal] = polygons_of(shapes[areal])
    after = float(shapes[bad].area.sum()) / 1e4
    why = f"contour invalide réparé : de {written(before, 1)} à {written(after, 1)} ha en tout"
    return shapes, [ReportLine(kind.name, "repaired", int(bad.sum()), why)]


def _single_points(
    kind: LayerKind, shapes: gpd.GeoSeries, right: pd.Series
) -> tuple[gpd.GeoSeries, list[ReportLine]]:
    several = right & (shapely.get_type_id(shapes.values) == 4)
    shapes = shapes.copy()
    shapes[several] = gpd.GeoSeries(
        shapely.get_geometry(shapes[several].values, 0), index=shapes[several].index, crs=CRS
    )
    why = "multipoint réduit à son premier point"
    return shapes, [ReportLine(kind.name, "repaired", int(several.sum()), why)]


def _complete(kind: LayerKind, content: pd.DataFrame) -> pd.DataFrame:
    for name, column in kind.columns.items():
        if name not in content:
            content[name] = pd.Series(pd.NA, index=content.index, dtype="str")
        if column.generated:
            numbered = [f"{kind.name}-{row:06d}" for row in range(1, len(content) + 1)]
            text = content[name].astype("str")
            content[name] = text.where(content[name].notna(), pd.Series(numbered, content.index))
        elif column.kind == "number":
            content[name] = content[name].astype(float)
    return content


def _distinct_keys(kind: LayerKind, content: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Tell apart the rows that share an identifier: one place in several rows is common."""
    if len(kind.key) != 1 or not kind.columns[kind.key[0]].generated:
        return content, 0
    key = content[kind.key[0]]
    rank = key.groupby(key).cumcount()
    again = rank > 0
    content[kind.key[0]] = key.where(~again, key + "~" + (rank + 1).astype("str"))
    return content, int(again.sum())


__all__ = ["GEOMETRY_TYPES", "IMPOSSIBLE", "admit"]
