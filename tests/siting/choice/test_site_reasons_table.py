"""Why each site is in or out: one cause each, and savings that enumeration confirms."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import cast

import numpy as np
import pandas as pd
import pytest

from layers.words.errors import SitingError
from siting.choice.reason_table import (
    CAUSES,
    COLUMNS,
    ENTERED,
    NEVER_ENTERED,
    RETAINED,
    _Seen,
)
from siting.prices.full_rows import Entries
from siting.program.plan_tables import Plan
from siting.program.problem import Problem
from siting.program.program_inputs import Demand, Inputs, Lock, RuleSetting
from siting.solve import solve
from tests.village.draws import connected
from tests.village.hand import UTILISATION, value, village
from tests.village.oracle import Oracle

EXACT = 1e-5


def enumerated(least: dict[tuple[bool, ...], float], i: int, is_open: bool) -> float:
    """Return the least objective of the choices where a site is open, or shut."""
    return min(value for choice, value in least.items() if choice[i] == is_open)


@pytest.mark.parametrize("seed", range(8))
def test_the_saving_told_is_the_difference_of_two_enumerated_optima(seed: int) -> None:
    inputs = connected(seed)
    try:
        plan = solve(inputs, gap=0.0)
    except SitingError:
        pytest.skip("cette question n'a pas de plan")
    oracle, euro = Oracle(inputs), 140.0 / inputs.weights["connection_cost"]
    choices = product((False, True), repeat=len(oracle.names))
    least = {choice: oracle.least(np.array(choice, dtype=bool)) for choice in choices}
    best = min(least.values())
    assert len(plan.reasons) == len(inputs.sites)
    for row in plan.reasons.to_dict("records"):
        if row["cause"] in NEVER_ENTERED:
            assert row["site_id"] not in oracle.names
            continue
        i = oracle.names.index(row["site_id"])
        other = enumerated(least, i, row["site_id"] not in plan.retained)
        if np.isinf(other):
            assert row["cause"] in ("required", "impossible")
            continue
        assert row["cost_meur"] == pytest.approx((other - best) * euro, abs=EXACT)
        assert row["cost_low_meur"] <= row["cost_meur"] + EXACT <= row["cost_high_meur"] + 2 * EXACT
        assert row["cost_high_meur"] - row["cost_low_meur"] < 1e-3


def test_every_candidate_has_one_cause_of_the_closed_list() -> None:
    assert len(set(CAUSES)) == len(RETAINED) + len(ENTERED) + len(NEVER_ENTERED)
    for inputs in (village(), *map(connected, range(6))):
        try:
            plan = solve(inputs)
        except SitingError:
            continue
        assert list(plan.reasons["site_id"]) == sorted(inputs.sites.index)
        assert tuple(plan.reasons.columns) == COLUMNS
        assert set(plan.reasons["cause"]) <= set(CAUSES)
        kept = plan.reasons["site_id"].isin(plan.retained)
        assert plan.reasons.loc[kept, "cause"].isin(RETAINED).all()
        assert not plan.reasons.loc[~kept, "cause"].isin(RETAINED).any()


def cause(plan: Plan, site: str) -> pd.Series:
    return plan.reasons.set_index("site_id").loc[site]


def test_a_full_departement_is_named_for_those_it_shuts_and_for_the_one_it_lets_in() -> None:
    # Three like sites, A and B cheaper but in one département: its share lets one of them in.
    inputs = two_departements()
    plan = solve(inputs, gap=0.0)
    assert sorted(plan.retained) == ["A", "E"]
    shut, dear = cause(plan, "B"), cause(plan, "E")
    assert (shut["cause"], shut["rule_id"], shut["where"]) == ("row", "C21", "département 16")
    assert "département 16" in dear["made_room"]
    assert dear["cheaper_shut"] == 1
    free = {**inputs.rules, "territory.balance": RuleSetting(enabled=False)}
    assert sorted(solve(replace(inputs, rules=free), gap=0.0).retained) == ["A", "B"]


def two_departements() -> Inputs:
    """Return A and B in one département, E in another: one line each, E's the dearest."""
    whole = village()
    sites = whole.sites.loc[["A", "B", "E"]].assign(
        usable_area_m2=100_000.0, zre="no", enaf="no", is_brownfield=True
    )
    lines = whole.connections[whole.connections["domain"] == "HTA"]
    lines = lines[lines["site_id"].isin(sites.index)]
    lines = lines.assign(cost_meur=lines["site_id"].map({"A": 1.0, "B": 1.5, "E": 4.0}))
    share = {"max_departement_share": value("max_departement_share", 0.5)}
    return replace(
        whole,
        sites=sites,
        connections=lines.reset_index(drop=True),
        demand=Demand({2031: 12.0, 2036: 12.0}, 0.0, UTILISATION),
        rules={
            "demand.served": RuleSetting(),
            "territory.balance": RuleSetting(overrides=share),
        },
        weights={"connection_cost": 1.0},
    )


