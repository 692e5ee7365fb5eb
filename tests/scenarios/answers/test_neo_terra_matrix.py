"""The matrix: each figure derived again by hand from the folder, verdicts that never flatter."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.answers.neo_terra_matrix import commitment_indicators as indicators
from scenarios.answers.neo_terra_matrix import matrix_table
from scenarios.answers.neo_terra_matrix.matrix_facts import Facts, Limit, Reading
from scenarios.storage.results import Results

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
LAST = 2036


@pytest.fixture(scope="module")
def example() -> Results:
    return Results.read(EXAMPLE, verify=False)


@pytest.fixture(scope="module")
def table(example: Results) -> dict:
    return matrix_table.matrix([example, example], ["A", "B"])


def row(table: dict, name: str) -> dict:
    return next(each for each in table["rows"] if each["name"] == name)


def test_the_six_ambitions_and_every_commitment_has_its_papers() -> None:
    assert sorted(matrix_table.ambitions()) == [1, 2, 3, 4, 5, 6]
    assert {each.ambition for each in matrix_table.commitments()} == {1, 2, 3, 4, 5, 6}
    for each in matrix_table.commitments():
        assert each.status in ("read", "memory")
        assert each.decides_fr
        assert each.cannot_fr
        assert bool(each.indicator) != bool(each.unevaluated_fr)
        assert not each.indicator or each.indicator in indicators.INDICATORS


def test_figures_are_those_of_the_folder_added_up_again(example: Results, table: dict) -> None:
    plan = example.summary["plan"][str(LAST)]
    existing = example.summary["demand"][str(LAST)]["existing_it_mw"]
    use = example.scenario["demand"]["utilisation"]
    energy = 1000 * plan["electricity_twh"] + 8.76 * use * existing * 1.5
    cell = row(table, "energy")["by_period"][-1]
    assert cell["low"] == cell["high"] == pytest.approx(energy)
    erf = plan["heat_gwh"] / (1000 * plan["site_energy_twh"])
    assert row(table, "heat")["by_period"][-1]["low"] == pytest.approx(erf)
    sites = example.sites
    mw = sites[f"it_mw_{LAST}"].fillna(0)
    most = mw.groupby(sites["departement_code"]).sum().max() / mw.sum()
    assert row(table, "balance")["by_period"][-1]["low"] == pytest.approx(most)
    water = row(table, "water")["by_period"][-1]["low"]
    assert water == pytest.approx(plan["water_input_m3"])


def test_nothing_new_counts_the_existing_centres_alone(example: Results, table: dict) -> None:
    assert table["plans"][0] == matrix_table.NOTHING_NEW
    existing = example.summary["demand"][str(LAST)]["existing_it_mw"]
    use = example.scenario["demand"]["utilisation"]
    assert row(table, "energy")["plans"][0]["low"] == pytest.approx(8.76 * use * existing * 1.5)
    assert row(table, "water")["plans"][0]["low"] == 0
    assert row(table, "heat")["plans"][0]["verdict"] == matrix_table.UNKNOWN


@pytest.mark.parametrize(
    ("sense", "low", "high", "partly", "limit", "wanted"),
    [
        ("at most", 40, 40, False, 50, "neutre"),
        ("at most", 60, 60, False, 50, "s'éloigne"),
        ("at most", 0, 60, False, 50, "non évalué"),
        ("at most", 0, 40, True, 50, "non évalué"),
        ("at most", 60, 60, True, 50, "s'éloigne"),
        ("at most", 0, 0, False, 0, "neutre"),
        ("at least", 0.2, 0.2, False, 0.2, "contribue"),
        ("at least", 0.1, 0.1, False, 0.2, "s'éloigne"),
        ("at least", 0.1, 0.3, False, 0.2, "non évalué"),
        ("at least", 0.3, 0.3, True, 0.2, "non évalué"),
    ],
)  # fmt: skip
def test_an_unknown_is_never_good_news(
    sense: str, low: float, high: float, partly: bool, limit: float, wanted: str
) -> None:
    base = next(each for each in indicators.INDICATORS.values() if each.sense == sense)
    reading = Reading(low, high, partly)
    assert matrix_table.verdict(base, reading, Limit(limit, "hypothèse")) == wanted
    assert matrix_table.verdict(base, reading, None) == matrix_table.UNKNOWN


def test_no_target_without_its_setter(table: dict) -> None:
    told = ("texte", "calcul", "hypothèse", "choix du scénario", "de mémoire – à vérifier")
    for each in table["rows"]:
        assert each["share_fr"] == "–" or each["share_fr"].endswith(told), each["name"]
        assert each["trace_fr"]


def test_what_is_not_placed_would_bring_the_plan_under_its_target(example: Results) -> None:
    heat = indicators.INDICATORS["heat"]
    facts = Facts(example, LAST)
    limit = matrix_table.target(heat, facts)
    reading = heat.measure(facts)
    assert limit
    assert reading
    assert reading.high < limit.value
    share = reading.high / limit.value
    placed = facts.power_mw()
    told = row(matrix_table.matrix([example]), "heat")["cost_fr"]
    wanted = f"{placed * (1 - share):.2g}".replace(".", ",")
    assert told == f"environ {wanted}\u00a0MW non placés"
