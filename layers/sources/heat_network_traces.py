"""Traces of heat networks published by France Chaleur Urbaine."""

from __future__ import annotations

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import NAME, plain_layer

plain_layer(
    "heat_network_traces",
    label_fr="Tracés des réseaux de chaleur",
    theme="Chaleur",
    key=("network_id",),
    geometry="Line",
    columns={
        "network_id": Column(
            "Identifiant national", kind="text", generated=True, aliases=("Identifiant reseau",)
        ),
        "name": Column("Nom", nullable=True, kind="text", aliases=("nom_reseau", *NAME.aliases)),
        "renewable_share_pct": Column(
            "Taux d'énergies renouvelables et de récupération",
            "%",
            nullable=True,
            kind="number",
            aliases=("Taux EnR&R",),
        ),
        "length_km": Column("Longueur", "km", True, ("longueur_reseau",), "number"),
        "delivered_mwh": Column(
            "Chaleur livrée", "MWh/an", True, ("livraisons_totale_MWh",), "number"
        ),
    },
    exports={"traces": Export("heat/reseaux_de_chaleur.geojson")},
    distance_km="heat_network_distance_km",
)
