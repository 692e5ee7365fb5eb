"""The drought orders of one day at each site, by water: a state, never a climate."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.packs.data_pack import Pack
from layers.words.french import day

LEVELS_FR: Mapping[str, str] = {
    "vigilance": "vigilance",
    "alerte": "alerte",
    "alerte_renforcee": "alerte renforcée",
    "crise": "crise",
}
SEVERITY = {level: rank for rank, level in enumerate(LEVELS_FR)}
KINDS = ("SUP", "SOU", "AEP")
KINDS_FR: Mapping[str, str] = {"SUP": "cours d'eau", "SOU": "nappe", "AEP": "eau potable"}
NOWHERE_FR = "aucun arrêté publié à ce point"
# Letters of a quotation: what holds on two lines of a sheet; the whole text is in the pack.
QUOTED = 200
STOPS = re.compile(r"\breport|interdi", re.IGNORECASE)


def join_droughts(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Add the order of one day by water (river, aquifer, tap), and what a crisis would ask.

    Empty texts where the pack has no such layer. Where zones of one water overlap, the hardest
    level is told; their outlines are simplified, so that a site near a border may be in another.

    Parameters
    ----------
    sites : every site, index site_id.
    pack : the layers.

    Returns
    -------
    The sites, with ``drought_day``, one ``drought_…_fr`` a water, and ``drought_crisis_fr``.
    """
    told = {f"drought_{kind.lower()}_fr": "" for kind in KINDS}
    sites = sites.assign(drought_day="", drought_crisis_fr="", **told)
    if pack.has("drought_zones"):
        zones = pack.table("drought_zones")
        sites["drought_day"] = _french_day(pack.entry("drought_zones").vintage)
        for kind in KINDS:
            here = _hardest(sites, zones[zones["water_kind"] == kind])
            sites[f"drought_{kind.lower()}_fr"] = here.fillna(NOWHERE_FR)
    if pack.has("drought_uses"):
        quoted = _in_crisis(pack.table("drought_uses"))
        sites["drought_crisis_fr"] = sites["departement_code"].map(quoted).fillna("")
    return sites


def _hardest(sites: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.Series:
    """Return the hardest order over each site, as told; missing where there is none."""
    zones = zones[zones["level"].isin(SEVERITY)].reset_index(drop=True)
    row, zone = shapely.STRtree(zones.geometry.values).query(
        sites.geometry.values, predicate="intersects"
    )
    found = zones.drop(columns="geometry").iloc[zone].assign(row=row)
    found = found.assign(rank=found["level"].map(SEVERITY))
    found = found.sort_values(["row", "rank", "zone_id"], ascending=[True, False, True])
    first = found.drop_duplicates("row").set_index("row")
    told = pd.Series([_told(one) for one in first.to_dict("records")], first.index, dtype="str")
    return told.reindex(range(len(sites))).set_axis(sites.index)


def _told(order: Mapping[str, Any]) -> str:
    level = LEVELS_FR[str(order["level"])]
    parts = []
    if pd.notna(order["order_id"]):
        parts.append(f"arrêté {order['order_id']}")
    if pd.notna(order["starts_on"]):
        first = _french_day(str(order["starts_on"])[:10])
        ended = pd.notna(order["ends_on"])
        last = _french_day(str(order["ends_on"])[:10]) if ended else ""
        parts.append(f"du {first} au {last}" if ended else f"depuis le {first}")
    return f"{level} ({', '.join(parts)})" if parts else level


def _french_day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _in_crisis(uses: pd.DataFrame) -> dict[str, str]:
    """Quote by département what a crisis asks of classified plants: rivers first, then the rest."""
    crisis = uses[uses["level"] == "crise"]
    crisis = crisis.assign(order=crisis["water_kind"].map({k: i for i, k in enumerate(KINDS)}))
    # « ICPE » alone first: a use that also names farms is about something else too.
    crisis = crisis.assign(other=crisis["use"].str.contains("agricol"))
    first = crisis.sort_values(["departement_code", "order", "other", "use"]).drop_duplicates(
        "departement_code"
    )
    return {row["departement_code"]: _quoted(row) for row in first.to_dict("records")}


def _quoted(use: Mapping[Hashable, Any]) -> str:
    order = use["orders"].partition(" ; ")[0]
    return f"« {_heart(use['text'])} » ({KINDS_FR[use['water_kind']]}, réf. {order})"


def _heart(text: str) -> str:
    """Return the sentence of a text that says what stops, or the first; each cut is said.

    >>> _heart("Se référer à l'arrêté. Les opérations sont reportées. Tenir le registre.")
    '[…] Les opérations sont reportées. […]'
    >>> _heart("Sensibiliser.")
    'Sensibiliser.'
    """
    parts = re.split(r"(?<=\.) ", text)
    at = next((k for k, part in enumerate(parts) if STOPS.search(part)), 0)
    told = parts[at]
    if len(told) > QUOTED:
        told = f"{told[:QUOTED].rpartition(' ')[0]} […]"
    elif at < len(parts) - 1:
        told = f"{told} […]"
    return f"[…] {told}" if at else told
