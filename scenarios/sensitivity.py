"""What a plan's totals hang on: each constant moved alone, the plan held."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from impacts import uncertainty, weather
from impacts.uncertainty import oneway
from layers.dated import Value
from layers.pack import Pack
from scenarios.climate_2050 import warmed
from scenarios.scenario import Scenario
from scenarios.summary import TOTALS
from siting.plan import Plan


def sensitivity_of(
    scenario: Scenario, pack: Pack, pool: gpd.GeoDataFrame, plan: Plan, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return each total of the last period with one constant at a time at its ends.

    Columns of ``impacts.uncertainty.oneway.COLUMNS``, figures under the summary's names and units.
    """
    placed = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    if placed.empty:
        return pd.DataFrame(columns=list(oneway.COLUMNS))
    hours = weather.hourly(pack.weather())
    if scenario.climate == "2050":
        hours = warmed(pack, hours)
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    table = uncertainty.one_at_a_time(
        placed.set_index(["site_id", "design"])["it_mw"].sort_index(),
        sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y),
        hours,
        factors,
        vintage=scenario.designs.vintage,
        utilisation=scenario.demand.utilisation,
        density=scenario.designs.density,
    )
    return pd.concat([_named(table, name) for name in TOTALS], ignore_index=True)


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    variable, factor = TOTALS[name]
    rows = table[table["figure"] == variable]
    scaled = {
        column: (rows[column] * factor).map(_six) for column in ("usual", "at_low", "at_high")
    }
    ends = {column: rows[column].map(_six) for column in ("low", "high")}
    return rows.assign(figure=name, **scaled, **ends)


def _six(value: float) -> float:
    """Keep six significant figures: the same bytes everywhere."""
    return float(f"{value:.6g}")
