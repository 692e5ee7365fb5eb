"""From evidence to candidates: every site is accounted for, and joined to what is known."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.words.dated_values import Value
from layers.words.french import of_place
from siting.screening import fate_sentences

FRICHES = "friches"
CANDIDATE, MERGED, REJECTED, UNKNOWN = "candidat", "fusionné", "écarté", "inconnu"
NO_SECTOR = "inconnu"
"""Where no sector is within reach: these sites share one budget, at worst."""


def gather(
    brownfields: gpd.GeoDataFrame, min_area_ha: float, thresholds: Mapping[str, Value]
) -> gpd.GeoDataFrame:
    """Give every brownfield a fate before screening: candidate, merged, rejected or unknown.

    Parameters
    ----------
    brownfields : the layer of brownfields, site_id a column.
    min_area_ha : the scenario's least area.
    thresholds : by name; ``candidates.usable_share`` and ``candidates.merge_distance_m`` are read.

    Returns
    -------
    All rows, index ``site_id`` sorted, with fate, fate_reason_fr, merged_into, merged_ids,
    fate_cause, area_m2, usable_area_m2, enaf and the French words of the status.
    """
    sites = brownfields.set_index("site_id").sort_index()
    sites["source"] = FRICHES
    sites["area_m2"] = sites["site_surface_m2"].astype(float)
    sites["usable_area_m2"] = sites["area_m2"] * thresholds["candidates.usable_share"].number
    sites["status_fr"] = sites["status"]
    sites["is_verified"] = sites["status_is_verified"].astype(bool)
    sites["quality_fr"] = np.where(sites["is_verified"], "vérifiée", "non vérifiée")
    sites["is_brownfield"] = True
    sites["enaf"] = np.where(is_built(sites), "no", "unknown")
    sites = unmerged(sites)
    _reject_areas(sites, min_area_ha)
    _merge_same_land(sites, thresholds["candidates.merge_distance_m"].number)
    return sites


def is_built(sites: pd.DataFrame) -> pd.Series:
    """Return which sites show that their ground is built on: consumed once, ENAF no more.

    ENAF is actual land use, not zoning: a zone U or AU proves nothing without a building, and one
    building in a zone N or A does not make the whole ground artificial.

    Parameters
    ----------
    sites : ``plu_zone``; ``buildings``, how many the inventory counts, when it counts them.

    Returns
    -------
    Booleans on the index of the sites; False where nothing tells.
    """
    if "buildings" not in sites:
        return pd.Series(False, index=sites.index)
    return (sites["buildings"].astype(float) >= 1) & ~sites["plu_zone"].isin(["N", "A"])


def unmerged(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each site the fate « candidat », on its own land.

    Parameters
    ----------
    sites : one row a site.

    Returns
    -------
    A copy with fate « candidat », and fate_reason_fr, fate_cause, merged_into, merged_ids empty.
    """
    return sites.assign(
        fate=CANDIDATE, fate_reason_fr="", fate_cause="", merged_into="", merged_ids=""
    )


def _reject_areas(sites: gpd.GeoDataFrame, min_area_ha: float) -> None:
    absent = sites["area_state"] == "absente"
    absurd = sites["area_state"] == "invraisemblable"
    small = ~absent & ~absurd & (sites["area_m2"] < min_area_ha * 1e4)
    _fate(sites, absent, UNKNOWN, "area_absent", fate_sentences.AREA_ABSENT)
    _fate(sites, absurd, UNKNOWN, "area_absurd", fate_sentences.AREA_ABSURD)
    hectares = sites.loc[small, "area_m2"] / 1e4
    told = hectares.map(lambda ha: fate_sentences.too_small(ha, min_area_ha))
    _fate(sites, small, REJECTED, "area_small", told)


def _fate(
    sites: gpd.GeoDataFrame, mask: pd.Series, fate: str, cause: str, reason: str | pd.Series
) -> None:
    sites.loc[mask, "fate"] = fate
    sites.loc[mask, "fate_cause"] = cause
    sites.loc[mask, "fate_reason_fr"] = reason


def _merge_same_land(sites: gpd.GeoDataFrame, distance_m: float) -> None:
    """Merge the candidates that share commune and area, near each other: one land, all ids kept."""
    pool = sites[sites["fate"] == CANDIDATE]
    groups = pool.groupby([pool["commune_code"], pool["area_m2"].round(0)]).groups
    for ids in groups.values():
        if len(ids) < 2:
            continue
        for cluster in _clusters(pool.loc[ids], distance_m):
            _merge(sites, cluster, distance_m)


def _clusters(pool: gpd.GeoDataFrame, distance_m: float) -> list[list[str]]:
    points = pool.geometry.to_numpy()
    near = shapely.distance(points[:, None], points[None, :]) <= distance_m
    rows, columns = np.nonzero(near)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=near.shape)
    _, label = connected_components(graph, directed=False)
    ids = pool.index.to_numpy()
    return [sorted(ids[label == k]) for k in np.unique(label) if (label == k).sum() > 1]


