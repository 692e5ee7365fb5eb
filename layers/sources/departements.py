"""Départements, made of their communes so that borders agree."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Raw, ReportLine, Tidied, layer
from layers.contracts.french_departements import french_departements
from layers.geometry.vector_overlay import polygons_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "departements",
    label_fr="Départements",
    theme="Limites administratives",
    key=("departement_code",),
    geometry="Polygon",
    columns={
        "departement_code": Column("Code du département"),
        "name": Column("Nom"),
        "area_km2": Column("Superficie des contours simplifiés", "km²"),
    },
    exports={},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Dissolve communes: published outlines include water, and their borders would not agree."""
    communes = raw.layers["communes"]
    names = {code: one.name for code, one in french_departements().items()}
    merged = communes.dissolve("departement_code")[["geometry"]].sort_index().reset_index()
    shapes = polygons_of(rounded(merged.geometry, 10.0))
    table = gpd.GeoDataFrame(
        {
            "departement_code": merged["departement_code"],
            "name": merged["departement_code"].map(names),
            "area_km2": (shapes.area / 1e6).round(1),
        },
        geometry=shapes,
        crs=CRS,
    )
    why = "réunion des contours communaux, pour que les limites concordent"
    return Tidied(table, [ReportLine("departements", "kept", len(table), why)])
