"""What a consultation decided comes back through the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


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
    before, after = json.loads(plain.stdout), json.loads(chosen.stdout)
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
