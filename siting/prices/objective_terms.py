"""What a plan costs, added up again from its rows: the same amounts as the objective's, by term.

Nothing here reads the solver. Each term in its own unit, what the scenario weighs it, and what it
is worth in M€-equivalent; together they are the objective, less what soft rules were passed by.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.program.heat_pumps import pumps_of
from siting.program.objective import TERMS, period_shares
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

COLUMNS = ("term", "label_fr", "unit", "amount", "weight", "reference", "objective", "meur")
KEYS = ["site_id", "yard_id", "domain"]


def objective_terms(inputs: Inputs, plan: Plan) -> pd.DataFrame:
    """Return each weighed term of the objective, recomputed from the plan's tables.

    Parameters
    ----------
    inputs : what the plan answers.
    plan : its tables are read.

    Returns
    -------
    Columns ``COLUMNS``; ``amount`` in the term's unit (annual terms: mean over the years each
    period stands for), ``objective`` with its sign, ``meur`` in M€-equivalent, NaN when cost is not
    weighed.
    """
    euro = _euro(inputs)
    rows = []
    for name, term in TERMS.items():
        weight = inputs.weights.get(name, 0.0)
        if not weight:
            continue
        reference = inputs.references[name].number
        amount = _amount(inputs, plan, name)
        objective = term.sense * weight * amount / reference
        amounts = (amount, weight, reference, objective, objective * euro)
        rows.append((name, term.label_fr, term.unit, *amounts))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def investment(inputs: Inputs, plan: Plan) -> tuple[float, float, float]:
    """Return in M€ what lines and bays cost, whole and once, second supplies, and openings.

    Parameters
    ----------
    inputs : the costs of lines and of an opening.
    plan : its connections, backups and retained sites are read.

    Returns
    -------
    Three amounts in M€: lines and bays, second supplies, openings.
    """
    lines = _whole_lines(inputs, plan.connections)
    second = _whole_lines(inputs, plan.backups)
    return lines, second, inputs.opening_cost_meur * len(plan.retained)


def _whole_lines(inputs: Inputs, table: pd.DataFrame) -> float:
    used = table[KEYS].drop_duplicates().merge(inputs.connections, on=KEYS)
    return float(used["cost_meur"].sum())


def _euro(inputs: Inputs) -> float:
    weight = inputs.weights.get("connection_cost", 0.0)
    return inputs.references["connection_cost"].number / weight if weight > 0 else float("nan")


def _amount(inputs: Inputs, plan: Plan, name: str) -> float:
    periods = inputs.demand.periods
    if name == "connection_cost":
        return sum(investment(inputs, plan))
    if name in ("enaf", "land_reused"):
        doubtful = inputs.sites.index[inputs.sites["enaf"] != "no"]
        now = plan.placements[plan.placements["period"] == periods[-1]]
        here = now["site_id"].isin(doubtful) == (name == "enaf")
        return 1e-4 * _times(inputs, now[here], "land")
    by_period = [_annual(inputs, plan, name, period) for period in periods]
    return float(np.dot(by_period, period_shares(periods)))


def _annual(inputs: Inputs, plan: Plan, name: str, period: int) -> float:
    if name == "useful_heat":
        return float(plan.sinks.loc[plan.sinks["period"] == period, "heat_gwh"].sum())
    now = plan.placements[plan.placements["period"] == period]
    if name == "energy_above_it":
        above = _times(inputs, now, "site_energy") - _times(inputs, now, "it_energy")
        return above + pumps_of(inputs, plan.sinks, period)
    if name == "carbon":
        pumps = inputs.pump_carbon * pumps_of(inputs, plan.sinks, period)
        return 1e-3 * (_times(inputs, now, "carbon") + pumps)
    return _times(inputs, now, "scarcity")


def _times(inputs: Inputs, placed: pd.DataFrame, coefficient: str) -> float:
    """Return Σ coefficient(site, design) × MW over some placements, in the ledger's unit."""
    per_mw = inputs.coefficients[coefficient].transpose("site_id", "design").to_series()
    keys = pd.MultiIndex.from_frame(placed[["site_id", "design"]])
    return float(np.dot(per_mw.reindex(keys).to_numpy(), placed["it_mw"].to_numpy()))
