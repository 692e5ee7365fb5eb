"""What the network operators say: room by yard, lines, fibre."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export
from layers.sources.common_shapes import NAME, ZONE_ID, plain_layer

THEME = "Réseau électrique"


def from_capareseau(table: pd.DataFrame) -> pd.DataFrame:
    """Drop the row of long labels that follows the header.

    Parameters
    ----------
    table : the CSV as read, all texts.

    Returns
    -------
    The rows that follow, numbered from 0.
    """
    return table.iloc[1:].reset_index(drop=True)


plain_layer(
    "withdrawal_room",
    label_fr="Capacité de soutirage par poste",
    theme=THEME,
    key=("yard_id",),
    geometry=None,
    columns={
        "yard_id": Column("Code du poste", kind="text", aliases=("code_poste", "code")),
        "room_mw": Column("Place pour un soutirage, tous usages", "MW", kind="number"),
        "answered_on": Column("Date de la réponse", nullable=True, kind="text"),
        "operator": Column("Gestionnaire", nullable=True, kind="text"),
    },
    exports={"answers": Export("grid/soutirage*.csv", separator="")},
)
plain_layer(
    "injection_room",
    label_fr="Capacité d'injection (Caparéseau)",
    theme=THEME,
    key=("yard_id",),
    geometry=None,
    columns={
        "yard_id": Column("Code du poste", kind="text", aliases=("code",)),
        "name": NAME,
        "reserved_left_mw": Column(
            "Capacité réservée restant à affecter", "MW", True, ("info_na",), "number"
        ),
    },
    exports={"yards": Export("grid/capareseau*.csv", separator="", adapt=from_capareseau)},
)
plain_layer(
    "hv_lines",
    label_fr="Lignes à haute tension",
    theme=THEME,
    key=("zone_id",),
    geometry="Line",
    columns={
        "zone_id": ZONE_ID,
        "voltage": Column("Tension", nullable=True, kind="text", aliases=("tension",)),
    },
    exports={
        "overhead": Export("grid/lignes-aeriennes*.geojson", optional=True),
        "buried": Export("grid/lignes-souterraines*.geojson", optional=True),
    },
)
plain_layer(
    "fibre_routes",
    label_fr="Tracés de fibre",
    theme="Datacenters et numérique",
    key=("zone_id",),
    geometry="Line",
    columns={
        "zone_id": ZONE_ID,
        "operator": Column("Opérateur", nullable=True, kind="text", aliases=("operateur",)),
    },
    distance_km="fibre_distance_km",
)
