"""What a plan adds up to, from its tables alone: MW, land, water, energy, by site and period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from siting.program.heat_pumps import pumps_of
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Finding:
    """A row added up from the tables: what is taken, its limit, and the size excess is seen at.

    ``unit`` and ``shown`` (what brings the figures to it) are the rule's unless said.
    """

    where: str
    period: int
    activity: float
    limit: float
    size: float
    floor: bool = False
    unit: str = ""
    shown: float = 1.0

    @property
    def excess(self) -> float:
        """Return by how much the row is broken; negative when it holds."""
        return (self.limit - self.activity) if self.floor else (self.activity - self.limit)

    @property
    def is_broken(self) -> bool:
        """Return whether the excess is more than 1e-6 of the row's size (or of one unit)."""
        return not self.excess <= TOLERANCE * max(1.0, self.size)


class Facts:
    """A plan beside the inputs it answers; sums by site are tables (site_id, period)."""

    def __init__(self, inputs: Inputs, plan: Plan) -> None:
        self.inputs = inputs
        self.plan = plan
        self.sites = inputs.sites.sort_index()
        self.periods = inputs.demand.periods

    @cached_property
    def it(self) -> pd.DataFrame:
        """Return IT MW, index (site_id, design), one column a period, zeros written out."""
        table = self.plan.placements.pivot_table(
            index=["site_id", "design"], columns="period", values="it_mw", aggfunc="sum"
        )
        return table.reindex(columns=list(self.periods)).fillna(0.0).astype(float)

    @cached_property
    def site_mw(self) -> pd.DataFrame:
        """Return IT MW by site and period, every candidate included."""
        return self._spread(self.it)

    def by_site(self, coefficient: str) -> pd.DataFrame:
        """Return coefficient × MW by site and period, in the coefficient's unit × MW.

        Parameters
        ----------
        coefficient : a name in ``Inputs.coefficients``, of dims (site_id, design).

        Returns
        -------
        Index site_id, every candidate, one column a period; 0 where nothing is placed.
        """
        per_mw = self.inputs.coefficients[coefficient].transpose("site_id", "design").to_series()
        known = per_mw.reindex(self.it.index)
        return self._spread(self.it.mul(known, axis=0))

    def total(self, coefficient: str, period: int, among: pd.Series | None = None) -> float:
        """Return coefficient × MW summed over the sites of a mask.

        Parameters
        ----------
        coefficient : a name in ``Inputs.coefficients``, of dims (site_id, design).
        period : one of the demand's periods, a year.
        among : a boolean by site_id; None, every site.

        Returns
        -------
        One figure, in the coefficient's unit × MW.
        """
        column = self.by_site(coefficient)[period]
        return float(column.sum() if among is None else column[among].sum())

    def meter_by(self, key: str, period: int, domain: str | None = None) -> pd.Series:
        """Return MW at the meter by site, yard or domain, at a period.

        Parameters
        ----------
        key : site_id, yard_id or domain.
        period : a year.
        domain : HTA, HTB1, HTB2 or HTB3, to count its lines alone; None, all.

        Returns
        -------
        MW by key; places without a line are absent.
        """
        now = self.plan.connections[self.plan.connections["period"] == period]
        if domain is not None:
            now = now[now["domain"] == domain]
        return now.groupby(key)["meter_mw"].sum()

    def held_by_yard(self, period: int, domain: str | None = None) -> pd.Series:
        """Return MW at the meter by yard, what second supplies hold there included.

        Parameters
        ----------
        period : a year.
        domain : HTA, HTB1, HTB2 or HTB3, to count its lines alone; None, all.

        Returns
        -------
        MW by yard_id; yards where nothing is held are absent.
        """
        second = self.plan.backups[self.plan.backups["period"] == period]
        if domain is not None:
            second = second[second["domain"] == domain]
        held = second.groupby("yard_id")["reserve_mw"].sum()
        return self.meter_by("yard_id", period, domain).add(held, fill_value=0.0)

    def heat_gwh(self, period: int) -> float:
        """Return the useful heat of a period, in GWh a year.

        Parameters
        ----------
        period : a year.

        Returns
        -------
        GWh a year, all sinks together.
        """
        return self.plan.heat_gwh(period)

    def pump_gwh(self, period: int) -> float:
        """Return the electricity of the heat pumps of a period, in GWh a year.

        Parameters
        ----------
        period : a year.

        Returns
        -------
        GWh a year, all sinks together.
        """
        return pumps_of(self.inputs, self.plan.sinks, period)

    def fixed(self, quantity: str, period: int) -> float:
        """Return what fixed projects take of a quantity at a period, by their share in service.

        Parameters
        ----------
        quantity : a number of ``FixedProject``: grid_mw, water_m3, land_ha, enaf_ha or heat_gwh.
        period : a year.

        Returns
        -------
        The sum over the projects, in the quantity's unit.
        """
        taken = 0.0
        for project in self.inputs.demand.fixed:
            whole = max(project.it_mw.values(), default=0.0)
            share = project.it_mw_at(period) / whole if whole else 0.0
            taken += share * float(getattr(project, quantity))
        return taken

    def fixed_meter(self, period: int) -> pd.Series:
        """Return MW at the meter of fixed projects by yard.

        Parameters
        ----------
        period : a year; each project counts by its share in service then.

        Returns
        -------
        MW by yard_id, every yard included; 0 where no project connects.
        """
        taken = dict.fromkeys(self.inputs.yards.index, 0.0)
        for project in self.inputs.demand.fixed:
            whole = max(project.it_mw.values(), default=0.0)
            share = project.it_mw_at(period) / whole if whole else 0.0
            for yard, part in project.yard_shares.items():
                taken[yard] = taken.get(yard, 0.0) + project.grid_mw * part * share
        return pd.Series(taken, dtype=float)

    def _spread(self, table: pd.DataFrame) -> pd.DataFrame:
        summed = table.groupby(level=0).sum()
        return summed.reindex(self.sites.index).fillna(0.0)


def over(
    activity: pd.Series,
    limit: pd.Series,
    period: int,
    scale: pd.Series | None = None,
    *,
    floor: bool = False,
) -> Iterator[Finding]:
    """Yield each place with what is taken and its limit.

    Parameters
    ----------
    activity : what is taken, by place.
    limit : by place, in the same unit; NaN where a place has none.
    period : a year.
    scale : the size an excess is seen at, by place; None, the limit itself.
    floor : the limit is a least.

    Yields
    ------
    One finding a place, in the order of ``activity``.
    """
    limit = limit.reindex(activity.index).astype(float)
    size = (limit if scale is None else scale.reindex(activity.index)).abs()
    for where in activity.index:
        yield Finding(
            str(where), period, float(activity[where]), float(limit[where]), size[where], floor
        )


def beyond(
    where: str, period: int, activity: float, limit: float, *, floor: bool = False
) -> Iterator[Finding]:
    """Yield one place with what is taken and its limit.

    Parameters
    ----------
    where : the place, as it is shown.
    period : a year.
    activity : what is taken.
    limit : in the same unit.
    floor : the limit is a least; size is then the larger of both figures, else the limit.

    Yields
    ------
    The one finding.
    """
    size = max(abs(activity), abs(limit)) if floor else abs(limit)
    yield Finding(where, period, activity, limit, size, floor)