def _merge(sites: gpd.GeoDataFrame, cluster: list[str], distance_m: float) -> None:
    """Keep the verified site with the lowest id; a project on one part is a project on the land."""
    keeper = min(cluster, key=lambda site: (not sites.at[site, "is_verified"], site))
    others = [site for site in cluster if site != keeper]
    sites.at[keeper, "merged_ids"] = "|".join(others)
    if (sites.loc[cluster, "status_fr"] == "avec projet").any():
        sites.at[keeper, "status_fr"] = "avec projet"
    if (sites.loc[cluster, "enaf"] == "unknown").any():
        sites.at[keeper, "enaf"] = "unknown"
    sites.loc[others, "fate"] = MERGED
    sites.loc[others, "fate_cause"] = "merged"
    sites.loc[others, "merged_into"] = keeper
    sites.loc[others, "fate_reason_fr"] = fate_sentences.merged_with(keeper, distance_m)


def locate(
    sites: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    departements: gpd.GeoDataFrame,
    sectors: gpd.GeoDataFrame,
    aware: gpd.GeoDataFrame,
    thresholds: Mapping[str, Value],
) -> gpd.GeoDataFrame:
    """Join commune, EPCI, département, hydrographic sector and AWARE basin to each site.

    A site just outside a polygon takes the nearest one: a coast or a border is never a gap. Beyond
    the farthest distance, or without any polygon, it is unknown.

    Parameters
    ----------
    sites : index site_id; commune_code, name, is_brownfield and a point.
    communes : commune_code, name, epci_code, epci_name, departement_code.
    departements : departement_code, name.
    sectors : hydrographic sectors: sector_code, name_fr, zre and outlines.
    aware : basin_id, aware_annual_non_agri, aware_01 to aware_12 and outlines.
    thresholds : by name; ``candidates.sector_reach_km`` and ``candidates.basin_reach_km`` are read.

    Returns
    -------
    The sites, with those columns, and name_fr.
    """
    named = communes.set_index("commune_code")
    for column in ("name", "epci_code", "epci_name", "departement_code"):
        ours = "commune_name" if column == "name" else column
        sites[ours] = sites["commune_code"].map(named[column])
    names = departements.set_index("departement_code")["name"].to_dict()
    sites["departement_name"] = sites["departement_code"].map(lambda code: names.get(code, code))
    sites = _nearest(
        sites,
        sectors.rename(columns={"name_fr": "sector_name"}),
        ["sector_code", "sector_name", "zre"],
        thresholds["candidates.sector_reach_km"].number,
    )
    sites["zre"] = sites["zre"].fillna("unknown")
    sites["sector_code"] = sites["sector_code"].fillna(NO_SECTOR)
    months = [f"aware_{month:02d}" for month in range(1, 13)]
    reach_km = thresholds["candidates.basin_reach_km"].number
    sites = _nearest(sites, aware, ["basin_id", "aware_annual_non_agri", *months], reach_km)
    sites["name_fr"] = sites["name"].where(
        sites["name"].notna(),
        np.where(sites["is_brownfield"], "Friche ", "Aire ")
        + sites["commune_name"].fillna("commune inconnue").map(of_place)
        + " ("
        + sites.index
        + ")",
    )
    return sites


def _nearest(
    sites: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, columns: list[str], reach_km: float
) -> gpd.GeoDataFrame:
    if polygons.empty:
        for column in columns:
            number = pd.api.types.is_float_dtype(polygons[column])
            kind = float if number else object
            sites[column] = pd.Series([None] * len(sites), index=sites.index, dtype=kind)
        return sites
    joined = gpd.sjoin_nearest(
        sites[["geometry"]],
        polygons[[*columns, "geometry"]],
        how="left",
        max_distance=1000.0 * reach_km,
    )
    joined = joined[~joined.index.duplicated()].sort_index()
    for column in columns:
        sites[column] = joined[column]
    return sites


def heat_links(
    sites: gpd.GeoDataFrame, communes: gpd.GeoDataFrame, sinks_gwh: pd.Series
) -> pd.DataFrame:
    """Link each site to the sinks of its commune and of the adjoining ones.

    The networks' routes are unknown, so no distance is given: the link is « possible ».

    Parameters
    ----------
    sites : index site_id; commune_code.
    communes : commune_code and outlines in metres; those within 50 m of each other adjoin.
    sinks_gwh : index commune codes of the sinks; only the index is read.

    Returns
    -------
    Columns site_id, sink_id (a commune code), relation_fr, distance_km (NaN); sorted.
    """
    outlines = communes.set_index("commune_code").geometry
    with_network = outlines.loc[outlines.index.isin(sinks_gwh.index)]
    pairs = gpd.sjoin(
        gpd.GeoDataFrame(
            {"sink_id": with_network.index}, geometry=with_network.to_numpy(), crs=communes.crs
        ).assign(geometry=lambda t: t.geometry.buffer(50)),
        gpd.GeoDataFrame(
            {"commune_code": outlines.index}, geometry=outlines.to_numpy(), crs=communes.crs
        ),
        predicate="intersects",
    )[["sink_id", "commune_code"]]
    links = sites[["commune_code"]].reset_index().merge(pairs, on="commune_code")
    same = links["sink_id"] == links["commune_code"]
    links["relation_fr"] = np.where(same, "même commune", "commune limitrophe")
    links["distance_km"] = np.nan
    links = links.drop(columns="commune_code").sort_values(["site_id", "sink_id"])
    return pd.DataFrame(links.reset_index(drop=True))
