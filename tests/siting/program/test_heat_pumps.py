"""The electricity of heat pumps, by hand: in the energy and carbon rows, and in the objective."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from siting.other_plans.missing_facts.fact_registry import Situation
from siting.other_plans.missing_facts.missing_heat import substitutable
from siting.program.heat_pumps import most_pump_gwh, net_share, pumps_of
from siting.program.objective import exchange_rates, period_shares
from siting.program.plan_goals import goal_named
from siting.program.plan_totals import Facts
from siting.program.program_building import build
from siting.program.program_inputs import HeatSink, RuleSetting
from siting.recheck.plan_recheck import account, check_plan
from siting.solve import solve
from tests.village.hand import HEAT_SINKS, value, village

SOFT = {"demand.served": RuleSetting(), "heat.recovered_share": RuleSetting(hard=False)}


def coefficients(row, start):
    return {v.name: c for v, c in row.items() if v.name.startswith(start)}


def test_the_energy_row_counts_each_network_pump():
    problem = build(village())
    row = problem.program._constraints["C12_energy_budget__region_2036"]
    assert coefficients(row, "sinkgwh") == {"sinkgwh_N1_2036": 0.4, "sinkgwh_N2_2036": 0.5}


def test_the_carbon_row_counts_the_pumps_in_kilotonnes():
    rules = {**SOFT, "carbon.budget": RuleSetting(hard=False)}
    problem = build(village(rules=rules))
    row = problem.program._constraints["C13_carbon_budget__region_2031"]
    # 0.4 GWh at 40 g/kWh is 16 t.
    found = coefficients(row, "sinkgwh")
    assert found == pytest.approx({"sinkgwh_N1_2031": 0.016, "sinkgwh_N2_2031": 0.020})


def test_the_objective_pays_the_pumps_and_gains_the_heat():
    problem = build(village(rules={"demand.served": RuleSetting()}))
    rates, years = exchange_rates(problem), period_shares(problem.periods)
    for t, share in enumerate(years):
        for sink, ratio in (("N1", 0.4), ("N2", 0.5)):
            column = problem.sink_gwh[problem.sinks.index(sink), t]
            paid = rates["energy_above_it"] * ratio + rates["carbon"] * ratio * 0.040
            assert problem.costs[column] == pytest.approx(share * (rates["useful_heat"] + paid))


def test_goals_of_energy_and_carbon_count_the_pumps():
    problem = build(village())
    for name, expected in (("energy", 0.4), ("carbon", 0.016)):
        terms = {v.name: c for v, c in goal_named(name).terms(problem)}
        assert terms["sinkgwh_N1_2036"] == pytest.approx(expected)


def test_a_plan_without_pumps_is_as_it_was():
    bare = village(heat_sinks={}, rules={"demand.served": RuleSetting()})
    problem = build(bare)
    rates, years = exchange_rates(problem), period_shares(problem.periods)
    for t, share in enumerate(years):
        for column in problem.sink_gwh[:, t]:
            assert problem.costs[column] == pytest.approx(share * rates["useful_heat"])
    assert most_pump_gwh(bare) == 0.0


def test_the_account_of_the_energy_budget_is_sites_existing_and_pumps():
    inputs = village()
    plan = solve(inputs)
    heat = plan.sinks[plan.sinks["period"] == 2036].set_index("sink_id")["heat_gwh"]
    pumps = 0.4 * heat.get("N1", 0.0) + 0.5 * heat.get("N2", 0.0)
    assert pumps > 0
    facts = Facts(inputs, plan)
    assert facts.pump_gwh(2036) == pytest.approx(pumps)
    assert pumps_of(inputs, plan.sinks, 2036) == pytest.approx(pumps)
    told = account(inputs, plan).set_index(["rule_id", "period"]).loc[("C12", 2036)]
    bill = plan.bill.set_index(["rule_id", "period"]).loc[("C12", 2036)]
    existing = 8.76 * 0.7 * 10.0 * inputs.policy["energy.existing_pue"].number
    whole = facts.total("site_energy", 2036) + existing + pumps
    assert told["activity"] == pytest.approx(whole, abs=1e-5)
    assert bill["activity"] == pytest.approx(whole, abs=1e-4)


def test_a_budget_that_the_pumps_alone_break_is_seen_by_the_check():
    inputs = village()
    plan = solve(inputs)
    facts = Facts(inputs, plan)
    existing = 8.76 * 0.7 * 10.0 * inputs.policy["energy.existing_pue"].number
    bare = facts.total("site_energy", 2036) + existing
    tight = {"energy_budget_gwh": value("energy_budget_gwh", bare + 0.5 * facts.pump_gwh(2036))}
    rules = {**inputs.rules, "energy.budget": RuleSetting(overrides=tight)}
    broken = check_plan(replace(inputs, rules=rules), plan)
    assert ("C12", 2036) in {(each.rule_id, each.period) for each in broken}


def test_heat_is_left_when_its_pump_costs_more_than_it_gains():
    weights = {"useful_heat": 1.0, "energy_above_it": 1.0, "connection_cost": 1.0}
    rules = {"demand.served": RuleSetting()}
    # 0.4 GWh of electricity ÷ 180 against 1 GWh of heat ÷ 480: the pump costs more.
    none = solve(village(rules=rules, weights=weights))
    assert none.sinks["heat_gwh"].sum() == pytest.approx(0.0, abs=1e-6)
    some = solve(village(rules=rules, weights={**weights, "useful_heat": 2.0}))
    assert some.sinks["heat_gwh"].sum() > 1.0


def test_heat_separates_sites_by_what_its_pump_leaves_of_it():
    inputs = village()
    rates = {"useful_heat": -2 / 480, "energy_above_it": 1 / 180, "carbon": 1 / 100}
    # 2/480 gained; 0.4 GWh of electricity costs 0.4/180 and 16 t, 0.016 kt ÷ 100.
    left = 1 - (0.4 / 180 + 0.016 / 100) / (2 / 480)
    assert net_share(inputs, rates, "N1") == pytest.approx(left)
    assert net_share(inputs, {**rates, "useful_heat": -1 / 480}, "N1") == 0.0
    assert net_share(inputs, rates, "inconnu") == 1.0


def test_the_unknown_share_scales_each_network_to_its_own_ends():
    inputs = village()
    ends = substitutable(Situation(inputs, (), {}))
    assert ends is not None
    assert ends.worst.heat_curves["N1"][-1].tolist() == [7.5, 30.0]
    assert ends.best.heat_curves["N2"][-1].tolist() == [24.0, 90.0]
    assert ends.range_fr.startswith("90 à 180 GWh/an")
    assert substitutable(Situation(village(heat_sinks={}), (), {})) is None


def test_pumps_of_an_empty_plan_draw_nothing():
    empty = pd.DataFrame(columns=["sink_id", "period", "heat_mw", "heat_gwh"])
    assert pumps_of(village(), empty, 2036) == 0.0


def test_a_network_that_may_let_nothing_be_replaced_still_makes_a_program():
    inputs = village(heat_sinks={**HEAT_SINKS, "N1": HeatSink(0.4, 0.0, 1.0)})
    ends = substitutable(Situation(inputs, (), {}))
    assert ends.worst.heat_curves["N1"].tolist() == [[0.0, 0.0]]
    plan = solve(replace(ends.worst, rules={"demand.served": RuleSetting()}))
    assert plan.sinks.loc[plan.sinks["sink_id"] == "N1", "heat_gwh"].sum() == 0.0
