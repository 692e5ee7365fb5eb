"""The territory that the maps draw, thinned to a few megabytes and written with the results."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import LAYERS
from layers.geometry.slivers import close_slivers
from layers.own_layers.zone_file import zone_papers
from layers.packs.data_pack import Pack
from layers.words.territory_paper import CRS
from scenarios.answers.plan_months import monthly
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.site_evidence.yard_posts import named_yards
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

# Below a screen pixel at the scale of a region; borders stay shared.
TOLERANCE_M = 250.0
SMALL_M2 = 5e6


def tables(pack: Pack, evidence: Evidence, inputs: Inputs, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return every context table by name, OpenStreetMap facts in a table of their own.

    Parameters
    ----------
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    inputs : what the program read.
    plan : what the program answered.

    Returns
    -------
    Tables by name; ``monthly`` is among them.
    """
    return {
        **_drawn(pack, evidence),
        "monthly": monthly(inputs, plan, evidence.heat_demand),
    }


def projects(pack: Pack, departements: set[str]) -> list[dict[str, Any]]:
    """Return what is announced or in service in the territory, each figure with its status.

    Parameters
    ----------
    pack : the layers.
    departements : codes of the territory.

    Returns
    -------
    One row a project, by name; ``it_mw`` by year.
    """
    told = ("label_fr", "kind", "grid_mw", "commune_code", "departement_code", "x_m", "y_m",
            "status", "status_by_value_fr", "reference", "caveat_fr")  # fmt: skip
    return [
        {
            "name": name,
            "it_mw": {str(year): mw for year, mw in body["it_mw"].items()},
            **{key: body[key] for key in told if key in body},
        }
        for name, body in sorted(pack.projects().items())
        if body["departement_code"] in departements
    ]


def _drawn(pack: Pack, evidence: Evidence) -> dict[str, gpd.GeoDataFrame]:
    columns = ["commune_code", "name", "departement_code", "epci_code", "epci_name", "population"]
    yards = named_yards(pack).drop(columns=["codes"], errors="ignore")
    told = ("room_low_mw", "room_mw", "room_high_mw", "room_status", "reserve_share",
            "hta_state", "installed_mva", "hta_limit_mw")  # fmt: skip
    room = evidence.yards[[column for column in told if column in evidence.yards]]
    return {
        "communes": close_slivers(_thin(pack.table("communes")[[*columns, "geometry"]])),
        "departements": _thin(_departements(pack)),
        "neighbours": _thin(pack.held("neighbours")),
        "towns": pack.held("towns"),
        "substations": yards.merge(room, left_on="yard_id", right_index=True, how="left"),
        "sectors": _thin(pack.held("sectors")),
        "protected": _protected(pack),
        "networks": _networks(pack),
        "power_plants": pack.held("power_plants"),
        "landings": pack.held("landings"),
        "osm": pack.held("datacenters_osm"),
    }


def _departements(pack: Pack) -> gpd.GeoDataFrame:
    """Return the départements held, else the communes put together, named by their code."""
    if pack.has("departements"):
        return pack.table("departements")
    merged = pack.table("communes").dissolve("departement_code")[["geometry"]].reset_index()
    area = (merged.area / 1e6).round(1)
    named = merged.assign(name=merged["departement_code"], area_km2=area)
    return named[["departement_code", "name", "area_km2", "geometry"]]


def _thin(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    thin = shapely.coverage_simplify(table.geometry.to_numpy(), TOLERANCE_M)
    return table.set_geometry(
        gpd.GeoSeries(shapely.set_precision(thin, 1.0), table.index, table.crs)
    )


def _protected(pack: Pack) -> gpd.GeoDataFrame:
    """Return every outline of nature held, and Natura 2000 centres while its outlines are not."""
    parts = [
        pack.held("regional_parks").assign(kind="parc naturel régional"),
        pack.held("national_reserves").assign(kind="réserve naturelle nationale"),
        *(
            pack.table(kind.name).assign(kind=kind.outline_fr)
            for kind in LAYERS.values()
            if kind.outline_fr and pack.has(kind.name)
        ),
    ]
    if pack.has("other_protections"):
        others = pack.table("other_protections")
        parts.append(others.assign(kind=others["kind"].fillna("autre espace protégé")))
    if not pack.has("natura2000_polygons"):
        centres = pack.held("natura2000_points")
        parts.append(centres.assign(kind="Natura 2000 (centre seulement)"))
    for zone in zone_papers(pack).to_dict("records"):
        own = pack.table(zone["name"])
        own = own[own["in_zone"]]
        parts.append(own.assign(kind=f"zone apportée : {zone['label']}", name=zone["label"]))
    kept = ["kind", "name", "geometry"]
    table = gpd.GeoDataFrame(pd.concat([part[kept] for part in parts], ignore_index=True), crs=CRS)
    small = table.area < SMALL_M2
    thin = table.geometry.simplify(TOLERANCE_M)
    # A reserve of a few hectares would vanish at the tolerance of a park.
    thin[small] = table.geometry[small].simplify(TOLERANCE_M / 10.0)
    return table.set_geometry(thin)


def _networks(pack: Pack) -> gpd.GeoDataFrame:
    """Place each commune's heat deliveries at a point of the commune: routes are unknown."""
    table = pack.held("heat_deliveries")
    gwh = (table.groupby("commune_code")["delivered_mwh"].sum() / 1000.0).rename("delivered_gwh")
    communes = pack.table("communes").set_index("commune_code")
    known = communes.loc[communes.index.isin(gwh.index), ["name", "geometry"]]
    points = known.assign(geometry=known.geometry.representative_point(), delivered_gwh=gwh)
    return points.reset_index()[["commune_code", "name", "delivered_gwh", "geometry"]]
