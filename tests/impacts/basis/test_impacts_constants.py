from __future__ import annotations

import ast
from pathlib import Path

import pytest

import impacts
from impacts.basis.constant_factors import parameters

FOLDER = Path(impacts.__file__).parent
UNIT_NUMBERS = {0.0, 0.5, 1.0, 273.15}
"""Zero, one, a half (a class's centre) and the definition of 0 °C."""
NUMERICAL = {
    "quantities/heat.py": {0.02, 0.98, 1e-3},  # where chords start, tolerance of a sum
    "weather/psychrometrics.py": {
        0.01,
        1e-3,
        -40.0,
        61.0,
    },  # humidity floor, Newton step, table bounds
    "cooling/air_cooling.py": {1e-6},  # division floor
    "cooling/liquid_loops.py": {15.0, 0.7, 101_325.0},  # a mild air at which heat is read
    "cooling/hourly_cooling.py": {0.7},  # default argument of a public function
    "footprints/site_footprint.py": {0.7},
    "weather/station_weather.py": {1.1},  # humidity bound of the unit check
    "assess.py": {0.7},
    "weather/weather_files.py": {99.9, 999_999.0, 1.1, 0.01},  # EPW codes, bounds of a humidity
    "uncertainty/constant_draws.py": {0.7, 0.95},  # default argument; tails of a lognormal law
    "uncertainty/footprint_draws.py": {0.7},
    "uncertainty/drawn_quantiles.py": {0.7, 0.05, 0.95, 1e-9},  # default, quantiles, ties
    "uncertainty/one_constant.py": {
        0.7,
        0.05,
        0.95,
        1e-9,
    },  # default, quantiles, what moves nothing
    "uncertainty/uncertainty_page.py": {0.01},  # equals within one per cent
    "validation/lei_masanet.py": {0.05, 0.95},
    "validation/published_anchors.py": {0.05, 0.95},
}


@pytest.mark.parametrize("name", sorted(parameters()))
def test_every_constant_carries_its_papers(name: str):
    parameter = parameters()[name]
    assert parameter.unit
    assert parameter.last_checked is not None
    for dated in parameter.values:
        if dated.law == "fixed":
            continue
        assert isinstance(dated.value, float)
        assert dated.low is not None
        assert dated.high is not None
        assert dated.low <= dated.value <= dated.high
        assert dated.low < dated.high


def test_no_constant_hides_in_the_code():
    hidden = []
    for path in sorted(FOLDER.rglob("*.py")):
        name = path.relative_to(FOLDER).as_posix()
        allowed = UNIT_NUMBERS | NUMERICAL.get(name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if is_float and abs(node.value) not in {abs(number) for number in allowed}:
                hidden.append((name, node.lineno, node.value))
    assert hidden == []


def test_every_constant_is_used_by_someone():
    # Two drought thresholds are shown on a site's sheet; the need's range serves the wide doubt.
    folders = (FOLDER, FOLDER.parent / "maps" / "paper", FOLDER.parent / "scenarios" / "answers")
    code = "\n".join(
        p.read_text(encoding="utf-8") for f in folders for p in sorted(f.rglob("*.py"))
    )
    unused = []
    for name in parameters():
        family, _, key = name.partition(".")
        spoken = (f'"{key}"', f'"{key}.', f'"{name}"', f"{family}_{key}=")
        if not any(form in code for form in spoken):
            unused.append(name)
    assert unused == []


def test_a_status_from_memory_says_what_to_verify():
    for name, parameter in parameters().items():
        for dated in parameter.values:
            if dated.status == "memory" and dated.law != "fixed":
                assert dated.note, name
