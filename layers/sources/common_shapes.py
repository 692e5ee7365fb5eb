"""Layers of one shape: outlines, lines, points or tables whose contract says all there is to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import LAYERS, Column, Export, Geometry, Raw, Tidied, layer
from layers.geometry.vector_overlay import region_of
from layers.opening.admission import admit

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

    Several exports are put end to end. Without an export the layer only comes from a user.
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

    ``overlap_ha`` names the column of hectares it joins to the sites, ``outline_fr`` what a map
    calls it; a layer that ``excludes`` is a strong protection.
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
    """Put tables end to end, in one coordinate system."""
    tables = [table for _, table in sorted(exports.items())]
    shaped = [table for table in tables if isinstance(table, gpd.GeoDataFrame)]
    if shaped:
        crs = shaped[0].crs
        tables = [table.to_crs(crs) if table.crs else table for table in shaped]
    together: pd.DataFrame = pd.concat(tables, ignore_index=True)
    return together
