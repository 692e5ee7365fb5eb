"""Runways, as lines from one threshold to the other."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import near, number, points_from, region_of
from layers.words.territory_paper import CRS

M_PER_FOOT = 0.3048


@layer(
    "runways",
    label_fr="Pistes d'aérodrome",
    theme="Transports",
    key=("runway_id",),
    geometry="Line",
    columns={
        "runway_id": Column("Aérodrome et numéros de piste"),
        "length_m": Column("Longueur", "m", nullable=True),
        "is_closed": Column("Piste fermée"),
    },
    exports={
        "runways": Export(
            "transport/ourairports_pistes_*.csv",
            (
                "airport_ident",
                "length_ft",
                "closed",
                "le_ident",
                "he_ident",
                "le_longitude_deg",
                "le_latitude_deg",
                "he_longitude_deg",
                "he_latitude_deg",
            ),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep runways whose two ends are known."""
    source = raw.exports["runways"]
    ends = ["le_longitude_deg", "le_latitude_deg", "he_longitude_deg", "he_latitude_deg"]
    placed = source[ends].notna().all(axis=1)
    known = source[placed].reset_index(drop=True)
    low = points_from(known["le_longitude_deg"], known["le_latitude_deg"])
    high = points_from(known["he_longitude_deg"], known["he_latitude_deg"])
    pairs = np.stack([np.column_stack([p.x, p.y]) for p in (low, high)], axis=1)
    names = known["airport_ident"] + " " + known["le_ident"] + "/" + known["he_ident"]
    table = gpd.GeoDataFrame(
        {
            "runway_id": names,
            "length_m": (number(known["length_ft"]) * M_PER_FOOT).round(0),
            "is_closed": known["closed"] == "1",
        },
        geometry=shapely.linestrings(pairs),
        crs=CRS,
    )
    inside = near(table.geometry, region_of(raw.layers["communes"]), raw.territory.margin_km)
    table = table[inside].drop_duplicates("runway_id").sort_values("runway_id")
    return Tidied(
        table.reset_index(drop=True),
        report_of(
            "runways",
            ("kept", len(table), "piste dont les deux seuils sont connus"),
            ("dropped", int((~placed).sum()), "piste sans position"),
            ("dropped", int((~inside).sum()), "plus loin que la marge du territoire"),
        ),
    )
