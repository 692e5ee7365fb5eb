"""The doubt on a plan's totals: nine chances in ten, from the declared range of every constant."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from impacts import uncertainty, weather
from layers.dated import Value
from layers.pack import Pack
from scenarios.climate_2050 import warmed
from scenarios.scenario import Scenario
from scenarios.summary import TOTALS
from siting.plan import Plan


def doubt_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> dict[str, float]:
    """Return p5 and p95 of each total of the last period, named « …_p5 » and « …_p95 ».

    Two hundred correlated draws, seeded: the same plan always has the same doubt.
    """
    placed = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    if placed.empty:
        return {}
    hours = weather.hourly(pack.weather())
    if scenario.climate == "2050":
        hours = warmed(pack, hours)
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    table = uncertainty.of_plan(
        placed.set_index(["site_id", "design"])["it_mw"].sort_index(),
        sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y),
        hours,
        factors,
        vintage=scenario.designs.vintage,
        utilisation=scenario.demand.utilisation,
        density=scenario.designs.density,
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
