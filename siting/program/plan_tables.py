"""A plan: where, how much, by which connection, with what heat, under which rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.program.problem import Problem

# Below a watt a value is the simplex's rounding, not a datacenter.
DUST_MW = 1e-6
ALTERNATIVE_COLUMNS = (
    "alternative", "site_id", "design", "period", "it_mw", "is_in_plan", "objective_gap",
    "proven_gap", "sites_changed",
)  # fmt: skip


BACKUP_COLUMNS = ("site_id", "yard_id", "domain", "period", "reserve_mw")


def no_backups() -> pd.DataFrame:
    """Return the empty table of second supplies, with its columns.

    Returns
    -------
    Columns ``BACKUP_COLUMNS``, no row; reserve_mw is a float.
    """
    return pd.DataFrame(columns=list(BACKUP_COLUMNS)).astype({"reserve_mw": "float64"})


EXCESS_COLUMNS = (
    "site_id", "rule_id", "rule", "label_fr", "where", "period", "unit", "taken", "excess",
    "status", "said_fr",
)  # fmt: skip


def excess_table(rows: Sequence[Mapping[str, object]] = ()) -> pd.DataFrame:
    """Return the parts that sites take of the excess of soft rules, with their columns.

    Parameters
    ----------
    rows : one a site, rule, place and period; none gives the empty table.

    Returns
    -------
    Columns ``EXCESS_COLUMNS``, sorted; taken and excess are floats, in ``unit``.
    """
    table = pd.DataFrame(rows, columns=list(EXCESS_COLUMNS))
    words = [name for name in EXCESS_COLUMNS if name not in ("period", "taken", "excess")]
    types = dict.fromkeys(words, "str") | dict.fromkeys(("taken", "excess"), "float64")
    table = table.astype({**types, "period": "Int64"})
    return table.sort_values(["site_id", "rule_id", "where", "period"], ignore_index=True)


def no_alternatives() -> pd.DataFrame:
    """Return the empty table, with its columns.

    Returns
    -------
    Columns ``ALTERNATIVE_COLUMNS``, no row.
    """
    return pd.DataFrame(columns=list(ALTERNATIVE_COLUMNS))


@dataclass(frozen=True)
class Outcome:
    """How the solver ended.

    ``status`` is « optimal » (gap reached), « non reproductible » (safety time reached: exit 6)
    or « rien à placer »; ``objective`` and ``bound`` are in references × weights; ``paid`` is what
    the objective holds before gains and penalties, ``gap`` the proven distance as a share of it,
    ``gap_meur`` the same in M€-equivalent (NaN when cost is not weighed); ``most_it_mw`` is the
    most the same rules would let the candidates host at the last period (an upper bound);
    ``locks_low_meur`` and ``locks_high_meur`` bound what the sites kept, left out or bounded by the
    scenario cost; ``is_proof`` when 0.1 % was asked; ``seconds`` stays out of written files.
    """

    status: str
    objective: float
    bound: float
    gap: float
    solver: str
    sites_considered: int
    sites_large_enough: int
    sites_selected_among: int
    min_mw: float
    most_it_mw: float = float("nan")
    note_fr: str = ""
    is_proof: bool = False
    paid: float = 0.0
    gap_meur: float = 0.0
    locks_low_meur: float = 0.0
    locks_high_meur: float = 0.0
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
    bill : one row a rule, place and period; columns of ``siting.prices.rule_bill.COLUMNS``.
    rule_costs : what each rule costs, about, in M€-equivalent and in share of the objective.
    leverage : how much each term of the objective separates the sites.
    capacity : what one unit of each limit would allow in MW; ``hosting_capacity.COLUMNS``.
    yards : yards by what one more MW of room is worth, then by use: to ask RTE first.
    backups : site_id, yard_id, domain, period, reserve_mw held at a second yard; empty unless
        the scenario asks for a second supply.
    sites : worth of each candidate: entry price in M€-equivalent per MW (0 when retained), and
        its place among those nearest to entering (1 first).
    alternatives : other plans nearly as good; ``ALTERNATIVE_COLUMNS``.
    reasons : why each candidate is in or out; ``siting.choice.reason_table.COLUMNS``, empty when
        nobody asked for answers.
    excesses : what each retained site takes of the excess of a soft rule; ``EXCESS_COLUMNS``.
    """

    placements: pd.DataFrame
    connections: pd.DataFrame
    heat: pd.DataFrame
    sinks: pd.DataFrame
    bill: pd.DataFrame
    rule_costs: pd.DataFrame
    leverage: pd.DataFrame
    capacity: pd.DataFrame
    yards: pd.DataFrame
    sites: pd.DataFrame
    outcome: Outcome
    alternatives: pd.DataFrame = field(default_factory=no_alternatives)
    backups: pd.DataFrame = field(default_factory=no_backups)
    reasons: pd.DataFrame = field(default_factory=pd.DataFrame)
    excesses: pd.DataFrame = field(default_factory=excess_table)

    def it_mw(self, period: int) -> pd.Series:
        """Return the IT MW of each retained site at a period.

        Parameters
        ----------
        period : a year; one the plan does not hold gives an empty series.

        Returns
        -------
        IT MW by site_id, sorted.
        """
        now = self.placements[self.placements["period"] == period]
        return now.groupby("site_id")["it_mw"].sum()

    def heat_gwh(self, period: int) -> float:
        """Return the useful heat of a period, as the program counts it, in GWh a year.

        Parameters
        ----------
        period : a year; one the plan does not hold gives 0.

        Returns
        -------
        GWh a year, all sinks together.
        """
        return float(self.sinks.loc[self.sinks["period"] == period, "heat_gwh"].sum())

    def heat_shared(self) -> pd.DataFrame:
        """Return ``heat`` with heat_gwh: a sink's useful heat, shared as the MW its sites send.

        Returns
        -------
        Columns of ``heat``, and heat_gwh (GWh a year).
        """
        sinks = self.sinks.set_index(["sink_id", "period"])
        per_mw = (sinks["heat_gwh"] / sinks["heat_mw"]).to_dict()
        links = zip(self.heat["sink_id"], self.heat["period"], strict=True)
        return self.heat.assign(heat_gwh=self.heat["heat_mw"] * [per_mw[link] for link in links])

    @property
    def retained(self) -> list[str]:
        """Return the sites that hold something, in order."""
        return sorted(set(self.placements["site_id"]))


