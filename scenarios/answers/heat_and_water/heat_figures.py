"""The heat of a plan in figures: what is placed, what its pumps draw, what it spares, who takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.kept_figures import six_figures
from scenarios.storage.results import records
from siting.program.heat_pumps import pumps_of
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

TAKEN_COLUMNS = (
    "sink_id", "period", "networks_fr", "delivered_gwh", "renewable_share", "substitutable_share",
    "share_status_fr", "replaceable_gwh", "taken_gwh", "taken_share", "pump_gwh", "avoided_kt",
    "co2_g_per_kwh", "co2_status_fr", "outlook_fr",
)  # fmt: skip


def heat_figures(inputs: Inputs, plan: Plan, period: int) -> dict[str, float]:
    """Return the heat of a period: GWh and kt CO2e a year.

    ``heat_gwh`` is taken at the source, as the ERF counts it; ``heat_delivered_gwh`` reaches the
    users, pumped up and less the networks' losses; ``pump_gwh`` is the pumps' electricity, in the
    plan's energy and carbon; ``heat_avoided_kt`` is what the networks spare at their own content,
    beside the footprint and never taken off it.

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    period : a year of the scenario.

    Returns
    -------
    Figures by name, not rounded.
    """
    now = plan.sinks[plan.sinks["period"] == period]
    pumps = pumps_of(inputs, plan.sinks, period)
    known = inputs.heat_sinks
    delivered = [
        (float(gwh) * known[str(sink)].delivered_ratio, known[str(sink)].content_g_per_kwh)
        for sink, gwh in zip(now["sink_id"], now["heat_gwh"], strict=True)
        if str(sink) in known
    ]
    return {
        "heat_gwh": float(now["heat_gwh"].sum()),
        "heat_delivered_gwh": sum(gwh for gwh, _ in delivered),
        "pump_gwh": pumps,
        "carbon_pumps_kt": pumps * inputs.pump_carbon / 1000.0,
        "heat_avoided_kt": sum(gwh * content for gwh, content in delivered) / 1000.0,
    }


def with_heat(
    inputs: Inputs, plan: Plan, figures: Mapping[str, Any], period: int
) -> dict[str, float]:
    """Return the heat of a period, and the totals that its pumps' electricity enters.

    ``electricity_twh`` is the sites' and the pumps'; ``carbon_kt`` too. The ERF stays that of the
    sites, the heat being handed over before the pump (EN 50600-4-6).

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    figures : totals of the sites: ``site_energy_twh``, ``carbon_kt``.
    period : a year of the scenario.

    Returns
    -------
    Figures by name, to six figures; ``erf`` is a share, 0 without energy.
    """
    heat = heat_figures(inputs, plan, period)
    energy_gwh = figures["site_energy_twh"] * 1e3
    return {
        **{name: six_figures(value) for name, value in heat.items()},
        "erf": six_figures(heat["heat_gwh"] / energy_gwh) if energy_gwh else 0.0,
        "electricity_twh": six_figures(figures["site_energy_twh"] + heat["pump_gwh"] / 1e3),
        "carbon_kt": six_figures(figures["carbon_kt"] + heat["carbon_pumps_kt"]),
    }


def sinks_taken(inputs: Inputs, plan: Plan, table: pd.DataFrame) -> pd.DataFrame:
    """Return a row a sink the plan heats and period: the share of it that the plan takes.

    ``replaceable_gwh`` is what may be replaced of what is delivered today; ``taken_gwh`` what
    the plan delivers there; ``taken_share`` their ratio.

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    table : what is known of the sinks (``network_heat.SINK_COLUMNS``).

    Returns
    -------
    Columns ``TAKEN_COLUMNS``, sinks in order.
    """
    known = {str(row["sink_id"]): row for row in records(table)}
    rows = []
    for row in plan.sinks.sort_values(["sink_id", "period"]).to_dict("records"):
        sink, heat_gwh = str(row["sink_id"]), float(row["heat_gwh"])
        if sink not in known or heat_gwh <= 0:
            continue
        paper, told = inputs.heat_sinks[sink], known[sink]
        taken = heat_gwh * paper.delivered_ratio
        replaceable = float(told["delivered_gwh"]) * float(told["substitutable_share"])
        own = {name: told[name] for name in TAKEN_COLUMNS if name in told}
        rows.append(
            {
                "sink_id": sink,
                "period": int(row["period"]),
                **own,
                "replaceable_gwh": replaceable,
                "taken_gwh": taken,
                "taken_share": taken / replaceable if replaceable else 0.0,
                "pump_gwh": heat_gwh * paper.pump_ratio,
                "avoided_kt": taken * paper.content_g_per_kwh / 1000.0,
            }
        )
    return pd.DataFrame(rows, columns=list(TAKEN_COLUMNS))


def taken_at(taken: pd.DataFrame, period: int) -> list[dict[str, Any]]:
    """List what the plan takes of each sink at a period, the most heat first.

    Parameters
    ----------
    taken : columns ``TAKEN_COLUMNS``.
    period : a year of the scenario.

    Returns
    -------
    A row a sink, without its period; figures to six figures, None when unknown.
    """
    now = taken[taken["period"] == period].sort_values("taken_gwh", ascending=False, kind="stable")
    rows = records(now.drop(columns="period"))
    return [{key: _shown(value) for key, value in row.items()} for row in rows]


def _shown(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else six_figures(value)


def heat_by_site(plan: Plan, period: int) -> pd.Series:
    """Share each sink's useful heat between its sites, in proportion to the MW they send [GWh].

    Parameters
    ----------
    plan : what the program answered.
    period : a year of the scenario.

    Returns
    -------
    GWh a year, by site_id; only sites that send heat.
    """
    sent = plan.heat[plan.heat["period"] == period]
    sinks = plan.sinks[plan.sinks["period"] == period].set_index("sink_id")
    gwh_per_mw = sinks["heat_gwh"] / sinks["heat_mw"]
    share = sent["sink_id"].map(gwh_per_mw).astype(float)
    return (sent["heat_mw"].astype(float) * share).groupby(sent["site_id"]).sum()


def pumps_by_site(inputs: Inputs, plan: Plan, period: int) -> pd.Series:
    """Return the GWh a year of the heat pumps that each site's heat asks for.

    A sink's heat is shared between its sites in proportion to the MW they send.

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    period : a year of the scenario.

    Returns
    -------
    GWh a year, by site_id; only sites that send heat.
    """
    sent = plan.heat[plan.heat["period"] == period]
    sinks = plan.sinks[plan.sinks["period"] == period].set_index("sink_id")
    gwh_per_mw = sinks["heat_gwh"] / sinks["heat_mw"]
    ratio = sent["sink_id"].astype(str).map(inputs.pump_ratio).astype(float)
    share = sent["sink_id"].map(gwh_per_mw).astype(float) * ratio
    return (sent["heat_mw"].astype(float) * share).groupby(sent["site_id"]).sum()
