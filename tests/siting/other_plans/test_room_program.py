"""The room's program: it holds the plan, follows the rules' values, lets every rule give way."""

from __future__ import annotations

import json

import highspy
import numpy as np
import pytest

from siting.other_plans.room_program import room_program, room_sites
from siting.program.program_inputs import Lock, Objective
from siting.solve import solve
from tests.village.hand import village

# A village with every kind of figure the room moves.
INPUTS = village()


@pytest.fixture(scope="module")
def plan():
    return solve(INPUTS, gap=1e-9)


@pytest.fixture(scope="module")
def document(plan):
    found = room_program(INPUTS, plan)
    assert found is not None
    return found.document


def test_it_is_plain_json_without_any_number_that_json_lacks(document):
    text = json.dumps(document, allow_nan=False)
    assert json.loads(text)["sites"]["id"] == sorted(INPUTS.sites.index)


def test_the_plan_in_force_holds_every_site_of_the_plan(document, plan):
    ids = document["sites"]["id"]
    assert [ids[i] for i in document["plan"]["open"]] == plan.retained
    placed = sum(mw for _, t, mw, _ in document["plan"]["mw"] if t == 1)
    assert placed == pytest.approx(plan.it_mw(2036).sum())


def settled(document):
    """Return the program as the scenario takes its rules, solved with whole sites by HiGHS."""
    rules = {rule["name"]: rule for rule in document["rules"]}
    upper = np.array([np.inf if u is None else u for u in document["columns"]["upper"]])
    low, high = (
        np.array([end if v is None else v for v in document["rows"][side]])
        for side, end in (("lower", -np.inf), ("upper", np.inf))
    )
    cost = np.zeros(len(upper))
    for term in document["terms"]:
        columns, values = term["cost"]
        cost[columns] += term["weight"] * document["scale"] * np.array(values)
    moved = []
    for row in document["billed"]:
        how, limit = rules[row["rule"]]["how"], row["limit"]
        for key, (slope, _, factors) in row["slopes"].items():
            value = next(v for v in rules[row["rule"]]["values"] if v["key"] == key)
            step = value["at"] - value["written"]
            limit += slope * step
            moved += [(row["row"], column, -factor * step) for column, factor in factors if step]
        bound = limit - row["constant"]
        ends = (-np.inf, np.inf) if how == "off" else (bound, np.inf)
        low[row["row"]], high[row["row"]] = (
            ends if how == "off" or row["sense"] == ">=" else (-np.inf, bound)
        )
        if how == "soft":
            cost[row["slack"]] += document["scale"] * rules[row["rule"]]["penalty"] / row["scale"]
        else:
            upper[row["slack"]] = 0.0
    return cost, upper, low, high, moved


def test_as_the_scenario_takes_its_rules_it_is_the_same_question(document, plan):
    cost, upper, low, high, moved = settled(document)
    highs, matrix = highspy.Highs(), document["matrix"]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)  # as every other solve of the process
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(upper), len(low)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(len(upper)), upper
    model.row_lower_, model.row_upper_ = low, high
    form = highspy.MatrixFormat
    model.a_matrix_.format_ = form.kRowwise if matrix["by"] == "rows" else form.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix["start"], matrix["index"]
    model.a_matrix_.value_ = matrix["value"]
    whole = [highspy.HighsVarType.kContinuous] * len(upper)
    for name in ("open", "use", "grow", "back"):
        for column in document["families"][name]:
            whole[column] = highspy.HighsVarType.kInteger
    model.integrality_ = whole
    highs.passModel(model)
    for row, column, more in moved:
        highs.changeCoeff(row, column, more)
    highs.run()
    best = highs.getInfo().objective_function_value / document["scale"]
    assert best == pytest.approx(plan.outcome.objective, abs=1e-6)


def test_a_value_moves_its_rows_in_a_straight_line_or_is_not_offered(document):
    rules = {rule["name"]: rule for rule in document["rules"]}
    offered = {name: {v["key"] for v in rule["values"]} for name, rule in rules.items()}
    assert "max_site_mw" in offered["territory.site_size"]
    assert "max_departement_share" in offered["territory.balance"]
    assert "erf_min" in offered["heat.recovered_share"]
    # Each site answering for itself is another program, not another figure.
    assert "erf_per_site" not in offered["heat.recovered_share"]
    size = [row for row in document["billed"] if row["rule"] == "territory.site_size"]
    assert size
    assert all(row["slopes"]["max_site_mw"][0] == pytest.approx(1.0) for row in size)


def test_no_program_where_nothing_is_placed_or_goals_come_in_order(plan):
    assert room_program(village(objective=Objective(goals=("cost",))), plan) is None


def test_the_sites_of_the_plan_come_first_however_few_are_kept(plan):
    assert set(plan.retained) <= set(room_sites(INPUTS, plan, width=1))
    held = village(locks=(Lock("keep", "F", "F", ("F",)),))
    assert "F" in room_sites(held, plan, width=6)
