"""Layers of one shape: outlines, lines, points or tables whose contract says all there is to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import LAYERS, Column, Export, Geometry, Raw, Tidied, layer
from layers.geometry.vector_overlay import region_of
from layers.opening.contract_fitting import admit

ZONE_ID = Column(
    "Identifiant",
    kind="text",
    generated=True,
    aliases=("id_mnhn", "id_local", "sitecode", "code", "id_zone", "gid", "id"),
)
NAME = Column(
    "Nom",
    nullable=True,
    kind="text",
    aliases=("nom_site", "sitename", "nom", "nom_zone", "libelle", "lib_zone"),
)
ZONE = {"zone_id": ZONE_ID, "name": NAME}


def plain_layer(
    name: str,
    *,
    label_fr: str,
    theme: str,
    columns: Mapping[str, Column],
    key: tuple[str, ...],
    geometry: Geometry | None = "Polygon",
    exports: Mapping[str, Export | tuple[Export, ...]] | None = None,
    needs: tuple[str, ...] = ("communes",),
    overlap_ha: str = "",
    distance_km: str = "",
    excludes: bool = False,
    outline_fr: str = "",
) -> None:
    """Register a layer whose tidy function is its contract.

    Parameters
    ----------
    name : the layer's name.
    label_fr : how a planner reads it.
    theme : the heading it is listed under, in French.
    columns : promised columns by name.
    key : the columns that together name one row.
    geometry : the kind of shape of each row, or None.
    exports : put end to end; without any, the layer only comes from a user.
    needs : layers tidied before it.
    overlap_ha : the column of the sites that holds their hectares inside the layer.
    distance_km : the column of the sites that holds their distance to it.
    excludes : whether it is a strong protection.
    outline_fr : what a map calls the outlines it draws.
    """

    def tidy(raw: Raw) -> Tidied:
        table = stacked(raw.exports)
        region = region_of(raw.layers["communes"]) if geometry else None
        where = f"exports de la couche « {label_fr} »"
        return admit(
            LAYERS[name], table, where=where, region=region, margin_km=raw.territory.margin_km
        )

    nowhere: Mapping[str, Export] = {"user": Export(pattern="")}
    layer(
        name,
        label_fr=label_fr,
        theme=theme,
        key=key,
        columns=columns,
        geometry=geometry,
        exports=exports or nowhere,
        needs=needs,
        overlap_ha=overlap_ha,
        distance_km=distance_km,
        excludes=excludes,
        outline_fr=outline_fr,
    )(tidy)


def zones(
    name: str,
    label_fr: str,
    theme: str,
    *patterns: str | Export,
    columns: Mapping[str, Column] | None = None,
    overlap_ha: str = "",
    excludes: bool = False,
    outline_fr: str = "",
) -> None:
    """Register a layer of outlines, each export at one of the patterns, all optional.

    Parameters
    ----------
    name : the layer's name.
    label_fr : how a planner reads it.
    theme : the heading it is listed under, in French.
    *patterns : where exports may lie; a pattern alone is optional.
    columns : columns besides the identifier and the name.
    overlap_ha : the column of hectares it joins to the sites.
    outline_fr : what a map calls it.
    excludes : whether it is a strong protection.
    """
    given = [Export(one, optional=True) if isinstance(one, str) else one for one in patterns]
    exports = {one.pattern: one for one in given}
    near = sorted({one.near for one in given if one.near} - {"communes"})
    plain_layer(
        name,
        label_fr=label_fr,
        theme=theme,
        columns={**ZONE, **(columns or {})},
        key=("zone_id",),
        exports=exports,
        needs=("communes", *near),
        overlap_ha=overlap_ha,
        excludes=excludes,
        outline_fr=outline_fr,
    )


def stacked(exports: Mapping[str, Any]) -> pd.DataFrame:
    """Put tables end to end, in one coordinate system.

    Parameters
    ----------
    exports : tables by name, put in the order of their names.

    Returns
    -------
    One table in the system of the first that has shapes; tables without shapes are left out then.
    """
    tables = [table for _, table in sorted(exports.items())]
    shaped = [table for table in tables if isinstance(table, gpd.GeoDataFrame)]
    if shaped:
        crs = shaped[0].crs
        tables = [table.to_crs(crs) if table.crs else table for table in shaped]
    together: pd.DataFrame = pd.concat(tables, ignore_index=True)
    return together
