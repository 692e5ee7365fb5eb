"""What lies around each site: people, schools, hospitals, plants at risk, waters, large lines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.geometry import site_joins
from layers.geometry.around_points import people_within
from layers.geometry.vector_overlay import code_under
from layers.packs.data_pack import Pack
from scenarios.site_evidence.drought_state import join_droughts

# Layer of points or lines → column of the distance, from the edge of the site, in km.
NEAREST = {
    "schools": "schools_distance_km",
    "hospitals": "hospitals_distance_km",
    "seveso_upper": "seveso_upper_distance_km",
    "hv_lines_2016": "hv_line_distance_km",
    "rail_stations": "station_distance_km",
    "aerodromes": "aerodrome_distance_km",
    "runways": "aerodrome_distance_km",
    "landings": "landing_distance_km",
}
# Layer → its column by commune, kept under the same name: yes, part or unknown, no.
LAWS = {"coastal_communes": "coastal", "mountain_communes": "mountain"}
PEOPLE_KM = (1, 3)
# The level of warming that the national reference trajectory gives about 2050.
WARMING_C = 2.7
LOW_FLOWS = ("vcn10_pct_p05", "vcn10_pct_p50", "vcn10_pct_p95", "low_flow_days_p50")
HISTORY = ("floods", "droughts", "landslides", "last_order")


def join_surroundings(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Add what lies around each site; NaN where no layer tells, and far never means none.

    Distances are to the nearest thing known, from the edge of the site (the disc of its area):
    the true one may be shorter.

    Parameters
    ----------
    sites : every site, index site_id.
    pack : the layers.

    Returns
    -------
    The sites, with one column a kind of thing; distances in km.
    """
    radius_km = np.sqrt(sites["area_m2"].fillna(0.0).to_numpy(dtype=float) / np.pi) / 1000.0
    for column in NEAREST.values():
        sites[column] = np.nan
    for layer, column in NEAREST.items():
        if pack.has(layer):
            km = site_joins.distance_km(sites.geometry, pack.table(layer)) - radius_km
            sites[column] = np.fmin(sites[column], np.round(np.maximum(km, 0.0), 3))
    sites = _join_laws(_join_people(sites, pack), pack)
    sites = _join_hazards(sites, pack)
    return join_droughts(_join_waters(sites, pack), pack)


def _join_laws(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Add the state of the commune under each law; one that a list does not name has none."""
    for layer, column in LAWS.items():
        sites[column] = None
        if pack.has(layer):
            state = pack.table(layer).set_index("commune_code")[column]
            sites[column] = sites["commune_code"].map(state).astype("str")
    return sites


def _join_people(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    if not pack.has("population_1km"):
        return sites.assign(**{f"people_{km}km": np.nan for km in PEOPLE_KM})
    cells = pack.table("population_1km")
    at, centres = (np.column_stack([t.geometry.x, t.geometry.y]) for t in (sites, cells))
    people = cells["people"].to_numpy(dtype=float)
    return sites.assign(
        **{
            f"people_{km}km": people_within(at, centres, people, float(km)).round(0)
            for km in PEOPLE_KM
        }
    )


def _join_hazards(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Add plans and past events of the commune: named is a fact, not named is unknown."""
    columns = [*HISTORY, "pprt", "azi"]
    table = pd.DataFrame(columns=columns, index=sites.index, dtype=float)
    if pack.has("commune_hazards"):
        named = pack.table("commune_hazards").set_index("commune_code")[columns].astype(float)
        table = named.reindex(sites["commune_code"]).set_index(sites.index)
    for plan in ("pprt", "azi"):
        sites[f"{plan}_commune"] = table[plan].where(table[plan] > 0)
    for name in HISTORY:
        sites[f"commune_{name}"] = table[name]
    fires = pd.DataFrame(columns=["fires", "burnt_ha"], dtype=float)
    if pack.has("fire_history"):
        fires = pack.table("fire_history").set_index("commune_code")
    for name in ("fires", "burnt_ha"):
        sites[f"commune_{name}"] = sites["commune_code"].map(fires[name]).astype(float)
    return sites


def _join_waters(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    flows = pd.DataFrame(columns=list(LOW_FLOWS), dtype=float)
    if pack.has("low_flows"):
        table = pack.table("low_flows")
        flows = table[table["warming_c"] == WARMING_C].set_index("commune_code")
    for name in LOW_FLOWS:
        sites[name] = sites["commune_code"].map(flows[name]).astype(float)
    sites["aquifer_fr"] = ""
    if pack.has("aquifers"):
        bodies = pack.table("aquifers")
        code = code_under(sites.geometry, bodies, "body_id")
        sites["aquifer_fr"] = code.map(bodies.set_index("body_id")["name"]).fillna("")
    sites["large_river_fr"], sites["large_river_km"] = "", np.nan
    if pack.has("large_rivers"):
        rivers = pack.table("large_rivers")[["name", "geometry"]]
        near = gpd.sjoin_nearest(sites[["geometry"]], rivers, distance_col="metres")
        near = near[~near.index.duplicated()]
        sites["large_river_fr"] = near["name"].reindex(sites.index).fillna("")
        sites["large_river_km"] = (near["metres"].reindex(sites.index) / 1000.0).round(0)
    return sites
