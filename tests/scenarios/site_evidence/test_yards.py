"""The yards a scenario connects to: one node, and what a gigawatt there would break."""

from __future__ import annotations

import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.dry_answers import check_scenario
from scenarios.scenario_run import run
from scenarios.storage.results import Results


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


def test_a_gigawatt_on_one_node_names_every_wall_and_its_size(pack, tmp_path):
    scenario = read_scenario("campus-1-gw", ())
    with pytest.raises(SitingError) as told:
        run(scenario, pack, tmp_path / "campus")
    assert told.value.code == "SIT300"
    why = Results.read(tmp_path / "campus").summary["impossible"]
    walls = {each["rule"] for each in why["lacks"]}
    assert walls >= {
        "demand.served", "energy.budget", "grid.yard_capacity", "grid.reserve",
        "grid.connection_delay", "heat.recovered_share", "territory.site_size",
        "territory.balance", "territory.cumulative_caps",
    }  # fmt: skip
    reserve = [each for each in why["lacks"] if each["rule"] == "grid.reserve"]
    assert all("CANTE" in each["where"] for each in reserve)
    size = max(each["amount"] for each in why["lacks"] if each["rule"] == "territory.site_size")
    assert 0 < size <= 1020 - 50


def test_a_yard_nobody_knows_is_told_with_the_nearest_name(pack):
    scenario = read_scenario("tendanciel", ('grid.only_yards=["CANTEE"]',))
    with pytest.raises(SitingError, match="CANTEE") as fault:
        check_scenario(scenario, pack)
    assert fault.value.code == "SIT105"
    assert "CANTE" in fault.value.hint
