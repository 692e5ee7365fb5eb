"""The doubt on a plan and its sites: nine chances in ten, from each constant's declared range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

import geopandas as gpd
import pandas as pd
import xarray as xr

from impacts import uncertainty
from impacts.uncertainty import one_constant
from impacts.weather import station_weather
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.kept_figures import six_figures
from scenarios.answers.plan_summary import TOTALS
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.stations_2050 import warmed
from siting.program.plan_tables import Plan


@dataclass(frozen=True)
class Doubt:
    """What draws say of the last period.

    ``totals`` : p5 and p95 of each total of the plan, named « …_p5 » and « …_p95 ».
    ``sites`` : a row a site and figure: site_id, figure, units, p5, p50, p95.
    """

    totals: Mapping[str, float]
    sites: pd.DataFrame


class Options(TypedDict):
    """What a scenario tells the footprint, besides its sites."""

    vintage: str
    utilisation: float
    density: str


def doubt_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> Doubt:
    """Return the doubt on the last period of a plan.

    Two hundred correlated draws, seeded: the same plan always has the same doubt.
    """
    placed = _placed(scenario, plan)
    if placed.empty:
        return Doubt({}, _by_site(xr.Dataset(coords={"site_id": []})))
    drawn = uncertainty.plan_draws(
        placed, _sites(pool), _hours(scenario, pack), factors, **_options(scenario)
    )
    return Doubt(_totals(uncertainty.plan_quantiles(drawn)), _by_site(drawn))


def _totals(table: pd.DataFrame) -> dict[str, float]:
    ends = {
        end: {str(k): float(v) for k, v in table[end].to_dict().items()} for end in ("p5", "p95")
    }
    return {
        f"{name}_{end}": six_figures(factor * ends[end][variable])
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
            kept = [six_figures(value) for value in values]
            rows.append((str(site), str(name), str(array.attrs["units"]), *kept))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["site_id", "figure"], ignore_index=True)


def sensitivity_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return each total of the last period with one constant at a time at its ends.

    Columns of ``impacts.uncertainty.one_constant.COLUMNS``, figures under the summary's names
    and units.
    """
    placed = _placed(scenario, plan)
    if placed.empty:
        return pd.DataFrame(columns=list(one_constant.COLUMNS))
    table = uncertainty.one_at_a_time(
        placed, _sites(pool), _hours(scenario, pack), factors, **_options(scenario)
    )
    parts = []
    for name, (variable, factor) in TOTALS.items():
        rows = table[table["figure"] == variable]
        scaled = {c: (rows[c] * factor).map(six_figures) for c in ("usual", "at_low", "at_high")}
        ends = {c: rows[c].map(six_figures) for c in ("low", "high")}
        parts.append(rows.assign(figure=name, **scaled, **ends))
    return pd.concat(parts, ignore_index=True)


def _placed(scenario: Scenario, plan: Plan) -> pd.Series[float]:
    rows = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    power: pd.Series[float] = rows.set_index(["site_id", "design"])["it_mw"].sort_index()
    return power


def _sites(pool: gpd.GeoDataFrame) -> pd.DataFrame:
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    return sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y)


def _hours(scenario: Scenario, pack: Pack) -> xr.Dataset:
    hours = station_weather.hourly(pack.weather())
    return warmed(pack, hours) if scenario.climate == "2050" else hours


def _options(scenario: Scenario) -> Options:
    return {
        "vintage": scenario.designs.vintage,
        "utilisation": scenario.demand.utilisation,
        "density": scenario.designs.density,
    }
