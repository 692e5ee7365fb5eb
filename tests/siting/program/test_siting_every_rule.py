"""Every rule, option and kind of limit at once, against every set of open sites.

The twelve rules of the village are tried in ``test_siting_solve``; here also those that wait for
layers, projects already decided, heat owed by each site, water by month, panels and hard or soft.
"""

from __future__ import annotations

from collections import Counter

import pytest

from layers.words.errors import SitingError
from siting.program.rule_registry import RULES
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.draws import informed_draw
from tests.village.oracle import best_by_enumeration

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_under_any_rules_is_the_best_of_every_set_of_open_sites(seed: int) -> None:
    inputs = informed_draw(seed)
    try:
        best = best_by_enumeration(inputs)
    except SitingError:
        best = float("inf")
    if best == float("inf"):
        with pytest.raises(SitingError, match=r"SIT300|SIT303"):
            solve(inputs, gap=0.0, answers=False)
        return
    plan = solve(inputs, gap=0.0, answers=False)
    assert plan.outcome.objective == pytest.approx(best, rel=1e-6, abs=1e-7)
    assert check_plan(inputs, plan) == []


def test_every_rule_that_writes_a_row_is_drawn_often() -> None:
    drawn = Counter(
        name
        for seed in SEEDS
        for name, setting in informed_draw(seed).rules.items()
        if setting.enabled
    )
    assert set(RULES) - set(drawn) == {
        "territory.sovereignty",  # a note, no row
        "grid.backup",  # drawn with more lines, in connected()
        "sites.locks",  # tests of their own
    }
    assert min(drawn.values()) >= 10
    assert sum(bool(informed_draw(seed).demand.fixed) for seed in SEEDS) >= 10
