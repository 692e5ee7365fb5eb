"""When there is no plan: the conflict named in French, and what would be enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.conflicts.rule_conflicts import InfeasiblePlanError
from siting.conflicts.whole_site_conflicts import LEAST_SIZE
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.solve import solve
from tests.village.hand import value, village
from tests.village.region import region


def under(name: str, **numbers: float) -> RuleSetting:
    return RuleSetting(overrides={key: value(key, number) for key, number in numbers.items()})


def conflict(inputs: Inputs) -> InfeasiblePlanError:
    with pytest.raises(InfeasiblePlanError) as fault:
        solve(inputs)
    return fault.value


def only(**settings: RuleSetting) -> dict[str, RuleSetting]:
    return {"demand.served": RuleSetting(), **settings}


KNOWN = [
    ("territory.site_size", {"max_site_mw": 6.0}),
    ("heat.recovered_share", {"erf_min": 0.9}),
    ("energy.budget", {"energy_budget_gwh": 200.0}),
    ("water.regional_budget", {"regional_water_m3": 100.0}),
    ("land.regional_enaf", {"regional_enaf_ha": 0.0}),
    ("territory.balance", {"max_departement_share": 0.2}),
]


@pytest.mark.parametrize(("name", "numbers"), KNOWN)
def test_one_impossible_rule_conflicts_with_the_need_alone(
    name: str, numbers: dict[str, float]
) -> None:
    inputs = village(rules=only(**{name: under(name, **numbers)}))
    if name == "land.regional_enaf":
        inputs = replace(inputs, sites=inputs.sites.assign(enaf="unknown"))
    fault = conflict(inputs)
    # Shares of nothing hold with nothing: balance and heat share need the need to bite.
    assert set(fault.conflict) == {"demand.served", name}
    assert fault.code == "SIT300"
    assert fault.exit_code == 5
    assert "Besoin régional servi" in fault.where


def test_rules_that_do_not_matter_are_left_out_of_the_conflict() -> None:
    rules = {**village().rules, "energy.budget": under("energy.budget", energy_budget_gwh=200.0)}
    assert set(conflict(village(rules=rules)).conflict) == {"demand.served", "energy.budget"}


def test_the_least_relaxation_is_the_one_on_paper() -> None:
    # 50 MW at PUE 1.09–1.15: the best is 25 MW liquid and 25 MW on pads, 1.095 × 6.132 × 50.
    budget = 300.0
    rules = only(**{"energy.budget": under("energy.budget", energy_budget_gwh=budget)})
    fault = conflict(village(rules=rules))
    lacks = [r for r in fault.relaxations if r.rule == "energy.budget" and r.period == 2036]
    existing = 8.76 * 0.7 * 10 * 1.5
    assert lacks[0].amount == pytest.approx(1.095 * 6.132 * 50 + existing - budget, rel=1e-6)
    assert "il manque" in lacks[0].text_fr


def test_too_little_room_says_how_many_megawatts_of_connection_lack() -> None:
    inputs = village(rules=only(**{"grid.yard_capacity": RuleSetting()}))
    inputs = replace(inputs, yards=inputs.yards.assign(room_mw=10.0))
    fault = conflict(inputs)
    assert set(fault.conflict) == {"demand.served", "grid.yard_capacity"}
    assert "MW de capacité de raccordement" in fault.hint


def test_a_need_above_all_land_is_told_apart_from_a_conflict() -> None:
    demand = replace(village().demand, it_mw={2031: 4_000.0, 2036: 5_000.0})
    with pytest.raises(SitingError) as fault:
        solve(village(demand=demand))
    assert fault.value.code == "SIT303"
    assert "il manque" in fault.value.message


def two_sites(need: float = 12.0, size: float = 9.0, most: float = 10.0) -> Inputs:
    """Return a need for sites between a least and a largest size, within 2 %."""
    demand = replace(village().demand, it_mw={2031: 10.0 + need, 2036: 10.0 + need})
    rules = only(**{"territory.site_size": under("territory.site_size", max_site_mw=most)})
    return village(demand=demand, min_mw=size, rules=rules)


def test_sizes_that_cannot_add_up_name_the_least_size() -> None:
    """12 MW between sites of 9 to 10 MW: one is 2 MW short, two are too many."""
    fault = conflict(two_sites())
    assert fault.conflict == ("demand.served", "territory.site_size", "taille minimale d'un site")
    amounts = {each.rule: each.amount for each in fault.relaxations}
    least = 9.0 - 12.0 * 1.02 / 2  # two sites then share the need and its 2 %
    expected = {"demand.served": 2.0, "territory.site_size": 2.0, LEAST_SIZE: least}
    assert amounts == pytest.approx(expected, rel=1e-4)
    assert "6,12\u00a0MW au lieu de 9 suffiraient" in fault.hint


def alike() -> Inputs:
    """58 MW between sites of 9.9 to 10 MW: five are too few and six too many, whichever open."""
    rules = only(**{"territory.site_size": under("territory.site_size", max_site_mw=10.0)})
    return region(400, demand=Demand({2031: 78.0, 2036: 78.0}, 20.0, 0.7), min_mw=9.9, rules=rules)


def test_sites_so_alike_that_no_number_of_them_will_do_are_still_explained() -> None:
    fault = conflict(alike())
    assert fault.conflict == ("demand.served", "territory.site_size", LEAST_SIZE)
    assert fault.doubtful == fault.undecided == ()
    least = 9.9 - 58.0 * 1.02 / 6
    lacks = {"demand.served": 6 * 9.9 - 58 * 1.02, "territory.site_size": 8.0}
    # Each year lacks as much; what is beyond fifty megawatts may be shared between sites.
    for period, expected in ((2031, lacks), (2036, {**lacks, LEAST_SIZE: least})):
        amounts: dict[str, float] = {}
        for each in (one for one in fault.relaxations if one.period == period):
            amounts[each.rule] = amounts.get(each.rule, 0.0) + each.amount
        assert amounts == pytest.approx(expected, rel=1e-4)


def test_when_openings_prove_nothing_the_number_and_what_lacks_at_least_are_told(monkeypatch):
    monkeypatch.setattr("siting.conflicts.whole_site_conflicts.NODES", 0)
    fault = conflict(alike())
    assert fault.code == "SIT300"
    assert "plus de 5 sites et moins de 6" in fault.where
    assert "sans preuve que soient nécessaires" in fault.where
    assert "sizes.min_mw" in fault.hint
    assert "il manque au moins 0,24\u00a0MW informatiques" in fault.hint  # 6 × 9.9 − 58 × 1.02
    assert "ne suffit pas" not in fault.hint


@pytest.mark.parametrize("change", [{"need": -2.0}, {"most": 2.0}, {"size": -2.88}])
def test_each_least_relaxation_of_sizes_is_enough_and_one_hundredth_less_is_not(change) -> None:
    [(name, amount)] = change.items()
    usual = {"need": 12.0, "size": 9.0, "most": 10.0}[name]
    assert solve(two_sites(**{name: usual + amount}), gap=0.0, answers=False).retained
    conflict(two_sites(**{name: usual + 0.99 * amount}))


def test_a_soft_rule_gives_way_and_says_by_how_much() -> None:
    setting = replace(under("energy.budget", energy_budget_gwh=300.0), hard=False)
    bill = solve(village(rules=only(**{"energy.budget": setting}))).bill
    told = bill[(bill["rule"] == "energy.budget") & (bill["period"] == 2036)].iloc[0]
    assert told["excess"] > 0
    assert told["price_text_fr"].startswith("dépassé de ")
    assert np.isnan(told["price"])


@pytest.mark.parametrize("name", ["land", "scarcity", "heat_capacity"])
def test_a_coefficient_without_value_is_named_with_its_site_and_design(name: str) -> None:
    inputs = village()
    broken = inputs.coefficients.copy(deep=True)
    broken[name].loc[{"site_id": "C", "design": "air"}] = np.nan
    with pytest.raises(SitingError, match=name) as fault:
        solve(replace(inputs, coefficients=broken))
    assert fault.value.code == "SIT105"
    assert "site C" in fault.value.where


def test_no_time_at_all_is_refused_before_solving() -> None:
    with pytest.raises(SitingError, match="temps de calcul") as fault:
        solve(village(), safety_seconds=0)
    assert fault.value.exit_code == 2


def test_an_exceeded_soft_rule_has_no_cost_but_our_penalty() -> None:
    setting = replace(under("energy.budget", energy_budget_gwh=300.0), hard=False)
    costs = solve(village(rules=only(**{"energy.budget": setting}))).rule_costs
    told = costs[costs["rule"] == "energy.budget"].iloc[0]
    assert np.isnan(told["share"])
    assert "pénalité" in told["text_fr"]


def test_liquid_cooling_alone_under_a_share_is_refused_before_solving() -> None:
    inputs = village()
    with pytest.raises(SitingError, match="liquides"):
        solve(replace(inputs, coefficients=inputs.coefficients.sel(design=["liquid"])))


def test_a_negative_weight_and_an_unknown_term_are_refused() -> None:
    with pytest.raises(SitingError, match="négatif"):
        solve(village(weights={"useful_heat": -1.0}))
    with pytest.raises(SitingError, match="chaleur"):
        solve(village(weights={"chaleur": 1.0}))
