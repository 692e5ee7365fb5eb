"""Natural and industrial hazards: outlines, and establishments."""

from __future__ import annotations

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import NAME, ZONE_ID, plain_layer, zones

THEME = "Risques"

zones(
    "flood_zones",
    "Zones inondables (PPRi, TRI, AZI)",
    THEME,
    "land/zones_inondables*.geojson",
    columns={
        "scenario": Column("Scénario de crue", nullable=True, kind="text", aliases=("scen", "alea"))
    },
    overlap_ha="flood_overlap_ha",
)
zones(
    "forest_fire",
    "Feux de forêt",
    THEME,
    "land/feux_de_foret*.geojson",
    overlap_ha="fire_overlap_ha",
)
zones(
    "clay",
    "Retrait-gonflement des argiles",
    THEME,
    "land/retrait_gonflement*.geojson",
    columns={"level": Column("Exposition", nullable=True, kind="text", aliases=("alea", "niveau"))},
    overlap_ha="clay_overlap_ha",
)
plain_layer(
    "seveso",
    label_fr="Établissements Seveso et ICPE",
    theme=THEME,
    key=("zone_id",),
    geometry="Point",
    columns={
        "zone_id": Column(
            "Identifiant", kind="text", generated=True, aliases=("codeaiot", *ZONE_ID.aliases)
        ),
        "regime": Column("Régime ICPE", nullable=True, kind="text", aliases=("regime_icpe",)),
        "seveso_class": Column(
            "Statut Seveso",
            nullable=True,
            kind="text",
            aliases=("statutseveso", "categorie_seveso"),
        ),
    },
    exports={"sites": Export("land/installations_classees*.geojson")},
    distance_km="seveso_distance_km",
)
plain_layer(
    "commune_risks",
    label_fr="Risques recensés par commune (GASPAR)",
    theme=THEME,
    key=("commune_code",),
    geometry=None,
    columns={
        "commune_code": Column("Commune", kind="text", aliases=("code_insee",)),
        "risks_fr": Column(
            "Risques, séparés par « | »", nullable=True, kind="text", aliases=("risques",)
        ),
    },
    exports={"communes": Export("land/gaspar_risques*.csv", separator=";")},
)
plain_layer(
    "schools_health",
    label_fr="Écoles et établissements de santé",
    theme="Population et voisinage",
    key=("zone_id",),
    geometry="Point",
    columns={"zone_id": ZONE_ID, "kind": Column("Nature", nullable=True, kind="text")},
    distance_km="schools_health_distance_km",
)
plain_layer(
    "heritage",
    label_fr="Monuments historiques",
    theme="Sol et urbanisme",
    key=("zone_id",),
    geometry="Point",
    columns={"zone_id": ZONE_ID, "name": NAME},
    exports={"sites": Export("land/monuments_historiques*.geojson")},
    distance_km="heritage_distance_km",
)
plain_layer(
    "dwellings",
    label_fr="Logements proches",
    theme="Population et voisinage",
    key=("zone_id",),
    geometry="Point",
    columns={
        "zone_id": ZONE_ID,
        "dwellings": Column("Logements", "1", kind="number", aliases=("logements", "nb_log")),
    },
    distance_km="dwellings_distance_km",
)
plain_layer(
    "pools",
    label_fr="Piscines et grands puits de chaleur locaux",
    theme="Chaleur",
    key=("zone_id",),
    geometry="Point",
    columns={
        "zone_id": ZONE_ID,
        "name": NAME,
        "heat_mwh": Column("Chaleur consommée", "MWh/an", nullable=True, kind="number"),
    },
)
