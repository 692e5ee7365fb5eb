"""« Se dépanner », as a planner meets it."""

from __future__ import annotations

import json

from tests.commands.typed_line import siting


def test_doctor_finds_all_well():
    done = siting("doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["healthy"]
