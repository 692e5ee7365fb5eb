"""The rules: what they write, what they read, what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from layers.words.errors import SitingError
from siting.program.program_building import build, lp_text
from siting.program.program_inputs import FixedProject, Inputs, Lock, RuleSetting
from siting.program.rule_registry import RULES, catalogue, policy_parameters
from siting.program.rulebook.rule_list import rows
from siting.solve import solve
from tests.village.hand import informed, value, village

NOTES = {"C26", "C28"}
# Rules that wait for what a scenario declares.
DECLARED = {
    "energy.additional_supply": {"ppa_gwh": 120.0},
    "grid.shedding": {"offered_share": 0.04},
}
# What the embedded pack cannot judge: no perimeter, no dwelling, no declared operator.
BXIA = FixedProject(
    "bxia", "BXIA", {2031: 30.0}, 120.0, "33", "33063", {"Y2": 1.0}, 9_000.0, 20.0, 0.0, 0.0,
    "assumption", "projet des essais",
)  # fmt: skip


def alone(name: str) -> Inputs:
    """Return the village under the need and one rule."""
    start = 2028 if name == "grid.connection_delay" else 2026
    setting = RuleSetting(
        overrides={key: value(key, number) for key, number in DECLARED.get(name, {}).items()}
    )
    rules = {"demand.served": RuleSetting(), name: setting}
    locks = (
        Lock("keep", "87", "département 87", ("E", "F")),
        Lock("ban", "A", "A", ("A",)),
        Lock("min_mw", "16", "département 16", ("A", "B"), 5.0),
        Lock("max_mw", "C", "C", ("C",), 9.0),
    )
    return informed(rules=rules, start_year=start, locks=locks if name == "sites.locks" else ())


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_writes_the_rows_we_read(name: str, golden: Callable[[str, str], None]) -> None:
    problem = build(alone(name))
    rows = [billed for billed in problem.billed if billed.rule.name == name]
    assert rows or name == "territory.sovereignty"
    text = "".join(
        problem.program.get_constraint_by_name(row.name).asCplexLpConstraint(row.name)
        for row in rows
    )
    golden(f"rules/{name}.lp", text)


def test_the_whole_village_program_reads_as_before(golden: Callable[[str, str], None]) -> None:
    golden("village.lp", lp_text(build(village())))


def test_the_rules_are_all_listed_once() -> None:
    built = [rule.id for rule in RULES.values()]
    listed = [entry.id for entry in catalogue()]
    assert set(listed) == NOTES
    number = len(built) + len(listed)
    assert sorted(built + listed) == [f"C{rank:02d}" for rank in range(1, number + 1)]
    assert all(entry.why_fr and entry.reference for entry in catalogue())


def test_the_table_of_rules_reads_the_scenario_s_own_values() -> None:
    def told(gwh: float) -> dict[str, object]:
        setting = RuleSetting(
            overrides={"energy_budget_gwh": value("energy_budget_gwh", gwh, "GWh/an")}
        )
        table = rows(date(2026, 11, 23), village(rules={"energy.budget": setting}))
        return next(row for row in table if row["rule"] == "energy.budget")

    assert told(1e6)["can_bite"] == "non"
    assert told(300.0)["can_bite"] == "oui"
    assert (
        told(300.0)["taken_fr"]
        == "règle dure, energy_budget_gwh = 300\u00a0GWh/an (choix du scénario)"
    )
    rest = rows(date(2026, 11, 23), village(rules={}))
    assert {row["taken_fr"] for row in rest} == {"", "non retenue"}


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_shows_its_inequality_and_reads_dated_values(name: str) -> None:
    rule = RULES[name]
    assert re.search("[≤≥]", rule.inequality)
    assert set(rule.values.values()) <= set(policy_parameters())
    assert rule.can_bite(informed(), rule.values_in(informed())).why_fr


def test_every_policy_value_is_read_by_a_rule_or_by_the_presolve() -> None:
    read = {parameter for rule in RULES.values() for parameter in rule.values.values()}
    assert set(policy_parameters()) - read == {
        "grid.domain_floor",
        "sizes.least_step_mw",
        "sizes.near_tie_share",
        "sizes.opening_cost_meur",
    }


def test_a_brownfields_only_territory_says_that_the_share_cannot_bite() -> None:
    inputs = village()
    inputs = replace(inputs, sites=inputs.sites.assign(is_brownfield=True))
    rule = RULES["land.brownfield_share"]
    assert rule.can_bite(inputs, rule.values_in(inputs)).answer == "non"


def test_a_territory_without_networks_says_that_heat_data_is_absent() -> None:
    inputs = village(heat_curves={})
    rule = RULES["heat.recovered_share"]
    assert rule.can_bite(inputs, rule.values_in(inputs)).answer == "donnée absente"


def test_an_override_replaces_the_dated_value() -> None:
    setting = RuleSetting(overrides={"max_site_mw": value("max_site_mw", 8.5, "MW")})
    inputs = village(rules={"demand.served": RuleSetting(), "territory.site_size": setting})
    assert solve(inputs, gap=0.0).it_mw(2036).max() == pytest.approx(8.5)


def test_an_unknown_rule_is_named() -> None:
    with pytest.raises(SitingError, match=r"water\.basin_budgt") as fault:
        build(village(rules={"water.basin_budgt": RuleSetting()}))
    assert fault.value.code == "SIT202"


def test_a_fixed_project_raises_the_limits_it_breaks_alone_and_says_so() -> None:
    inputs = village(rules={"demand.served": RuleSetting(), "grid.reserve": RuleSetting()})
    demand = replace(inputs.demand, it_mw={2031: 60.0, 2036: 70.0}, fixed=(BXIA,))
    yards = inputs.yards.assign(room_mw=[30.0, 100.0, 40.0])
    plan = solve(replace(inputs, demand=demand, yards=yards), gap=0.0)
    marquis = plan.bill[
        (plan.bill["rule"] == "grid.reserve") & plan.bill["where"].str.contains("Y2")
    ]
    assert set(marquis["note_fr"]) == {"dépassé par un projet déjà décidé"}
    assert (marquis["limit"] == 120.0).all()
    assert "Y2" not in set(plan.connections["yard_id"])


def test_deficit_sectors_take_no_cooling_water_but_keep_their_humidification() -> None:
    plan = solve(village(), gap=0.0)
    deficit = plan.placements[plan.placements["site_id"].isin(["A", "B", "C"])]
    assert len(deficit)
    assert "pads" not in set(deficit["design"])


def test_a_connection_arrives_in_service_on_31_december_of_its_year() -> None:
    in_time = solve(village(start_year=2026), gap=0.0).connections
    assert "HTB1" in set(in_time.loc[in_time["period"] == 2031, "domain"])
    demand = replace(village().demand, it_mw={2031: 30.0, 2036: 50.0})
    late = solve(village(start_year=2028, demand=demand), gap=0.0).connections
    assert set(late.loc[late["period"] == 2031, "domain"]) == {"HTA"}
    assert "HTB1" in set(late.loc[late["period"] == 2036, "domain"])
