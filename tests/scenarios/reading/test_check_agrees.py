"""« siting check » lets through what « siting run » begins, and refuses what run refuses."""

from __future__ import annotations

import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from tests.scenarios.reading.drawn_scenarios import VILLAGE, begun, checked, drawn

# One scenario in so many is tried here; « make faults » tries two thousand.
SEEDS = range(0, 2_000, 160)
# Each ended in a bug, or was let through by check and refused by run.
FOUND = (
    "ranking.weights={}",
    "reference_date=1990-01-01",
    "assumptions.candidates.usable_share=0",
    'sites.ban=["Limogse"]',
    'sites.keep=["La Souterraine"]',
    'heat.by_network={"9999C" = 0.1}',
    "sizes.min_mw=500",
)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.mark.parametrize("told", FOUND)
def test_what_run_refuses_check_refuses_with_the_same_code(told, pack):
    said = checked((VILLAGE, told), pack)
    assert said.startswith("SIT")
    assert said == begun((VILLAGE, told), pack)


def test_drawn_scenarios_are_refused_by_both_or_by_none(pack):
    ends = {}
    for seed in SEEDS:
        overrides = drawn(seed)
        said, done = checked(overrides, pack), begun(overrides, pack)
        assert (said == "ok") == (done == "ok"), (overrides, said, done)
        ends[seed] = said
    assert {"ok", "SIT200"} <= set(ends.values())
