"""The territory that the maps draw, thinned to a few megabytes and written with the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import MONTH_OF_HOUR
from layers.packs.data_pack import Pack
from layers.words.territory_paper import CRS
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.storage.results import write_json, write_table
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

# Below a screen pixel at the scale of a region; borders stay shared.
TOLERANCE_M = 250.0
SMALL_M2 = 5e6
# Outlines of nature shown on the map when they are held: layer → what it is.
OUTLINES = {
    "park_core": "cœur de parc national",
    "regional_reserves": "réserve naturelle régionale",
    "biotope_orders": "arrêté de protection de biotope",
    "conservation_land": "terrain d'un conservatoire",
    "natura2000_polygons": "site Natura 2000",
    "znieff_1": "ZNIEFF de type I",
    "znieff_2": "ZNIEFF de type II",
    "ramsar": "site Ramsar",
    "wetlands": "zone humide",
    "green_blue_network": "trame verte et bleue",
    "zaer_exclusion": "zone exclue des zones d'accélération",
}


def write(into: Path, pack: Pack, evidence: Evidence, inputs: Inputs, plan: Plan) -> None:
    """Write every context table, OpenStreetMap facts in a file of their own."""
    for name, table in _tables(pack, evidence).items():
        write_table(into / f"{name}.parquet", table)
    write_json(into / "projects.json", _projects(pack, set(evidence.sites["departement_code"])))
    write_table(into / "monthly.parquet", monthly(inputs, plan, evidence.heat_demand))


def _projects(pack: Pack, departements: set[str]) -> list[dict[str, Any]]:
    """Return what is announced or in service in the territory, each figure with its status."""
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


def _tables(pack: Pack, evidence: Evidence) -> dict[str, gpd.GeoDataFrame]:
    columns = ["commune_code", "name", "departement_code", "epci_code", "epci_name", "population"]
    yards = pack.table("yards").drop(columns=["codes"], errors="ignore")
    told = ("room_low_mw", "room_mw", "room_high_mw", "room_status", "reserve_share",
            "hta_state", "installed_mva", "hta_limit_mw")  # fmt: skip
    room = evidence.yards[[column for column in told if column in evidence.yards]]
    return {
        "communes": _thin(pack.table("communes")[[*columns, "geometry"]]),
        "departements": _thin(pack.table("departements")),
        "neighbours": _thin(pack.held("neighbours")),
        "towns": pack.held("towns"),
        "substations": yards.merge(room, left_on="yard_id", right_index=True, how="left"),
        "sectors": _thin(pack.table("sectors")),
        "protected": _protected(pack),
        "networks": _networks(pack),
        "power_plants": pack.held("power_plants"),
        "landings": pack.held("landings"),
        "osm": pack.held("datacenters_osm"),
    }


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
            pack.table(layer).assign(kind=kind)
            for layer, kind in OUTLINES.items()
            if pack.has(layer)
        ),
    ]
    if pack.has("other_protections"):
        others = pack.table("other_protections")
        parts.append(others.assign(kind=others["kind"].fillna("autre espace protégé")))
    if not pack.has("natura2000_polygons"):
        centres = pack.held("natura2000_points")
        parts.append(centres.assign(kind="Natura 2000 (centre seulement)"))
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


def monthly(inputs: Inputs, plan: Plan, heat_demand: xr.DataArray) -> pd.DataFrame:
    """Return water (m³) and useful heat (GWh) by site, period and month (long table)."""
    keys = ["site_id", "period", "month"]
    water = monthly_water(inputs, plan).groupby(keys)["water_m3"].sum().round(4)
    heat = _monthly_heat(plan, heat_demand).groupby(keys)["heat_gwh"].sum().round(6)
    return pd.concat([water, heat.reindex(water.index).fillna(0.0)], axis=1).reset_index()


def monthly_water(inputs: Inputs, plan: Plan) -> pd.DataFrame:
    """Return water (m³) by placement, period and month (long table)."""
    placed = plan.placements
    water = inputs.coefficients["water_month"].transpose("site_id", "design", "month")
    rows = water.get_index("site_id").get_indexer(pd.Index(placed["site_id"]))
    columns = water.get_index("design").get_indexer(pd.Index(placed["design"]))
    values = water.to_numpy()[rows, columns, :] * placed["it_mw"].to_numpy(float)[:, None]
    return _by_month(placed, "water_m3", values)


def _monthly_heat(plan: Plan, heat_demand: xr.DataArray) -> pd.DataFrame:
    """Serve each sink hour by hour with what its sites send, shared in proportion."""
    sent = plan.heat[["site_id", "sink_id", "period", "heat_mw"]]
    whole = sent.groupby(["sink_id", "period"])["heat_mw"].transform("sum").to_numpy(float)
    demand = heat_demand.transpose("hour", "sink_id")
    columns = demand.get_index("sink_id").get_indexer(pd.Index(sent["sink_id"]))
    served = np.minimum(demand.to_numpy()[:, columns], whole)
    months = np.stack([served[m == MONTH_OF_HOUR].sum(axis=0) for m in range(12)], axis=1)
    share = sent["heat_mw"].to_numpy(float) / np.where(whole > 0, whole, 1.0)
    return _by_month(sent, "heat_gwh", months / 1000.0 * share[:, None])


def _by_month(rows: pd.DataFrame, name: str, values: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": np.repeat(rows["site_id"].to_numpy(dtype=object), 12),
            "period": np.repeat(rows["period"].to_numpy(dtype=np.int64), 12),
            "month": np.tile(np.arange(1, 13), len(rows)),
            name: values.ravel(),
        }
    )
