"""Options of two rules: a limit by month for a basin, a share of heat owed by each site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from layers.words.errors import SitingError
from siting.other_plans.distinct_plans import restricted
from siting.program.program_building import build
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.program.rules.water import DAYS
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.hand import UTILISATION, value, village
from tests.village.oracle import best_by_enumeration

Golden = Callable[[str, str], None]


def owing(share: float, **settings: float) -> RuleSetting:
    """Return the heat rule, each site answering for itself."""
    numbers = {"erf_min": share, "erf_per_site": 1.0, "derogation": 0.0, **settings}
    return RuleSetting(overrides={key: value(key, number) for key, number in numbers.items()})


def by_month(inputs: Inputs) -> Inputs:
    """Return the village with its cooling water drawn from June to September only."""
    coefficients = inputs.coefficients.copy(deep=True)
    other = coefficients["water_input"] - coefficients["cooling_water"]
    days = xr.DataArray(DAYS, dims="month", coords={"month": range(1, 13)})
    hot = xr.DataArray([float(6 <= m <= 9) / 4 for m in range(1, 13)], dims="month")
    coefficients["water_month"] = other * days / 365 + coefficients["cooling_water"] * hot
    return replace(inputs, coefficients=coefficients)


def test_with_a_month_s_share_each_month_of_a_basin_has_its_row(golden: Golden) -> None:
    numbers = {"basin_budget_m3": 6_000.0, "month_share": 1 / 12}
    setting = RuleSetting(overrides={key: value(key, n) for key, n in numbers.items()})
    rules = {"demand.served": RuleSetting(), "water.basin_budget": setting}
    inputs = by_month(village(rules=rules))
    problem = build(inputs)
    rows = [each for each in problem.billed if each.rule.name == "water.basin_budget"]
    assert len(rows) == 2 * (1 + 4)  # one basin in deficit, two periods, four months that evaporate
    july = [row.name for row in rows if row.row.where.endswith("mois 7")]
    lines = [problem.program.get_constraint_by_name(n).asCplexLpConstraint(n) for n in july]
    golden("rules/water.basin_budget.month.lp", "".join(lines))
    plan = solve(inputs, gap=0.0)
    assert check_plan(inputs, plan) == []


def test_a_summer_month_binds_before_the_year_does() -> None:
    """The village on pads alone: 1,500 m³ a year per MW, a quarter of it in each hot month."""

    def most(share: float) -> float:
        numbers = {"basin_budget_m3": 6_000.0, "month_share": share}
        setting = RuleSetting(overrides={key: value(key, n) for key, n in numbers.items()})
        rules = {"demand.served": RuleSetting(), "water.basin_budget": setting}
        inputs = by_month(village(rules=rules))
        pads = replace(inputs, coefficients=inputs.coefficients.sel(design=["pads"]))
        needy = replace(pads, demand=Demand({2036: 12.0}, 10.0, 0.7))
        inside = needy.sites["zre"] == "yes"
        only = restricted(needy, list(needy.sites.index[inside]))
        return solve(only, gap=0.0).outcome.most_it_mw

    assert most(1.0) == pytest.approx(6_000 / 1_500)
    assert most(0.2) == pytest.approx(0.2 * 6_000 / (1_500 / 4))


def test_each_site_answers_for_its_own_heat(golden: Golden) -> None:
    rules = {"demand.served": RuleSetting(), "heat.recovered_share": owing(0.2)}
    inputs = village(rules=rules, demand=Demand({2036: 25.0}, 10.0, 0.7))
    problem = build(inputs)
    rows = [each.name for each in problem.billed if each.rule.name == "heat.recovered_share"]
    lines = [problem.program.get_constraint_by_name(n).asCplexLpConstraint(n) for n in rows]
    golden("rules/heat.recovered_share.site.lp", "".join(lines))
    plan = solve(inputs, gap=0.0)
    linked = {"A", "B", "E"}
    assert set(plan.retained) <= linked  # no network in reach: nothing to build
    assert check_plan(inputs, plan) == []
    free = {**rules, "heat.recovered_share": owing(0.2, erf_per_site=0.0)}
    assert solve(replace(inputs, rules=free), gap=0.0).outcome.objective <= (
        plan.outcome.objective + 1e-9
    )


def test_two_sites_that_both_count_the_same_heat_are_caught() -> None:
    rules = {"demand.served": RuleSetting(), "heat.recovered_share": owing(0.44)}
    inputs = village(rules=rules, demand=Demand({2036: 26.0}, 10.0, 0.7))
    there = {"site_id": ["A", "B"], "period": 2036}
    drawn = replace(
        solve(replace(inputs, rules={"demand.served": RuleSetting()})),
        placements=pd.DataFrame({**there, "design": "air", "it_mw": 8.0}),
        heat=pd.DataFrame({**there, "sink_id": "N1", "heat_mw": 3.6}),
        sinks=pd.DataFrame({"sink_id": ["N1"], "period": 2036, "heat_mw": 7.2, "heat_gwh": 44.4}),
    )
    # Each owes 0.44 × 1.15 × 6.132 × 8 = 24.8 GWh: 27 serve one, 44.4 cannot serve both.
    broken = {v.where for v in check_plan(inputs, drawn) if v.rule_id == "C18"}
    assert "A, B" in broken
    assert not {"A", "B"} & broken


def around_one_sink(seed: int) -> Inputs:
    """Return four sites of about 5 MW that share a sink, each owing its own heat.

    A and B recover half of what E and F do: each finds its own share alone, both together come
    short, though all the sites together would not.
    """
    random = np.random.default_rng(seed)
    widths, slopes = np.array([random.uniform(1.2, 2.4), 8.0, 4.0]), np.array([8.4, 5.5, 1.0])
    curve = np.cumsum(np.vstack([np.zeros((1, 2)), np.c_[widths, widths * slopes]]), axis=0)
    sites = ["A", "B", "E", "F"]
    whole = village(
        links=pd.DataFrame({"site_id": sites, "sink_id": "N1", "distance_km": 1.0}),
        heat_curves={"N1": curve},
        demand=Demand({2036: 10.0 + float(random.uniform(11.0, 17.0))}, 10.0, 0.7),
        rules={
            "demand.served": RuleSetting(),
            "heat.recovered_share": owing(float(random.uniform(0.42, 0.48))),
            "territory.twin_sites": RuleSetting(enabled=False),
        },
        weights={"connection_cost": 1.0},
        min_mw=2.0,
    )
    few = restricted(whole, sites)
    air = few.coefficients.sel(design=["air"])
    recovered = xr.DataArray([0.45, 0.45, 0.9, 0.9], dims="site_id") + 0.0 * air["heat_capacity"]
    few = replace(few, coefficients=air.assign(heat_capacity=recovered))
    area = random.uniform(9_500.0, 12_500.0, len(sites))
    return replace(few, sites=few.sites.assign(usable_area_m2=area))


def test_many_sites_on_a_sink_share_what_every_set_of_them_could_use() -> None:
    """Against every set of sites written out; single sites and all of them would be too few."""
    generous = 0
    for seed in range(14):
        inputs = around_one_sink(seed)
        best = best_by_enumeration(inputs)
        generous += best_by_enumeration(inputs, only_ends=True) < best - 1e-6
        try:
            plan = solve(inputs, gap=0.0, answers=False)
        except SitingError:
            assert np.isinf(best), seed
            continue
        assert plan.outcome.objective == pytest.approx(best, rel=1e-6, abs=1e-7), seed
        assert check_plan(inputs, plan) == []
    assert generous > 0


def test_a_scenario_may_ask_for_few_sites() -> None:
    rules = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()}
    need = Demand({2031: 35.0, 2036: 50.0}, 10.0, UTILISATION)
    free = village(rules=rules, demand=need, min_mw=2.0)
    many = solve(replace(free, opening_cost_meur=0.0), gap=0.0)
    most = len(many.retained) - 1
    assert most >= 1
    few = replace(free, opening_cost_meur=0.0, max_sites=most)
    plan = solve(few, gap=0.0)
    assert len(plan.retained) <= most
    assert plan.outcome.objective >= many.outcome.objective - 1e-9
    assert check_plan(few, plan) == []
    assert [each.rule_id for each in check_plan(few, many)] == ["P14"]
    alone = replace(few, max_sites=1, demand=Demand({2031: 900.0, 2036: 900.0}, 10.0, UTILISATION))
    with pytest.raises(SitingError, match=r"en 1.site au plus"):
        solve(alone)
