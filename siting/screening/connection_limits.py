"""Connections: which yard, at which voltage, how far, how much by law, at what cost, how soon."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.words.dated_values import Value

# How many of the nearest yards of a domain a site keeps; the rest is never cheaper nor larger.
KEPT = {"HTA": 2, "HTB1": 2, "HTB2": 1, "HTB3": 1}
LEVELS = {
    "HTA": (63, 90, 150, 225),  # stand-in for the source substations, where they are not held
    "HTB1": (63, 90),
    "HTB2": (150, 225),
    "HTB3": (400,),
}


def host_yards(
    yards: gpd.GeoDataFrame,
    busy: pd.Series,
    values: Mapping[str, Value],
    answers: pd.Series | None = None,
) -> gpd.GeoDataFrame:
    """Return the yards that may host, with their assumed or answered room.

    Room is for all uses, in MW.

    Parameters
    ----------
    yards : yard_id, can_host (« yes » is kept), max_voltage_kv.
    busy : by yard, whether it is near a port, an industrial zone or a rail post.
    values : thresholds by name, ``candidates.room_mw`` and its two ends by voltage.
    answers : by yard, the operator's MW, which replace the assumption; None when nobody answered.

    Returns
    -------
    Index yard_id sorted; adds room_low_mw, room_mw, room_high_mw, room_status (assumption, read),
    reserve_share, hta_limit_mw.
    """
    host = yards[yards["can_host"] == "yes"].set_index("yard_id").sort_index()
    level = host["max_voltage_kv"].astype(int).astype(str)
    for column, name in (
        ("room_low_mw", "candidates.room_low_mw"),
        ("room_mw", "candidates.room_mw"),
        ("room_high_mw", "candidates.room_high_mw"),
    ):
        table = values[name].value
        assert isinstance(table, dict)
        host[column] = level.map(table).astype(float)
    host["room_status"] = "assumption"
    if answers is not None:
        told = answers.reindex(host.index).dropna()
        for column in ("room_low_mw", "room_mw", "room_high_mw"):
            host.loc[told.index, column] = told
        host.loc[told.index, "room_status"] = "read"
    host["reserve_share"] = np.where(
        busy.reindex(host.index, fill_value=False),
        values["candidates.reserve_share_ports"].number,
        values["candidates.reserve_share"].number,
    )
    host["hta_limit_mw"] = values["candidates.hta_yard_mw"].number
    return host


def zone_caps(consumption_mwh: pd.Series, values: Mapping[str, Value]) -> pd.DataFrame:
    """Return the upstream cap of each département: a share of its estimated peak.

    cap = share × peak/mean × annual MWh / 8,760 h, in MW.

    Parameters
    ----------
    consumption_mwh : a year's consumption by département.
    values : thresholds by name; ``candidates.peak_to_mean`` and ``candidates.zonal_share`` are
        read.

    Returns
    -------
    Same index; cap_mw, status (assumption).
    """
    peak_mw = consumption_mwh / 8760.0 * values["candidates.peak_to_mean"].number
    return pd.DataFrame(
        {"cap_mw": peak_mw * values["candidates.zonal_share"].number, "status": "assumption"}
    )


def connect(
    sites: gpd.GeoDataFrame,
    yards: gpd.GeoDataFrame,
    values: Mapping[str, Value],
    posts: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Return the connections kept for each site, one row a (site, yard, domain).

    Length is the straight line × route factor; the legal cap falls with length
    (``limit = min(cap, product / km)``); cost is line and bay, in M€.

    Parameters
    ----------
    sites : index site_id, points in metres.
    yards : as ``host_yards`` returns, with hta_state when ``source_posts`` was asked.
    values : thresholds by name.
    posts : points, yard_id, is_source; an HTA line ends at the nearest one of its yard that has
        transformers. None: it ends at the yard's own point.

    Returns
    -------
    Columns site_id, yard_id, domain, voltage_kv, distance_km, limit_mw, cost_low_meur, cost_meur,
    cost_high_meur, delay_years.
    """
    ends = None if posts is None else posts[posts["is_source"] != "no"].set_index("yard_id")
    tables = [
        _domain(sites, yards, domain, values, ends if domain == "HTA" else None) for domain in KEPT
    ]
    table = pd.concat(tables).sort_values(["site_id", "domain", "distance_km", "yard_id"])
    return table.reset_index(drop=True)


def legal_limit_mw(domain: str, distance_km: pd.Series, values: Mapping[str, Value]) -> pd.Series:
    """Return the legal cap of a connection at the meter: min(cap, product / d), in MW.

    Parameters
    ----------
    domain : HTA, HTB1, HTB2 or HTB3.
    distance_km : lengths of the connections; under 0.1 km counts as 0.1 km.
    values : thresholds by name.

    Returns
    -------
    One cap in MW a connection; for HTB3, the same at any distance.
    """
    if domain == "HTB3":
        return pd.Series(values["candidates.htb3_mw"].number, index=distance_km.index)
    key = f"candidates.{domain.lower()}_legal_mw"
    by_distance = values[f"{key}_km"].number / distance_km.clip(lower=0.1)
    cap = values[key].number
    if domain == "HTA":
        cap = min(cap, values["grid.hta_site_mw"].number)
    return by_distance.clip(upper=cap)


