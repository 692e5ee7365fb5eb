"""What a plan looks like on a map, as layers a GIS can open: one table a layer, Lambert-93."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from layers.words.dated_values import STATUS_FR
from scenarios.storage.results import Results
from scenarios.writing.exports.exact_plan import COLUMN, exact_plan
from scenarios.writing.exports.plan_sheets import YES_NO_FR, worded_sites

SITE_COLUMNS = (
    "site_id", "name_fr", "source_fr", "commune_code", "commune_name", "epci_name",
    "departement_code", "area_ha", "status_fr", "quality_fr", "plu_zone", "enaf_fr", "zre_fr",
    "sector_name",
    "pollution", "natura2000_centre_km", "rank", "rank_low", "rank_high", "score_low",
    "score_high", "design_fr", "yard_name", "yard_distance_km", "plan_yard_name", "plan_yard_km",
    "plan_voltage_kv", "plan_meter_mw", "fate", "fate_reason_fr", "cause", "cost_meur", "why_fr",
)  # fmt: skip
YARD_COLUMNS = (
    "yard_id", "name", "departement_code", "max_voltage_kv", "room_low_mw", "room_mw",
    "room_high_mw", "room_status_fr", "used_mw",
)  # fmt: skip
LINE_COLUMNS = (
    "site_id", "name_fr", "yard_id", "yard_name", "domain", "period", "meter_mw", "distance_km",
    "cost_low_meur", "cost_high_meur",
)  # fmt: skip


def places(results: Results) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the plan, from the top of the map to its ground; no OpenStreetMap.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Tables by layer, Lambert-93; powers in IT MW, heat in GWh, areas in hectares.
    """
    sites = _sites(results)
    is_candidate = sites["fate"] == "candidat"
    return {
        "sites_retenus": _retained(results, sites),
        "raccordements": _lines(results, sites),
        "sites_candidats": sites[is_candidate & ~sites["retained"]],
        "sites_ecartes": sites[~is_candidate],
        "postes": _yards(results),
        "reseaux_chaleur": results.context("networks"),
        "natura2000_centres": _protected(results, "Point"),
        "parcs_reserves": _protected(results, "Polygon"),
        "secteurs_eau": _sectors(results),
        "departements": results.context("departements"),
    }


def openstreetmap(results: Results) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers that come from OpenStreetMap (ODbL), kept apart from all others.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Tables by layer, Lambert-93.
    """
    return {"datacenters_osm": results.context("osm")}


def ordered(layers: Mapping[str, gpd.GeoDataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with their attributes only, without the columns that serve to choose.

    Parameters
    ----------
    layers : from ``places`` or ``openstreetmap``.

    Returns
    -------
    The same layers, their rows numbered anew.
    """
    return {
        name: table.drop(columns=["retained"], errors="ignore").reset_index(drop=True)
        for name, table in layers.items()
    }


def _retained(results: Results, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the retained sites, each with the cell that brings it back whole."""
    kept = sites[sites["retained"]]
    return kept.assign(**{COLUMN: kept["site_id"].map(exact_plan(results))})


def _sites(results: Results) -> gpd.GeoDataFrame:
    worded = worded_sites(results)
    periods = results.summary["periods"]
    powers = [f"{stem}_{year}" for stem in ("it_mw", "heat_gwh", "pump_gwh") for year in periods]
    kept = [name for name in (*SITE_COLUMNS, *powers, "retained") if name in worded]
    return gpd.GeoDataFrame(worded[kept], geometry=worded["geometry"], crs=results.sites.crs)


def _yards(results: Results) -> gpd.GeoDataFrame:
    """Return the yards that can host, with their room and what the plan takes there."""
    yards = results.context("substations")
    yards = yards[yards["can_host"] == "yes"].sort_values("yard_id", ignore_index=True)
    last = results.summary["periods"][-1]
    lines = results.table("plan/connections")
    used = lines[lines["period"] == last].groupby("yard_id")["meter_mw"].sum()
    yards = yards.assign(
        used_mw=yards["yard_id"].map(used).fillna(0.0).round(3),
        room_status_fr=yards["room_status"].map(STATUS_FR).fillna("non évalué"),
    )
    return yards[[*YARD_COLUMNS, "geometry"]]


def _lines(results: Results, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the connections of the last period as straight lines: never a route."""
    keys = ["site_id", "yard_id", "domain"]
    last = results.summary["periods"][-1]
    used = results.table("plan/connections")
    used = used[used["period"] == last].merge(results.table("plan/lines"), on=keys, how="left")
    used = used.sort_values(keys, ignore_index=True)
    yards = results.context("substations").set_index("yard_id")
    named = sites.set_index("site_id")
    ends = [named.geometry.reindex(used["site_id"]), yards.geometry.reindex(used["yard_id"])]
    pairs = [shapely.get_coordinates(end.to_numpy()) for end in ends]
    table = used.assign(
        name_fr=named["name_fr"].reindex(used["site_id"]).to_numpy(),
        yard_name=yards["name"].reindex(used["yard_id"]).to_numpy(),
        **{c: used[c].round(2) for c in ("distance_km", "cost_low_meur", "cost_high_meur")},
    )
    drawn = [shapely.LineString([a, b]) for a, b in zip(*pairs, strict=True)]
    return gpd.GeoDataFrame(table[list(LINE_COLUMNS)], geometry=drawn, crs=sites.crs)


def _protected(results: Results, kind: str) -> gpd.GeoDataFrame:
    table = results.context("protected").rename(columns={"kind": "kind_fr"})
    here = table[table.geom_type.str.endswith(kind)]
    return here.sort_values(["kind_fr", "name"], kind="stable", ignore_index=True)


def _sectors(results: Results) -> gpd.GeoDataFrame:
    table = results.context("sectors").rename(columns={"name_fr": "sector_name"})
    table["zre_fr"] = table["zre"].map(YES_NO_FR)
    columns = ["sector_code", "sector_name", "zre_fr", "zre_reason_fr"]
    return table[[*(c for c in columns if c in table), "geometry"]]


def attributes(results: Results) -> dict[str, pd.DataFrame]:
    """Return the plain tables that go with the layers: sources and rules.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    « sources », absent layers included, and « regles », those that were evaluated.
    """
    sources = pd.DataFrame(results.descriptor.get("sources", []))
    columns = ["title", "producer", "licence", "vintage", "state_fr", "caveat_fr"]
    rules = results.rules[results.rules["evaluated"].astype(bool)].assign(
        rule_label_fr=results.rules["label_fr"]
    )
    kept = ["rule_id", "rule_label_fr", "where", "period", "unit", "activity", "limit", "excess"]
    return {"sources": sources.reindex(columns=columns), "regles": rules[kept]}
