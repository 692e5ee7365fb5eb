"""Few large sites or many small ones, checked on the village by enumeration and by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise, product

import pandas as pd
import pytest

from siting.other_plans.kept_program import KeptProgram
from siting.other_plans.least_regret import regrets, worst_regrets
from siting.other_plans.need_core import (
    dropped_by_more,
    full_rows,
    held_by_need,
    need_plans,
    nested,
    scaled,
)
from siting.other_plans.no_regret import standing
from siting.other_plans.plan_structures import (
    EXTRAS,
    Structure,
    agreement,
    opening_steps,
    structure_table,
    structures,
)
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.solve import solve
from tests.village.hand import CORE, site_table, village
from tests.village.oracle import Oracle, best_by_enumeration

LINES_DEARER = 4.0
NOT_SHAPING = ("territory.balance", "heat.recovered_share", "land.brownfield_share")


def free_village() -> Inputs:
    """Return a village where one large site or several small ones may serve the need."""
    village_sites = village(rules={name: RuleSetting() for name in CORE if name not in NOT_SHAPING})
    lines = village_sites.connections.copy()
    # Long lines to large yards cost more than the short ones of small sites.
    lines.loc[lines["domain"] != "HTA", "cost_meur"] *= LINES_DEARER
    return replace(village_sites, connections=lines)


@cache
def kept() -> KeptProgram:
    return KeptProgram(free_village(), gap=0.0)


@cache
def found() -> tuple[Structure, ...]:
    return tuple(structures(kept()))


def table() -> pd.DataFrame:
    return structure_table(kept().inputs, found(), kept().rate)


def test_steps_are_the_assumption_s_range_and_the_question_s_own_cost():
    assert opening_steps(village()) == (1.0, 2.0, 5.0, 10.0, 20.0)
    assert opening_steps(village(opening_cost_meur=7.0)) == (1.0, 2.0, 5.0, 7.0, 10.0, 20.0)


def test_each_structure_is_the_best_at_its_cost_of_opening():
    for shape in found():
        for opening in shape.openings_meur:
            ours = shape.kept.objective_at(opening, kept().rate)
            asked = replace(kept().inputs, opening_cost_meur=opening)
            assert ours == pytest.approx(best_by_enumeration(asked), rel=1e-6)


def test_the_village_has_more_than_one_structure_and_fewer_sites_as_openings_cost_more():
    counts = [len(shape.plan.retained) for shape in found()]
    assert len(set(counts)) > 1
    assert counts == sorted(counts, reverse=True)
    starts = [shape.openings_meur[0] for shape in found()]
    assert starts == sorted(starts)


def test_the_plan_of_the_question_is_the_plan_of_a_run():
    run = solve(kept().inputs, gap=0.0)
    mine = next(shape for shape in found() if 1.0 in shape.openings_meur)
    pd.testing.assert_frame_equal(mine.plan.placements, run.placements)
    assert mine.plan.outcome.objective == run.outcome.objective


def test_the_loss_is_the_sum_of_its_terms_and_the_cost_of_its_parts():
    rows = table()
    assert (rows["lines_meur"] + rows["openings_meur"]).tolist() == pytest.approx(
        rows["cost_meur"].tolist(), abs=1e-5
    )
    assert rows[list(EXTRAS)].sum(axis=1).tolist() == pytest.approx(
        rows["extra_meur"].tolist(), abs=1e-4
    )
    assert rows["extra_rules_meur"].abs().max() < 1e-3  # no soft rule is passed here
    assert rows.loc[rows["is_retained"], "extra_meur"].tolist() == [0.0]


def test_at_the_cost_where_two_plans_are_equal_they_are():
    run = next(shape for shape in found() if 1.0 in shape.openings_meur)
    for shape, equal in zip(found(), table()["equal_at_meur"], strict=True):
        if equal == equal:
            ours, theirs = (each.kept.objective_at(equal, kept().rate) for each in (shape, run))
            assert ours == pytest.approx(theirs, rel=1e-6)


def test_agreement_counts_the_least_of_both_by_place():
    inputs = village()
    plan = solve(inputs, answers=False)
    moved = plan.placements.replace({"site_id": {"A": "B"}})
    other = replace(plan, placements=moved)
    share = float(plan.it_mw(2036)["A"]) / float(plan.it_mw(2036).sum())
    assert agreement(inputs, plan, other, "epci") == 1.0  # A and B share E1
    assert agreement(inputs, plan, other, "site") == pytest.approx(1.0 - share, abs=1e-5)


def test_holding_a_site_is_the_best_among_the_plans_that_open_it():
    oracle = Oracle(kept().inputs)
    sites = list(kept().engine.problem.site_ids)
    for site in sites:
        held = kept().holding([site])
        place = oracle.names.index(site)
        least = oracle.best(choice for choice in choices(oracle.names) if choice[place])
        if held is None:
            assert least == float("inf")
        else:
            assert site in held.plan.retained
            assert held.plan.outcome.objective == pytest.approx(least, rel=1e-6)


def choices(names: list[str]) -> list[tuple[bool, ...]]:
    """Return every choice of sites."""
    return list(product((False, True), repeat=len(names)))


def test_a_need_is_scaled_on_what_is_left_to_place():
    demand = scaled(Demand({2031: 40.0, 2036: 60.0}, existing_it_mw=10.0, utilisation=0.7), 1.5)
    assert demand.to_place_mw(2031) == pytest.approx(45.0)
    assert demand.to_place_mw(2036) == pytest.approx(75.0)
    assert demand.existing_it_mw == 10.0


def test_a_need_too_large_carries_its_fault_and_the_others_their_plan():
    plans = need_plans(kept().inputs, kept(), (0.5, 1.0, 50.0))
    assert [each.plan is None for each in plans] == [False, False, True]
    fault = plans[-1].fault
    assert fault is not None
    assert fault.code in ("SIT300", "SIT303")
    assert held_by_need(plans).columns.tolist() == [0.5, 1.0]
    assert held_by_need(plans).sum().tolist() == pytest.approx([25.0, 50.0], rel=0.03)


def test_what_a_larger_need_drops_is_priced_by_opening_it_again():
    inputs = village()
    plans = need_plans(inputs, KeptProgram(inputs, gap=0.0), (0.5, 0.75, 1.0))
    dropped = dropped_by_more(plans)
    by_share = {each.share: each for each in plans}
    left = [
        (site, after.share)
        for before, after in pairwise(plans)
        for site in sorted(set(before.plan.retained) - set(after.plan.retained))
    ]
    assert list(zip(dropped["site_id"], dropped["need"], strict=True)) == left
    for row in dropped.to_dict("records"):
        program = by_share[row["need"]].program
        held = program.holding([row["site_id"]])
        if row["verdict"] == "règle":
            assert held is None
        else:
            more = held.plan.outcome.objective - program.first.plan.outcome.objective
            assert row["high_meur"] == pytest.approx(more / program.rate, abs=1e-3)


def test_keeping_every_site_never_gains():
    inputs = village()
    plans = need_plans(inputs, KeptProgram(inputs, gap=0.0), (0.5, 0.75, 1.0))
    kept_sites = nested(plans)
    assert len(kept_sites) == 2
    held = kept_sites[kept_sites["holds"]]
    assert (held["low_meur"] <= held["high_meur"]).all()
    assert (held["low_meur"] >= 0).all()


def test_full_rows_are_those_where_the_site_draws():
    program = KeptProgram(village(), gap=0.0)
    full = program.bill[program.bill["binding"].fillna(False).astype(bool)]
    assert (full["where"] == "département 16").any()  # balance, read in the bill of the village
    assert any(text.endswith("département 16") for text in full_rows(program, "B"))
    assert not any("département 16" in text for text in full_rows(program, "D"))


def by_need() -> pd.DataFrame:
    table = pd.DataFrame(
        {0.5: [20.0, 0.0, 5.0, 0.0], 1.0: [20.0, 10.0, 0.0, 20.0], 1.5: [20.0, 10.0, 0.0, 45.0]},
        index=["A", "B", "C", "E"],
    )
    return table.rename_axis("site_id")


def by_opening() -> pd.DataFrame:
    table = pd.DataFrame(
        {1.0: [20.0, 10.0, 0.0, 20.0], 20.0: [30.0, 0.0, 0.0, 20.0]}, index=["A", "B", "C", "E"]
    )
    return table.rename_axis("site_id")


def told(table: pd.DataFrame, grain: str, place: str) -> pd.Series:
    return table[(table["grain"] == grain) & (table["id"] == place)].iloc[0]


def test_now_later_and_what_it_depends_on():
    standings = standing(site_table(), by_need(), by_opening())
    assert told(standings, "site", "A")["verdict"] == "maintenant"
    assert told(standings, "site", "E")[["verdict", "from_need"]].tolist() == ["plus tard", 1.0]
    assert told(standings, "site", "B")["depends_on"] == "ouverture"
    assert told(standings, "site", "C")["depends_on"] == "besoin"
    assert told(standings, "epci", "E1")["verdict"] == "maintenant"  # A and B together
    assert standings["grain"].drop_duplicates().tolist() == ["departement", "epci", "site"]


def test_a_place_that_few_draws_keep_depends_on_assumptions():
    shares = {("site", "A"): 0.5, ("epci", "E1"): 1.0, ("departement", "16"): 1.0}
    standings = standing(site_table(), by_need(), by_opening(), shares)
    assert told(standings, "site", "A")["depends_on"] == "hypothèses"
    assert told(standings, "epci", "E1")["verdict"] == "maintenant"


def test_the_least_regretted_holds_most_often_then_has_the_least_worst():
    rows = [
        (1, 1, True, 0.0), (2, 1, True, 9.0), (1, 2, True, 4.0), (2, 2, True, 5.0),
        (1, 3, True, 0.0), (2, 3, False, float("nan")),
    ]  # fmt: skip
    worst = worst_regrets(pd.DataFrame(rows, columns=["draw", "structure", "holds", "regret_meur"]))
    assert worst.loc[worst["is_least"], "structure"].tolist() == [2]
    assert worst["worst_meur"].tolist() == [9.0, 5.0, 0.0]
    assert worst["held_draws"].tolist() == [2, 2, 1]


def test_a_plan_has_no_regret_where_it_is_the_best():
    program = kept()
    sites = {1: program.first.plan.retained, 2: list(program.engine.problem.site_ids)}
    rows = {row["structure"]: row for row in regrets(7, program, sites)}
    assert rows[1]["regret_meur"] == pytest.approx(0.0, abs=1e-6)
    assert rows[1]["draw"] == 7
    assert not rows[2]["holds"] or rows[2]["regret_meur"] > 0