def _domain(
    sites: gpd.GeoDataFrame,
    yards: gpd.GeoDataFrame,
    domain: str,
    values: Mapping[str, Value],
    ends: gpd.GeoDataFrame | None,
) -> pd.DataFrame:
    levels = LEVELS[domain]
    host = yards[_hosts(yards, domain)]
    points = host if ends is None else ends[ends.index.isin(host.index)].sort_index()
    table = _k_nearest(sites, points, KEPT[domain])
    table["domain"] = domain
    table["voltage_kv"] = _voltage(host, levels, domain).reindex(table["yard_id"]).to_numpy()
    table["distance_km"] = table["straight_km"] * values["candidates.route_factor"].number
    table = table[table["distance_km"] <= values["candidates.reach_km"].number].copy()
    table["limit_mw"] = legal_limit_mw(domain, table["distance_km"], values)
    line, bay = (
        values[f"candidates.line_cost_{domain.lower()}"],
        values[f"candidates.bay_cost_{domain.lower()}"],
    )
    km = table["distance_km"]
    table["cost_low_meur"] = km * (line.low or line.number) + (bay.low or bay.number)
    table["cost_meur"] = km * line.number + bay.number
    table["cost_high_meur"] = km * (line.high or line.number) + (bay.high or bay.number)
    table["delay_years"] = values[f"candidates.delay_{domain.lower()}"].number
    return table.drop(columns="straight_km")


def _hosts(yards: gpd.GeoDataFrame, domain: str) -> pd.Series:
    """Return the yards that host a domain: HTA, where HTB/HTA transformers are known to stand."""
    levels = LEVELS[domain]
    has = yards["voltages_kv"].map(lambda text: any(int(v) in levels for v in text.split("|")))
    if domain != "HTA":
        return pd.Series(has, index=yards.index, dtype=bool)
    if "hta_state" in yards:
        return pd.Series(yards["hta_state"] == "yes", index=yards.index, dtype=bool)
    return pd.Series(has & (yards["max_voltage_kv"] < 400), index=yards.index, dtype=bool)


def source_posts(
    yards: gpd.GeoDataFrame, posts: pd.DataFrame, values: Mapping[str, Value]
) -> gpd.GeoDataFrame:
    """Say of each yard whether transformers to HTA stand there, and how much HTA it may give.

    A post whose MVA is blank keeps the figure of all yards.

    Parameters
    ----------
    yards : as ``host_yards`` returns.
    posts : yard_id, is_source (yes, no), installed_mva (MVA, NaN when blank), one row a post.
    values : thresholds by name; ``candidates.hta_installed_share`` is read.

    Returns
    -------
    The yards with hta_state (yes, no: listed without transformer, unknown: not listed, perhaps a
    client's or closed), installed_mva, and hta_limit_mw: a share of what is installed, an
    assumption.
    """
    known = posts.assign(source=posts["is_source"] != "no").groupby("yard_id")
    source = known["source"].any().reindex(yards.index)
    state = source.map({True: "yes", False: "no"}).fillna("unknown")
    mva = known["installed_mva"].sum(min_count=1).reindex(yards.index).where(state == "yes")
    share = values["candidates.hta_installed_share"].number
    limit = (share * mva).where(mva.notna(), yards["hta_limit_mw"])
    return yards.assign(hta_state=state, installed_mva=mva, hta_limit_mw=limit)


def _voltage(host: gpd.GeoDataFrame, levels: tuple[int, ...], domain: str) -> pd.Series:
    if domain == "HTA":
        return pd.Series(20, index=host.index)
    best = [max(int(v) for v in t.split("|") if int(v) in levels) for t in host["voltages_kv"]]
    return pd.Series(best, index=host.index)


def _k_nearest(sites: gpd.GeoDataFrame, ends: gpd.GeoDataFrame, k: int) -> pd.DataFrame:
    """Return the k nearest yards of each site; a yard with several ends counts at its nearest."""
    from scipy.spatial import KDTree

    if ends.empty:
        return pd.DataFrame({"site_id": [], "yard_id": [], "straight_km": []})
    tree = KDTree(np.column_stack([ends.geometry.x, ends.geometry.y]))
    count = min(k * int(ends.index.value_counts().max()), len(ends))
    points = np.column_stack([sites.geometry.x, sites.geometry.y])
    found = tree.query(points, k=count)
    metres, order = (np.asarray(part).reshape(len(sites), count) for part in found)
    table = pd.DataFrame(
        {
            "site_id": np.repeat(sites.index.to_numpy(), count),
            "yard_id": ends.index.to_numpy()[order.ravel()],
            "straight_km": metres.ravel() / 1000.0,
        }
    )
    once = table.drop_duplicates(["site_id", "yard_id"])
    return once[once.groupby("site_id", sort=False).cumcount() < k].reset_index(drop=True)
