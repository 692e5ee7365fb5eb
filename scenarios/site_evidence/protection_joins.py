"""Joining every outline held to the sites, as its layer declares: what protects, what threatens."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.contracts.contract import LAYERS
from layers.geometry import site_joins
from layers.geometry.vector_overlay import code_under
from layers.packs.data_pack import Pack
from scenarios.site_evidence.brought.zone_joins import join_zones

PLU = {"U": "U", "AU": "AU", "AUC": "AU", "AUS": "AU", "A": "A", "N": "N"}


def join_outlines(
    sites: gpd.GeoDataFrame, pack: Pack, areas: gpd.GeoSeries | None = None
) -> gpd.GeoDataFrame:
    """Add to each site its overlaps and distances; a layer absent or incomplete says unknown.

    A distance is taken from the outline where one is held, else from the point.

    Parameters
    ----------
    sites : index ``site_id``, points, ``area_m2``, the codes of places; columns are added to it.
    pack : the layers, those of ``OVERLAPS`` and ``DISTANCES`` when it holds them.
    areas : outlines of candidate areas, index ``site_id``; None for none.

    Returns
    -------
    The same table: overlaps and ENAF in hectares, distances in kilometres, days; NaN is unknown.
    """
    held = [] if areas is None else [areas]
    if pack.has("brownfield_outlines"):
        held.append(pack.table("brownfield_outlines").set_index("site_id").geometry)
    outlines = gpd.GeoSeries(pd.concat(held)) if held else None
    ground, true = site_joins.grounds(sites.geometry, sites["area_m2"], outlines)
    places = sites.geometry.where(~true, gpd.GeoSeries(ground, sites.index, sites.crs))
    sites = join_zones(sites, ground, pack)
    sites["ground_fr"] = np.where(true, "contour", "disque de la surface (approché)")
    for kind in LAYERS.values():
        if kind.overlap_ha:
            sites[kind.overlap_ha] = _overlap(sites, ground, pack, kind.name)
        if kind.distance_km:
            sites[kind.distance_km] = _distance(sites, places, pack, kind.name)
    excluding = [kind.overlap_ha for kind in LAYERS.values() if kind.excludes]
    sites["znieff_overlap_ha"] = worst(sites, ["znieff1_overlap_ha", "znieff2_overlap_ha"])
    sites["excluded_overlap_ha"] = worst(sites, excluding)
    sites["enaf_epci_2011_2021_ha"] = _enaf(sites, pack, "enaf_2011_2021_m2")
    sites["enaf_epci_since_2021_ha"] = _enaf(sites, pack, "enaf_since_2021_m2")
    sites["scot_code"] = _scot(sites, pack)
    sites["enaf_scot_2011_2021_ha"] = _enaf_of_scot(sites, pack)
    sites["restricted_days"] = _by_commune(sites, pack, "drought_orders", "restricted_days")
    return sites


def _overlap(
    sites: gpd.GeoDataFrame, ground: site_joins.Shapes, pack: Pack, layer: str
) -> pd.Series:
    """Return hectares of overlap: zero only where the layer is complete, else unknown."""
    if not pack.has(layer):
        return pd.Series(np.nan, index=sites.index)
    overlap = pd.Series(site_joins.overlap_ha(ground, pack.table(layer)), index=sites.index)
    known = pack.entry(layer).complete_for(sites["departement_code"])
    return overlap.round(4).clip(lower=0.0001).where(overlap > 0, 0.0).where(known | (overlap > 0))


def _distance(sites: gpd.GeoDataFrame, places: gpd.GeoSeries, pack: Pack, layer: str) -> pd.Series:
    """Return the distance to the nearest thing: the true one may be shorter where incomplete."""
    if not pack.has(layer):
        return pd.Series(np.nan, index=sites.index)
    things = pack.table(layer)
    if "is_source" in things:  # posts listed without a transformer host no HTA line
        things = things[things["is_source"] != "no"]
    distance = pd.Series(site_joins.distance_km(places, things), index=sites.index)
    known = pack.entry(layer).complete_for(sites["departement_code"])
    return distance.round(3).where(known)


def worst(sites: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return the largest overlap: one is enough to fail, all must be known to pass.

    Parameters
    ----------
    sites : overlaps in hectares, NaN where unknown.
    columns : those to hold together.

    Returns
    -------
    Hectares by site; NaN where nothing overlaps and something is unknown.
    """
    table = sites[columns]
    most = table.max(axis=1)
    return most.where((most > 0) | table.notna().all(axis=1))


def _enaf(sites: gpd.GeoDataFrame, pack: Pack, column: str) -> pd.Series:
    """Return the ENAF consumed in the EPCI of the site, in ha; unknown if a commune is."""
    if not pack.has("enaf_by_commune"):
        return pd.Series(np.nan, index=sites.index)
    communes = pack.table("communes")
    flows = pack.table("enaf_by_commune").set_index("commune_code")[column] / 1e4
    by_commune = communes["commune_code"].map(flows)
    grouped = by_commune.groupby(communes["epci_code"])
    total = grouped.sum().where(grouped.apply(lambda values: values.notna().all()))
    return pd.Series(sites["epci_code"].map(total).astype(float).round(2))


def _scot(sites: gpd.GeoDataFrame, pack: Pack) -> pd.Series:
    """Return the SCoT of each site, none while the perimeters are absent."""
    if not pack.has("scot"):
        return pd.Series(np.nan, index=sites.index, dtype="str")
    return code_under(sites.geometry, pack.table("scot"), "zone_id").astype("str")


def _enaf_of_scot(sites: gpd.GeoDataFrame, pack: Pack) -> pd.Series:
    """Return the ENAF consumed in the SCoT of the site, in ha; unknown if a commune is."""
    if not (pack.has("scot") and pack.has("enaf_by_commune")):
        return pd.Series(np.nan, index=sites.index)
    communes = pack.table("communes")
    hearts = communes.geometry.representative_point()
    code = code_under(hearts, pack.table("scot"), "zone_id")
    flows = pack.table("enaf_by_commune").set_index("commune_code")["enaf_2011_2021_m2"] / 1e4
    grouped = communes["commune_code"].map(flows).groupby(code)
    total = grouped.sum().where(grouped.apply(lambda values: values.notna().all()))
    return pd.Series(sites["scot_code"].map(total).astype(float).round(2))


def _by_commune(sites: gpd.GeoDataFrame, pack: Pack, layer: str, column: str) -> pd.Series:
    if not pack.has(layer):
        return pd.Series(np.nan, index=sites.index)
    table = pack.table(layer).set_index("commune_code")[column]
    return pd.Series(sites["commune_code"].map(table).astype(float))


def planned_zones(brownfields: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Replace the zone a producer wrote with the one of the planning document, where it is held.

    Parameters
    ----------
    brownfields : with ``plu_zone`` and ``plu_zone_raw``; changed in place.
    pack : gives ``plu_zones`` when it holds them.

    Returns
    -------
    The same table: U, AU, A or N where the document says so, elsewhere the producer's zone.
    """
    if not pack.has("plu_zones"):
        return brownfields
    words = site_joins.word_under(brownfields.geometry, pack.table("plu_zones"), "zone_type")
    zone = words.str.upper().str.strip().map(PLU)
    brownfields["plu_zone_raw"] = words.where(zone.notna(), brownfields["plu_zone_raw"])
    brownfields["plu_zone"] = zone.fillna(brownfields["plu_zone"])
    return brownfields
