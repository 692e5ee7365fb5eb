"""Water and useful heat of a plan, month by month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.basis.array_types import MONTH_OF_HOUR
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

# Two months that differ by less than this share take the same.
SAME = 1e-3


def monthly(inputs: Inputs, plan: Plan, heat_demand: xr.DataArray) -> pd.DataFrame:
    """Return water (m³) and useful heat (GWh) by site, period and month (long table).

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    heat_demand : MW the sinks could take, by sink and hour.

    Returns
    -------
    Columns site_id, period, month, water_m3, heat_gwh.
    """
    keys = ["site_id", "period", "month"]
    water = monthly_water(inputs, plan).groupby(keys)["water_m3"].sum().round(4)
    heat = _monthly_heat(plan, heat_demand).groupby(keys)["heat_gwh"].sum().round(6)
    return pd.concat([water, heat.reindex(water.index).fillna(0.0)], axis=1).reset_index()


def fullest_month(values: Sequence[float]) -> int:
    """Return the month that takes most, the first of those that equal it but for noise.

    Parameters
    ----------
    values : one a month, January first.

    Returns
    -------
    Its place, from 0.

    Examples
    --------
    >>> fullest_month([8.5, 7.7, 8.5000001] + [8.2] * 9), fullest_month([0.0] * 6 + [5.0] * 6)
    (0, 6)
    """
    most = max(values)
    return next(k for k, value in enumerate(values) if value >= most * (1 - SAME))


def monthly_water(inputs: Inputs, plan: Plan) -> pd.DataFrame:
    """Return water (m³) by placement, period and month (long table).

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.

    Returns
    -------
    One row a placement and month, with ``water_m3``.
    """
    placed = plan.placements
    water = inputs.coefficients["water_month"].transpose("site_id", "design", "month")
    rows = water.get_index("site_id").get_indexer(pd.Index(placed["site_id"]))
    columns = water.get_index("design").get_indexer(pd.Index(placed["design"]))
    values = water.to_numpy()[rows, columns, :] * placed["it_mw"].to_numpy(float)[:, None]
    return _by_month(placed, "water_m3", values)


def _monthly_heat(plan: Plan, heat_demand: xr.DataArray) -> pd.DataFrame:
    """Spread the useful heat of the plan over the months, as its sinks can take it hour by hour.

    The year is the program's own figure (chords under the sink's curve, up to two per cent less
    than the hours): what is shown of a site adds up to what was optimised.
    """
    sent = plan.heat_shared()
    whole = sent.groupby(["sink_id", "period"])["heat_mw"].transform("sum").to_numpy(float)
    demand = heat_demand.transpose("hour", "sink_id")
    columns = demand.get_index("sink_id").get_indexer(pd.Index(sent["sink_id"]))
    served = np.minimum(demand.to_numpy()[:, columns], whole)
    months = np.stack([served[m == MONTH_OF_HOUR].sum(axis=0) for m in range(12)], axis=1)
    year = np.maximum(months.sum(axis=1, keepdims=True), 1e-12)
    return _by_month(sent, "heat_gwh", months / year * sent["heat_gwh"].to_numpy(float)[:, None])


def _by_month(rows: pd.DataFrame, name: str, values: NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site_id": np.repeat(rows["site_id"].to_numpy(dtype=object), 12),
            "period": np.repeat(rows["period"].to_numpy(dtype=np.int64), 12),
            "month": np.tile(np.arange(1, 13), len(rows)),
            name: values.ravel(),
        }
    )
