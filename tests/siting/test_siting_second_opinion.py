"""CBC, asked the same thing, says the same thing."""

from __future__ import annotations

import pytest

from layers.errors import SitingError
from siting.second_opinion import second_opinion
from siting.solve import solve
from tests.village.draws import drawn
from tests.village.hand import village


def test_cbc_agrees_on_the_village() -> None:
    opinion = second_opinion(village())
    assert opinion.is_finished
    assert opinion.objective == pytest.approx(solve(village(), gap=0.0).outcome.objective, rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_cbc_agrees_on_drawn_questions_even_impossible_ones(seed: int) -> None:
    inputs = drawn(seed)
    try:
        plan = solve(inputs, gap=0.0, answers=False)
    except SitingError:
        with pytest.raises(SitingError):
            second_opinion(inputs)
        return
    opinion = second_opinion(inputs, tight=not plan.outcome.has_large_lines)
    assert opinion.objective == pytest.approx(plan.outcome.objective, rel=1e-6, abs=1e-8)
