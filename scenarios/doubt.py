"""The doubt on a plan's totals: nine chances in ten, from the declared range of every constant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import geopandas as gpd
import pandas as pd
import xarray as xr

from impacts import uncertainty, weather
from impacts.uncertainty import oneway
from layers.dated import Value
from layers.pack import Pack
from scenarios.climate_2050 import warmed
from scenarios.scenario import Scenario
from scenarios.summary import TOTALS
from siting.plan import Plan


class Options(TypedDict):
    """What a scenario tells the footprint, besides its sites."""

    vintage: str
    utilisation: float
    density: str


def doubt_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> dict[str, float]:
    """Return p5 and p95 of each total of the last period, named « …_p5 » and « …_p95 ».

    Two hundred correlated draws, seeded: the same plan always has the same doubt.
    """
    placed = _placed(scenario, plan)
    if placed.empty:
        return {}
    table = uncertainty.of_plan(
        placed, _sites(pool), _hours(scenario, pack), factors, **_options(scenario)
    )
    ends = {
        end: {str(k): float(v) for k, v in table[end].to_dict().items()} for end in ("p5", "p95")
    }
    return {
        f"{name}_{end}": float(f"{factor * ends[end][variable]:.6g}")
        for name, (variable, factor) in TOTALS.items()
        if variable in table.index
        for end in ("p5", "p95")
    }


def sensitivity_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return each total of the last period with one constant at a time at its ends.

    Columns of ``impacts.uncertainty.oneway.COLUMNS``, figures under the summary's names and units.
    """
    placed = _placed(scenario, plan)
    if placed.empty:
        return pd.DataFrame(columns=list(oneway.COLUMNS))
    table = uncertainty.one_at_a_time(
        placed, _sites(pool), _hours(scenario, pack), factors, **_options(scenario)
    )
    parts = []
    for name, (variable, factor) in TOTALS.items():
        rows = table[table["figure"] == variable]
        scaled = {c: (rows[c] * factor).map(_six) for c in ("usual", "at_low", "at_high")}
        ends = {c: rows[c].map(_six) for c in ("low", "high")}
        parts.append(rows.assign(figure=name, **scaled, **ends))
    return pd.concat(parts, ignore_index=True)


def _six(value: float) -> float:
    return float(f"{value:.6g}")


def _placed(scenario: Scenario, plan: Plan) -> pd.Series[float]:
    rows = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    power: pd.Series[float] = rows.set_index(["site_id", "design"])["it_mw"].sort_index()
    return power


def _sites(pool: gpd.GeoDataFrame) -> pd.DataFrame:
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    return sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y)


def _hours(scenario: Scenario, pack: Pack) -> xr.Dataset:
    hours = weather.hourly(pack.weather())
    return warmed(pack, hours) if scenario.climate == "2050" else hours


def _options(scenario: Scenario) -> Options:
    return {
        "vintage": scenario.designs.vintage,
        "utilisation": scenario.demand.utilisation,
        "density": scenario.designs.density,
    }
