"""The electricity of the heat pumps that raise waste heat to a network's temperature.

It is drawn for the heat that a plan places, so it hangs on the sinks' columns and not on the MW
of IT: energy, its budget and carbon count it, the site's own PUE and ERF do not.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Terms

KILOTONNE = 1e-3  # 1 GWh at 1 gCO2e/kWh is 1 t


def pump_gwh(problem: Problem, period: int) -> Terms:
    """Return Σₙ u[n]·H[n,t], the GWh a year of the heat pumps at a period.

    Parameters
    ----------
    problem : a program that has its columns.
    period : one of its periods, a year.

    Returns
    -------
    Pairs (useful heat of a sink, GWh of electricity per GWh), sinks without a pump left out.
    """
    t, inputs = problem.periods.index(period), problem.inputs
    ratios = [inputs.pump_ratio(sink) for sink in problem.sinks]
    pairs = zip(problem.sink_gwh[:, t].tolist(), ratios, strict=True)
    return [(column, ratio) for column, ratio in pairs if ratio]


def pump_kt(problem: Problem, period: int) -> Terms:
    """Return the kt CO2e a year of that electricity at a period.

    Parameters
    ----------
    problem : a program that has its columns.
    period : one of its periods, a year.

    Returns
    -------
    Pairs (useful heat of a sink, kt CO2e per GWh); none when the electricity has no carbon.
    """
    rate = problem.inputs.pump_carbon * KILOTONNE
    return [(column, ratio * rate) for column, ratio in pump_gwh(problem, period) if rate]


def net_share(inputs: Inputs, rates: Mapping[str, float], sink: str) -> float:
    """Return the part of useful heat's weight that its pump leaves, none when it costs more.

    Parameters
    ----------
    inputs : what the program reads; its pumps and their carbon.
    rates : what a unit of each term weighs (``siting.program.objective.exchange_rates``).
    sink : a sink_id; one without a pump keeps all.

    Returns
    -------
    A share from 0 to 1; 1 when useful heat is not weighed.
    """
    gain = -rates.get("useful_heat", 0.0)
    carbon = rates.get("carbon", 0.0) * inputs.pump_carbon * KILOTONNE
    paid = inputs.pump_ratio(sink) * (rates.get("energy_above_it", 0.0) + carbon)
    return max(0.0, 1.0 - paid / gain) if gain > 0 else 1.0


def pumps_of(inputs: Inputs, sinks: pd.DataFrame, period: int) -> float:
    """Return the GWh a year of the heat pumps of a plan's table of sinks, at a period.

    Parameters
    ----------
    inputs : what the program reads; its pumps.
    sinks : sink_id, period, heat_gwh, as ``Plan.sinks``.
    period : a year; one the table does not hold gives 0.

    Returns
    -------
    GWh of electricity a year.
    """
    now = sinks[sinks["period"] == period]
    ratios = now["sink_id"].astype(str).map(inputs.pump_ratio).astype(float)
    return float((now["heat_gwh"].astype(float) * ratios).sum())


def most_pump_gwh(inputs: Inputs) -> float:
    """Return what the pumps would draw if every sink in reach took all it can.

    Parameters
    ----------
    inputs : what the program reads; its links, curves and pumps.

    Returns
    -------
    GWh of electricity a year, the last point of each curve of a sink that a link names.
    """
    near = set(inputs.links["sink_id"].astype(str))
    return sum(
        float(curve[-1, 1]) * inputs.pump_ratio(sink)
        for sink, curve in inputs.heat_curves.items()
        if sink in near
    )
