"""Goals alone, in order, against one another; other plans; lines paid whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.choice.open_site_counts import line_up, search_by_count
from siting.choice.site_opening import select
from siting.conflicts.rule_conflicts import InfeasiblePlanError
from siting.other_plans.distinct_plans import COLUMNS, alternatives, restricted
from siting.other_plans.goal_front import front, same_everywhere
from siting.program.program_building import build
from siting.program.program_inputs import Demand, Inputs, Objective, RuleSetting
from siting.recheck.plan_recheck import check_plan
from siting.solve import relaxation, solve
from tests.village.draws import drawn
from tests.village.hand import CORE, value, village
from tests.village.oracle import Oracle
from tests.village.region import region


def unbalanced() -> Inputs:
    """Return the village where no département is held to a share: whole lines leave a choice."""
    rules = {name: RuleSetting() for name in CORE if name != "territory.balance"}
    return village(rules=rules)


def test_a_front_goes_from_one_goal_to_the_other_without_a_step_back() -> None:
    table = front(unbalanced(), "cost", "scarcity", points=8, gap=0.0)
    assert len(table) == 8
    assert (table["x"].diff().dropna() >= -1e-6).all()
    assert (table["y"].diff().dropna() <= 1e-6).all()
    assert table["y"].nunique() >= 3


def test_the_ends_of_a_front_are_the_goals_taken_alone() -> None:
    table = front(village(), "water", "equity", points=3, gap=0.0)
    first = solve(village(objective=Objective(goals=("water",))), gap=0.0)
    water = village().coefficients["water_input"].to_series()
    last = first.placements[first.placements["period"] == 2036]
    keys = list(zip(last["site_id"], last["design"], strict=True))
    used = float(np.dot(last["it_mw"], water.reindex(keys))) / 1000
    assert used == pytest.approx(table["x"].min(), rel=1e-4)


def test_each_point_says_on_which_goal_its_gap_is_proven() -> None:
    table = front(unbalanced(), "cost", "scarcity", points=4, gap=0.0)
    assert table["gap_of"].tolist() == ["x", "y", "y", "y"]
    assert (table["gap"] <= 1e-4).all()


def test_water_depends_on_the_cooling_alone_and_scarcity_on_the_site() -> None:
    inputs = village()
    assert same_everywhere(inputs, "water")
    assert same_everywhere(inputs, "energy")
    assert not same_everywhere(inputs, "scarcity")
    assert not same_everywhere(inputs, "land")
    assert not same_everywhere(inputs, "cost")


def test_goals_in_order_hold_the_first_before_the_second() -> None:
    heat = solve(village(objective=Objective(goals=("heat",))), gap=0.0)
    both = solve(village(objective=Objective(goals=("heat", "cost"))), gap=0.0)
    plain = solve(village(), gap=0.0)
    at_last = [p.sinks.query("period == 2036")["heat_gwh"].sum() for p in (heat, both, plain)]
    assert at_last[0] == pytest.approx(at_last[1], rel=1e-4)
    assert at_last[0] >= at_last[2] - 1e-6


def test_an_unknown_goal_offers_the_nearest_name() -> None:
    with pytest.raises(SitingError) as fault:
        front(village(), "watr", "land")
    assert "water" in fault.value.hint


def test_alternatives_are_as_far_apart_as_asked() -> None:
    inputs = village()
    plan = solve(inputs, gap=0.0)
    table = alternatives(inputs, plan, count=2, worse_at_most=5.0, sites_apart=2, gap=0.0)
    assert list(table.columns) == list(COLUMNS)
    assert (table["sites_changed"] >= 2).all()
    assert (table["objective_gap"] >= -1e-9).all()
    sets = [frozenset(t["site_id"]) for _, t in table.groupby("alternative")]
    assert all(len(a ^ b) >= 2 for a in sets for b in sets if a is not b)


@pytest.mark.parametrize("seed", range(6))
def test_the_first_alternative_is_the_best_of_every_set_of_sites_so_far_apart(seed: int) -> None:
    inputs = drawn(seed)
    try:
        plan = solve(inputs, gap=0.0)
    except SitingError:
        return
    oracle = Oracle(inputs)
    inside = np.array([name in plan.retained for name in oracle.names])
    far = [np.array(choice) for choice in product((0.0, 1.0), repeat=len(inside))
           if (np.array(choice) != inside).sum() >= 2]  # fmt: skip
    best = min(oracle.least(opened) for opened in far)
    table = alternatives(
        inputs, plan, count=1, worse_at_most=np.inf, sites_apart=2, gap=0.0, close_enough=0.0
    )
    assert table.empty == (not np.isfinite(best))
    if not table.empty:
        worse = (best - plan.outcome.objective) / abs(plan.outcome.objective)
        assert table["objective_gap"].iloc[0] == pytest.approx(worse, abs=2e-6)


def test_an_alternative_is_a_plan_the_rules_accept() -> None:
    inputs = region(60, demand=Demand({2031: 40.0, 2036: 60.0}, 20.0, 0.7))
    heat = RuleSetting(hard=False)
    inputs = replace(inputs, rules={**inputs.rules, "heat.recovered_share": heat})
    plan = solve(inputs)
    table = alternatives(inputs, plan, count=1)
    assert len(table)
    assert (table["proven_gap"] >= table["objective_gap"]).all()
    there = sorted(set(table["site_id"]))
    again = solve(restricted(inputs, there), gap=0.0)
    worse = (again.outcome.objective - plan.outcome.objective) / abs(plan.outcome.objective)
    assert worse <= table["objective_gap"].iloc[0] + 1e-6
    assert check_plan(inputs, again) == []


def test_an_alternative_worse_than_allowed_is_left_out() -> None:
    inputs = village()
    plan = solve(inputs, gap=0.0)
    assert alternatives(inputs, plan, worse_at_most=0.0, sites_apart=6, gap=0.0).empty


def test_with_proof_a_line_is_whole_and_carries_its_floor() -> None:
    rules = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()}
    inputs = village(rules=rules)
    plan = solve(inputs, proof=True)
    assert check_plan(inputs, plan) == []
    assert plan.outcome.gap <= 1e-3 + 1e-4
    last = plan.connections[plan.connections["period"] == 2036]
    assert (last.loc[last["domain"] == "HTB1", "meter_mw"] >= 10.0 - 1e-6).all()


def test_walls_behind_the_first_one_are_named_and_measured() -> None:
    rules = {
        "demand.served": RuleSetting(),
        "energy.budget": RuleSetting(
            overrides={"energy_budget_gwh": value("energy_budget_gwh", 150.0)}
        ),
        "territory.site_size": RuleSetting(overrides={"max_site_mw": value("max_site_mw", 6.0)}),
    }
    with pytest.raises(InfeasiblePlanError) as fault:
        solve(village(rules=rules))
    named = {fault.value.conflict, *fault.value.further}
    assert named == {
        ("demand.served", "energy.budget"), ("demand.served", "territory.site_size"),
    }  # fmt: skip
    alone = {each.rule: each.is_alone for each in fault.value.relaxations}
    assert alone["demand.served"]
    assert not alone["energy.budget"]
    assert not alone["territory.site_size"]


def test_lifting_what_the_error_names_by_its_amounts_is_enough() -> None:
    tight = {"energy_budget_gwh": value("energy_budget_gwh", 300.0)}
    rules = {"demand.served": RuleSetting(), "energy.budget": RuleSetting(overrides=tight)}
    with pytest.raises(InfeasiblePlanError) as fault:
        solve(village(rules=rules))
    worst = max(each.amount for each in fault.value.relaxations if each.rule == "energy.budget")
    lifted = {"energy_budget_gwh": value("energy_budget_gwh", 300.0 + worst + 1e-3)}
    rules["energy.budget"] = replace(rules["energy.budget"], overrides=lifted)
    assert solve(village(rules=rules)).retained


@pytest.mark.parametrize("seed", range(6))
def test_each_number_of_sites_in_turn_finds_what_the_whole_selection_finds(seed: int) -> None:
    """On small questions, gap 0: the same best, its bound as high."""
    try:
        engine, _ = relaxation(build(drawn(seed)), 60.0)
        whole = select(engine, 0.0)
    except SitingError:
        whole = None
    if whole is None:
        pytest.skip("cette question n'a pas de plan")
    engine.highs.clearSolver()
    found = search_by_count(engine, 0.0)
    assert found is not None
    assert found.best.objective == pytest.approx(whole.bound, rel=1e-6, abs=1e-6)
    assert found.bound <= found.best.objective
    assert found.bound == pytest.approx(found.best.objective, rel=1e-6, abs=1e-3)
    again = search_by_count(engine, 0.0, found.best)
    assert again is not None
    assert again.best.objective == pytest.approx(found.best.objective, rel=1e-6, abs=1e-6)


def test_a_front_of_a_region_is_proven_at_every_point() -> None:
    """Every point within 1 %, each no worse on y than the one before."""
    said: list[str] = []
    rules = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()}
    inputs = region(150, min_mw=2.0, rules=rules, demand=Demand({2036: 60.0}, 2.0, 0.7))
    table = front(inputs, "cost", "heat", points=5, progress=said.append)
    assert table["gap"].max() <= 0.01
    assert table["y"].is_monotonic_increasing
    assert len(said) >= 4
    assert "point 4 sur 5" in "".join(said)


def test_a_number_of_sites_nobody_could_judge_leaves_the_weaker_bound():
    engine, _ = relaxation(build(village()), 60.0)
    root = engine.run().objective
    waiting: list[tuple[float, int, int, object]] = []
    assert line_up(engine, waiting, 4, 1, root) == np.inf
    assert [count for _, count, _, _ in waiting] == [4]
    engine.safety_seconds = 0.0  # the solver stops without a word
    assert line_up(engine, waiting, 5, 1, root) == root
    assert len(waiting) == 1
