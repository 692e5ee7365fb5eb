"""Every rule and every physical row, added up again from the tables, without the program.

Nothing here reads PuLP, the solver or the rules' own rows: a fault there shows here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.dated_values import Value
from layers.words.french import NO_BREAK, listing, significant
from siting.program.plan_tables import Plan
from siting.program.plan_totals import Facts, Finding, over
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Rule, enabled_rules, is_hard
from siting.recheck.line_rechecks import check_lines
from siting.recheck.rule_rechecks import CHECKS

Floats = NDArray[np.float64]
HOURS_PER_GWH = 1000.0
ACCOUNT = (
    "rule_id", "rule", "label_fr", "scope", "hard", "where", "period", "unit", "activity", "limit",
    "excess",
)  # fmt: skip


TABLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "placements": ("site_id", "design", "period"),
    "connections": ("site_id", "yard_id", "domain", "period"),
    "heat": ("site_id", "sink_id", "period"),
    "sinks": ("sink_id", "period"),
    "backups": ("site_id", "yard_id", "domain", "period"),
}


@dataclass(frozen=True)
class Violation:
    """A row that the plan breaks: which, where, when, by how much (in the row's unit)."""

    rule_id: str
    where: str
    period: int
    excess: float
    message_fr: str


def check_plan(
    inputs: Inputs, plan: Plan, demand_hourly: Mapping[str, Floats] | None = None
) -> list[Violation]:
    """Return every hard rule and physical row a plan breaks, beyond 1e-6 of its limit.

    Parameters
    ----------
    inputs : the question.
    plan : its tables are read.
    demand_hourly : by sink, its demand at the source by hour (MW, 8,760 values): heat is then added
        up hour by hour, Σ min(X, D(h)), instead of read on the sink's curve.

    Returns
    -------
    Rows broken; empty when the plan holds.
    """
    facts = Facts(inputs, plan)
    found = [*_unknown(facts), *_sites(facts), *_meters(facts), *_heat(facts, demand_hourly)]
    found += check_lines(facts)
    for rule in enabled_rules(inputs):
        if is_hard(inputs, rule) and rule.name in CHECKS:
            values = rule.values_in(inputs)
            found += _each(rule.id, CHECKS[rule.name](facts, values))
    return [_violation(*each) for each in found]


def account(inputs: Inputs, plan: Plan) -> pd.DataFrame:
    """Return what a plan takes of each limit of each rule, hard or soft, without any solver.

    Parameters
    ----------
    inputs : the question.
    plan : its tables are read.

    Returns
    -------
    Columns ``ACCOUNT``; ``excess`` is 0 where the row holds, in the rule's unit.
    """
    facts = Facts(inputs, plan)
    rows = []
    for rule in enabled_rules(inputs):
        for each in CHECKS.get(rule.name, _none)(facts, rule.values_in(inputs)):
            shown = each.shown if each.unit else rule.shown_per_row
            rows.append(
                {
                    "rule_id": rule.id,
                    "rule": rule.name,
                    "label_fr": rule.label_fr,
                    "scope": rule.scope,
                    "hard": is_hard(inputs, rule),
                    "where": each.where,
                    "period": each.period,
                    "unit": each.unit or rule.unit,
                    "activity": round(each.activity * shown, 6),
                    "limit": round(each.limit * shown, 6),
                    "excess": round(each.excess * shown, 6) if each.is_broken else 0.0,
                }
            )
    return pd.DataFrame(rows, columns=list(ACCOUNT))


def unread(inputs: Inputs) -> list[Rule]:
    """Return the enabled rules that write rows and that nothing here adds up again yet.

    Parameters
    ----------
    inputs : the question.

    Returns
    -------
    Rules of kind « row ».
    """
    on = enabled_rules(inputs)
    return [rule for rule in on if rule.kind == "row" and rule.name not in CHECKS]


def unread_fr(inputs: Inputs) -> list[str]:
    """Say which rules a reading without solver leaves out; nothing when it leaves none.

    Parameters
    ----------
    inputs : the question.

    Returns
    -------
    One sentence in French, or none.
    """
    names = [f"{rule.id} {rule.label_fr}" for rule in unread(inputs)]
    if not names:
        return []
    return [
        f"Non rejugé ici{NO_BREAK}: {listing(names)}, faute d'une relecture écrite sans le solveur."
    ]


def _none(facts: Facts, values: Mapping[str, Value]) -> Iterator[Finding]:
    yield from ()


def _violation(rule_id: str, where: str, period: int, excess: float) -> Violation:
    text = f"{rule_id}, {where}, {period} : dépassé de {significant(excess, 6)}"
    return Violation(rule_id, where, period, excess, text)


def _each(rule_id: str, findings: Iterator[Finding]) -> Iterator[tuple[str, str, int, float]]:
    for each in findings:
        if each.is_broken:
            yield (rule_id, each.where, each.period, each.excess)


def _unknown(facts: Facts) -> Iterator[tuple[str, str, int, float]]:
    """Every name in the plan is known, said once, and no amount is negative.

    A stranger would otherwise be multiplied by nothing: megawatts without land, water or meter.
    """
    first = facts.periods[0]
    for label, table, column, known in _names(facts):
        for stranger in sorted(set(table[column].astype(str)) - {str(name) for name in known}):
            yield ("P00", f"{label} {stranger}", first, 1.0)
    for name, keys in TABLE_KEYS.items():
        twice = getattr(facts.plan, name).duplicated(list(keys))
        if twice.any():
            yield ("P00", f"{int(twice.sum())} lignes en double dans {name}", first, 1.0)
    for name in TABLE_KEYS:
        amounts: pd.DataFrame = getattr(facts.plan, name)
        if len(amounts) and (amounts.select_dtypes("float64").to_numpy() < 0).any():
            yield ("P00", f"quantité négative dans {name}", first, 1.0)


def _names(facts: Facts) -> Iterator[tuple[str, pd.DataFrame, str, Iterable[object]]]:
    plan, inputs = facts.plan, facts.inputs
    yield "site inconnu", plan.placements, "site_id", inputs.sites.index
    designs = inputs.coefficients["design"].values.tolist()
    yield "refroidissement inconnu", plan.placements, "design", designs
    yield "réseau de chaleur inconnu", plan.sinks, "sink_id", inputs.heat_curves
    for name in TABLE_KEYS:
        yield f"échéance inconnue dans {name}", getattr(plan, name), "period", facts.periods


def _sites(facts: Facts) -> Iterator[tuple[str, str, int, float]]:
    """Land, growth, least size, number, liquid share."""
    usable = facts.sites["usable_area_m2"] / 1e4
    land = facts.by_site("land") / 1e4
    for period in facts.periods:
        yield from _each("P02", over(land[period], usable, period))
    for before, after in zip(facts.periods, facts.periods[1:], strict=False):
        yield from _each("P03", over(facts.it[before], facts.it[after], after))
    size = facts.site_mw[facts.periods[-1]]
    if facts.inputs.max_sites is not None:
        number = pd.Series([float((size > 0).sum())], index=["nombre de sites"])
        yield from _each(
            "P14", over(number, number * 0.0 + facts.inputs.max_sites, facts.periods[-1])
        )
    liquid = facts.inputs.coefficients["is_liquid"].to_series()
    names = liquid.index[liquid.astype(bool)]
    for period in facts.periods:
        share = facts.inputs.max_liquid_share * facts.site_mw[period].sum()
        cooled = facts.it[period].loc[facts.it.index.get_level_values(1).isin(names)].sum()
        if len(names):
            one = pd.Series([cooled], index=["part liquide"])
            yield from _each("P06", over(one, pd.Series([share], index=one.index), period))


def _meters(facts: Facts) -> Iterator[tuple[str, str, int, float]]:
    """Check that what passes the meters is what the IT draws."""
    drawn = facts.by_site("connection_ratio")
    for period in facts.periods:
        passed = facts.meter_by("site_id", period).reindex(facts.sites.index, fill_value=0.0)
        gap = (passed - drawn[period]).abs()
        yield from _each("P07", over(gap, gap * 0.0, period, scale=drawn[period]))


def _heat(
    facts: Facts, demand_hourly: Mapping[str, Floats] | None
) -> Iterator[tuple[str, str, int, float]]:
    """Check that sources give what they recover, in reach, and sinks use what their hours do."""
    recovered = facts.by_site("heat_capacity")
    reach = set(zip(facts.inputs.links["site_id"], facts.inputs.links["sink_id"], strict=True))
    for sent in facts.plan.heat.to_dict("records"):
        if (sent["site_id"], sent["sink_id"]) not in reach:
            where = f"{sent['site_id']} hors de portée de {sent['sink_id']}"
            yield ("C18", where, int(sent["period"]), float(sent["heat_mw"]))
    for period in facts.periods:
        now = facts.plan.heat[facts.plan.heat["period"] == period]
        given = now.groupby("site_id")["heat_mw"].sum()
        yield from _each("C18", over(given, recovered[period].reindex(given.index), period))
        received = now.groupby("sink_id")["heat_mw"].sum()
        used = facts.plan.sinks[facts.plan.sinks["period"] == period].set_index("sink_id")
        told = used["heat_mw"].groupby(level=0).sum()
        told = told.reindex(received.index.union(told.index)).fillna(0.0)
        gap = (told - received.reindex(told.index).fillna(0.0)).abs()
        yield from _each("C18", over(gap, gap * 0.0, period, scale=told))
        for sink, heat_gwh in used["heat_gwh"].items():
            if sink not in facts.inputs.heat_curves:
                continue  # named among the strangers
            x = float(received.get(sink, 0.0))
            most = usable_gwh(facts.inputs, str(sink), x, demand_hourly)
            one = pd.Series([heat_gwh], index=[str(sink)])
            yield from _each("C18", over(one, pd.Series([most], index=one.index), period))


def usable_gwh(
    inputs: Inputs, sink: str, heat_mw: float, demand_hourly: Mapping[str, Floats] | None
) -> float:
    """Return Φ(x): Σ_h min(x, D(h)) when the hours are known, else the sink's own curve, in GWh.

    Parameters
    ----------
    inputs : the sinks' curves.
    sink : id of the sink.
    heat_mw : x, what it receives.
    demand_hourly : by sink, its demand by hour (MW); None when no hours are known.

    Returns
    -------
    Heat used in a year, in GWh.
    """
    if demand_hourly is not None and sink in demand_hourly:
        hours = np.asarray(demand_hourly[sink], dtype=np.float64)
        return float(np.minimum(heat_mw, hours).sum()) / HOURS_PER_GWH
    curve = inputs.heat_curves[sink]
    return float(np.interp(heat_mw, curve[:, 0], curve[:, 1]))
