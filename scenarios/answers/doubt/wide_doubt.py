"""The wide doubt, for who asks: need, prices and room at the yards, drawn with the footprints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.uncertainty import QUANTILE_NAMES, QUANTILES, inverse
from layers.words.dated_values import Value
from layers.words.french import NARROW, NO_BREAK, estimate, number
from layers.words.kept_figures import six_figures
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

Floats = NDArray[np.float64]
WIDE, PLAIN = "wide", "plain"
SEED = 4


@dataclass(frozen=True)
class WideDraws:
    """What joins the drawn constants: shares in ]0, 1[, one a draw, and their seed.

    ``need`` multiplies every MW of the plan; ``price`` is one quality for all lines and openings,
    dear years being dear for every line; rooms are drawn apart, yard by yard, from ``seed``.
    """

    need: Floats
    price: Floats
    seed: int


def wide_draws(factors: Mapping[str, Value], count: int, seed: int = SEED) -> WideDraws:
    """Draw the need and the prices beside ``count`` draws of the constants.

    Parameters
    ----------
    factors : the constants in force; « uncertainty.demand_spread » bounds the need.
    count, seed : how many draws, and their seed: same seed, same draws.

    Returns
    -------
    The factor on the need (draw), and the quality of prices (draw).
    """
    luck = np.random.default_rng([seed, count])
    shares = (luck.permutation(count) + luck.random(count)) / count
    need = inverse(factors["uncertainty.demand_spread"], shares)
    return WideDraws(need, (luck.permutation(count) + luck.random(count)) / count, seed)


def needed(figures: xr.Dataset, wide: WideDraws) -> xr.Dataset:
    """Return the draws of a footprint per MW, each times the need of its draw.

    Parameters
    ----------
    figures : draws per MW, dim ``draw``.
    wide : as many draws.

    Returns
    -------
    The same; ratios (PUE, WUE) are left as they are.
    """
    factor = xr.DataArray(wide.need, dims="draw")
    return figures.assign(
        {
            name: (array * factor).assign_attrs(array.attrs)
            for name, array in figures.data_vars.items()
            if "/MW" in str(array.attrs.get("units"))
        }
    )


def wide_figures(inputs: Inputs, plan: Plan, period: int, wide: WideDraws) -> dict[str, float]:
    """Return the interval of the connection's cost, and how often a yard would lack room.

    Parameters
    ----------
    inputs : what the program read: lines with their costs' range, yards with their room's.
    plan : what the program answered; it is not changed by a draw.
    period : a year of the scenario.
    wide : the draws.

    Returns
    -------
    connection_cost_meur_p5, _p50 and _p95 (M€, openings apart); room_short_share in 0–1.
    """
    used = plan.connections[plan.connections["period"] == period]
    keys = ["site_id", "yard_id", "domain"]
    lines = used[keys].drop_duplicates().merge(inputs.connections, on=keys)
    low, mid, high = (float(lines[f"cost_{part}meur"].sum()) for part in ("low_", "", "high_"))
    cost = np.quantile(_triangular(low, mid, high, wide.price), QUANTILES)
    told = {
        f"connection_cost_meur_{name}": six_figures(float(x))
        for name, x in zip(QUANTILE_NAMES, cost, strict=True)
    }
    return told | {"room_short_share": _short(inputs.yards, used, wide)}


def _short(yards: pd.DataFrame, used: pd.DataFrame, wide: WideDraws) -> float:
    """Return the share of draws where some yard of the plan lacks room for what it feeds."""
    asked = used.groupby("yard_id")["meter_mw"].sum()
    luck = np.random.default_rng([wide.seed, len(wide.need), 1])
    is_short = np.zeros(len(wide.need), dtype=bool)
    known = yards.to_dict("index")
    for yard, power in asked.sort_index().items():
        row = known[yard]
        low, mid, high = (float(row[f"room_{part}mw"]) for part in ("low_", "", "high_"))
        luck_of_yard = luck.random(len(wide.need))
        is_read = str(row.get("room_status")) == "read"
        room = (
            np.full(len(wide.need), mid) if is_read else _triangular(low, mid, high, luck_of_yard)
        )
        is_short |= float(power) * wide.need > room * (1 - float(row["reserve_share"]))
    return round(float(is_short.mean()), 4)


def _triangular(low: float, mid: float, high: float, share: Floats) -> Floats:
    if high <= low:
        return np.full_like(share, mid)
    width, mid = high - low, min(max(mid, low), high)
    rising = low + np.sqrt(share * width * (mid - low))
    falling = high - np.sqrt((1 - share) * width * (high - mid))
    return np.where(share * width < mid - low, rising, falling)


def wide_said(figures: Mapping[str, float], spread: Value) -> list[str]:
    """Say in French what the wide doubt adds to the answer.

    Parameters
    ----------
    figures : a plan's totals at its last period, wide figures among them.
    spread : the range of the need, « uncertainty.demand_spread ».

    Returns
    -------
    Two sentences; none for a plan that was not drawn widely.
    """
    if "room_short_share" not in figures:
        return []
    low, high = (number(100 * float(end or 1), 0) for end in (spread.low, spread.high))
    ends = [estimate(figures[f"connection_cost_meur_{name}"]) for name in ("p5", "p95")]
    share = number(100 * figures["room_short_share"], 0)
    return [
        f"Doute large{NO_BREAK}: le besoin est tiré de {low} à {high}{NARROW}% de celui du "
        f"scénario. Les lignes coûteraient de {ends[0]} à {ends[1]}{NO_BREAK}M€, 9 chances sur "
        "10.",
        f"Dans {share}{NARROW}% des tirages, un poste au moins n'aurait pas la place que ce plan "
        "lui demande.",
    ]
