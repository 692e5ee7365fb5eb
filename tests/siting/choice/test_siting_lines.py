"""One site, one line, whole; one cost, the same where it is optimised and where it is printed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from layers.words.errors import SitingError
from siting.conflicts.rule_conflicts import InfeasiblePlanError
from siting.other_plans.lock_costs import with_cost_of_locks
from siting.prices.objective_terms import investment, objective_terms
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Demand, Inputs, Lock, RuleSetting
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.draws import connected, drawn
from tests.village.hand import CORE, UTILISATION, value, village

KEYS = ["site_id", "yard_id", "domain"]
PLAIN = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()}


def small(**changes: object) -> Inputs:
    """Return the village with twenty megawatts to place, under few rules."""
    demand = Demand({2031: 20.0, 2036: 30.0}, 10.0, UTILISATION)
    return village(**{"rules": PLAIN, "demand": demand, **changes})


def plans() -> list[tuple[Inputs, Plan]]:
    found = []
    for inputs in [village(), *map(drawn, range(40)), *map(connected, range(60))]:
        try:
            found.append((inputs, solve(inputs, answers=False)))
        except SitingError:
            continue
    return found


def test_what_is_printed_is_what_was_optimised_to_a_hundredth_of_a_million() -> None:
    seconds = 0
    for inputs, plan in plans():
        terms = objective_terms(inputs, plan).set_index("term")
        penalties = plan.outcome.objective - terms["objective"].sum()
        assert penalties >= -1e-9
        if all(each.hard for each in inputs.rules.values() if each.enabled):
            assert penalties * 140.0 / inputs.weights["connection_cost"] == pytest.approx(
                0.0, abs=0.01
            )
        lines, second, opening = investment(inputs, plan)
        used = plan.connections[KEYS].drop_duplicates().merge(inputs.connections, on=KEYS)
        assert lines == pytest.approx(used["cost_meur"].sum(), abs=1e-9)
        assert opening == pytest.approx(inputs.opening_cost_meur * len(plan.retained))
        assert terms.loc["connection_cost", "amount"] == pytest.approx(lines + second + opening)
        gains = terms.loc[terms["objective"] > 0, "objective"].sum()
        assert plan.outcome.paid == pytest.approx(gains, abs=1e-9)
        seconds += second > 0
    assert seconds >= 3


def test_every_site_keeps_one_line_between_its_bounds_and_grows_by_steps() -> None:
    for inputs, plan in plans():
        assert check_plan(inputs, plan) == []
        lines = plan.connections[KEYS].drop_duplicates()
        assert lines["site_id"].is_unique
        floors = plan.connections["domain"].map({"HTA": 0.0, "HTB1": 10.0, "HTB2": 40.0})
        assert (plan.connections["meter_mw"] >= floors - 1e-6).all()
        least = min(inputs.min_mw, max(map(inputs.demand.to_place_mw, inputs.demand.periods)))
        mw = plan.placements.groupby(["site_id", "period"])["it_mw"].sum()
        assert (mw >= least - 1e-6).all()
        by_year = mw.reset_index().pivot_table(index="site_id", columns="period", values="it_mw")
        steps = by_year.diff(axis=1).iloc[:, -1].dropna()
        assert ((steps < 1e-6) | (steps >= min(2.0, least) - 1e-6)).all()


def test_the_check_sees_what_a_grid_planner_sees() -> None:
    inputs = small()
    plan = solve(inputs, gap=0.0, answers=False)
    twice = pd.concat([plan.connections, pd.DataFrame(
        {"site_id": ["A"], "yard_id": "Y1", "domain": "HTB1", "period": 2036, "meter_mw": 3.0}
    )], ignore_index=True)  # fmt: skip
    if "A" not in plan.retained:
        twice["site_id"] = twice["site_id"].where(twice["site_id"] != plan.retained[0], "A")
    told = {each.rule_id for each in check_plan(inputs, replace(plan, connections=twice))}
    assert {"P12", "P13"} <= told
    tiny = plan.placements.assign(it_mw=plan.placements["it_mw"] * 0.1)
    assert "P05" in {each.rule_id for each in check_plan(inputs, replace(plan, placements=tiny))}


def test_neighbours_on_one_yard_share_one_medium_voltage_bound() -> None:
    near = village().sites.assign(x_m=[0.0, 800.0, 9e4, 9e4, 5e4, 7e4], y_m=0.0)
    lines = village().connections
    lines = lines[(lines["domain"] == "HTA") & lines["site_id"].isin(["A", "B", "C", "E"])]
    demand = Demand({2036: 20.0}, 0.0, UTILISATION)
    inputs = small(sites=near, connections=lines, demand=demand)
    plan = solve(inputs, gap=0.0, answers=False)
    drawn_mw = plan.connections.set_index("site_id")["meter_mw"]
    assert drawn_mw.reindex(["A", "B"]).sum() <= 12.0 + 1e-6
    far = replace(inputs, sites=near.assign(x_m=[0.0, 1_100.0, 9e4, 9e4, 5e4, 7e4]))
    assert solve(far, gap=0.0).outcome.objective <= plan.outcome.objective + 1e-9
    both = replace(
        plan,
        connections=pd.DataFrame(
            {"site_id": ["A", "B"], "yard_id": "Y1", "domain": "HTA", "period": 2036,
             "meter_mw": [8.0, 8.0]}
        ),
    )  # fmt: skip
    assert any("même poste" in each.where for each in check_plan(inputs, both))
    assert not any("même poste" in each.where for each in check_plan(far, both))


def test_a_second_supply_is_paid_whole_on_another_busbar_and_takes_its_place() -> None:
    lines = village().connections
    other = lines[(lines["site_id"] == "E")].assign(yard_id="Y1", cost_meur=9.0)
    inputs = small(connections=pd.concat([lines, other], ignore_index=True))
    asked = replace(inputs, rules={**PLAIN, "grid.backup": RuleSetting()})
    plan, backed = (solve(each, gap=0.0, answers=False) for each in (inputs, asked))
    assert check_plan(asked, backed) == []
    assert set(backed.backups["site_id"]) == set(backed.retained)
    assert investment(asked, backed)[1] > 0
    assert backed.outcome.objective > plan.outcome.objective
    alone = replace(backed, backups=backed.backups.iloc[:0])
    assert "C29" in {each.rule_id for each in check_plan(asked, alone)}


def locked(inputs: Inputs, *locks: Lock) -> Inputs:
    """Return the inputs with sites kept, left out or bounded."""
    rules = {**inputs.rules, "sites.locks": RuleSetting()}
    return replace(inputs, locks=locks, rules=rules)


def test_a_site_left_out_costs_what_the_plan_without_it_costs_more() -> None:
    inputs = small()
    free = solve(inputs, gap=0.0, answers=False)
    best = free.retained[0]
    without = locked(inputs, Lock("ban", best, best, (best,)))
    plan = solve(without, gap=0.0)
    assert best not in plan.retained
    assert check_plan(without, plan) == []
    bill = plan.bill[plan.bill["rule"] == "sites.locks"]
    assert bill["where"].tolist() == [f"écarté : {best}"]
    dearer = (plan.outcome.objective - free.outcome.objective) * 140.0
    told = with_cost_of_locks(without, plan.outcome)
    assert told.locks_low_meur <= dearer + 1e-6 <= told.locks_high_meur + 2e-6
    assert dearer > 0


def test_a_kept_site_opens_and_bounds_hold() -> None:
    inputs = small()
    kept = solve(locked(inputs, Lock("keep", "F", "F", ("F",))), gap=0.0, answers=False)
    assert "F" in kept.retained
    place = Lock("min_mw", "16", "département 16", ("A", "B"), 12.0)
    most = Lock("max_mw", "E", "E", ("E",), 6.0)
    plan = solve(locked(inputs, place, most), gap=0.0, answers=False)
    mw = plan.it_mw(2036)
    assert mw.reindex(["A", "B"]).sum() >= 12.0 - 1e-6
    assert mw.get("E", 0.0) <= 6.0 + 1e-6


def test_a_conflict_names_the_locks_and_a_site_that_cannot_open_is_said() -> None:
    inputs = small()
    every = Lock("ban", "33", "tous", tuple(inputs.sites.index))
    with pytest.raises(InfeasiblePlanError) as fault:
        solve(locked(inputs, every))
    assert "sites.locks" in fault.value.conflict
    assert "écarté : tous" in fault.value.hint
    narrow = inputs.sites.assign(usable_area_m2=inputs.sites["usable_area_m2"].where(
        inputs.sites.index != "F", 1_000.0))  # fmt: skip
    with pytest.raises(SitingError, match="SIT303"):
        solve(locked(replace(inputs, sites=narrow), Lock("keep", "F", "F", ("F",))))


def test_a_site_that_may_not_be_retained_never_is() -> None:
    inputs = small()
    best = solve(inputs, gap=0.0, answers=False).retained[0]
    sites = inputs.sites.assign(retainable=inputs.sites.index != best)
    rules = {**PLAIN, "land.vacancy": RuleSetting()}
    plan = solve(replace(inputs, sites=sites, rules=rules), gap=0.0, answers=False)
    assert best not in plan.retained


def test_proof_changes_the_gap_and_not_the_cost() -> None:
    inputs = village(rules={name: RuleSetting() for name in CORE if name != "territory.balance"})
    plain, proven = solve(inputs, answers=False), solve(inputs, proof=True, answers=False)
    assert proven.outcome.gap <= 1e-3 + 1e-9
    assert proven.outcome.objective <= plain.outcome.objective + 1e-9
    assert proven.outcome.objective >= plain.outcome.bound - 1e-9


def test_an_opening_is_never_under_the_least_size_in_an_early_year() -> None:
    setting = RuleSetting(overrides={"max_site_mw": value("max_site_mw", 12.0)})
    inputs = small(rules={**PLAIN, "territory.site_size": setting})
    plan = solve(inputs, gap=0.0, answers=False)
    first = plan.it_mw(2031)
    assert (first >= 5.0 - 1e-6).all()
