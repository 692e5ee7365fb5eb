"""The doubt on a plan and its sites: nine chances in ten, from each constant's declared range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import xarray as xr

from impacts import uncertainty, weather
from layers.dated import Value
from layers.pack import Pack
from scenarios.climate_2050 import warmed
from scenarios.scenario import Scenario
from scenarios.summary import TOTALS
from siting.plan import Plan


@dataclass(frozen=True)
class Doubt:
    """What draws say of the last period.

    ``totals`` : p5 and p95 of each total of the plan, named « …_p5 » and « …_p95 ».
    ``sites`` : a row a site and figure: site_id, figure, units, p5, p50, p95.
    """

    totals: Mapping[str, float]
    sites: pd.DataFrame


def doubt_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> Doubt:
    """Return the doubt on the last period of a plan.

    Two hundred correlated draws, seeded: the same plan always has the same doubt.
    """
    placed = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    if placed.empty:
        return Doubt({}, _by_site(xr.Dataset(coords={"site_id": []})))
    hours = weather.hourly(pack.weather())
    if scenario.climate == "2050":
        hours = warmed(pack, hours)
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    drawn = uncertainty.drawn_plan(
        placed.set_index(["site_id", "design"])["it_mw"].sort_index(),
        sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y),
        hours,
        factors,
        vintage=scenario.designs.vintage,
        utilisation=scenario.demand.utilisation,
        density=scenario.designs.density,
    )
    return Doubt(_totals(uncertainty.plan_quantiles(drawn)), _by_site(drawn))


def _totals(table: pd.DataFrame) -> dict[str, float]:
    ends = {
        end: {str(k): float(v) for k, v in table[end].to_dict().items()} for end in ("p5", "p95")
    }
    return {
        f"{name}_{end}": float(f"{factor * ends[end][variable]:.6g}")
        for name, (variable, factor) in TOTALS.items()
        if variable in table.index
        for end in ("p5", "p95")
    }


def _by_site(drawn: xr.Dataset) -> pd.DataFrame:
    """Return the quantiles of the yearly figures of each site, as a long table."""
    columns = ["site_id", "figure", "units", *uncertainty.QUANTILE_NAMES]
    rows = []
    for name, array in drawn.data_vars.items():
        if set(array.dims) != {"site_id", "draw"}:
            continue
        found = uncertainty.quantiles(array.to_dataset(name="figure"))["figure"]
        for site, values in zip(
            found["site_id"].to_numpy(), found.transpose("site_id", "quantile").to_numpy(),
            strict=True,
        ):  # fmt: skip
            kept = [float(f"{value:.6g}") for value in values]
            rows.append((str(site), str(name), str(array.attrs["units"]), *kept))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["site_id", "figure"], ignore_index=True)
