"""The rules that wait for layers: what they forbid, what the check sees, what they say absent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.conflicts.rule_conflicts import InfeasiblePlanError
from siting.program.program_inputs import Demand, FixedProject, Inputs, RuleSetting
from siting.program.rule_registry import RULES
from siting.program.rules.climate import exposed
from siting.program.rules.nature import EXCLUDING, PARTLY_FR, SENSITIVE
from siting.program.rules.risk import PLAN, SEVESO
from siting.recheck.plan_recheck import account, check_plan
from siting.solve import solve
from tests.village.hand import CORE, UTILISATION, informed, value, village

NEW = sorted(set(RULES) - set(CORE))
NEED = Demand({2031: 20.0, 2036: 30.0}, existing_it_mw=10.0, utilisation=UTILISATION)
# What the village's bare tables, as the embedded pack's, cannot judge.
WITHOUT_DATA = {
    "climate.hot_days", "land.territory_envelope", "nature.excluded_areas",
    "nature.green_blue_network", "nature.neighbours", "nature.wetlands", "risk.natural_hazards",
    "territory.sovereignty", "territory.twin_sites", "land.vacancy", "land.coastal_law",
    "land.mountain_law", "land.surroundings", "risk.industrial_hazards",
    "energy.additional_supply", "grid.shedding", "land.scot_envelope",
}  # fmt: skip
BREAKABLE = [
    ("nature.excluded_areas", {}), ("nature.wetlands", {}), ("nature.green_blue_network", {}),
    ("water.drought_continuity", {}), ("design.efficiency_caps", {}),
    ("carbon.budget", {"carbon_budget_kt": 6.4}),
    ("territory.cumulative_caps", {"commune_mw": 9.0}),
    ("land.territory_envelope", {"datacenter_share": 0.0}),
    ("land.vacancy", {}),
    ("energy.local_renewables", {"local_share": 0.15}),
    ("land.coastal_law", {}), ("land.mountain_law", {}), ("risk.industrial_hazards", {}),
    ("air.engines", {}), ("energy.additional_supply", {"ppa_gwh": 500.0}),
    ("grid.shedding", {"offered_share": 0.1}), ("land.scot_envelope", {"datacenter_share": 0.0}),
    ("grid.upstream", {}),
]  # fmt: skip


def under(name: str, hard: bool = True, **numbers: float) -> Inputs:
    setting = RuleSetting(
        hard=hard, overrides={key: value(key, number) for key, number in numbers.items()}
    )
    rules = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting(), name: setting}
    return informed(rules=rules, demand=NEED)


@pytest.mark.parametrize(("name", "numbers"), BREAKABLE)
def test_a_plan_made_under_the_rule_holds_it(name: str, numbers: dict[str, float]) -> None:
    inputs = under(name, **numbers)
    plan = solve(inputs, gap=0.0)
    assert check_plan(inputs, plan) == []
    bill = plan.bill[plan.bill["rule"] == name]
    assert bill["evaluated"].all()
    assert len(account(inputs, plan).query("rule == @name"))


@pytest.mark.parametrize(
    ("name", "moved", "numbers"),
    [
        ("nature.excluded_areas", {"site_id": "D"}, {}),
        ("nature.wetlands", {"site_id": "F"}, {}),
        ("nature.green_blue_network", {"site_id": "F"}, {}),
        ("water.drought_continuity", {"site_id": "A", "design": "pads"}, {}),
        ("design.efficiency_caps", {"site_id": "A", "design": "pads"}, {}),
        ("carbon.budget", {}, {"carbon_budget_kt": 1.0}),
        ("territory.cumulative_caps", {"site_id": "A"}, {"commune_mw": 5.0}),
        ("land.territory_envelope", {"site_id": "D"}, {"datacenter_share": 0.0}),
        ("energy.local_renewables", {"site_id": "D"}, {}),
        ("land.vacancy", {"site_id": "F"}, {}),
        ("territory.twin_sites", {"site_id": "A"}, {}),
        ("land.coastal_law", {"site_id": "A"}, {}),
        ("land.mountain_law", {"site_id": "F"}, {}),
        ("risk.industrial_hazards", {"site_id": "C"}, {}),
        ("heat.duty_per_site", {"site_id": "C"}, {}),
        ("air.engines", {"site_id": "A"}, {}),
        ("energy.additional_supply", {}, {"ppa_gwh": 1.0}),
        ("grid.shedding", {}, {"offered_share": 0.0}),
        ("land.scot_envelope", {"site_id": "D"}, {"datacenter_share": 0.0}),
    ],
)
def test_a_plan_edited_by_hand_is_refused(
    name: str, moved: dict[str, str], numbers: dict[str, float]
) -> None:
    plan = solve(under("water.regional_budget"), gap=0.0)
    edited = replace(plan, placements=plan.placements.assign(**moved))
    found = {violation.rule_id for violation in check_plan(under(name, **numbers), edited)}
    assert RULES[name].id in found


@pytest.mark.parametrize("name", NEW)
def test_a_rule_without_its_data_is_not_evaluated_and_says_why(name: str) -> None:
    lack = RULES[name].lacks(village())
    assert bool(lack) == (name in WITHOUT_DATA)


def test_a_scenario_may_refuse_a_rule_without_data() -> None:
    rules = {"demand.served": RuleSetting(), "nature.wetlands": RuleSetting()}
    told = solve(village(rules=rules, demand=NEED)).bill.query("rule == 'nature.wetlands'").iloc[0]
    assert not told["evaluated"]
    assert told["can_bite"] == "donnée absente"
    assert told["note_fr"].startswith("non évaluée")
    with pytest.raises(SitingError, match="zones humides") as fault:
        solve(village(rules=rules, demand=NEED, refuse_missing=True))
    assert fault.value.code == "SIT106"


def test_an_unknown_overlap_never_forbids_a_site_and_is_counted() -> None:
    inputs = under("nature.excluded_areas")
    overlap = [float("nan"), 0.5, 0.0, 0.0, 0.0, 0.0]
    inputs = replace(inputs, sites=inputs.sites.assign(reserve_overlap_ha=overlap))
    bill = solve(inputs, gap=0.0).bill.query("rule == 'nature.excluded_areas'")
    reserve = bill[bill["where"] == "réserve naturelle nationale"]
    assert reserve["note_fr"].str.endswith("1\u00a0candidat d'état inconnu").all()


def test_a_rule_judged_on_some_of_its_layers_names_those_that_are_absent() -> None:
    inputs = under("nature.excluded_areas")
    absent = [name for name in EXCLUDING if name != "reserve_overlap_ha"]
    held = inputs.sites.drop(columns=absent, errors="ignore").assign(reserve_overlap_ha=0.0)
    bill = solve(replace(inputs, sites=held), gap=0.0).bill
    [note] = set(bill.query("rule == 'nature.excluded_areas'")["note_fr"])
    assert note.startswith(PARTLY_FR)
    assert all(EXCLUDING[name] in note for name in absent)
    assert EXCLUDING["reserve_overlap_ha"] not in note


def test_a_site_at_the_very_limit_is_neither_too_near_nor_too_hot() -> None:
    inputs = under("nature.neighbours")
    edge = inputs.sites.assign(dwellings_distance_km=0.3, hot_days_2050=20.0)
    bill = solve(replace(inputs, sites=edge), gap=0.0).bill.query("rule == 'nature.neighbours'")
    homes = bill[bill["where"].str.contains("logements")]
    assert homes["activity"].tolist() == [0.0, 0.0]  # « à moins de 300 m »
    hot, designs = replace(inputs, sites=edge), list(inputs.coefficients["design"].values)
    assert not exposed(hot, list(edge.index), designs, 20.0).any()  # « plus de 20 jours »
    assert exposed(hot, list(edge.index), designs, 19.0).any()


@pytest.mark.parametrize(
    ("name", "column", "near", "far"),
    [
        ("nature.neighbours", "schools_distance_km", 0.29, 0.3),
        ("nature.neighbours", "hospitals_distance_km", 0.29, 0.3),
        ("risk.industrial_hazards", PLAN, 1.0, 0.0),
        ("risk.industrial_hazards", SEVESO, 0.99, 1.0),
    ],
)
def test_a_positive_list_exposes_who_is_near_and_clears_nobody(
    name: str, column: str, near: float, far: float
) -> None:
    """One site near, one far, the others unknown: the near one alone counts, and all are told."""
    inputs = under(name, hard=False)
    watched = [*SENSITIVE, "dwellings_distance_km", PLAN, SEVESO]
    sites = inputs.sites.drop(columns=watched, errors="ignore").assign(**{column: np.nan})
    sites.loc[sites.index[0], column], sites.loc[sites.index[1], column] = near, far
    plan = solve(replace(inputs, sites=sites), gap=0.0)
    bill = plan.bill.query("rule == @name")
    power = plan.placements[plan.placements["site_id"] == sites.index[0]]
    drawn = power.groupby("period")["it_mw"].sum().reindex(sorted(set(bill["period"]))).fillna(0.0)
    assert bill.set_index("period")["activity"].to_dict() == pytest.approx(drawn.to_dict())
    assert bill["note_fr"].str.startswith(PARTLY_FR).all()
    blind = replace(inputs, sites=sites.assign(**{column: np.nan}))
    assert not solve(blind, gap=0.0).bill.query("rule == @name")["evaluated"].any()


@pytest.mark.parametrize("name", ["nature.neighbours", "climate.hot_days", "risk.natural_hazards"])
def test_a_term_is_always_soft(name: str) -> None:
    inputs = under(name)
    everywhere = inputs.sites.assign(
        dwellings_distance_km=0.1, hot_days_2050=99.0, flood_overlap_ha=1.0
    )
    plan = solve(replace(inputs, sites=everywhere, max_liquid_share=0.0), gap=0.0)
    assert plan.bill.query("rule == @name")["excess"].max() > 0


def test_twins_are_open_on_both_sides() -> None:
    inputs = under("territory.twin_sites")
    plan = solve(inputs, gap=0.0)
    assert check_plan(inputs, plan) == []
    assert len(plan.retained) >= 2


def test_the_twins_rule_wakes_with_the_fibre_routes_of_a_user() -> None:
    inputs = under("territory.twin_sites")
    blind = solve(inputs, gap=0.0)
    notes = blind.bill.query("rule == 'territory.twin_sites'")["note_fr"]
    assert notes.str.contains("routes de fibre inconnues").any()
    opened = sorted(blind.retained)
    far = inputs.sites.index.isin(opened[:1])
    told = replace(inputs, sites=inputs.sites.assign(fibre_distance_km=np.where(far, 6.0, 1.0)))
    plan = solve(told, gap=0.0)
    assert opened[0] not in plan.retained
    assert check_plan(told, plan) == []
    assert {found.rule_id for found in check_plan(told, blind)} == {"C23"}


def test_a_state_that_no_list_names_is_neither_yes_nor_no() -> None:
    for name, column in (("land.coastal_law", "coastal"), ("land.mountain_law", "mountain")):
        inputs = under(name)
        table = inputs.sites.assign(**{column: ["yes", "unknown", "part", None, "no", None]})
        plan = solve(replace(inputs, sites=table), gap=0.0)
        assert "A" not in plan.retained
        bill = plan.bill[plan.bill["rule"] == name]
        assert bill["note_fr"].str.startswith(PARTLY_FR).all()
        assert bill["note_fr"].str.contains("2\u00a0candidats").all()
        none = inputs.sites.assign(**{column: [None] * 6})
        assert RULES[name].lacks(replace(inputs, sites=none))


def test_engines_beside_people_are_held_lower_and_what_is_not_known_is_said() -> None:
    inputs = under("air.engines", hard=False)
    alone = inputs.sites.drop(columns=["dwellings_distance_km", "schools_distance_km"])
    blind = solve(replace(inputs, sites=alone), gap=0.0).bill.query("rule == 'air.engines'")
    assert set(blind["limit"]) == {50.0}
    assert blind["note_fr"].str.startswith(PARTLY_FR).all()
    seen = solve(inputs, gap=0.0).bill.query("rule == 'air.engines'").set_index("where")["limit"]
    assert (seen["site A"] == 20.0).all()  # dwellings at 100 m
    assert (seen["site F"] == 50.0).all()  # nobody known within 500 m


def test_contracts_and_shedding_wait_for_a_declaration() -> None:
    for name, key in (("energy.additional_supply", "ppa_gwh"), ("grid.shedding", "offered_share")):
        assert "déclaré" in RULES[name].lacks(under(name))
        assert RULES[name].lacks(under(name, **{key: 0.5})) == ""


def test_sovereignty_judges_only_projects_that_declare_their_control() -> None:
    project = FixedProject(
        "p", "P", {2031: 4.0}, 6.0, "33", "33001", {"Y2": 1.0}, 0.0, 1.0, 0.0, 0.0,
        "assumption", "projet des essais", control="foreign",
    )  # fmt: skip
    inputs = under("territory.sovereignty")
    plan = solve(replace(inputs, demand=replace(NEED, fixed=(project,))), gap=0.0)
    told = plan.bill.query("rule == 'territory.sovereignty' and period == 2036").iloc[0]
    assert told["excess"] == pytest.approx(0.6 * 4.0)


def test_each_cumulative_cap_is_told_in_its_own_unit() -> None:
    inputs = under("territory.cumulative_caps", commune_mw=500.0, max_sites=3.0)
    inputs = replace(inputs, sites=inputs.sites.assign(commune_code="33063", sector_code="S2"))
    plan = solve(inputs, gap=0.0)
    bill = plan.bill.query("rule == 'territory.cumulative_caps'")
    told = account(inputs, plan).query("rule == 'territory.cumulative_caps'")
    last = plan.placements.query("period == 2036")
    per_mw = inputs.coefficients["water_input"].to_series()
    water = sum(row.it_mw * per_mw[row.site_id, row.design] for row in last.itertuples())
    for table in (bill, told):
        now = table[table["period"] == 2036].set_index("where")
        sites = now.loc["commune 33063, nombre de sites"]
        assert (sites["unit"], sites["activity"], sites["limit"]) == ("1", len(plan.retained), 3.0)
        basin = now.loc["secteur S2, eau apportée"]
        assert (basin["unit"], basin["limit"]) == ("m³/an", 30000.0)
        assert basin["activity"] == pytest.approx(water, rel=1e-6)


def test_a_lack_of_water_is_told_in_cubic_metres() -> None:
    name, loose = "territory.cumulative_caps", {"commune_mw": 500.0, "max_sites": 9.0}
    with pytest.raises(InfeasiblePlanError) as told:
        solve(under(name, **loose, basin_water_m3=9.0), gap=0.0)
    lacks = [each for each in told.value.relaxations if each.rule == name]
    assert {each.unit for each in lacks} == {"m³/an"}
    assert all("m³ d'eau" in each.text_fr for each in lacks)
    enough = 9.0 + sum(each.amount for each in lacks if each.period == 2036)
    assert solve(under(name, **loose, basin_water_m3=enough), gap=0.0).retained


@pytest.mark.parametrize("name", ["water.basin_budget", "design.efficiency_caps"])
def test_where_the_deficit_zone_is_unknown_cooling_water_is_not_allowed(name: str) -> None:
    inputs = under(name)
    pads = inputs.coefficients.sel(design=["pads"])
    told: dict[str, bool] = {}
    for state in ("yes", "unknown", "no"):
        here = replace(inputs, coefficients=pads, sites=inputs.sites.assign(zre=state))
        loose = {"demand.served": RuleSetting(), "grid.yard_capacity": RuleSetting()}
        plan = solve(replace(here, rules=loose), gap=0.0)
        told[state] = any(each.rule_id == RULES[name].id for each in check_plan(here, plan))
        if state == "no":
            assert solve(here, gap=0.0).retained
        else:
            with pytest.raises(InfeasiblePlanError):
                solve(here, gap=0.0)
    assert told == {"yes": True, "unknown": True, "no": False}
