"""The hard rules, read again from their sentences rather than from the program's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from layers.words.dated_values import DAYS_IN_MONTH, Value
from siting.program.plan_totals import Facts, Finding, beyond, over
from siting.recheck import installation_rechecks as duties
from siting.recheck import theme_rechecks as more

Values = Mapping[str, Value]
Check = Callable[[Facts, Values], Iterator[Finding]]


def _demand(facts: Facts, values: Values) -> Iterator[Finding]:
    highest = 0.0
    for period in facts.periods:
        need = facts.inputs.demand.to_place_mw(period)
        highest = max(highest, need)
        placed = float(facts.site_mw[period].sum())
        yield from beyond("région, au moins", period, placed, need, floor=True)
        top = highest * (1 + values["overbuild"].number)
        yield from beyond("région, au plus", period, placed, top)


def _enaf(facts: Facts, values: Values) -> Iterator[Finding]:
    for period in facts.periods:
        fixed = facts.fixed("enaf_ha", period)
        taken = facts.total("land", period, facts.sites["enaf"] != "no") / 1e4 + fixed
        limit = max(values["regional_enaf_ha"].at(period), fixed)
        yield from beyond("région", period, taken, limit)


def _brownfields(facts: Facts, values: Values) -> Iterator[Finding]:
    for period in facts.periods:
        whole = facts.total("land", period) / 1e4
        reused = facts.total("land", period, facts.sites["is_brownfield"].astype(bool)) / 1e4
        share = values["brownfield_share"].at(period)
        yield from beyond("région", period, reused, share * whole, floor=True)


def _basins(facts: Facts, values: Values) -> Iterator[Finding]:
    deficit = facts.sites[facts.sites["zre"] != "no"]
    for period in facts.periods:
        thousand = facts.by_site("cooling_water")[period].loc[deficit.index] / 1000
        taken = thousand.groupby(deficit["sector_code"]).sum()
        limit = values["basin_budget_m3"].at(period) / 1000
        yield from over(taken, pd.Series(limit, index=taken.index), period)
        share = values["month_share"].number
        if share < 1 and limit > 0:
            for month, drawn in _cooling_by_month(facts, period).items():
                here = drawn.reindex(deficit.index, fill_value=0.0)
                by_basin = here.groupby(deficit["sector_code"]).sum() / 1000
                by_basin.index = [f"{basin}, mois {month}" for basin in by_basin.index]
                yield from over(by_basin, pd.Series(share * limit, by_basin.index), period)


def _cooling_by_month(facts: Facts, period: int) -> dict[int, pd.Series]:
    """Return each month's cooling water by site, in m³: the input less the year's even part."""
    mw = facts.it[period]
    even = facts.inputs.coefficients["water_input"] - facts.inputs.coefficients["cooling_water"]
    found = {}
    for month, length in enumerate(DAYS_IN_MONTH, start=1):
        per_mw = facts.inputs.coefficients["water_month"].sel(month=month) - even * length / 365
        table = per_mw.transpose("site_id", "design").to_series().reindex(mw.index)
        found[month] = (table.clip(lower=0.0) * mw).groupby(level=0).sum()
    return found


def _water(facts: Facts, values: Values) -> Iterator[Finding]:
    for period in facts.periods:
        standing = facts.inputs.demand.existing_water_m3 or 0.0
        fixed = (facts.fixed("water_m3", period) + standing) / 1000
        taken = facts.total("water_input", period) / 1000 + fixed
        limit = max(values["regional_water_m3"].at(period) / 1000, fixed)
        yield from beyond("région", period, taken, limit)


def _energy(facts: Facts, values: Values) -> Iterator[Finding]:
    demand = facts.inputs.demand
    for period in facts.periods:
        pues = (values["existing_pue"].number, values["fixed_pue"].number)
        mw = demand.assumed_mw * pues[0] + demand.fixed_it_mw(period) * pues[1]
        standing = 8.76 * demand.utilisation * mw + demand.told_gwh
        taken = facts.total("site_energy", period) + facts.pump_gwh(period) + standing
        limit = max(values["energy_budget_gwh"].at(period), standing)
        yield from beyond("région", period, taken, limit)


def _yards(facts: Facts, values: Values) -> Iterator[Finding]:
    yards = facts.inputs.yards
    for period in facts.periods:
        yield from _yards_at(facts, yards["room_mw"].astype(float), period)
        low = facts.held_by_yard(period, "HTA")
        yield from over(low, yards["hta_limit_mw"].astype(float), period)
        yield from _neighbours(facts, values, period)
        site_low = facts.meter_by("site_id", period, "HTA")
        hta = values["hta_site_mw"].number
        yield from over(site_low, pd.Series(hta, index=site_low.index), period)


def _neighbours(facts: Facts, values: Values, period: int) -> Iterator[Finding]:
    """Check that HTA sites of one yard, all near one another, share one bound."""
    now = facts.plan.connections
    low = now[(now["period"] == period) & (now["domain"] == "HTA")]
    if not {"x_m", "y_m"} <= set(facts.sites.columns):
        return
    points = facts.sites[["x_m", "y_m"]].astype(float)
    for yard, lines in low.groupby("yard_id"):
        mw = lines.groupby("site_id")["meter_mw"].sum()
        for one, other in combinations(mw.index, 2):
            km = float(np.hypot(*(points.loc[one] - points.loc[other]))) / 1000
            if km <= values["shared_hta_km"].number:
                near = [one, other, *(
                    third for third in mw.index
                    if third > other and all(
                        float(np.hypot(*(points.loc[third] - points.loc[each]))) / 1000
                        <= values["shared_hta_km"].number for each in (one, other)
                    )
                )]  # fmt: skip
                pair = mw[[one, other]] if len(near) == 2 else mw[near[:3]]
                where = f"sites {', '.join(pair.index)}, HTA du même poste ({yard})"
                yield from beyond(where, period, float(pair.sum()), values["hta_site_mw"].number)


def _backup(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that a second line carries its share of what each site draws."""
    for period in facts.periods:
        drawn = facts.meter_by("site_id", period)
        now = facts.plan.backups[facts.plan.backups["period"] == period]
        held = now.groupby("site_id")["reserve_mw"].sum()
        due = drawn * values["backup_share"].number
        yield from over(held.reindex(due.index, fill_value=0.0), due, period, floor=True)


