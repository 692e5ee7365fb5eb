"""The climate of each candidate, today and in 2050: hot hours, and the PUE of what is placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

import impacts
from impacts.cooling.hourly_cooling import technology_named
from impacts.cooling.liquid_loops import outdoor_tolerance
from impacts.weather.hot_hour_counts import hours_above
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from scenarios.question.load.load_profiles import in_utc
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.at_stations.site_weather import brought, hours_today
from scenarios.site_evidence.at_stations.stations_2050 import warmed
from siting.program.plan_tables import Plan

TODAY, LATER, BROUGHT = "2015-2019", "2050", "météo apportée"


def site_climate(
    scenario: Scenario,
    pack: Pack,
    pool: gpd.GeoDataFrame,
    plan: Plan,
    factors: Mapping[str, Value],
) -> pd.DataFrame:
    """Return hours a year above each threshold, by candidate, climate and estimate (long table).

    Every candidate has today and the median of 2050; the sites of the plan have the low and high
    ends of the projections too, and the ``pue`` of what the last period places there.

    Parameters
    ----------
    scenario : gives the periods, the utilisation, and the vintage and density of designs.
    pack : the weather, and ``climate_2050`` when it holds it.
    pool : the candidates, index ``site_id``, with their points and ``elevation_m``.
    plan : what is placed; the last period counts.
    factors : constants of the footprints, by name.

    Returns
    -------
    Columns ``site_id``, ``climate`` (2015-2019, 2050, or « météo apportée »
    for the sites that take the hours of a file), ``estimate`` (low, median or high),
    ``hours_above_…`` (h/yr, by threshold in °C, that of the liquid loop
    among them), ``pue`` (mean of the designs by IT MW, NaN where nothing is placed).
    """
    sites = pd.DataFrame(pool.drop(columns="geometry")).assign(
        x_m=pool.geometry.x, y_m=pool.geometry.y
    )
    placed = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    retained = sites.loc[sorted(placed["site_id"].unique())]
    today = hours_today(scenario, pack)
    also = _tolerances(scenario, factors)
    pue = _pue(scenario, sites, placed, today, factors)
    tables = [_hours(TODAY, "median", sites, today, also, pue)]
    if pack.has("climate_2050"):
        later = warmed(pack, today)
        pue = _pue(scenario, sites, placed, later, factors)
        tables.append(_hours(LATER, "median", sites, later, also, pue))
        if not retained.empty:
            for end in ("low", "high"):
                tables.append(_hours(LATER, end, retained, warmed(pack, today, end), also))
    table = pd.concat(tables, ignore_index=True)
    given = brought(scenario)
    if given is not None:
        near = table["site_id"].map(given.reaches(pool)).astype(bool)
        table.loc[near & (table["climate"] == TODAY), "climate"] = BROUGHT
    return table


def _tolerances(scenario: Scenario, factors: Mapping[str, Value]) -> tuple[float, ...]:
    """Return the outdoor air that the loop's dry coolers bear, when a liquid design is offered."""
    if not any(technology_named(name).is_liquid for name in scenario.designs.cooling):
        return ()
    return (outdoor_tolerance(factors, scenario.designs.vintage),)


def _hours(
    climate: str,
    estimate: str,
    sites: pd.DataFrame,
    hours: xr.Dataset,
    also: Sequence[float],
    pue: pd.Series | None = None,
) -> pd.DataFrame:
    table = hours_above(sites, hours, also).round(1).add_prefix("hours_above_")
    table["pue"] = np.nan if pue is None else pue.reindex(table.index).astype(float)
    table = table.rename_axis("site_id").reset_index()
    table.insert(1, "climate", climate)
    table.insert(2, "estimate", estimate)
    return table


def _pue(
    scenario: Scenario,
    sites: pd.DataFrame,
    placed: pd.DataFrame,
    hours: xr.Dataset,
    factors: Mapping[str, Value],
) -> pd.Series:
    if placed.empty:
        return pd.Series(dtype=float)
    where, designs = (sorted(placed[name].unique()) for name in ("site_id", "design"))
    found = impacts.footprint(
        sites.loc[where],
        designs,
        hours,
        factors,
        vintage=scenario.designs.vintage,
        utilisation=scenario.demand.utilisation,
        density=scenario.designs.density,
        load=in_utc(scenario.demand.hourly),
    )
    pue = found["pue"].to_series()
    each = pue.reindex(pd.MultiIndex.from_frame(placed[["site_id", "design"]])).to_numpy()
    weighted = placed["it_mw"] * each
    whole = placed.groupby("site_id")["it_mw"].sum()
    mean: pd.Series = weighted.groupby(placed["site_id"]).sum() / whole
    return mean.round(4)
