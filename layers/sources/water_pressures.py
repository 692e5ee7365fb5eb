"""Pressures on water: withdrawals, restrictions, stress, receiving waters, ZRE outlines."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import NAME, ZONE_ID, plain_layer, zones

THEME = "Eau"
SENTINEL = -9999
COMMUNE = Column("Commune", kind="text", aliases=("code_commune_insee", "code_insee", "insee_com"))


def without_sentinel(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the value −9999, which Aqueduct writes where it has none.

    Parameters
    ----------
    table : rows of Aqueduct.

    Returns
    -------
    The same rows, ``bws_raw`` and ``bws_cat`` missing where there is none.
    """
    numbers = [name for name in ("bws_raw", "bws_cat") if name in table]
    return table.assign(**{name: table[name].where(table[name] != SENTINEL) for name in numbers})


zones(
    "zre_polygons",
    "ZRE (polygones)",
    THEME,
    "water/zre*.geojson",
    columns={
        "resource": Column("Ressource concernée", nullable=True, kind="text", aliases=("typezre",))
    },
)
zones(
    "aqueduct",
    "Stress hydrique Aqueduct 4.0",
    THEME,
    "water/aqueduct*.geojson",
    Export(
        "water/**/Aq40*.gdb",
        optional=True,
        near="communes",
        sublayer="baseline_annual",
        adapt=without_sentinel,
    ),
    columns={
        "zone_id": Column("Identifiant", kind="text", generated=True, aliases=("string_id",)),
        "bws_raw": Column("Stress hydrique de base", "1", nullable=True, kind="number"),
        "bws_cat": Column("Classe de stress (−1 à 4)", "1", nullable=True, kind="number"),
    },
)
zones(
    "drought_zones",
    "Zones d'alerte sécheresse en vigueur (VigiEau)",
    THEME,
    "water/zones_alerte*.geojson",
    "water/vigieau_zones_????-??-??_*.geojson",
    columns={
        "level": Column("Niveau", nullable=True, kind="text", aliases=("niveauGravite", "niveau")),
        "water_kind": Column(
            "Eau : AEP, SUP, SOU", nullable=True, kind="text", aliases=("type_zone", "type")
        ),
        "order_id": Column("Arrêté", nullable=True, kind="text", aliases=("arrete_numero",)),
        "starts_on": Column("Début de l'arrêté", nullable=True, kind="text", aliases=("debut",)),
        "ends_on": Column("Fin de l'arrêté", nullable=True, kind="text", aliases=("fin",)),
    },
)
plain_layer(
    "drought_orders",
    label_fr="Historique des restrictions (VigiEau)",
    theme=THEME,
    key=("commune_code",),
    geometry=None,
    columns={
        "commune_code": COMMUNE,
        "restricted_days": Column("Jours par an en alerte renforcée ou crise", "j", kind="number"),
        "first_year": Column("Première année", "année", nullable=True, kind="number"),
        "last_year": Column("Dernière année", "année", nullable=True, kind="number"),
    },
    exports={"communes": Export("water/restrictions_communes*.csv", separator=";")},
)
plain_layer(
    "withdrawals",
    label_fr="Prélèvements (BNPE)",
    theme=THEME,
    key=("zone_id",),
    geometry=None,
    columns={
        "zone_id": ZONE_ID,
        "commune_code": COMMUNE,
        "year": Column("Année", "année", kind="number", aliases=("annee",)),
        "volume_m3": Column("Volume prélevé", "m³", kind="number", aliases=("volume",)),
        "use": Column("Usage", nullable=True, kind="text", aliases=("libelle_usage",)),
    },
    exports={"records": Export("water/prelevements*.csv", separator="")},
)
plain_layer(
    "receiving_waters",
    label_fr="Milieux récepteurs des rejets",
    theme=THEME,
    key=("zone_id",),
    geometry="Line",
    columns={
        "zone_id": ZONE_ID,
        "name": NAME,
        "state": Column("État écologique", nullable=True, kind="text", aliases=("etat",)),
    },
)
