"""A site's heat in the drawn plan, an announced project's line, and what a kept footprint is of."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.packs.data_pack import Pack
from scenarios.answers.heat_and_water.heat_figures import heat_by_site
from scenarios.question.scenario_reading import read_scenario
from scenarios.verbs.announced_projects import announced as with_announced
from scenarios.writing.step_cache import footprint_key, parts_of
from siting.recheck.drawn_plan import drawn_plan
from tests.village.hand import village

SPARSE = {"design": "air", "period": 2036}


def shared_plan():
    """Return a plan in which A sends 4.5 MW and B 1.5 MW to the same network, and E 0.9 MW."""
    placements = pd.DataFrame(
        [
            {"site_id": "A", "it_mw": 10.0, **SPARSE},
            {"site_id": "B", "it_mw": 10.0 / 3, **SPARSE},
            {"site_id": "E", "it_mw": 2.0, **SPARSE},
        ]
    )
    return drawn_plan(village(), placements)


def test_the_heat_of_a_site_follows_the_mw_that_it_sends():
    plan = shared_plan()
    sent = plan.heat.set_index(["site_id", "sink_id"])["heat_mw"]
    assert sent["A", "N1"] == pytest.approx(4.5)
    assert sent["B", "N1"] == pytest.approx(1.5)
    # N1 places 42 GWh of 6 MW, 7 a MW; N2 places 25 GWh of its first 3 MW, 7.5 of 0.9 MW.
    of_sites = heat_by_site(plan, 2036)
    assert of_sites.to_dict() == pytest.approx({"A": 31.5, "B": 10.5, "E": 7.5})
    assert of_sites.sum() == pytest.approx(plan.sinks["heat_gwh"].sum())


def test_the_heat_of_a_site_doubles_with_its_mw_in_the_first_band():
    once = pd.DataFrame([{"site_id": "E", "it_mw": 2.0, **SPARSE}])
    twice = once.assign(it_mw=4.0)
    heat = [heat_by_site(drawn_plan(village(), drawn), 2036)["E"] for drawn in (once, twice)]
    assert heat == pytest.approx([7.5, 15.0])


@pytest.mark.parametrize(
    ("grid_mw", "yard", "domain"),
    [
        (12.0, "Y1", "HTA"),
        (12.1, "Y1", "HTB1"),
        (100.0, "Y1", "HTB1"),
        (100.0, "Y2", "HTB2"),
        (121.0, "Y2", "HTB2"),
    ],
)
def test_an_announced_project_above_twelve_mw_leaves_the_hta(grid_mw, yard, domain):
    inputs = village()
    project = {
        "it_mw": {"2031": 8.0},
        "grid_mw": grid_mw,
        "land_ha": 1.0,
        "enaf_ha": 0.0,
        "yard_shares": {yard: 1.0},
    }
    announced = with_announced(inputs, {"A": project})
    line = announced.connections[announced.connections["site_id"] == "A"]
    assert line["domain"].tolist() == [domain]
    assert line["limit_mw"].tolist() == pytest.approx([grid_mw])


@pytest.fixture(scope="module")
def scenario():
    return read_scenario("tendanciel").model_dump(mode="json")


@pytest.fixture(scope="module")
def pack():
    return Pack.open()


def test_footprints_of_another_climate_are_never_taken_back(scenario, pack):
    assert scenario["climate"] != "2050"
    today = footprint_key(parts_of(scenario, pack), (0.7,))
    warmer = footprint_key(parts_of({**scenario, "climate": "2050"}, pack), (0.7,))
    assert today != warmer


@pytest.mark.parametrize(
    "part",
    ["pack", "code", "candidates", "sizes", "designs", "climate", "reference_date", "territory",
     "grid"],
)  # fmt: skip
def test_each_part_that_decides_a_footprint_is_in_its_key(part, scenario, pack):
    parts = parts_of(scenario, pack)
    assert part in parts
    assert footprint_key(parts, (0.7,)) != footprint_key({**parts, part: "autre"}, (0.7,))


def test_footprints_are_taken_back_when_only_the_rules_change(scenario, pack):
    parts = parts_of(scenario, pack)
    assert footprint_key(parts, (0.7,)) == footprint_key({**parts, "rules": "autres"}, (0.7,))
    assert footprint_key(parts, (0.7,)) != footprint_key(parts, (0.6,))
