"""A plan drawn by hand: MW by site, wired and heated by plain rules of thumb, without a solver.

Each site draws through its cheapest line that is large enough in every year, else its largest ones;
each sends its heat to the sinks in its reach that still take some. A solver could do better:
what is added up here is what the plan as drawn needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from siting.program.plan_tables import Outcome, Plan, no_backups
from siting.program.presolve import domain_floors
from siting.program.program_inputs import Inputs

NOT_SOLVED = "dessiné à la main"


@dataclass(frozen=True)
class Given:
    """What a drawing says besides its megawatts: the yard of a site, or all that it takes.

    ``yards`` : yard by site; ``connections``, ``heat`` and ``backups`` : as in a plan, of the sites
    that are given whole, ``sites``.
    """

    yards: Mapping[str, str] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()
    connections: pd.DataFrame = field(default_factory=pd.DataFrame)
    heat: pd.DataFrame = field(default_factory=pd.DataFrame)
    backups: pd.DataFrame = field(default_factory=no_backups)


NOTHING_GIVEN = Given()


def drawn_plan(inputs: Inputs, placements: pd.DataFrame, given: Given = NOTHING_GIVEN) -> Plan:
    """Return the plan of hand-drawn placements.

    Parameters
    ----------
    inputs : the question.
    placements : site_id, design, period, it_mw.
    given : yards, or whole sites, that the drawing says.

    Returns
    -------
    A plan whose outcome is « dessiné à la main », its tables of prices empty.
    """
    ours = placements[~placements["site_id"].isin(given.sites)]
    lines = _lines(inputs, ours, given.yards)
    wired = [_wire(inputs, ours, lines, period) for period in inputs.demand.periods]
    connections = _put_together([given.connections, *wired], ["site_id", "yard_id", "period"])
    warmed = [_heat(inputs, ours, period, given.heat) for period in inputs.demand.periods]
    heat = _put_together([given.heat, *warmed], ["site_id", "sink_id", "period"])
    nothing = pd.DataFrame()
    return Plan(
        placements=placements.sort_values(["site_id", "design", "period"], ignore_index=True),
        connections=connections,
        heat=heat,
        sinks=_sinks(inputs, heat),
        bill=nothing,
        rule_costs=nothing,
        leverage=nothing,
        capacity=nothing,
        yards=nothing,
        sites=nothing,
        backups=given.backups,
        outcome=_outcome(inputs),
    )


def _put_together(parts: list[pd.DataFrame], order: list[str]) -> pd.DataFrame:
    """Return the rows of all parts, those of each site together."""
    held = [part for part in parts if len(part.columns)]
    return pd.concat(held, ignore_index=True).sort_values(order, ignore_index=True)


def spread_designs(inputs: Inputs, by_site: pd.DataFrame) -> pd.DataFrame:
    """Give a design to MW that have none: liquid up to its share, then air; the driest of each.

    Parameters
    ----------
    inputs : designs, and the largest share of liquid cooling.
    by_site : site_id, design (empty when there is none), it_mw.

    Returns
    -------
    The rows that have a design, then one for each part of those that had none.
    """
    missing = by_site[by_site["design"] == ""]
    rows = [by_site[by_site["design"] != ""]]
    table = inputs.coefficients[["cooling_water", "site_energy"]].mean("site_id").to_dataframe()
    order = table.round(6).sort_values(["cooling_water", "site_energy"], kind="stable").index
    liquid = inputs.coefficients["is_liquid"].to_series().astype(bool)
    share = inputs.max_liquid_share if liquid.any() else 0.0
    share = 1.0 if liquid.all() else share
    for is_liquid, part in ((True, share), (False, 1.0 - share)):
        if part > 0:
            best = str(next(name for name in order if liquid[name] == is_liquid))
            rows.append(missing.assign(design=best, it_mw=missing["it_mw"] * part))
    return pd.concat(rows, ignore_index=True)


def _drawn_mw(inputs: Inputs, placements: pd.DataFrame, period: int, name: str) -> pd.Series:
    """Return coefficient × MW by site at a period."""
    now = placements[placements["period"] == period]
    per_mw = inputs.coefficients[name].transpose("site_id", "design").to_series()
    keys = pd.MultiIndex.from_frame(now[["site_id", "design"]])
    amounts = now["it_mw"].to_numpy() * per_mw.reindex(keys).to_numpy()
    return pd.Series(amounts, index=now["site_id"].to_numpy()).groupby(level=0).sum()


def _lines(
    inputs: Inputs, placements: pd.DataFrame, yards: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Choose by site the one line it keeps: the cheapest that carries it in every year.

    Where the drawing gives a yard, its lines alone are looked at.

    It must not be under the floor of its voltage either; else the largest ones in turn, as an
    announced campus is told to do, and the check says that a site has one line.
    """
    drawn = [_drawn_mw(inputs, placements, period, "connection_ratio")
             for period in inputs.demand.periods]  # fmt: skip
    mw = pd.concat([each[each > 0] for each in drawn]).groupby(level=0)
    least, most = mw.min(), mw.max()
    floors = domain_floors(inputs)
    chosen = {}
    for site in most.index:
        lines = inputs.connections[inputs.connections["site_id"] == site]
        if str(site) in yards:
            lines = lines[lines["yard_id"] == yards[str(site)]]
        if lines.empty:
            continue
        floor = lines["domain"].map(floors).fillna(0.0)
        enough = lines[(lines["limit_mw"] >= most[site] - 1e-9) & (floor <= least[site] + 1e-9)]
        order = enough.sort_values(["cost_meur", "yard_id"])
        if order.empty:
            order = lines.sort_values(["limit_mw", "yard_id"], ascending=[False, True])
        else:
            order = order.head(1)
        chosen[str(site)] = order.to_dict("records")
    return chosen


