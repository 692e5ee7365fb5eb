"""What each site of the plan keeps for its backup, the ICPE it crosses, and what it may shed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

import pandas as pd

from impacts.basis.constant_factors import number
from impacts.cooling.hourly_cooling import technology_named
from impacts.quantities.backup_power import Backup, Crossing, backup_of, icpe_crossings
from impacts.quantities.flexibility import Flexibility, flexibility_of
from layers.words.dated_values import Value
from layers.words.kept_figures import six_figures
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

ICPE_COLUMNS = ("site_id", "rubric", "regime_fr", "quantity", "threshold", "unit", "value")


def backup_table(
    inputs: Inputs, plan: Plan, period: int, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return a row a site of the plan: engines, tests, fuel, and what may be shed or stored.

    Parameters
    ----------
    inputs : what the program read; ``pue_max`` and ``site_energy`` per MW are used.
    plan : what the program answered.
    period : a year of the scenario.
    factors : the constants in force, by name.

    Returns
    -------
    site_id, it_mw, and the fields of ``Backup`` and ``Flexibility``, six figures kept.
    """
    rows = []
    for site, placed in _by_site(plan, period):
        mean, power = _mean(inputs, site, placed), float(placed["it_mw"].sum())
        backup = _backup(placed, mean, factors)
        energy = power * mean["site_energy"]
        shed = flexibility_of(power, energy, factors, pue_max=mean["pue_max"])
        figures = {**asdict(backup), **asdict(shed)}
        kept = {name: six_figures(float(x)) for name, x in figures.items()}
        rows.append({"site_id": site, "it_mw": six_figures(power), **kept})
    named = (
        "site_id",
        "it_mw",
        *(each.name for kind in (Backup, Flexibility) for each in fields(kind)),
    )
    return pd.DataFrame(rows, columns=list(named))


def icpe_table(
    inputs: Inputs, plan: Plan, period: int, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return a row a site and heading of the ICPE nomenclature that its backup reaches.

    Parameters
    ----------
    inputs, plan, period, factors : as for `backup_table`.

    Returns
    -------
    Columns ``ICPE_COLUMNS``; ``value`` names the dated threshold.
    """
    rows = []
    for site, placed in _by_site(plan, period):
        backup = _backup(placed, _mean(inputs, site, placed), factors)
        crossings = icpe_crossings(backup, factors)
        rows += [_row(site, crossing) for crossing in crossings]
    return pd.DataFrame(rows, columns=list(ICPE_COLUMNS))


def _backup(
    placed: pd.DataFrame, mean: Mapping[str, float], factors: Mapping[str, Value]
) -> Backup:
    power = float(placed["it_mw"].sum())
    cold = [_cold_share(name, factors) for name in placed["design"]]
    share = float((placed["it_mw"] * cold).sum()) / power
    return backup_of(power, factors, pue=mean["pue_max"], cold_share=share)


def _row(site: str, crossing: Crossing) -> dict[str, object]:
    return {
        "site_id": site,
        "rubric": crossing.rubric,
        "regime_fr": crossing.said_fr.partition(", ")[2],
        "quantity": six_figures(crossing.quantity),
        "threshold": crossing.threshold,
        "unit": crossing.unit,
        "value": crossing.paper.name,
    }


def _by_site(plan: Plan, period: int) -> list[tuple[str, pd.DataFrame]]:
    rows = plan.placements[plan.placements["period"] == period]
    return [(str(site), placed) for site, placed in rows.groupby("site_id", sort=True)]


def _mean(inputs: Inputs, site: str, placed: pd.DataFrame) -> dict[str, float]:
    """Return the figures of a site per MW, its designs weighed by their power."""
    weight = placed.set_index("design")["it_mw"]
    found = {}
    for name in ("pue_max", "site_energy"):
        each = inputs.coefficients[name].sel(site_id=site).to_series().reindex(weight.index)
        found[name] = float((each * weight).sum() / weight.sum())
    return found


def _cold_share(design: str, factors: Mapping[str, Value]) -> float:
    key = technology_named(design).cold_share
    return number(factors, f"carbon.{key}") if key else 1.0
