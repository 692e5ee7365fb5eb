"""Known platforms, ports and ready sites: candidates of their own kind, or notes on friches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.territory_paper import CRS
from siting.screening.candidates import UNKNOWN, unmerged
from siting.screening.fate_sentences import PLATFORM_AREA_UNREAD

SOURCE = "platforms"
KIND_FR = {
    "turnkey": "site « clés en main » de l'État",
    "port": "port",
    "platform": "plateforme connue",
}


def platform_sites(
    pack: Pack, values: Mapping[str, Value], departements: tuple[str, ...] | None
) -> gpd.GeoDataFrame:
    """Return the platforms that are no friche of the pack, as rows of the table of sites.

    One whose position is unknown stands at a point of its commune, and is said to; one without area
    is « inconnu ».

    Parameters
    ----------
    pack : the layers.
    values : the thresholds in force, by name.
    departements : those of the question, or None for all.

    Returns
    -------
    Rows of the table of sites.
    """
    communes = pack.table("communes").set_index("commune_code").geometry.representative_point()
    friches = set(pack.table("brownfields")["site_id"]) if pack.has("brownfields") else set()
    kept = {
        name: body
        for name, body in sorted(pack.platforms().items())
        if body.get("site_id", "") not in friches
        and body["commune_code"] in communes.index
        and (departements is None or body["commune_code"][:2] in departements)
    }
    rows = [_row(name, body) for name, body in kept.items()]
    points = [_point(body, communes) for body in kept.values()]
    if not rows:
        return gpd.GeoDataFrame(geometry=[], crs=CRS)
    sites = gpd.GeoDataFrame(rows, geometry=points, crs=CRS).set_index("site_id").sort_index()
    sites["site_surface_m2"] = sites["area_m2"]
    sites["usable_area_m2"] = sites["area_m2"] * values["candidates.usable_share"].number
    sites = unmerged(sites)
    nowhere = sites["area_m2"].isna()
    sites.loc[nowhere, "fate"] = UNKNOWN
    sites.loc[nowhere, "fate_cause"] = "area_absent"
    sites.loc[nowhere, "fate_reason_fr"] = PLATFORM_AREA_UNREAD
    return sites


def platform_notes(sites: gpd.GeoDataFrame, pack: Pack) -> pd.Series:
    """Return what is publicly known of each site as a platform, empty for most.

    Parameters
    ----------
    sites : every site, index site_id.
    pack : the layers.

    Returns
    -------
    Texts on the index of the sites.
    """
    told = {
        body.get("site_id", _site_id(name, body)): _told(body)
        for name, body in sorted(pack.platforms().items())
    }
    return pd.Series(sites.index.map(told), index=sites.index, dtype="str").fillna("")


def _told(body: Mapping[str, Any]) -> str:
    caveat = f" {body['caveat_fr']}" if "caveat_fr" in body else ""
    head = f"{body['label_fr']}, {KIND_FR[body['kind']]} ({body['reference']})."
    return f"{head} Faits publics, à confirmer.{caveat}"


def _site_id(name: str, body: Mapping[str, Any]) -> str:
    return f"PLATEFORME_{body['commune_code']}_{name}"


def _row(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    placed = "x_m" in body
    return {
        "site_id": _site_id(name, body),
        "source": SOURCE,
        "name": body["label_fr"],
        "kind": KIND_FR[body["kind"]],
        "commune_code": body["commune_code"],
        "area_m2": float(body["area_ha"]) * 1e4 if "area_ha" in body else np.nan,
        "status": "sans objet",
        "status_fr": KIND_FR[body["kind"]],
        "quality_fr": "faits publics, à confirmer",
        "plu_zone": "inconnue",
        "pollution": "inconnue",
        "area_state": "ok" if "area_ha" in body else "absente",
        "position_state": "dans la commune nommée" if placed else "point de la commune",
        "enaf": "unknown",
        "is_verified": False,
        "status_is_verified": False,
        "is_brownfield": False,
        "duplicate_point": False,
    }


def _point(body: Mapping[str, Any], communes: gpd.GeoSeries) -> Any:
    if "x_m" in body:
        return gpd.points_from_xy([body["x_m"]], [body["y_m"]])[0]
    return communes[body["commune_code"]]
