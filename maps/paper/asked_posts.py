"""The posts that a plan asks for, one line each: megawatts, kilometres, assumed room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.french import NO_BREAK, number
from maps.look.page_wording import site_name
from maps.paper.blocks.block_content import Item, Table, Text
from maps.paper.sheet_material import Material


def posts_of(material: Material, planned: pd.DataFrame) -> list[Item]:
    """List each post that the plan connects to: what it takes, of what room, and each line.

    Parameters
    ----------
    material : what the sheets of the folder share; its ``yards_to_ask`` gives the rooms.
    planned : sites of the plan, the most powerful first.

    Returns
    -------
    One table, or a sentence when the plan connects nothing.
    """
    if planned.empty or "plan_yard_name" not in planned:
        return [Text("Le plan ne demande aucun raccordement.")]
    room = {y["yard_id"]: y for y in material.results.summary.get("yards_to_ask", [])}
    lines = planned[planned["plan_yard_name"].fillna("") != ""]
    rows = [
        (
            str(name),
            f"{number(sites['plan_meter_mw'].sum(), 1)}{NO_BREAK}MW",
            _room_of(room.get(yard, {})),
            " ; ".join(
                f"{site_name(row)} ({number(row['plan_yard_km'], 1)}{NO_BREAK}km, "
                f"{number(row['plan_meter_mw'], 1)}{NO_BREAK}MW)"
                for _, row in sites.iterrows()
            ),
        )
        for (yard, name), sites in lines.groupby(["plan_yard_id", "plan_yard_name"], sort=False)
    ]
    head = ("Poste", "Au compteur", "Place supposée", "Sites, longueur de ligne, puissance")
    return [
        Table(
            "Postes que le plan sollicite, le plus puissant d'abord", head, rows, (1.6, 1, 1.6, 5)
        )
    ]


def _room_of(yard: Mapping[str, Any]) -> str:
    if yard.get("room_mw") is None:
        return "–"
    room, low, high = (
        number(float(yard[key] or 0.0)) for key in ("room_mw", "room_low_mw", "room_high_mw")
    )
    return f"{room}{NO_BREAK}MW ({low} à {high}), hypothèse"
