"""A plan: where, how much, by which connection, with what heat, under which rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.problem import Problem

# Below a watt a value is the simplex's rounding, not a datacenter.
DUST_MW = 1e-6


@dataclass(frozen=True)
class Outcome:
    """How the solver ended.

    ``status`` is « optimal » (gap reached), « non reproductible » (safety time reached: exit 6)
    or « rien à placer »; ``objective`` and ``bound`` are in references × weights; ``gap`` is the
    proven relative distance between them; ``seconds`` stays out of written files.
    """

    status: str
    objective: float
    bound: float
    gap: float
    solver: str
    sites_considered: int
    sites_selected_among: int
    min_mw: float
    note_fr: str = ""
    seconds: float = 0.0

    @property
    def is_reproducible(self) -> bool:
        """Return whether a second run gives the same plan."""
        return self.status != "non reproductible"


@dataclass(frozen=True)
class Plan:
    """What the program answers; every table is sorted and carries its units in its columns.

    Attributes
    ----------
    placements : site_id, design, period, it_mw.
    connections : site_id, yard_id, domain, period, meter_mw.
    heat : site_id, sink_id, period, heat_mw (steady MW sent).
    sinks : sink_id, period, heat_mw, heat_gwh (usable a year).
    bill : one row a rule, place and period; columns of ``siting.bill.COLUMNS``.
    rule_costs : what each rule costs at least, in M€-equivalent and in share of the objective.
    leverage : how much each term of the objective separates the sites.
    yards : yards by what one more MW of room is worth, then by use: to ask RTE first.
    sites : worth of each candidate: entry price in M€-equivalent per MW (0 when retained).
    """

    placements: pd.DataFrame
    connections: pd.DataFrame
    heat: pd.DataFrame
    sinks: pd.DataFrame
    bill: pd.DataFrame
    rule_costs: pd.DataFrame
    leverage: pd.DataFrame
    yards: pd.DataFrame
    sites: pd.DataFrame
    outcome: Outcome

    def it_mw(self, period: int) -> pd.Series:
        """Return the IT MW of each retained site at a period."""
        now = self.placements[self.placements["period"] == period]
        return now.groupby("site_id")["it_mw"].sum()

    @property
    def retained(self) -> list[str]:
        """Return the sites that hold something, in order."""
        return sorted(set(self.placements["site_id"]))


@dataclass(frozen=True)
class PlanTables:
    """The four tables read from the solver's values."""

    placements: pd.DataFrame
    connections: pd.DataFrame
    heat: pd.DataFrame
    sinks: pd.DataFrame


def tables_of(problem: Problem, value: NDArray[np.float64] | None, index: object) -> PlanTables:
    """Read the plan's tables from the columns' values; ``index`` maps variables to columns."""
    if value is None:
        return PlanTables(*(pd.DataFrame(columns=names) for names in _COLUMNS))

    def read(variables: NDArray[np.object_]) -> NDArray[np.float64]:
        columns = index(variables)  # type: ignore[operator]
        found = np.where(columns >= 0, value[columns], 0.0).reshape(variables.shape)
        return np.where(found < DUST_MW, 0.0, found)

    pairs = pd.MultiIndex.from_product([problem.site_ids, problem.designs]).to_frame(index=False)
    pairs.columns = pd.Index(["site_id", "design"])
    it = read(problem.it).reshape(len(pairs), -1)
    sinks = _long(
        pd.DataFrame({"sink_id": problem.sinks}), problem, read(problem.sink_mw), "heat_mw"
    )
    usable = _long(
        pd.DataFrame({"sink_id": problem.sinks}), problem, read(problem.sink_gwh), "heat_gwh"
    )
    return PlanTables(
        _kept(_long(pairs, problem, it, "it_mw")),
        _kept(_long(problem.connections[list(_COLUMNS[1][:3])], problem, read(problem.meter), "meter_mw")),
        _kept(_long(problem.links[["site_id", "sink_id"]], problem, read(problem.heat_sent), "heat_mw")),
        _kept(sinks.assign(heat_gwh=usable["heat_gwh"])),
    )  # fmt: skip


_COLUMNS = (
    ("site_id", "design", "period", "it_mw"),
    ("site_id", "yard_id", "domain", "period", "meter_mw"),
    ("site_id", "sink_id", "period", "heat_mw"),
    ("sink_id", "period", "heat_mw", "heat_gwh"),
)


def _long(
    keys: pd.DataFrame, problem: Problem, values: NDArray[np.float64], name: str
) -> pd.DataFrame:
    tables = [
        keys.reset_index(drop=True).assign(period=period, **{name: values[:, t]})
        for t, period in enumerate(problem.periods)
    ]
    return pd.concat(tables, ignore_index=True)


def _kept(table: pd.DataFrame) -> pd.DataFrame:
    amounts = table.select_dtypes("float64")
    keys = [column for column in table.columns if column not in amounts.columns]
    return table[(amounts > 0).any(axis=1)].sort_values(keys, ignore_index=True)
