"""Lines of 225 and 400 kV of OpenStreetMap as they were in 2016 (ODbL: a file of its own)."""

from __future__ import annotations

import geopandas as gpd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, number, region_of, rounded
from layers.words.territory_paper import CRS

KEPT_KV = (225.0, 400.0)


@layer(
    "hv_lines_2016",
    label_fr="Lignes de 225 et 400 kV (2016)",
    theme="Réseau électrique",
    key=("line_id",),
    geometry="Line",
    odbl=True,
    columns={
        "line_id": Column("Identifiant"),
        "voltage_kv": Column("Tension", "kV"),
    },
    exports={"lines": Export("grid/osm_gridkit_lignes_2016_*.gpkg", ("l_id", "voltage_v"))},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the two voltages drawn whole: strays of 63 and 90 kV are no network."""
    source = raw.exports["lines"].drop_duplicates("l_id")
    kv = number(source["voltage_v"].astype("str")) / 1e3
    table = gpd.GeoDataFrame(
        {"line_id": source["l_id"].astype("str"), "voltage_kv": kv},
        geometry=rounded(source.geometry.to_crs(CRS), 1.0),
        crs=CRS,
    )
    drawn = kv.isin(KEPT_KV)
    table = table[drawn]
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    return Tidied(
        table[inside]
        .explode()
        .drop_duplicates("line_id")
        .sort_values("line_id")
        .reset_index(drop=True),
        report_of(
            "hv_lines_2016",
            ("kept", int(inside.sum()), "ligne de 225 ou 400 kV"),
            ("dropped", int((~drawn).sum()), "autre tension : bribes, jamais un réseau"),
        ),
    )
