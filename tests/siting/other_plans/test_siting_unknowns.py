"""What a missing fact could change: on paper, against the whole program, and as a register."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

import impacts
from layers import sources  # noqa: F401 - registers the layers
from layers.contracts.contract import LAYERS
from layers.words.dated_values import in_force, read_parameters
from scenarios.question.program_settings import SCREENING
from scenarios.question.scenario_model import Scenario
from siting.other_plans.missing_facts import (
    UNKNOWNS,
    Base,
    Effect,
    Reaction,
    effects,
    yards_effects,
)
from siting.other_plans.missing_facts.fact_bounds import reaction, shortage
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.solve import solve
from siting.solver.highs_engine import Engine
from tests.village.hand import UTILISATION, value, village, yard_table
from tests.village.region import region

TODAY = date(2026, 11, 23)
REFERENCE_MEUR = 140.0


def plain(*sites: str, **changes: object) -> Inputs:
    """Return a village where only lines cost, sites open for nothing and 8 MW are needed."""
    inputs = village(
        demand=Demand({2031: 8.0, 2036: 8.0}, existing_it_mw=0.0, utilisation=UTILISATION),
        rules={"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()},
        weights={"connection_cost": 1.0},
        references={"connection_cost": value("connection_cost", REFERENCE_MEUR, "M€")},
        opening_cost_meur=0.0,
        max_liquid_share=1.0,
        min_mw=1.0,
        **changes,
    )
    kept = list(sites) or list(inputs.sites.index)
    return replace(
        inputs,
        sites=inputs.sites.loc[kept],
        connections=inputs.connections[inputs.connections["site_id"].isin(kept)],
        links=inputs.links[inputs.links["site_id"].isin(kept)],
    )


def named(found: list[Effect], name: str) -> Effect:
    [effect] = [effect for effect in found if effect.name == name]
    return effect


def test_the_plan_itself_asks_for_nothing():
    inputs = village()
    plan = solve(inputs)
    same = reaction(Base(inputs, plan), inputs)
    assert same.moved_mw == pytest.approx(0.0, abs=1e-6)
    assert same.cost_meur == pytest.approx(0.0, abs=1e-6)


def test_a_friche_that_may_not_exist_moves_all_it_holds_and_costs_the_next_one():
    inputs = plain("E", "F")
    inputs = replace(inputs, sites=inputs.sites.assign(is_verified=[False, True]))
    plan = solve(inputs, gap=0.0)
    assert plan.retained == ["E"]
    effect = named(effects(Base(inputs, plan), TODAY), "land.verified")
    assert effect.best is None
    assert effect.worst is not None
    assert effect.worst.moved_mw == pytest.approx(8.0, rel=1e-6)
    without = solve(plain("F"), gap=0.0)
    dearer = (without.outcome.objective - plan.outcome.objective) * REFERENCE_MEUR
    assert dearer > 0
    # Lines and openings in part: the need's 2 % of margin leaves as much of a line unpaid.
    assert effect.worst.cost_meur == pytest.approx(dearer, rel=0.03)


def test_what_no_yard_can_carry_is_lacking_to_the_megawatt():
    inputs = plain("E")
    yards = inputs.yards.assign(room_low_mw=5.0)
    inputs = replace(inputs, yards=yards)
    plan = solve(inputs, gap=0.0)
    effect = named(effects(Base(inputs, plan), TODAY), "grid.room")
    assert effect.worst is not None
    # The best designs draw 1.35 MW at the meter for one of IT: 5 MW carry 5 / 1.35 of the 8.
    assert effect.worst.lacking_mw == pytest.approx(8.0 - 5.0 / 1.35, rel=1e-5)
    assert math.isnan(effect.worst.cost_meur)
    assert effects(Base(inputs, plan), TODAY)[0].name == "grid.room"
    [yard] = yards_effects(Base(inputs, plan)).to_dict("records")
    assert yard["yard_id"] == "Y3"
    assert yard["worst_moved_mw"] == pytest.approx(8.0 - 5.0 / 1.35, rel=1e-5)


def test_a_yard_that_was_answered_is_not_asked_again():
    inputs = plain("E")
    inputs = replace(inputs, yards=inputs.yards.assign(room_status="read"))
    plan = solve(inputs, gap=0.0)
    assert "grid.room" not in {effect.name for effect in effects(Base(inputs, plan), TODAY)}
    assert yards_effects(Base(inputs, plan)).empty


def test_existing_power_moves_the_need_by_as_much():
    inputs = plain()
    inputs = replace(inputs, demand=replace(inputs.demand, it_mw={2031: 28.0, 2036: 28.0},
                                            existing_it_mw=20.0))  # fmt: skip
    effect = named(effects(Base(inputs, solve(inputs, gap=0.0)), TODAY), "demand.existing")
    assert effect.worst is not None
    assert effect.best is not None
    assert effect.worst.moved_mw == pytest.approx(10.0, rel=1e-3)  # 10 MW only are in service
    assert effect.best.moved_mw == pytest.approx(8.0, rel=1e-6)  # 60: nothing is left to place
    assert effect.best.cost_meur < 0 < effect.worst.cost_meur


def test_the_worst_end_never_gains_and_the_best_never_costs():
    inputs = village()
    known = in_force(read_parameters(SCREENING), TODAY) | impacts.factors(TODAY)
    inputs = replace(inputs, policy={**inputs.policy, **known})
    found = effects(Base(inputs, solve(inputs)), TODAY)
    assert {"grid.zone", "land.usable", "heat.substitutable"} <= {e.name for e in found}
    for effect in found:
        for end, sign in ((effect.worst, 1.0), (effect.best, -1.0)):
            if end is not None and math.isfinite(end.cost_meur):
                assert sign * end.cost_meur >= -1e-6, effect
            if end is not None:
                assert end.moved_mw >= 0
    assert [e.order for e in found] == sorted(e.order for e in found)


def test_a_plan_that_lacks_comes_before_one_that_moves_and_one_that_costs():
    lacks = Effect("c", "", "assumption", Reaction(math.nan, 5.0, 5.0), None)
    moves = Effect("b", "", "assumption", Reaction(0.0, 50.0), Reaction(0.0, 0.0))
    costs = Effect("a", "", "assumption", None, Reaction(-200.0, 0.0))
    assert sorted([costs, moves, lacks], key=lambda e: e.order) == [lacks, moves, costs]


def test_the_same_question_has_the_same_answer():
    inputs = plain()
    plan = solve(inputs, gap=0.0)
    assert effects(Base(inputs, plan), TODAY) == effects(Base(inputs, plan), TODAY)
    pd.testing.assert_frame_equal(
        yards_effects(Base(inputs, plan)), yards_effects(Base(inputs, plan))
    )


@pytest.mark.parametrize("name", sorted(UNKNOWNS))
def test_every_unknown_says_whom_to_ask_and_a_way_to_answer_that_exists(name):
    entry = UNKNOWNS[name]
    assert entry.why_fr.endswith(".")
    assert len(entry.ask_fr) > 8
    for layer in re.findall(r"--layer (\w+)=", entry.give_fr):
        assert layer in LAYERS
    for part, key in re.findall(r"--set (\w+)\.(\w+)=", entry.give_fr):
        fields = Scenario.model_fields[part].annotation.model_fields
        assert key in fields


@pytest.mark.parametrize("place", ["region", "village"])
def test_short_cuts_between_yards_tell_what_a_program_written_again_tells(place):
    needs = Demand({2031: 60.0, 2036: 90.0}, 20.0, UTILISATION)
    rooms = yard_table().assign(room_mw=lambda yards: 0.88 * yards["room_mw"])
    inputs = region(200, demand=needs) if place == "region" else village(yards=rooms)
    base = Base(inputs, solve(inputs, answers=False))
    told = yards_effects(base, most=1000).set_index("yard_id")
    assert (told["worst_moved_mw"] > 0).any() or place == "village"
    assert (told["best_cost_meur"] < 0).any() or place == "region"
    for yard, row in told.iterrows():
        ends = {}
        for column in ("room_low_mw", "room_high_mw"):
            engine = Engine(build(inputs))
            for billed in engine.problem.billed:
                if billed.rule.name.startswith("grid.") and billed.row.slug == yard:
                    share = row[column] / row["room_mw"]
                    engine.limit(engine.rows[billed.name], billed.row.limit * share)
            answer = engine.run()
            if not answer.is_usable:
                assert math.isnan(row["worst_cost_meur"])
                assert row["worst_moved_mw"] == pytest.approx(shortage(engine), rel=1e-5)
                continue
            ends[column] = (answer.objective - base.best) / OBJECTIVE_SCALE * base.euro
            if column == "room_low_mw":
                last = engine.index(engine.problem.site_mw[:, -1])
                order = {site: k for k, site in enumerate(engine.problem.site_ids)}
                columns = last[[order[str(site)] for site in base.it_mw.index]]
                with engine.near(columns, base.it_mw.to_numpy(), answer.objective + base.slack):
                    moved = engine.run_afresh().objective
        assert row["best_cost_meur"] == pytest.approx(ends["room_high_mw"], rel=1e-4, abs=1e-5)
        if "room_low_mw" in ends:
            dearer = pytest.approx(ends["room_low_mw"], rel=1e-4, abs=1e-5)
            assert row["worst_cost_meur"] == dearer
            assert row["worst_moved_mw"] == pytest.approx(moved, rel=1e-4, abs=1e-4)
