"""What holds when assumptions are drawn again: by EPCI and yard first, by site last.

Sites swap for a hundredth of the objective, territories hardly do: a plan is told at the grain
where it is stable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.program.plan_tables import Plan

Floats = NDArray[np.float64]
GRAINS = ("departement", "epci", "yard", "site")
COLUMNS = (
    "grain", "id", "draws", "kept_share", "kept_low", "kept_high", "mw_p5", "mw_p50", "mw_p95",
)  # fmt: skip
PRICE_KEYS = ["rule_id", "rule", "label_fr", "where", "period", "unit"]
PRICE_COLUMNS = (
    *PRICE_KEYS, "draws", "binding_share", "exceeded_share", "price_unit",
    "price_p5", "price_p10", "price_p50", "price_p90", "price_p95",
)  # fmt: skip
# What a bill must hold for its prices to be set beside those of other draws.
PRICED_COLUMNS = (*PRICE_KEYS, "binding", "excess", "price")
PRICE_QUANTILES = (5.0, 10.0, 50.0, 90.0, 95.0)
# Nine chances in ten, of a share known from so many draws (Wilson's score interval).
Z_90 = 1.6448536269514722
QUANTILES = (5.0, 50.0, 95.0)


@dataclass(frozen=True)
class DrawnPlan:
    """What one draw retained at the last period: IT MW by site, MW at the meter by yard."""

    site_mw: Mapping[str, float]
    yard_mw: Mapping[str, float]

    @classmethod
    def of(cls, plan: Plan, period: int) -> DrawnPlan:
        """Read a plan at a period.

        Parameters
        ----------
        plan : its placements and connections are read.
        period : the year.

        Returns
        -------
        MW by site and by yard.
        """
        lines = plan.connections[plan.connections["period"] == period]
        yards = lines.groupby("yard_id")["meter_mw"].sum()
        return cls(
            {str(site): float(mw) for site, mw in plan.it_mw(period).items()},
            {str(yard): float(mw) for yard, mw in yards.items()},
        )


def stability(draws: Sequence[DrawnPlan], sites: pd.DataFrame) -> pd.DataFrame:
    """Return how often each place is kept, and its MW, over the draws that have a plan.

    Parameters
    ----------
    draws : one entry a plan; a draw without a plan is left out by the caller, and counted.
    sites : index site_id, with ``departement_code`` and ``epci_code``.

    Returns
    -------
    Columns: ``COLUMNS``. ``kept_share`` is the share of draws where the place holds something,
    with the 90 % interval that so few draws leave; MW are IT, at the meter for a yard, zeros
    counted. Widest grain first, then the places kept most often.
    """
    tables = [_long(number, draw, sites) for number, draw in enumerate(draws)]
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = pd.concat(tables, ignore_index=True)
    rows = [
        _row(str(grain), str(place), held, len(draws))
        for (grain, place), held in whole.groupby(["grain", "id"], sort=True)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    rank = table["grain"].map({grain: k for k, grain in enumerate(GRAINS)})
    order = table.assign(_rank=rank, _share=-table["kept_share"], _mw=-table["mw_p50"])
    order = order.sort_values(["_rank", "_share", "_mw", "id"], kind="stable", ignore_index=True)
    return order[list(COLUMNS)]


def _long(number: int, draw: DrawnPlan, sites: pd.DataFrame) -> pd.DataFrame:
    """Write a draw as rows (draw, grain, id, mw), summed by place."""
    mw = pd.Series(dict(draw.site_mw), dtype=float)
    yards = pd.Series(dict(draw.yard_mw), dtype=float)
    by = {
        "departement": mw.groupby(sites["departement_code"].reindex(mw.index).astype(str)).sum(),
        "epci": mw.groupby(sites["epci_code"].reindex(mw.index).astype(str)).sum(),
        "yard": yards,
        "site": mw,
    }
    return pd.concat(
        [
            pd.DataFrame({"draw": number, "grain": grain, "id": held.index, "mw": held.to_numpy()})
            for grain, held in by.items()
        ],
        ignore_index=True,
    )


def _row(grain: str, place: str, held: pd.DataFrame, draws: int) -> dict[str, object]:
    present = held[held["mw"] > 0]
    mw = np.zeros(draws)
    mw[present["draw"].to_numpy(dtype=np.intp)] = present["mw"].to_numpy(dtype=np.float64)
    low, high = share_interval(len(present), draws)
    p5, p50, p95 = np.percentile(mw, QUANTILES)
    numbers = (len(present) / draws, low, high, p5, p50, p95)
    return dict(
        zip(COLUMNS, (grain, place, draws, *(round(float(x), 6) for x in numbers)), strict=True)
    )


def share_interval(kept: int, draws: int) -> tuple[float, float]:
    """Return the 90 % interval of a share seen ``kept`` times in so many draws (Wilson, 1927).

    Parameters
    ----------
    kept : how many times, at most ``draws``.
    draws : how many, at least 1.

    Returns
    -------
    Its two ends, from 0 to 1; the share lies between.

    Examples
    --------
    >>> low, high = share_interval(20, 20)
    >>> round(low, 3), round(high, 3)
    (0.881, 1.0)
    >>> [round(end, 3) for end in share_interval(5, 10)]
    [0.269, 0.731]
    """
    share, square = kept / draws, Z_90**2
    middle = (share + square / (2 * draws)) / (1 + square / draws)
    spread = np.sqrt(share * (1 - share) / draws + square / (4 * draws**2))
    half = float(Z_90 * spread / (1 + square / draws))
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def price_intervals(bills: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the prices of the rules over the draws: their quantiles, and how often they bind.

    A draw where the row does not bind counts as a price of zero; one where it is exceeded counts
    among those that bind, but not in the prices, as our penalty is none. Only rows that bind or are
    exceeded at least once, where the grain has a sound price.

    Parameters
    ----------
    bills : the bill of each draw that has a plan (``PRICED_COLUMNS``).

    Returns
    -------
    Columns ``PRICE_COLUMNS``, in M€-equivalent for one unit of the rule; ``draws`` are the draws
    whose bill has the row.
    """
    if not bills:
        return pd.DataFrame(columns=list(PRICE_COLUMNS))
    told = pd.concat([priced_rows(bill) for bill in bills], ignore_index=True)
    rows = []
    for place, group in told.groupby(PRICE_KEYS, sort=True, dropna=False):
        exceeded = (group["excess"] > 0).to_numpy(dtype=bool)
        bites = group["binding"].to_numpy(dtype=bool) | exceeded
        if not bites.any():
            continue
        shares = np.round([len(group), bites.mean(), exceeded.mean()], 6)
        prices = group["price"].dropna().to_numpy(dtype=np.float64)
        known = np.percentile(prices, PRICE_QUANTILES) if prices.size else [np.nan] * 5
        unit = f"M€ pondérés par {place[-1]}"
        rows.append((*place, int(shares[0]), *shares[1:], unit, *np.round(known, 9)))
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))


def priced_rows(bill: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a bill that have a price, or that are exceeded: ``PRICED_COLUMNS``.

    Parameters
    ----------
    bill : as ``bill_of`` returns.

    Returns
    -------
    Columns ``PRICED_COLUMNS``; an unknown excess is 0.
    """
    excess = bill["excess"].fillna(0.0).astype(float)
    kept = bill.assign(excess=excess)[bill["price"].notna() | (excess > 0)]
    return kept[list(PRICED_COLUMNS)]
