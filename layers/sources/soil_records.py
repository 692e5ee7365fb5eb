"""What the State keeps on the soil: former industrial sites, and information sectors."""

from __future__ import annotations

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import plain_layer, zones

THEME = "Friches et sites pollués"

plain_layer(
    "casias",
    label_fr="Anciens sites industriels (CASIAS)",
    theme=THEME,
    key=("record_id",),
    geometry="Point",
    columns={
        "record_id": Column(
            "Identifiant", kind="text", generated=True, aliases=("identifiant_ssp",)
        ),
        "state": Column("Statut", nullable=True, kind="text", aliases=("statut",)),
    },
    exports={"sites": Export("friches/casias*.geojson")},
)
zones(
    "soil_sectors",
    "Secteurs d'information sur les sols (SIS)",
    THEME,
    "friches/secteurs_information_sols*.geojson",
)
