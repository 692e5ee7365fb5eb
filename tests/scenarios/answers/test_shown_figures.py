"""What is shown of a plan: medians, water by who decides, the duty, who takes the heat."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import impacts
from layers.words.french import NO_BREAK
from scenarios.answers import headline
from scenarios.answers.heat_and_water.heat_duty import duty_counts, duty_said, heat_duty
from scenarios.answers.heat_and_water.heat_figures import heat_figures, pumps_by_site, sinks_taken
from scenarios.answers.heat_and_water.heat_said import heat_said
from scenarios.answers.heat_and_water.water_choice import all_dry, thirstiest, water_choices
from scenarios.question.assumption_draws import drawn
from scenarios.site_evidence.heat_sinks_held import commune_of, pool_links, supply_of
from siting.program.program_inputs import HeatSink
from siting.recheck.drawn_plan import drawn_plan
from tests.village.hand import village

SINKS = {
    "N1": HeatSink(0.4, 0.5, 1.5, delivered_ratio=1.3, content_g_per_kwh=200.0),
    "N2": HeatSink(0.5, 0.8, 1.2, delivered_ratio=1.2, content_g_per_kwh=50.0),
}


def placements(rows):
    table = pd.DataFrame(rows, columns=["site_id", "it_mw"])
    return table.assign(design="air", period=2036)


@pytest.fixture(scope="module")
def heated():
    """Return a plan: A sends 4.5 MW and B 1.5 to N1, E 0.9 to N2, so 42 and 7.5 GWh."""
    inputs = village(heat_sinks=SINKS)
    return inputs, drawn_plan(inputs, placements([("A", 10.0), ("B", 10 / 3), ("E", 2.0)]))


def test_the_heat_of_a_plan_in_figures(heated):
    figures = heat_figures(*heated, 2036)
    assert figures["heat_gwh"] == pytest.approx(49.5)
    assert figures["pump_gwh"] == pytest.approx(42 * 0.4 + 7.5 * 0.5)
    assert figures["carbon_pumps_kt"] == pytest.approx(figures["pump_gwh"] * 40 / 1000)
    assert figures["heat_delivered_gwh"] == pytest.approx(42 * 1.3 + 7.5 * 1.2)
    assert figures["heat_avoided_kt"] == pytest.approx((42 * 1.3 * 200 + 7.5 * 1.2 * 50) / 1000)
    assert heat_figures(*heated, 2031)["heat_gwh"] == 0.0


def test_pumps_are_shared_as_the_heat_is(heated):
    found = pumps_by_site(*heated, 2036).to_dict()
    assert found == pytest.approx({"A": 31.5 * 0.4, "B": 10.5 * 0.4, "E": 7.5 * 0.5})


def test_the_share_of_a_sink_that_is_taken(heated):
    table = pd.DataFrame(
        {"sink_id": ["N1", "N2"], "networks_fr": ["Un", "Deux"], "delivered_gwh": [100.0, 80.0],
         "renewable_share": [0.3, np.nan], "substitutable_share": [0.7, 0.5],
         "share_status_fr": ["liste de 2024", "hypothèse"], "co2_g_per_kwh": [200.0, 50.0],
         "co2_status_fr": "liste de 2024", "outlook_fr": ""}
    )  # fmt: skip
    taken = sinks_taken(*heated, table).set_index("sink_id")
    assert taken.loc["N1", "replaceable_gwh"] == pytest.approx(70.0)
    assert taken.loc["N1", "taken_gwh"] == pytest.approx(54.6)
    assert taken.loc["N1", "taken_share"] == pytest.approx(0.78)
    assert taken.loc["N2", "taken_share"] == pytest.approx(9.0 / 40.0)


def test_the_duty_is_each_installation_s(heated):
    inputs, plan = heated
    threshold = impacts.factors(date(2026, 11, 23))["heat.duty"]
    gwh = {2031: pd.Series(dtype=float), 2036: pd.Series({"A": 31.5, "B": 10.5, "E": 1.0})}
    duty = heat_duty(inputs, plan, gwh, threshold).set_index("site_id")
    # A: 10 MW × 6.132 GWh × 1.15 = 70.5 GWh, of which 31.5 reused; 20 % asked in 2036.
    assert duty.loc["A", "erf"] == pytest.approx(31.5 / (10 * 8.76 * 0.7 * 1.15))
    assert duty.loc["A", "state_fr"] == "rempli"
    assert duty.loc["E", "state_fr"] == "dérogation à démontrer"
    assert "partagés" in duty.loc["E", "why_fr"]
    assert duty_counts(duty.reset_index(), 2036)["rempli"] == 2


def test_a_derogation_refused_is_a_duty_not_met():
    from siting.program.program_inputs import RuleSetting
    from tests.village.hand import value

    setting = RuleSetting(overrides={"derogation": value("derogation", 0.0)})
    inputs = village(rules={**village().rules, "heat.recovered_share": setting})
    plan = drawn_plan(inputs, placements([("D", 6.0), ("C", 0.4)]))
    threshold = impacts.factors(date(2026, 11, 23))["heat.duty"]
    nothing = {2031: pd.Series(dtype=float), 2036: pd.Series(dtype=float)}
    duty = heat_duty(inputs, plan, nothing, threshold).set_index("site_id")
    assert duty.loc["D", ["state_fr", "why_fr"]].tolist() == [
        "non rempli", "aucun débouché connu à portée",
    ]  # fmt: skip
    assert duty.loc["C", "state_fr"] == "sans objet"
    counts = duty_counts(duty.reset_index(), 2036)
    assert duty_said(counts).replace(NO_BREAK, " ") == (
        "Devoir de valoriser la chaleur, site par site : 0 rempli, 1 non rempli."
    )


def test_the_headline_is_the_median_and_the_detail_says_the_constants():
    plan = {
        "carbon_kt": 597.0,
        "carbon_kt_p5": 400.0,
        "carbon_kt_p50": 664.0,
        "carbon_kt_p95": 900.0,
    }
    assert headline.headline(plan, "carbon_kt") == 664.0
    assert headline.told(plan, "carbon_kt", "kt").startswith(f"660{NO_BREAK}kt (9 chances")
    said = headline.on_constants(plan)
    assert said.startswith("Sur les constantes, plan fixé : carbone 597")
    assert headline.on_constants({"carbon_kt": 597.0}) == ""
    assert headline.told({}, "carbon_kt") == "non évalué"


def water():
    """Two sites, three designs: dry air, wet air, dry liquid; litres a MW as told."""
    table = np.array([[100.0, 900.0, 20.0], [200.0, 800.0, 40.0]])
    return xr.Dataset(
        {"water_input": (("site_id", "design"), table)},
        coords={
            "site_id": ["a", "b"],
            "design": ["air", "pads", "liquid"],
            "is_evaporative": ("design", [False, True, False]),
            "is_liquid": ("design", [False, False, True]),
        },
    )


def power(rows):
    index = pd.MultiIndex.from_tuples([r[:2] for r in rows], names=["site_id", "design"])
    return pd.Series([r[2] for r in rows], index=index, dtype=float)


def test_water_if_all_is_dry_and_if_the_operator_chooses():
    plan = power([("a", "pads", 2.0), ("a", "liquid", 1.0), ("b", "air", 3.0)])
    assert all_dry(water(), plan).to_dict() == {
        ("a", "air"): 2.0, ("a", "liquid"): 1.0, ("b", "air"): 3.0,
    }  # fmt: skip
    assert thirstiest(water(), plan).to_dict() == {("a", "pads"): 3.0, ("b", "pads"): 3.0}
    found = water_choices(water(), plan)
    assert found["water_dry_m3"] == pytest.approx(2 * 100 + 20 + 3 * 200)
    assert found["water_choice_m3"] == pytest.approx(3 * 900 + 3 * 800)
    assert water_choices(water(), plan.head(0)) == {"water_dry_m3": 0.0, "water_choice_m3": 0.0}


def test_a_wet_plan_says_its_own_water_first():
    dry = {"water_input_m3": 100.0, "water_dry_m3": 100.0, "water_choice_m3": 900.0}
    assert [name for _, name in headline.water_lines(dry)] == ["water_dry_m3", "water_choice_m3"]
    wet = {**dry, "water_input_m3": 500.0}
    assert headline.water_lines(wet)[0] == ("avec le refroidissement du plan", "water_input_m3")


def test_a_draw_moves_each_network_within_its_own_ends():
    inputs = village()
    scales = []
    for seed in range(40):
        found = drawn(inputs, np.random.default_rng(seed))
        scales.append([found.heat_curves[n][-1, 1] / inputs.heat_curves[n][-1, 1]
                       for n in ("N1", "N2")])  # fmt: skip
    first, second = np.array(scales).T
    assert ((first >= 0.5) & (first <= 1.5)).all()
    assert ((second >= 0.8) & (second <= 1.2)).all()
    assert first.std() > second.std() > 0
    # One luck for all: a year of little heat is so everywhere.
    assert (np.argsort(first) == np.argsort(second)).all()


def test_pools_are_linked_to_the_sites_of_their_commune_only():
    sites = pd.DataFrame({"commune_code": ["87085", "16001"]}, index=["x", "y"])
    sites.index.name = "site_id"
    table = pd.DataFrame({"sink_id": ["87085", "87085P", "33063P"]})
    links = pool_links(sites, table)
    assert links[["site_id", "sink_id"]].to_numpy().tolist() == [["x", "87085P"]]
    assert commune_of("33063P") == "33063"
    assert supply_of("33063P") == "heat.pool_supply"


def test_a_plan_without_heat_says_its_duty_only():
    document = {"periods": [2036], "plan": {"2036": {"heat_gwh": 0.0}},
                "heat_duty": {"dérogation à démontrer": 3}}  # fmt: skip
    assert [text.replace(NO_BREAK, " ") for text in heat_said(document)] == [
        "Devoir de valoriser la chaleur, site par site : 0 rempli, 3 dérogations à démontrer."
    ]