@dataclass(frozen=True)
class PlanTables:
    """The tables read from the solver's values."""

    placements: pd.DataFrame
    connections: pd.DataFrame
    heat: pd.DataFrame
    sinks: pd.DataFrame
    backups: pd.DataFrame


_COLUMNS = (
    ("site_id", "design", "period", "it_mw"),
    ("site_id", "yard_id", "domain", "period", "meter_mw"),
    ("site_id", "sink_id", "period", "heat_mw"),
    ("sink_id", "period", "heat_mw", "heat_gwh"),
    BACKUP_COLUMNS,
)

Reader = Callable[[NDArray[np.object_]], NDArray[np.float64]]


def no_tables() -> PlanTables:
    """Return the tables of a plan that places nothing.

    Returns
    -------
    Five tables without a row, their columns in place; amounts are floats.
    """
    return PlanTables(*(_without_row(names) for names in _COLUMNS))


def _without_row(names: tuple[str, ...]) -> pd.DataFrame:
    """Return an empty table whose amounts stay numbers: pandas would make them objects."""
    amounts = {name: "float64" for name in names if name.endswith(("_mw", "_gwh"))}
    return pd.DataFrame(columns=list(names)).astype(amounts)


def tables_of(problem: Problem, read: Reader) -> PlanTables:
    """Write the plan's tables.

    Parameters
    ----------
    problem : a program that was solved.
    read : gives the values of variables, same shape.

    Returns
    -------
    Tables sorted by their keys; rows whose every amount is dust (``DUST_MW``) are left out.
    """
    pairs = pd.MultiIndex.from_product(
        [problem.site_ids, problem.designs], names=["site_id", "design"]
    ).to_frame(index=False)
    ends = problem.connections[["site_id", "yard_id", "domain"]]
    links = problem.links[["site_id", "sink_id"]]
    sinks = pd.DataFrame({"sink_id": problem.sinks})
    received = _long(sinks, problem, read(problem.sink_mw), "heat_mw")
    usable = _long(sinks, problem, read(problem.sink_gwh), "heat_gwh")
    return PlanTables(
        _kept(_long(pairs, problem, read(problem.it).reshape(len(pairs), -1), "it_mw")),
        _kept(_long(ends, problem, read(problem.meter), "meter_mw")),
        _kept(_long(links, problem, read(problem.heat_sent), "heat_mw")),
        _kept(received.assign(heat_gwh=usable["heat_gwh"])),
        _kept(_long(ends, problem, read(problem.reserve), "reserve_mw"))
        if problem.backs.size
        else no_backups(),
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
    # Names are text whatever made them: a table read back is then the same to the byte.
    names = dict.fromkeys((column for column in keys if table[column].dtype == object), "str")
    kept = table[(amounts > DUST_MW).any(axis=1)].astype(names)
    return kept.sort_values(keys, ignore_index=True)
