"""What a consultation decided comes back through the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from layers.words.errors import SitingError
from scenarios.question.colleges import colleges
from scenarios.question.consultation_weights import weights_asked


def siting(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def consultation(tmp_path):
    path = tmp_path / "consultation.json"
    content = {
        "format": "siting-consultation",
        "scenario": "tendanciel",
        "weights": {"heat.demand": 5, "grid.distance": 0, "grid.capacity": 0, "land.verified": 0,
                    "land.reuse": 0, "water.zre": 0, "water.scarcity": 0, "climate.hot_days": 0},
        "vetoes": {},
        "notes": [],
    }  # fmt: skip
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_weights_brought_back_change_the_ranking(consultation):
    plain = siting("rank", "--top", "5", "--json")
    chosen = siting("rank", "--top", "5", "--json", "--weights", str(consultation))
    assert chosen.returncode == 0, chosen.stderr
    before, after = (json.loads(done.stdout)["rows"] for done in (plain, chosen))
    assert after != before
    assert after[0]["score_low"] == 100.0


def test_a_file_that_is_no_consultation_is_refused(tmp_path):
    path = tmp_path / "autre.json"
    path.write_text('{"format": "autre"}', encoding="utf-8")
    done = siting("rank", "--weights", str(path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("[SIT203]")
    assert len(done.stderr.strip().splitlines()) == 3


def test_a_college_s_weights_are_shared_by_theme_and_said_to_be_illustrations():
    criteria = ["water.zre", "water.scarcity", "grid.distance", "heat.demand"]
    chosen = weights_asked("Habitants", criteria)
    assert chosen.weights["water.zre"] + chosen.weights["water.scarcity"] == 9
    assert chosen.weights["grid.distance"] == 2
    assert "illustration" in chosen.scenario
    assert colleges().status == "assumption"
    assert "aucun collège" in colleges().reference


def test_neither_a_file_nor_a_college_is_refused_with_the_colleges_known():
    with pytest.raises(SitingError) as fault:
        weights_asked("etta", ["water.zre"])
    assert fault.value.code == "SIT203"
    assert "etat" in fault.value.hint