def _yards_at(facts: Facts, room: pd.Series, period: int) -> Iterator[Finding]:
    fixed = facts.fixed_meter(period)
    drawn = facts.held_by_yard(period).add(fixed, fill_value=0.0)
    limit = room.reindex(drawn.index).combine(fixed.reindex(drawn.index).fillna(0.0), max)
    yield from over(drawn, limit, period)


def _reserve(facts: Facts, values: Values) -> Iterator[Finding]:
    yards = facts.inputs.yards
    room = yards["room_mw"].astype(float) * (1 - yards["reserve_share"].astype(float))
    for period in facts.periods:
        yield from _yards_at(facts, room, period)


def _delay(facts: Facts, values: Values) -> Iterator[Finding]:
    delays = facts.inputs.connections.set_index(["site_id", "yard_id", "domain"])["delay_years"]
    second = facts.plan.backups.rename(columns={"reserve_mw": "meter_mw"})
    for line in [*facts.plan.connections.to_dict("records"), *second.to_dict("records")]:
        ends = (line["site_id"], line["yard_id"], line["domain"])
        if facts.inputs.start_year + float(delays.get(ends, 0.0)) > line["period"]:
            yield from beyond(" ".join(ends), int(line["period"]), line["meter_mw"], 0.0)


def _recovered(facts: Facts, values: Values) -> Iterator[Finding]:
    demand = facts.inputs.demand
    if values["erf_per_site"].number:
        yield from _recovered_by_site(facts, values)
        return
    for period in facts.periods:
        share = values["erf_min"].at(period)
        mw = demand.fixed_it_mw(period)
        decided = 8.76 * demand.utilisation * mw * values["fixed_pue"].number
        spare = max(0.0, facts.fixed("heat_gwh", period) - share * decided)
        due = share * facts.total("site_energy", period)
        yield from beyond("région", period, facts.heat_gwh(period) + spare, due, floor=True)