def _wire(
    inputs: Inputs, placements: pd.DataFrame, lines: dict[str, list[dict[str, Any]]], period: int
) -> pd.DataFrame:
    rows = []
    for site, mw in _drawn_mw(inputs, placements, period, "connection_ratio").items():
        left = float(mw)
        for line in lines.get(str(site), []):
            taken = min(left, float(line["limit_mw"]))
            if taken > 0:
                rows.append((site, line["yard_id"], line["domain"], period, taken))
                left -= taken
    columns = ["site_id", "yard_id", "domain", "period", "meter_mw"]
    return pd.DataFrame(rows, columns=columns).astype({"meter_mw": float})


def _heat(
    inputs: Inputs, placements: pd.DataFrame, period: int, given: pd.DataFrame
) -> pd.DataFrame:
    """Send the heat of each site to the sinks in its reach, less what whole sites send already."""
    room = {sink: float(curve[-1, 0]) for sink, curve in sorted(inputs.heat_curves.items())}
    if len(given):
        now = given[given["period"] == period]
        for sink, sent in now.groupby("sink_id")["heat_mw"].sum().items():
            room[str(sink)] = max(room.get(str(sink), 0.0) - float(sent), 0.0)
    rows = []
    for site, mw in _drawn_mw(inputs, placements, period, "heat_capacity").items():
        near = inputs.links.loc[inputs.links["site_id"] == site, "sink_id"]
        left = float(mw)
        for sink in sorted(set(near) & set(room), key=lambda name: (-room[name], name)):
            sent = min(left, room[sink])
            if sent > 0:
                rows.append((site, sink, period, sent))
                room[sink] -= sent
                left -= sent
    columns = ["site_id", "sink_id", "period", "heat_mw"]
    return pd.DataFrame(rows, columns=columns).astype({"heat_mw": float})


def _sinks(inputs: Inputs, heat: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(heat.groupby(["sink_id", "period"])["heat_mw"].sum().reset_index())
    curves = inputs.heat_curves
    usable = [
        float(np.interp(mw, curves[sink][:, 0], curves[sink][:, 1]))
        for sink, mw in zip(table["sink_id"], table["heat_mw"], strict=True)
    ]
    table["heat_gwh"] = np.array(usable, dtype=np.float64)
    return table


def _outcome(inputs: Inputs) -> Outcome:
    nan, count = float("nan"), len(inputs.sites)
    return Outcome(NOT_SOLVED, nan, nan, nan, "aucun", count, count, count, inputs.min_mw)
