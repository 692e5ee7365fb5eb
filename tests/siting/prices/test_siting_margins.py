"""What is told of one unit more: against the program solved with one unit more, alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.choice.site_opening import Selection
from siting.conflicts.rule_costs import rule_costs
from siting.prices.hosting_capacity import capacity
from siting.prices.row_margins import STEP
from siting.prices.rule_bill import SOUND_GRAINS, Solved, bill_of, euros_per_unit, gain_per_unit
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.program_inputs import Inputs, RuleSetting
from siting.solve import choose, settle
from siting.solver.highs_engine import Answer, Engine, Verdict
from tests.village.draws import drawn
from tests.village.region import region

SEEDS = [0, 3, 16, 17, 18, 25, 26, 39, 45, 52, 59]


def chosen(inputs: Inputs) -> tuple[Engine, Answer, Selection] | None:
    """Return the engine, the relaxation, the choice of sites; none when there is no plan."""
    try:
        return choose(build(inputs), 0.0, 60.0, tell=lambda _: None, explain=False)
    except SitingError:
        return None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_published_price_is_what_the_row_alone_saves_and_never_more_than_its_dual(
    seed: int,
) -> None:
    if (found := chosen(drawn(seed))) is None:
        pytest.skip("no plan to price")
    engine, relaxed, choice = found
    priced, final = settle(engine, choice.opened)
    bill = bill_of(engine.problem, Solved(engine, final, priced, relaxed))
    euro = euros_per_unit(engine.problem)
    engine.set_bounds(engine.discrete, choice.opened, choice.opened)
    now = engine.run_afresh().objective
    for billed in engine.problem.billed:
        told = bill[(bill["rule"] == billed.rule.name) & (bill["where"] == billed.row.where)]
        price_row = told[told["period"] == billed.row.period].iloc[0]
        grain = billed.row.grain or billed.rule.grain
        if grain not in SOUND_GRAINS or not price_row["price"] > 0:
            continue
        step, row = STEP * max(1.0, abs(billed.row.limit)), engine.rows[billed.name]
        price = price_row["price"] * billed.rule.shown_per_row / euro
        engine.loosen(row, step)
        more = (now - engine.run_afresh().objective) / step / OBJECTIVE_SCALE
        engine.loosen(row, -step)
        tighter = engine.run_afresh()
        engine.restore_rows([row])
        assert price == pytest.approx(more, rel=2e-3, abs=1e-7), billed.name
        dual = gain_per_unit(engine, priced, billed)
        assert price <= dual * (1 + 1e-6)
        if tighter.verdict is Verdict.OPTIMAL:  # convex: the first unit taken costs no less
            assert (tighter.objective - now) / step / OBJECTIVE_SCALE >= price * (1 - 2e-3)


def test_where_limits_meet_a_price_that_one_row_alone_does_not_bring_is_not_published() -> None:
    """Two years' limits of a basin: what is built in 2031 stays, one year alone saves nothing."""
    found = chosen(drawn(339))
    assert found is not None
    engine, relaxed, choice = found
    priced, final = settle(engine, choice.opened)
    [first] = [b for b in engine.problem.billed
               if b.rule.name == "water.basin_budget" and b.row.slug == "R1"
               and b.row.period == 2031]  # fmt: skip
    assert gain_per_unit(engine, priced, first) > 1e-3
    bill = bill_of(engine.problem, Solved(engine, final, priced, relaxed))
    here = (bill["rule"] == "water.basin_budget") & (bill["where"] == first.row.where)
    told = bill[here & (bill["period"] == 2031)].iloc[0]
    assert told["price"] == pytest.approx(0.0, abs=1e-6)
    assert "rapporterait" not in told["price_text_fr"]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cost_of_a_rule_is_that_of_the_program_written_without_it(seed: int) -> None:
    inputs = drawn(seed)
    if (found := chosen(inputs)) is None:
        pytest.skip("no plan to price")
    engine, relaxed, choice = found
    engine.start_at(choice.start)
    for name, cost in rule_costs(engine, relaxed).set_index("rule")["cost"].items():
        if np.isnan(cost):
            continue
        without = {**inputs.rules, str(name): RuleSetting(enabled=False)}
        other = Engine(build(replace(inputs, rules=without), tight=engine.problem.tight)).run()
        difference = (relaxed.objective - other.objective) / OBJECTIVE_SCALE
        assert cost == pytest.approx(difference, rel=1e-5, abs=1e-7), name


@pytest.mark.parametrize("seed", [59, 16, 17, None])
def test_one_unit_more_allows_the_megawatts_that_are_told(seed: int | None) -> None:
    engine = Engine(build(region(120) if seed is None else drawn(seed)))
    engine.run()
    most, worth = capacity(engine)
    rows = {(b.rule.name, b.row.where, b.row.period): b for b in engine.problem.billed}
    assert len(worth) or seed is None
    for told in worth.to_dict("records"):
        billed = rows[told["rule"], told["where"], told["period"]]
        row = engine.rows[billed.name]
        low, high = engine.row_lower[row], engine.row_upper[row]
        engine.row_lower[row], engine.row_upper[row] = low - 1.0, high + 1.0
        engine.restore_rows([row])
        more, _ = capacity(engine)
        engine.row_lower[row], engine.row_upper[row] = low, high
        engine.restore_rows([row])
        expected = told["mw_per_unit"] * billed.rule.shown_per_row
        assert more - most == pytest.approx(expected, rel=1e-5)