def _recovered_by_site(facts: Facts, values: Values) -> Iterator[Finding]:
    """Every set of sites must find, in the sinks it shares, the heat that its members owe.

    A sink's use is a concave function of what it receives, so the sets' conditions are enough:
    heat can then be given out site by site. Beyond twelve linked sites, ones, pairs and all. A
    derogation frees the sites without any sink in reach.
    """
    known = facts.inputs.links["sink_id"].isin(list(facts.inputs.heat_curves))
    linked = facts.sites.index.isin(facts.inputs.links.loc[known, "site_id"])
    bound = linked | (not values["derogation"].number)
    for period in facts.periods:
        due = facts.by_site("site_energy")[period] * values["erf_min"].at(period)
        sent = facts.plan.heat[facts.plan.heat["period"] == period]
        for group in _sharing(sent, due.index[(due > 0) & bound]):
            for size in range(1, len(group) + 1):
                if len(group) > 12 and size not in (1, 2, len(group)):
                    continue
                for sites in combinations(group, size):
                    owed = float(due.loc[list(sites)].sum())
                    given = _usable(facts, sent[sent["site_id"].isin(sites)])
                    finding = next(beyond(", ".join(sites), period, given, owed, floor=True))
                    if size == 1 or finding.is_broken:
                        yield finding


def _usable(facts: Facts, sent: pd.DataFrame) -> float:
    received = sent.groupby("sink_id")["heat_mw"].sum()
    curves = facts.inputs.heat_curves
    return sum(
        float(np.interp(mw, curves[str(sink)][:, 0], curves[str(sink)][:, 1]))
        for sink, mw in received.items()
    )


def _sharing(sent: pd.DataFrame, sites: pd.Index) -> list[list[str]]:
    """Return the sites by groups that share a sink, directly or through another site."""
    groups: list[set[str]] = [{str(site)} for site in sites]
    for _, rows in sent.groupby("sink_id"):
        touched = [g for g in groups if g & set(rows["site_id"])]
        groups = [g for g in groups if g not in touched]
        groups += [set().union(*touched)] if touched else []
    return [sorted(group) for group in groups]


def _size(facts: Facts, values: Values) -> Iterator[Finding]:
    for period in facts.periods:
        mw = facts.site_mw[period]
        cap = values["max_site_mw"].at(period)
        yield from over(mw, pd.Series(cap, index=mw.index), period)


def _locks(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the sites kept, left out and bounded."""
    last = facts.periods[-1]
    for lock in facts.inputs.locks:
        mw = facts.site_mw[last].reindex(list(lock.sites)).fillna(0.0)
        where = f"{lock.kind_fr} : {lock.label_fr}"
        if lock.kind == "keep":
            yield from beyond(where, last, float((mw > 0).sum()), 1.0, floor=True)
        elif lock.kind == "min_mw":
            yield from beyond(where, last, float(mw.sum()), lock.mw, floor=True)
        else:
            yield from beyond(where, last, float(mw.sum()), lock.mw)


def _balance(facts: Facts, values: Values) -> Iterator[Finding]:
    code = facts.sites["departement_code"].astype(str)
    for period in facts.periods:
        mw = facts.site_mw[period].groupby(code).sum()
        cap = values["max_departement_share"].at(period) * float(mw.sum())
        yield from over(mw, pd.Series(cap, index=mw.index), period)


CHECKS: Mapping[str, Check] = {
    "demand.served": _demand,
    "land.regional_enaf": _enaf,
    "land.brownfield_share": _brownfields,
    "water.basin_budget": _basins,
    "water.regional_budget": _water,
    "energy.budget": _energy,
    "grid.yard_capacity": _yards,
    "grid.reserve": _reserve,
    "grid.connection_delay": _delay,
    "grid.backup": _backup,
    "heat.recovered_share": _recovered,
    "territory.site_size": _size,
    "territory.balance": _balance,
    "sites.locks": _locks,
    "land.territory_envelope": more.envelope,
    "nature.excluded_areas": more.excluded,
    "nature.wetlands": more.wetlands,
    "nature.green_blue_network": more.network,
    "water.drought_continuity": more.drought,
    "carbon.budget": more.carbon,
    "energy.local_renewables": more.solar,
    "design.efficiency_caps": more.efficiency,
    "territory.cumulative_caps": more.cumulative,
    "territory.twin_sites": more.paired,
    "land.vacancy": more.unverified,
    "grid.upstream": duties.upstream,
    "land.coastal_law": duties.coastal,
    "land.mountain_law": duties.mountain,
    "risk.industrial_hazards": duties.industrial,
    "heat.duty_per_site": duties.heat_duty,
    "air.engines": duties.engines,
    "energy.additional_supply": duties.contracts,
    "grid.shedding": duties.shedding,
    "land.scot_envelope": duties.scot,
}
