"""What a grid planner looks at first, added up again: one line a site, its bounds, its growth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from siting.program.plan_totals import TOLERANCE, Facts
from siting.program.presolve import domain_floors

KEYS = ["site_id", "yard_id", "domain"]
# A rule broken, where, when, by how much.
Broken = tuple[str, str, int, float]


def check_lines(facts: Facts) -> Iterator[Broken]:
    """Yield what no plan may do: P05 to P21 of docs/formulation.md, from the tables alone.

    Parameters
    ----------
    facts : the plan and its inputs.

    Yields
    ------
    The rule, where, the period, and by how much, in MW or a count.
    """
    yield from _bounds(facts, facts.plan.connections, "meter_mw", "raccordement")
    yield from _bounds(facts, facts.plan.backups, "reserve_mw", "secours")
    yield from _one_line(facts)
    yield from _second_lines(facts)
    yield from _openings(facts)


def _bounds(facts: Facts, table: pd.DataFrame, amount: str, label: str) -> Iterator[Broken]:
    """Check that a line is known, above its voltage's floor in every year, below its own limit."""
    floors = domain_floors(facts.inputs)
    last = facts.periods[-1]
    for line in table.merge(facts.inputs.connections, on=KEYS, how="left").to_dict("records"):
        where = f"{label} {line['site_id']} {line['yard_id']} {line['domain']}"
        over = line[amount] - line["limit_mw"]
        if not over <= TOLERANCE * max(1.0, line["limit_mw"]):
            known = np.isfinite(over)
            yield ("P09" if known else "P00", where, int(line["period"]), over if known else 1.0)
        under = floors.get(str(line["domain"]), 0.0) - line[amount]
        if under > TOLERANCE and (amount == "meter_mw" or line["period"] == last):
            yield ("P12", f"{where}, sous le plancher du domaine", int(line["period"]), under)


def _one_line(facts: Facts) -> Iterator[Broken]:
    """Check one yard and one voltage a site, for all periods, and one second line at most."""
    for table, rule, label in (
        (facts.plan.connections, "P13", "raccordements"),
        (facts.plan.backups, "P21", "secours"),
    ):
        lines = table[KEYS].drop_duplicates().groupby("site_id").size()
        for site, count in lines[lines > 1].items():
            yield (rule, f"site {site}, {count} {label}", facts.periods[-1], float(count - 1))


def _second_lines(facts: Facts) -> Iterator[Broken]:
    """Check that a second line ends on another busbar than the normal one."""
    normal = set(facts.plan.connections[KEYS].itertuples(index=False, name=None))
    second = facts.plan.backups[KEYS].drop_duplicates().itertuples(index=False, name=None)
    for ends in second:
        if ends in normal:
            yield ("P18", f"secours {' '.join(ends)} sur la ligne normale", facts.periods[-1], 1.0)


def _openings(facts: Facts) -> Iterator[Broken]:
    """Check openings of at least the least size, growths of nothing or the least step."""
    inputs = facts.inputs
    needs = [inputs.demand.to_place_mw(period) for period in facts.periods]
    least = min(inputs.min_mw, max(needs))
    step = inputs.policy.get("sizes.least_step_mw")
    smallest = min(step.number, least) if step is not None else 0.0
    before = facts.site_mw[facts.periods[0]] * 0.0
    for period in facts.periods:
        now = facts.site_mw[period]
        small = now[(now > TOLERANCE) & (now < least - TOLERANCE)]
        for site, mw in small.items():
            yield ("P05", str(site), period, least - float(mw))
        grown = (now - before)[before > TOLERANCE]
        for site, mw in grown[(grown > TOLERANCE) & (grown < smallest - TOLERANCE)].items():
            yield ("P08", str(site), period, smallest - float(mw))
        before = now