def test_what_shuts_a_site_is_said_with_what_it_lacks() -> None:
    inputs = two_departements()
    narrow = inputs.sites.assign(usable_area_m2=[100_000.0, 4_000.0, 100_000.0])
    plan = solve(replace(inputs, sites=narrow), gap=0.0)
    small = cause(plan, "B")
    assert small["cause"] == "small_land"
    assert small["carries_mw"] == pytest.approx(2.0)
    assert small["least_mw"] == pytest.approx(5.0)
    alone = inputs.connections[inputs.connections["site_id"] != "B"].reset_index(drop=True)
    assert cause(solve(replace(inputs, connections=alone), gap=0.0), "B")["cause"] == "no_line"
    weak = inputs.connections.assign(limit_mw=[12.0, 3.0, 12.0])
    assert cause(solve(replace(inputs, connections=weak), gap=0.0), "B")["cause"] == "small_line"
    high = inputs.connections.assign(domain=["HTA", "HTB2", "HTA"], limit_mw=[12.0, 100.0, 12.0])
    told = cause(solve(replace(inputs, connections=high), gap=0.0), "B")
    assert told["cause"] == "voltage_floor"
    assert told["carries_mw"] < told["least_mw"]


def test_locks_and_land_to_verify_are_causes_of_their_own() -> None:
    inputs = two_departements()
    free = {"demand.served": RuleSetting(), "sites.locks": RuleSetting()}
    locks = (Lock("ban", "A", "A", ("A",)), Lock("keep", "E", "E", ("E",)))
    plan = solve(replace(inputs, rules=free, locks=locks), gap=0.0)
    assert cause(plan, "A")["cause"] == "banned"
    assert cause(plan, "E")["cause"] == "kept"
    verified = inputs.sites.assign(retainable=[False, True, True])
    rules = {"demand.served": RuleSetting(), "land.vacancy": RuleSetting()}
    plan = solve(replace(inputs, sites=verified, rules=rules), gap=0.0)
    assert cause(plan, "A")["cause"] == "to_verify"


def test_nothing_to_place_is_said_of_every_candidate() -> None:
    plan = solve(replace(two_departements(), demand=Demand({2031: 0.0}, 0.0, UTILISATION)))
    assert set(plan.reasons["cause"]) == {"no_need"}
    assert len(plan.reasons) == 3


def test_a_row_that_shuts_one_voltage_alone_is_not_what_keeps_a_site_out() -> None:
    # Three lines: the first row shuts the two of HTB and weighs most; the second shuts all three.
    full = np.array([[True, True, False], [True, True, True]])
    room = Entries([], full, np.array([[9.0], [1.0]]))
    seen = _Seen(
        room, np.zeros(1), [room.shutting(np.arange(3))], np.zeros(1, dtype=bool),
        frozenset(), frozenset(), frozenset(),
    )  # fmt: skip
    problem = cast(Problem, SimpleNamespace(lines_of=lambda _: np.arange(3)))
    assert seen.shutting_most(0, problem) == 1
