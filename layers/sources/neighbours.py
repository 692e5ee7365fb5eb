"""Neighbouring départements and countries; the sea is what is left."""

from __future__ import annotations

import geopandas as gpd
import shapely

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.contracts.french_departements import french_departements
from layers.geometry.vector_overlay import polygons_of, region_of, rounded
from layers.words.territory_paper import CRS

KIND_FR = {"departement voisin": "departement", "pays voisin": "pays"}


@layer(
    "neighbours",
    label_fr="Départements et pays voisins",
    theme="Limites administratives",
    key=("code",),
    geometry="Polygon",
    columns={
        "code": Column("Code du département, ou nom du pays"),
        "name_fr": Column("Nom"),
        "kind": Column("departement ou pays"),
    },
    exports={"context": Export("admin/context.geojson", ("dep", "kind"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Cut the territory out of its neighbours, so that simplified borders never overlap."""
    source = raw.exports["context"].sort_values("dep").reset_index(drop=True)
    names = {code: one.name for code, one in french_departements().items()}
    names |= raw.territory.settings.get("neighbour_names", {})
    around = rounded(source.geometry.to_crs(CRS), 10.0)
    region = shapely.simplify(region_of(raw.layers["communes"]), 50.0)
    shapes = polygons_of(polygons_of(around).difference(region))
    table = gpd.GeoDataFrame(
        {
            "code": source["dep"],
            "name_fr": source["dep"].map(lambda code: names.get(code, code)),
            "kind": source["kind"].map(KIND_FR),
        },
        geometry=rounded(shapes, 10.0),
        crs=CRS,
    )
    table["geometry"] = polygons_of(table.geometry)
    table = table[~table.geometry.is_empty].reset_index(drop=True)
    why = "voisin simplifié à 300 m, territoire retiré"
    return Tidied(table, [ReportLine("neighbours", "kept", len(table), why)])
