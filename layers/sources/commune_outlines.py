"""Precise outlines of the communes (Admin Express): a control, the map keeps the lighter ones."""

from __future__ import annotations

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import NAME, plain_layer

plain_layer(
    "commune_outlines",
    label_fr="Communes (Admin Express)",
    theme="Limites administratives",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune", kind="text", aliases=("code_insee", "insee_com")),
        "name": Column("Nom", nullable=True, kind="text", aliases=("nom_officiel", *NAME.aliases)),
    },
    exports={"communes": Export("admin/adminexpress_communes*.geojson")},
)
