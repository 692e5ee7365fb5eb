"""Villages that only whole sites make impossible: told as every set of open sites tells it.

The rules in conflict are necessary, each least relaxation lies between what is proven and what is
found, and both are the least when the search ends: against all 64 sets of open sites, one linear
program each.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.conflicts.rule_conflicts import NEED, InfeasiblePlanError, rows_by_rule
from siting.conflicts.whole_site_conflicts import LEAST_SIZE, SMALLEST_MW, WHOLE_SITES
from siting.program.problem import Problem
from siting.program.program_building import build, written
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.program.rule_registry import RULES
from siting.solve import solve
from siting.solver.highs_engine import Engine
from tests.village.hand import UTILISATION, value, village

# Seeds whose village has a plan with sites partly open, and none with whole ones.
SEEDS = (
    2, 3, 5, 10, 11, 13, 16, 30, 32, 34, 40, 43, 44, 45, 46, 47, 48, 52, 53, 54, 55, 57, 64, 66,
    68, 69, 73, 75, 76, 78, 81, 83, 84, 92, 95, 96, 97, 98, 99, 102, 103, 106, 110, 111, 114,
    115, 117, 122, 123, 135, 138, 140, 142, 143, 147, 150,
)  # fmt: skip


def crowded(seed: int) -> Inputs:
    """Return a village whose sites must hold nearly the same MW, under a few tight rules."""
    random = np.random.default_rng([2026, seed])
    least = float(np.round(random.uniform(6.0, 11.0), 1))
    most = float(np.round(least * random.uniform(1.0, 1.25), 1))
    need = float(np.round(random.uniform(1.0, 4.0) * most, 1))
    numbers: dict[str, dict[str, float]] = {}
    if random.random() < 0.35:
        numbers["territory.site_size"] = {"max_site_mw": most}
    if random.random() < 0.5:
        numbers["territory.balance"] = {"max_departement_share": float(random.uniform(0.35, 0.8))}
    if random.random() < 0.4:
        numbers["land.regional_enaf"] = {"regional_enaf_ha": float(random.uniform(0.0, 4.0))}
    if random.random() < 0.4:
        numbers["heat.recovered_share"] = {"erf_min": float(random.uniform(0.05, 0.3))}
    if random.random() < 0.4:
        numbers["grid.yard_capacity"] = {}
    rules = {NEED: RuleSetting()} | {
        name: RuleSetting(overrides={key: value(key, number) for key, number in given.items()})
        for name, given in numbers.items()
    }
    inputs = village(
        demand=Demand({2031: 10.0 + need, 2036: 10.0 + need}, 10.0, UTILISATION),
        min_mw=least,
        rules=rules,
    )
    room = inputs.yards["room_mw"] * random.uniform(0.4, 1.0, len(inputs.yards))
    return replace(inputs, yards=inputs.yards.assign(room_mw=room))


def told(inputs: Inputs) -> InfeasiblePlanError | None:
    """Return the explanation when whole sites alone are impossible."""
    try:
        solve(inputs, gap=0.0, answers=True)
    except InfeasiblePlanError as fault:
        return fault if {LEAST_SIZE, WHOLE_SITES} & set(fault.conflict) else None
    except SitingError as fault:
        if fault.code not in ("SIT300", "SIT303"):
            raise
    return None


class Sets:
    """A program of a village, its sites set open or shut, every set in turn."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        engine.set_costs(np.zeros_like(engine.costs))
        self.groups = rows_by_rule(engine, only_hard=True)
        self.rows = {
            name: [engine.rows[r.name] for r in rows] for name, rows in self.groups.items()
        }
        self.every = list(product((0.0, 1.0), repeat=len(engine.opened)))

    def hold(self, rules: set[str]) -> bool:
        """Return whether a set makes a plan under some of the rules."""
        freed = [row for name, rows in self.rows.items() if name not in rules for row in rows]
        self.engine.free_rows(freed)
        possible = any(np.isfinite(self._least(sites)) for sites in self.every)
        self.engine.restore_rows(freed)
        return possible

    def least(self, rows: list[int], *, together: bool = False) -> float:
        """Return the least Σ of shortages of some rows, all others held."""
        with self.engine.elastic(rows, together=together) as columns:
            self.engine.price(columns, 1.0)
            return min(self._least(sites) for sites in self.every)

    def _least(self, sites: tuple[float, ...]) -> float:
        opened = np.array(sites)
        self.engine.set_bounds(self.engine.opened, opened, opened)
        self.engine.set_integer(True)  # lines and years too are whole
        answer = self.engine.run_afresh()
        self.engine.set_integer(False)
        return answer.objective if answer.is_usable else float("inf")


def least_size(inputs: Inputs) -> float:
    """Return by how much the least size must come down, from every set of sites, small ones too."""
    smaller = Problem(replace(inputs, min_mw=SMALLEST_MW), tight=False)
    smaller.caps = replace(smaller.caps, min_mw=inputs.min_mw)
    sets = Sets(Engine(written(smaller)))
    rows = [row for name, row in sets.engine.rows.items() if name.startswith("P05_least__")]
    return sets.least(rows, together=True)


def test_there_are_at_least_fifty_whole_site_conflicts_of_several_kinds() -> None:
    assert len(SEEDS) >= 50


@pytest.mark.parametrize("seed", SEEDS)
def test_a_conflict_of_whole_sites_is_told_as_every_set_of_them_tells_it(seed: int) -> None:
    inputs = crowded(seed)
    fault = told(inputs)
    assert fault is not None
    sets = Sets(Engine(build(inputs, tight=False)))
    conflict = set(fault.conflict) - {LEAST_SIZE, WHOLE_SITES}
    assert fault.doubtful == fault.undecided == ()
    assert not sets.hold(conflict)
    for name in conflict:
        assert sets.hold(conflict - {name}), name
    for name in conflict:
        within(fault, name, sets.least(sets.rows[name]), exactly=True)
    within(fault, LEAST_SIZE, least_size(inputs), exactly=True)


@pytest.mark.parametrize("seed", SEEDS[::3])
def test_a_search_that_ends_too_soon_still_holds_the_least_between_its_ends(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siting.conflicts.whole_site_conflicts.NODES", 0)
    inputs = crowded(seed)
    fault = told(inputs)
    assert fault is not None
    sets = Sets(Engine(build(inputs, tight=False)))
    for name in set(fault.conflict) - {LEAST_SIZE, WHOLE_SITES}:
        within(fault, name, sets.least(sets.rows[name]))
    within(fault, LEAST_SIZE, least_size(inputs))


def within(fault: InfeasiblePlanError, name: str, least: float, *, exactly: bool = False) -> None:
    """Check what is told of a rule against its true least shortage, in the row's unit."""
    shown = RULES[name].shown_per_row if name in RULES else 1.0
    said = [each for each in fault.relaxations if each.rule == name]
    if not said:  # alone it does not do, or nothing tells
        assert name in fault.undecided or np.isinf(least)
        assert not (exactly and name in fault.undecided)
        return
    if said[0].at_least == said[0].at_least:
        assert said[0].at_least / shown <= least * (1 + 1e-4) + 1e-6
    if not said[0].is_found:
        assert name in fault.undecided
        assert not exactly
        return
    found = sum(each.amount for each in said) / shown
    assert found >= least * (1 - 1e-4) - 1e-6
    if exactly:
        assert found == pytest.approx(least, rel=2e-4, abs=1e-5)
        assert said[0].at_least / shown == pytest.approx(least, rel=2e-4, abs=1e-5)
