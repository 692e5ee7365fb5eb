"""CBC, asked the same thing, says the same thing; and how it ended is read in its own words."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from layers.words.errors import SitingError
from siting.program.program_inputs import Demand
from siting.recheck.cbc_opinion import cost_at_the_same_sites, is_same, second_opinion
from siting.solve import solve
from tests.village.draws import drawn
from tests.village.hand import UTILISATION, village
from tests.village.region import region

EASY = Demand({2031: 30.0, 2036: 40.0}, 10.0, UTILISATION)


def test_cbc_agrees_on_the_village() -> None:
    opinion, plan = second_opinion(village()), solve(village(), gap=0.0)
    assert opinion.is_finished
    assert opinion.objective == pytest.approx(plan.outcome.objective, rel=1e-6)
    assert opinion.gap == 0.0
    assert is_same(cost_at_the_same_sites(village(), plan), plan.outcome.objective)


@pytest.mark.parametrize("seed", range(8))
def test_cbc_agrees_on_drawn_questions_even_impossible_ones(seed: int) -> None:
    inputs = drawn(seed)
    try:
        plan = solve(inputs, gap=0.0, answers=False)
    except SitingError:
        with pytest.raises(SitingError):
            second_opinion(inputs)
        return
    opinion = second_opinion(inputs)
    assert opinion.objective == pytest.approx(plan.outcome.objective, rel=1e-6, abs=1e-8)
    assert opinion.agrees(plan.outcome)
    assert is_same(cost_at_the_same_sites(inputs, plan), plan.outcome.objective)


def test_with_whole_lines_too() -> None:
    inputs = village(demand=EASY)
    plan = solve(inputs, gap=0.0, proof=True, answers=False)
    opinion = second_opinion(inputs)
    assert opinion.objective == pytest.approx(plan.outcome.objective, rel=1e-6)
    assert is_same(cost_at_the_same_sites(inputs, plan), plan.outcome.objective)


def test_a_bound_above_the_plan_or_a_plan_under_the_bound_is_a_denial() -> None:
    outcome = solve(village(), gap=0.0, answers=False).outcome
    opinion = second_opinion(village())
    assert opinion.agrees(outcome)
    assert not opinion.agrees(replace(outcome, objective=0.99 * outcome.objective))
    dear = replace(outcome, objective=1.02 * outcome.objective, bound=1.01 * outcome.objective)
    assert not opinion.agrees(dear)


def test_a_plan_made_otherwise_costs_otherwise() -> None:
    inputs = village(demand=EASY)
    plan = solve(inputs, gap=0.0, answers=False)
    worse = replace(inputs, sites=inputs.sites.drop(index=plan.retained[0]))
    elsewhere = solve(worse, gap=0.0, answers=False)
    assert elsewhere.retained != plan.retained
    dearer = cost_at_the_same_sites(inputs, elsewhere)
    assert dearer > plan.outcome.objective
    assert not is_same(dearer, plan.outcome.objective)


def test_stopped_by_the_clock_is_not_finished_and_its_bound_still_holds() -> None:
    inputs = region(200, demand=Demand({2031: 60.0, 2036: 90.0}, 20.0, UTILISATION))
    best = solve(inputs, answers=False).outcome
    opinion = second_opinion(inputs, seconds=0.2)
    assert not opinion.is_finished
    assert opinion.agrees(best)
    assert opinion.bound <= best.objective
    assert math.isnan(opinion.objective) or opinion.objective >= best.bound
