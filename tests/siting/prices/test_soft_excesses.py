"""What a site takes of a soft rule's excess: a known answer, and the same sum as the bill."""

from __future__ import annotations

from dataclasses import replace

import pytest

from siting.program.plan_tables import Plan, excess_table
from siting.program.program_inputs import Inputs, RuleSetting
from siting.program.rule_registry import RULES
from siting.solve import solve
from tests.village.draws import drawn
from tests.village.hand import village

SOFT = RuleSetting(hard=False, penalty=0.001)


def near_a_school() -> Inputs:
    """Return the village with a school at 200 m of two sites, far from the others."""
    whole = village()
    sites = whole.sites.assign(schools_distance_km=2.0)
    sites.loc[["A", "B"], "schools_distance_km"] = 0.2
    return replace(whole, sites=sites, rules={**whole.rules, "nature.neighbours": SOFT})


def shares(plan: Plan) -> dict[tuple[str, str, int], float]:
    """Return the sum of the parts of all sites, by rule, place and period."""
    keys = ["rule_id", "where", "period"]
    return plan.excesses.groupby(keys)["excess"].sum().to_dict()


def test_each_site_near_a_school_bears_its_own_megawatts_and_no_other_site_does() -> None:
    plan = solve(near_a_school(), gap=0.0)
    last = plan.excesses.query("rule_id == 'C24'")
    near = sorted({"A", "B"} & set(plan.retained))
    assert near
    assert sorted(set(last["site_id"])) == near
    for row in last.to_dict("records"):
        # Nothing is admitted there: what the site takes is all above the limit.
        assert row["excess"] == row["taken"]
        assert row["taken"] == pytest.approx(plan.it_mw(row["period"])[row["site_id"]], abs=1e-5)
        assert row["said_fr"].startswith("le terrain est à moins de 300 m d'une école")


@pytest.mark.parametrize("seed", [2, 3, 4, 10])
def test_the_parts_of_the_sites_add_up_to_the_excess_that_the_bill_shows(seed: int) -> None:
    whole = drawn(seed)
    soft = {
        name: replace(setting, hard=False, penalty=setting.penalty or 0.01)
        for name, setting in whole.rules.items()
        if RULES[name].grain != "region"
    }
    plan = solve(replace(whole, rules={**whole.rules, **soft}), gap=0.0)
    told = shares(plan)
    assert told
    passed = plan.bill[(plan.bill["excess"] > 0) & ~plan.bill["hard"].astype(bool)]
    keys = passed[["rule_id", "where", "period"]].itertuples(index=False, name=None)
    assert set(told) <= set(keys)
    for row in passed.to_dict("records"):
        key = (row["rule_id"], row["where"], int(row["period"]))
        if RULES[row["rule"]].grain != "region":
            assert told[key] == pytest.approx(row["excess"], rel=1e-5, abs=1e-5)
        elif key in told:
            assert told[key] <= row["excess"] + 1e-5


def test_a_plan_that_passes_no_soft_rule_tells_of_none() -> None:
    plan = solve(village(), gap=0.0)
    assert not (plan.bill["excess"] > 0).any()
    assert plan.excesses.equals(excess_table())
