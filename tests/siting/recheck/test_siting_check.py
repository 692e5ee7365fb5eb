"""The check without the solver: it catches a plan edited by hand, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs, RuleSetting
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.hand import value, village


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return village()


@pytest.fixture(scope="module")
def plan(inputs: Inputs) -> Plan:
    return solve(inputs, gap=0.0)


def with_table(plan: Plan, name: str, table: pd.DataFrame) -> Plan:
    changed: dict[str, Any] = {name: table}
    return replace(plan, **changed)


def broken_by(inputs: Inputs, plan: Plan) -> set[str]:
    return {violation.rule_id for violation in check_plan(inputs, plan)}


def under(inputs: Inputs, name: str, **numbers: float) -> Inputs:
    setting = RuleSetting(overrides={key: value(key, number) for key, number in numbers.items()})
    return replace(inputs, rules={**inputs.rules, name: setting})


def scaled(plan: Plan, table: str, column: str, factor: float) -> Plan:
    changed = getattr(plan, table).copy()
    changed[column] *= factor
    return with_table(plan, table, changed)


def test_an_untouched_plan_breaks_nothing(inputs: Inputs, plan: Plan) -> None:
    assert check_plan(inputs, plan) == []


@pytest.mark.parametrize(
    ("rule_id", "name", "numbers"),
    [
        ("C03", "land.regional_enaf", {"regional_enaf_ha": 0.0}),
        ("C10", "water.regional_budget", {"regional_water_m3": 10.0}),
        ("C12", "energy.budget", {"energy_budget_gwh": 100.0}),
        ("C15", "grid.yard_capacity", {"hta_site_mw": 1.0}),
        ("C18", "heat.recovered_share", {"erf_min": 0.9}),
        ("C20", "territory.site_size", {"max_site_mw": 10.0}),
        ("C21", "territory.balance", {"max_departement_share": 0.3}),
    ],
)
def test_a_plan_is_refused_under_a_limit_it_was_not_made_for(
    inputs: Inputs, plan: Plan, rule_id: str, name: str, numbers: dict[str, float]
) -> None:
    enaf = inputs.sites["enaf"].where(inputs.sites.index != "C", "unknown")
    stricter = under(replace(inputs, sites=inputs.sites.assign(enaf=enaf)), name, **numbers)
    assert rule_id in broken_by(stricter, plan)


def test_one_more_megawatt_by_hand_breaks_the_meter_at_least(inputs: Inputs, plan: Plan) -> None:
    edited = plan.placements.copy()
    edited.loc[0, "it_mw"] += 1.0
    assert "P07" in broken_by(inputs, replace(plan, placements=edited))


def test_too_little_or_too_much_is_seen(inputs: Inputs, plan: Plan) -> None:
    assert "C01" in broken_by(inputs, scaled(plan, "placements", "it_mw", 0.9))
    assert "C01" in broken_by(inputs, scaled(plan, "placements", "it_mw", 1.1))


def test_brownfields_below_their_share_are_seen(inputs: Inputs, plan: Plan) -> None:
    moved = inputs.sites.assign(is_brownfield=False)
    assert "C04" in broken_by(replace(inputs, sites=moved), plan)


def test_cooling_water_in_a_deficit_sector_is_seen(inputs: Inputs, plan: Plan) -> None:
    wet = plan.placements.assign(design="pads")
    assert "C09" in broken_by(inputs, replace(plan, placements=wet))


def test_yards_and_their_reserve_are_seen(inputs: Inputs, plan: Plan) -> None:
    tight = inputs.yards.assign(room_mw=20.5)
    assert {"C15", "C16"} <= broken_by(replace(inputs, yards=tight), plan)
    kept = inputs.yards.assign(reserve_share=0.9)
    assert "C16" in broken_by(replace(inputs, yards=kept), plan)
    zones = inputs.zones.assign(cap_mw=5.0)
    assert "C32" in broken_by(replace(inputs, zones=zones), plan)


def test_a_line_in_service_too_early_is_seen(inputs: Inputs, plan: Plan) -> None:
    slow = inputs.connections.assign(delay_years=9)
    assert "C17" in broken_by(replace(inputs, connections=slow), plan)


def test_heat_beyond_its_source_its_reach_or_its_hours_is_seen(inputs: Inputs, plan: Plan) -> None:
    assert "C18" in broken_by(inputs, scaled(plan, "heat", "heat_mw", 9.0))
    assert "C18" in broken_by(inputs, scaled(plan, "sinks", "heat_gwh", 1.2))
    assert "C18" in broken_by(inputs, replace(plan, heat=plan.heat.assign(sink_id="N9")))


def test_heat_is_added_up_hour_by_hour_when_the_hours_are_known(inputs: Inputs, plan: Plan) -> None:
    flat = {sink: np.full(8760, 20.0) for sink in ("N1", "N2")}
    assert check_plan(inputs, plan, flat) == []
    summer = {sink: np.where(np.arange(8760) < 4000, 20.0, 0.0) for sink in ("N1", "N2")}
    found = check_plan(inputs, plan, summer)
    assert {violation.rule_id for violation in found} == {"C18"}


def test_land_growth_size_and_unknown_names_are_seen(inputs: Inputs, plan: Plan) -> None:
    small = inputs.sites.assign(usable_area_m2=10_000.0)
    assert "P02" in broken_by(replace(inputs, sites=small), plan)
    shrunk = plan.placements.copy()
    shrunk.loc[shrunk["period"] == 2036, "it_mw"] *= 0.2
    assert {"P03", "P05"} <= broken_by(inputs, replace(plan, placements=shrunk))
    elsewhere = plan.placements.assign(site_id="Z")
    assert "P00" in broken_by(inputs, replace(plan, placements=elsewhere))
    liquid = plan.placements.assign(design="liquid")
    assert "P06" in broken_by(inputs, replace(plan, placements=liquid))
    strange = plan.connections.assign(domain="HTB9")
    assert "P00" in broken_by(inputs, replace(plan, connections=strange))


def test_a_violation_says_which_where_when_and_by_how_much(inputs: Inputs, plan: Plan) -> None:
    found = check_plan(under(inputs, "energy.budget", energy_budget_gwh=100.0), plan)
    assert pd.Series([each.period for each in found]).isin([2031, 2036]).all()
    assert all(each.excess > 0 and "dépassé de" in each.message_fr for each in found)


def test_what_no_table_knows_is_refused_by_name(inputs: Inputs, plan: Plan) -> None:
    """A stranger multiplies by nothing: its megawatts would take no land, no water, no meter."""
    first = plan.placements["site_id"].iloc[0]
    here = plan.placements["site_id"] == first
    free = replace(
        plan,
        placements=plan.placements.assign(design=plan.placements["design"].mask(here, "rêvé")),
        connections=plan.connections[plan.connections["site_id"] != first],
        heat=plan.heat[plan.heat["site_id"] != first],
    )
    loose = replace(inputs, rules={"demand.served": RuleSetting()})
    assert broken_by(loose, free) >= {"P00"}
    assert "P00" in broken_by(loose, replace(plan, sinks=plan.sinks.assign(sink_id="N9")))
    for name in ("placements", "connections", "heat", "sinks"):
        table: pd.DataFrame = getattr(plan, name)
        later = pd.concat([table, table.assign(period=2050)], ignore_index=True)
        assert "P00" in broken_by(loose, with_table(plan, name, later)), name


def test_what_is_said_twice_is_not_counted_twice(inputs: Inputs, plan: Plan) -> None:
    """Heat told in two rows would pass sink by sink, and count double for the rule."""
    for name in ("placements", "connections", "heat", "sinks"):
        table: pd.DataFrame = getattr(plan, name)
        twice = pd.concat([table, table], ignore_index=True)
        assert "P00" in broken_by(inputs, with_table(plan, name, twice)), name


def test_a_sink_receives_what_the_sites_send_it(inputs: Inputs, plan: Plan) -> None:
    assert "C18" in broken_by(inputs, scaled(plan, "sinks", "heat_mw", 1.1))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("placements", "it_mw"),
        ("connections", "meter_mw"),
        ("heat", "heat_mw"),
        ("sinks", "heat_mw"),
        ("sinks", "heat_gwh"),
    ],
)
def test_every_amount_raised_or_lost_is_seen_somewhere(
    inputs: Inputs, plan: Plan, table: str, column: str
) -> None:
    whole: pd.DataFrame = getattr(plan, table)
    for row in whole.index:
        for amount in (whole.loc[row, column] * 1.01 + 0.01, np.nan):
            changed = whole.copy()
            changed.loc[row, column] = amount
            assert broken_by(inputs, with_table(plan, table, changed)), (table, row, amount)
