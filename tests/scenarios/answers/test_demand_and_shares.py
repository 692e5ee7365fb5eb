"""The need as choices, and who gains and who bears: figures one can add up again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.words.dated_values import STATUS_FR
from scenarios.answers.neo_terra_matrix import demand_choices, territorial_shares
from scenarios.storage.results import Results

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


@pytest.fixture(scope="module")
def example() -> Results:
    return Results.read(EXAMPLE, verify=False)


def test_the_forecasts_come_to_the_region_by_one_share(example: Results) -> None:
    rows = {row["label_fr"]: row for row in demand_choices.demand_table(example)["rows"]}
    fast = rows["RTE, déc. 2025, rythme rapide"]
    assert fast["twh"] == pytest.approx(0.093 * 15)
    assert fast["it_mw"] == pytest.approx(0.093 * 15e6 / (8760 * 0.7 * 1.25))
    assert round(fast["it_mw"]) == 182
    assert round(rows["RTE, 2023, pour 2035"]["it_mw"]) == 309
    assert {row["status_fr"] for row in rows.values()} <= set(STATUS_FR.values())


def test_bxia_takes_its_megawatts_out_of_what_is_left(example: Results) -> None:
    for row in demand_choices.demand_table(example)["rows"]:
        alone, beside = (float(row[key].replace("\u202f", "")) for key in ("without_fr", "with_fr"))
        assert beside == max(0.0, alone - 250)


def test_what_is_from_memory_wears_its_badge(example: Results) -> None:
    document = demand_choices.demand_table(example)
    assert all("mémoire" in row["status_fr"] for row in document["clients"])
    for text in ("bxia_fr", "pue_fr", "ratios_fr"):
        assert len(document[text].split()) <= 40


def test_the_shares_add_up_to_the_plan(example: Results) -> None:
    table = territorial_shares.shares_table(example)
    last = example.summary["periods"][-1]
    plan = example.summary["plan"][str(last)]
    assert table["it_mw"].sum() == pytest.approx(plan["it_mw"], rel=1e-6)
    assert table["land_ha"].sum() == pytest.approx(plan["land_ha"], rel=1e-4)
    assert table["water_m3"].sum() == pytest.approx(plan["water_input_m3"], rel=1e-4)
    assert (table["population"] > 0).all()


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 1e6)), min_size=1, max_size=20))
def test_the_index_is_between_zero_and_one_and_scales(places: list[tuple[float, float]]) -> None:
    amounts, people = (np.array(side) for side in zip(*places, strict=True))
    index = territorial_shares.gini(amounts, people)
    assert 0.0 <= index <= 1.0
    assert territorial_shares.gini(3 * amounts, people) == pytest.approx(index, abs=1e-5)
    assert territorial_shares.gini(people, people) == pytest.approx(0.0, abs=1e-6)
