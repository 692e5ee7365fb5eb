"""Impossible villages, more than fifty, whose conflicts are known: all told rightly.

Each case tightens one or two rules until they contradict the need, among rules with room to
spare. The minimal conflicts written here are first checked against every subset of the rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain, combinations

import numpy as np
import pytest

from siting.conflicts.rule_conflicts import InfeasiblePlanError, Relaxation, rows_by_rule
from siting.program.program_building import build
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.solve import solve
from siting.solver.highs_engine import Engine, Verdict
from tests.village.hand import UTILISATION, value, village

NEED = "demand.served"
Change = Callable[[Inputs], Inputs]


@dataclass(frozen=True)
class Case:
    """Rules with their numbers, what else changes, and the minimal conflicts, the need aside."""

    name: str
    rules: dict[str, dict[str, float]]
    known: tuple[tuple[str, ...], ...]
    need_mw: tuple[float, float] = (30.0, 50.0)
    change: Change = lambda inputs: inputs

    def inputs(self) -> Inputs:
        """Return the village under these rules, and two more with room to spare."""
        roomy = {
            "water.regional_budget": {"regional_water_m3": 1e6},
            "territory.balance": {"max_departement_share": 0.95},
        }
        rules = {NEED: RuleSetting()} | {
            name: RuleSetting(overrides={key: value(key, x) for key, x in numbers.items()})
            for name, numbers in {**roomy, **self.rules}.items()
        }
        first, last = self.need_mw
        demand = Demand({2031: first, 2036: last}, 0.0, UTILISATION)
        return self.change(village(rules=rules, demand=demand))


def with_sites(**columns: object) -> Change:
    return lambda inputs: replace(inputs, sites=inputs.sites.assign(**columns))


def with_rooms(mw: float) -> Change:
    return lambda inputs: replace(inputs, yards=inputs.yards.assign(room_mw=mw))


def with_zones(mw: float) -> Change:
    return lambda inputs: replace(inputs, zones=inputs.zones.assign(cap_mw=mw))


def later(years: int) -> Change:
    def change(inputs: Inputs) -> Inputs:
        lines = inputs.connections
        return replace(inputs, connections=lines.assign(delay_years=lines["delay_years"] + years))

    return change


def thirsty(inputs: Inputs) -> Inputs:
    """Every cooling takes 100 m³ a MW, and every site is in a basin in deficit."""
    wet = inputs.coefficients.assign(cooling_water=inputs.coefficients["cooling_water"] * 0 + 100)
    return replace(inputs, coefficients=wet, sites=inputs.sites.assign(zre="yes"))


def maybe_thirsty(inputs: Inputs) -> Inputs:
    """Do the same where nobody knows whether the basin is in deficit: unknown is no leave."""
    wet = thirsty(inputs)
    return replace(wet, sites=wet.sites.assign(zre="unknown"))


def alone(
    rule: str, key: str, numbers: Iterable[float], change: Change | None = None
) -> list[Case]:
    """Return cases where one rule and the need contradict each other."""
    how = {"change": change} if change else {}
    return [Case(f"{rule} {x:g}", {rule: {key: x}}, ((rule,),), **how) for x in numbers]


ONE = [
    *alone("territory.site_size", "max_site_mw", (5.5, 6.0, 8.0)),
    *alone("energy.budget", "energy_budget_gwh", (150.0, 200.0, 320.0)),
    *alone("water.regional_budget", "regional_water_m3", (50.0, 500.0, 1_900.0)),
    *alone("land.regional_enaf", "regional_enaf_ha", (0.0, 1.0, 9.9), with_sites(enaf="unknown")),
    *alone("territory.balance", "max_departement_share", (0.1, 0.2, 0.33)),
    *alone("heat.recovered_share", "erf_min", (0.5, 0.7, 0.9)),
    *alone("land.brownfield_share", "brownfield_share", (0.5, 0.8, 1.0),
           with_sites(is_brownfield=False)),
    *alone("water.basin_budget", "basin_budget_m3", (0.0, 1_000.0, 2_400.0), thirsty),
    *alone("water.basin_budget", "basin_budget_m3", (0.0, 1_000.0), maybe_thirsty),
    *(Case(f"room {mw:g}", {"grid.yard_capacity": {}}, (("grid.yard_capacity",),),
           change=with_rooms(mw)) for mw in (5.0, 15.0, 22.0)),
    *(Case(f"zone {mw:g}", {"grid.upstream": {}}, (("grid.upstream",),),
           change=with_zones(mw)) for mw in (5.0, 10.0, 20.0)),
    *(Case(f"reserve {mw:g}", {"grid.reserve": {}}, (("grid.reserve",),),
           change=with_rooms(mw)) for mw in (5.0, 20.0, 30.0)),
    *(Case(f"late {years}", {"grid.connection_delay": {}}, (("grid.connection_delay",),),
           need_mw=(45.0, 50.0), change=later(years)) for years in (2, 3, 4)),
]  # fmt: skip
TWO = [
    # Three sites of ten megawatts without ENAF, six with.
    *(Case(f"enaf and size {mw:g}",
           {"land.regional_enaf": {"regional_enaf_ha": 0.0},
            "territory.site_size": {"max_site_mw": mw}},
           (("land.regional_enaf", "territory.site_size"),), (20.0, 45.0))
      for mw in (9.0, 10.0, 12.0)),
    # Rooms of 40, 150 and 40 MW hold the need only if Gironde takes more than its share.
    *(Case(f"yards and balance {share:g}",
           {"grid.yard_capacity": {}, "territory.balance": {"max_departement_share": share}},
           (("grid.yard_capacity", "territory.balance"),), (30.0, 105.0))
      for share in (0.34, 0.36, 0.38)),
    *(Case(f"reserve and balance {share:g}",
           {"grid.reserve": {}, "territory.balance": {"max_departement_share": share}},
           (("grid.reserve", "territory.balance"),), (30.0, 85.0))
      for share in (0.34, 0.4, 0.45)),
    # The two networks need more than eight megawatts a site to be served.
    *(Case(f"heat {share:g} and size",
           {"heat.recovered_share": {"erf_min": share},
            "territory.site_size": {"max_site_mw": 8.0}},
           (("heat.recovered_share", "territory.site_size"),), (20.0, 45.0))
      for share in (0.32, 0.33, 0.35)),
    # Four friches of ten megawatts do not make forty-five.
    *(Case(f"friches and size {mw:g}",
           {"land.brownfield_share": {"brownfield_share": 1.0},
            "territory.site_size": {"max_site_mw": mw}},
           (("land.brownfield_share", "territory.site_size"),), (20.0, 45.0))
      for mw in (8.0, 9.0, 10.0)),
]  # fmt: skip
EITHER = [
    *(Case(f"energy {gwh:g} or heat",
           {"energy.budget": {"energy_budget_gwh": gwh}, "heat.recovered_share": {"erf_min": 0.6}},
           (("energy.budget",), ("heat.recovered_share",)))
      for gwh in (150.0, 250.0, 320.0)),
    *(Case(f"size {mw:g} or balance",
           {"territory.site_size": {"max_site_mw": mw},
            "territory.balance": {"max_departement_share": 0.3}},
           (("territory.site_size",), ("territory.balance",)))
      for mw in (6.0, 8.0)),
]  # fmt: skip
CASES = [*ONE, *TWO, *EITHER]


def minimal_conflicts(engine: Engine) -> set[frozenset[str]]:
    """Return every minimal set of rules without a plan, all subsets tried."""
    groups = rows_by_rule(engine, only_hard=True)
    others = [name for name in groups if name != NEED]
    every = chain.from_iterable(combinations(others, k) for k in range(len(others) + 1))
    found: list[frozenset[str]] = []
    for held in map(frozenset, every):
        if not any(known <= held for known in found) and not holds(engine, held | {NEED}):
            found.append(held)
    return set(found)


def holds(engine: Engine, held: frozenset[str]) -> bool:
    freed = [
        engine.rows[row.name]
        for name, group in rows_by_rule(engine, only_hard=True).items()
        for row in group
        if name not in held
    ]
    engine.free_rows(freed)
    feasible = engine.is_feasible()
    engine.restore_rows(freed)
    return feasible


def relaxed_by(engine: Engine, given: list[Relaxation], share: float) -> bool:
    """Return whether a plan exists once the rows give way by a share of what was said."""
    groups = rows_by_rule(engine, only_hard=True)
    moved = []
    for each in given:
        row = next(
            row for row in groups[each.rule]
            if (row.row.where, row.row.period) == (each.where, each.period)
        )  # fmt: skip
        place, amount = engine.rows[row.name], share * each.amount / row.rule.shown_per_row
        low, high = engine.row_lower[place], engine.row_upper[place]
        engine.highs.changeRowBounds(place, low - amount, high + amount)
        moved.append(place)
    feasible = engine.is_feasible()
    engine.restore_rows(moved)
    return feasible


def test_there_are_at_least_fifty_cases() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_known_conflict_is_told_with_its_least_relaxations(case: Case) -> None:
    inputs = case.inputs()
    with pytest.raises(InfeasiblePlanError) as fault:
        solve(inputs)
    told = fault.value
    engine = Engine(build(inputs, tight=False))
    engine.set_costs(np.zeros_like(engine.costs))
    known = {frozenset(rules) for rules in case.known}
    assert minimal_conflicts(engine) == known
    walls = [frozenset(rules) - {NEED} for rules in (told.conflict, *told.further)]
    assert NEED in told.conflict
    assert set(walls) == known if len(case.known[0]) == 1 else walls[0] in known
    for rule in {each.rule for each in told.relaxations if each.is_alone}:
        given = [each for each in told.relaxations if each.rule == rule]
        assert relaxed_by(engine, given, 1.0 + 1e-6), rule
        assert not relaxed_by(engine, given, 0.99), rule
    alone = {each.rule for each in told.relaxations if each.is_alone}
    expected = {NEED} | {rule for rules in known for rule in rules if len(known) == 1}
    assert alone == expected
    assert engine.run().verdict is Verdict.INFEASIBLE
