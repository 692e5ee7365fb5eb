"""A room's file: read without trust, turned into a question, compared with the full answer."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from layers.words.errors import SitingError
from scenarios.question.scenario_reading import read_scenario
from scenarios.verbs.from_room.room_answer import asked_by, differences, read_room

ANSWER = {
    "objective": 5.0, "bound": 4.98, "paid": 4.0, "departements": ["16", "23"],
    "power": {"2036": {"A": 10.0, "B": 5.0}},
}  # fmt: skip


def written(tmp_path, **changes):
    path = tmp_path / "salle.json"
    content = {
        "format": "siting-salle", "version": 1, "scenario": "tendanciel", "demands": [],
        "said": [], "answer": ANSWER, **changes,
    }  # fmt: skip
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"format": "autre"}',
        '{"format": "siting-salle", "demands": 3, "answer": {}}',
        '{"format": "siting-salle", "demands": [], "answer": {"objective": "a"}}',
        '{"format": "siting-salle", "demands": [["ban"]], "answer": {}}',
        '{"format": "siting-salle", "demands": [["heat", -4]], "answer": {}}',
        '{"format": "siting-salle", "demands": [["__class__", "x"]], "answer": {}}',
        '{"format": "siting-salle", "demands": [["min", "A", true]], "answer": {}}',
    ],
)  # fmt: skip
def test_what_is_not_the_file_of_a_room_is_refused_in_words(tmp_path, content):
    path = tmp_path / "salle.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SitingError) as refused:
        read_room(path)
    assert refused.value.code == "SIT208"


def test_each_gesture_becomes_a_key_of_the_scenario(tmp_path):
    demands = [
        ["keep", "16001_1"], ["ban", "33001_2"], ["min", "16001_1", 8], ["max", "87001_3", 12.5],
        ["need", "2036", 250], ["largest", 30], ["shut", "zre", "zre"],
        ["shut", "sector_code", "R1"], ["shut", "commune_code", "33063"], ["each"],
        ["rule", "water.basin_budget", "off"], ["rule", "carbon.budget", "hard"],
        ["value", "heat.recovered_share", "erf_min", 0.3], ["cooling", "air_chiller_fc,dlc_dry"],
        ["weight", "useful_heat", 2.5], ["heat", 80], ["sites", 20],
    ]  # fmt: skip
    asked = asked_by(read_scenario("tendanciel"), read_room(written(tmp_path, demands=demands)))
    assert asked.sites.keep == ("16001_1", "16", "23")
    assert asked.sites.ban == ("33001_2", "ZRE", "bassin:R1", "33063")
    assert asked.sites.min_mw == {"16001_1": 8.0}
    assert asked.sites.max_mw == {"87001_3": 12.5}
    assert asked.demand.it_mw[2036] == 250.0
    assert asked.rules["territory.site_size"] == {
        "enabled": True, "hard": True, "max_site_mw": 30.0,
    }  # fmt: skip
    assert asked.rules["water.basin_budget"]["enabled"] is False
    assert asked.rules["carbon.budget"] == {"enabled": True, "hard": True}
    # The share of 2031 follows that of 2036, as in the page: 10 and 20 %, then 15 and 30.
    heat = asked.rules["heat.recovered_share"]
    assert heat["erf_min"] == pytest.approx({"2031": 0.15, "2036": 0.3})
    assert heat["hard"] is False
    assert asked.designs.cooling == ("air_chiller_fc", "dlc_dry")
    assert asked.objective.weights["useful_heat"] == 2.5
    assert (asked.heat.least_gwh, asked.sizes.max_sites) == (80.0, 20)
    assert asked.name == "tendanciel-salle"


def test_another_scenario_than_the_room_s_is_refused_with_the_line_to_type(tmp_path):
    with pytest.raises(SitingError) as refused:
        asked_by(read_scenario("sobriete"), read_room(written(tmp_path)))
    assert "siting run tendanciel --from-room" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("objective", "bound", "agrees"),
    [
        (5.0, 4.99, True),  # the same answer
        (4.97, 4.96, True),  # the room's costs more, within what both state
        (4.90, 4.89, False),  # the room's is beyond both gaps
        (5.05, 5.02, False),  # the room's is better than what is proven possible
    ],
)
def test_a_difference_beyond_both_gaps_is_no_agreement(tmp_path, objective, bound, agrees):
    sites = pd.DataFrame({"it_mw_2036": [9.0, 0.0, 4.0]}, index=["A", "B", "C"])
    results = SimpleNamespace(
        descriptor={"solver": {"objective": objective, "bound": bound, "paid": 4.0}},
        summary={"periods": [2031, 2036]},
        sites=sites,
    )
    found = differences(read_room(written(tmp_path)), results)
    assert found["agrees"] is agrees
    assert (found["common"], found["only_room"], found["only_full"]) == (["A"], ["B"], ["C"])
    assert found["lines_fr"]
