"""The duty to reuse heat, installation by installation, beside the plan's own ERF.

The law asks it of each installation from 1 MW of IT and opens derogations; the share asked is an
assumption (the decree is not read). A plan's ERF compensates one site by another, which the law
does not: both are shown, and a derogation is always one to demonstrate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.dated_values import Value
from layers.words.french import NARROW, number, plural, quantity
from siting.program.plan_tables import Plan
from siting.program.plan_totals import Facts
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import RULES

MET, DEROGATION, LACKING, EXEMPT = "rempli", "dérogation à démontrer", "non rempli", "sans objet"
DUTY_COLUMNS = (
    "site_id", "period", "it_mw", "heat_gwh", "energy_gwh", "erf", "erf_asked", "replaceable_gwh",
    "state_fr", "why_fr",
)  # fmt: skip
ROUNDING = 1e-6
MOST = 0.99  # of what the sinks in reach let replace: the chords give away up to 2 %


def heat_duty(
    inputs: Inputs, plan: Plan, by_site: Mapping[int, pd.Series], threshold: Value
) -> pd.DataFrame:
    """Return a row a site and period of the plan: what it owes, what it reuses, and its state.

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    by_site : period → useful GWh a year of each site.
    threshold : IT MW from which an installation has the duty (``heat.duty``).

    Returns
    -------
    ``DUTY_COLUMNS``; ``replaceable_gwh`` is what the sinks in its reach could take at the source.
    """
    facts = Facts(inputs, plan)
    values = RULES["heat.recovered_share"].values_in(inputs)
    open_to_all = bool(values["derogation"].number)
    curves = {sink: float(curve[-1, 1]) for sink, curve in inputs.heat_curves.items()}
    reach = inputs.links["sink_id"].map(curves).astype(float).groupby(inputs.links["site_id"]).sum()
    rows = []
    for period in facts.periods:
        asked = values["erf_min"].at(period)
        energy, power = facts.by_site("site_energy")[period], facts.site_mw[period]
        for site in power.index[power > 0]:
            heat_gwh = float(by_site[period].get(site, 0.0))
            erf = heat_gwh / float(energy[site]) if energy[site] else 0.0
            near = float(reach.get(site, 0.0))
            is_due = float(power[site]) >= threshold.number
            state, why = _state(erf, asked, heat_gwh, near)
            if not is_due:
                state, why = EXEMPT, "sous le seuil de puissance"
            elif state == LACKING and open_to_all:
                state = DEROGATION
            known = (site, period, float(power[site]), heat_gwh, float(energy[site]))
            rows.append((*known, erf, asked, near, state, why))
    return pd.DataFrame(rows, columns=list(DUTY_COLUMNS))


def _state(erf: float, asked: float, heat_gwh: float, near_gwh: float) -> tuple[str, str]:
    share, floor = (f"{number(100 * x, 1)}{NARROW}%" for x in (erf, asked))
    if erf >= asked - ROUNDING:
        return MET, f"ERF de {share} pour {floor} demandés (hypothèse)"
    if not near_gwh:
        return LACKING, "aucun débouché connu à portée"
    near = quantity(near_gwh, "GWh/an", 1)
    if not heat_gwh:
        return LACKING, f"{near} remplaçables à portée, non servis par ce site"
    told = f"ERF de {share} pour {floor}"
    if heat_gwh >= MOST * near_gwh:
        return LACKING, f"{told} : les réseaux à portée n'ont pas plus à remplacer"
    return (
        LACKING,
        f"{told} ; {near} remplaçables à portée, partagés avec d'autres sites ou laissés",
    )


def duty_counts(table: pd.DataFrame, period: int) -> dict[str, int]:
    """Return how many sites of a period are in each state.

    Parameters
    ----------
    table : rows of ``heat_duty``.
    period : a year of the scenario.

    Returns
    -------
    Counts by state, zeros included.
    """
    now = table.loc[table["period"] == period, "state_fr"]
    return {state: int((now == state).sum()) for state in (MET, DEROGATION, LACKING, EXEMPT)}


def duty_said(counts: Mapping[str, Any]) -> str:
    """Write the duty of a plan's sites in one sentence, empty without any site concerned.

    Parameters
    ----------
    counts : what ``duty_counts`` gives.

    Returns
    -------
    The sentence, in French.

    Examples
    --------
    >>> counts = {"rempli": 1, "dérogation à démontrer": 2, "non rempli": 0, "sans objet": 0}
    >>> duty_said(counts).replace(chr(160), " ")
    'Devoir de valoriser la chaleur, site par site : 1 rempli, 2 dérogations à démontrer.'
    """
    told = [
        f"{counts.get(MET, 0)} rempli" + ("s" if counts.get(MET, 0) > 1 else ""),
        plural(counts.get(DEROGATION, 0), DEROGATION, "dérogations à démontrer"),
        plural(counts.get(LACKING, 0), LACKING, "non remplis"),
    ]
    if not any(counts.get(state, 0) for state in (MET, DEROGATION, LACKING)):
        return ""
    kept = [told[0], *(text for text in told[1:] if not text.startswith("0"))]
    return f"Devoir de valoriser la chaleur, site par site : {', '.join(kept)}."
