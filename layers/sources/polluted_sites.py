"""Polluted sites where ADEME stepped in."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import code_under, number, rounded
from layers.words.territory_paper import CRS


@layer(
    "polluted_sites",
    label_fr="Sites pollués suivis par l'ADEME",
    theme="Friches et sites pollués",
    key=("intervention_id",),
    geometry="Point",
    columns={
        "intervention_id": Column("Identifiant"),
        "commune_code": Column("Commune"),
        "area_m2": Column("Surface du site", "m²", nullable=True),
        "state_fr": Column("État de l'opération"),
    },
    exports={
        "sites": Export(
            "friches/ademe_sites_pollues.geojson", ("id", "Surface_site_m2", "Etat_operation")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep place, area and state; names and summaries may cite persons and are never read."""
    source = raw.exports["sites"]
    points = rounded(source.geometry.to_crs(CRS), 1.0)
    code = code_under(points, raw.layers["communes"], "commune_code")
    inside = code.notna()
    table = gpd.GeoDataFrame(
        {
            "intervention_id": source["id"].astype("str"),
            "commune_code": code,
            "area_m2": number(source["Surface_site_m2"].astype("str")),
            "state_fr": source["Etat_operation"].fillna("non renseigné"),
        },
        geometry=points,
        crs=CRS,
    )[inside]
    table = table.sort_values("intervention_id").reset_index(drop=True)
    return Tidied(
        table,
        [
            ReportLine("polluted_sites", "kept", len(table), "point dans le territoire"),
            ReportLine("polluted_sites", "dropped", int((~inside).sum()), "hors du territoire"),
        ],
    )
