from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from scenarios.question.factors.scenario_factors import factors_of
from scenarios.question.load.load_profiles import NAMES, day_curve, in_utc, profile_value
from scenarios.question.scenario_model import Scenario

BASE = {
    "name": "essai",
    "title": "Essai",
    "reference_date": date(2026, 12, 1),
    "periods": [2031],
    "demand": {"it_mw": {2031: 50}},
}


def scenario(demand=None, **parts) -> Scenario:
    return Scenario.model_validate(
        {**BASE, "demand": {**BASE["demand"], **(demand or {})}, **parts}
    )


def test_without_a_profile_nothing_changes():
    plain = scenario()
    assert (plain.demand.utilisation, plain.demand.hourly) == (0.7, ())
    assert plain.designs.liquid_loop == "30-36"
    factors = factors_of(plain)
    assert factors["heat.source_temperature"].number == 28.0
    assert factors["cooling.facility_water"].number == 30.0


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_fills_what_nobody_wrote_and_reads_back_the_same(name):
    asked = scenario({"profile": name})
    mean = float(profile_value(name, "utilisation").value)
    assert asked.demand.utilisation == mean
    assert sum(asked.demand.hourly) / 24 == pytest.approx(mean, abs=0.002)
    assert asked.designs.max_liquid_share == profile_value(name, "max_liquid_share").value
    assert asked.designs.liquid_loop == profile_value(name, "liquid_loop").value
    assert Scenario.model_validate(asked.model_dump()) == asked
    known = factors_of(asked)
    assert known["carbon.gpu_share"].number == profile_value(name, "gpu_share").value
    assert known["cooling.liquid_share"].number == profile_value(name, "liquid_share").value


def test_what_is_written_stands_above_the_profile():
    own = scenario({"profile": "training", "utilisation": 0.5}, designs={"liquid_loop": "30-36"})
    assert own.demand.utilisation == 0.5
    assert own.designs.liquid_loop == "30-36"
    assert sum(own.demand.hourly) / 24 == pytest.approx(0.5, abs=0.002)
    taken = scenario({"profile": "training", "utilisation": "profile"})
    assert taken.demand.utilisation == 0.85


def test_the_utilisation_may_be_a_curve():
    curve = [0.4] * 8 + [0.8] * 16
    asked = scenario({"utilisation": curve})
    assert asked.demand.hourly == tuple(curve)
    assert asked.demand.utilisation == pytest.approx(16 / 24, abs=1e-4)
    assert in_utc(asked.demand.hourly)[7] == 0.8, "8 h locales d'hiver sont 7 h UTC"
    with pytest.raises(ValidationError, match="24 valeurs"):
        scenario({"utilisation": [0.5] * 12})
    with pytest.raises(ValidationError):
        scenario({"utilisation": [1.5] * 24})


def test_inference_peaks_in_the_evening_and_training_hardly_moves():
    evening, flat = day_curve("inference"), day_curve("training")
    assert evening.index(max(evening)) == 20
    assert max(evening) - min(evening) > 0.2
    assert max(flat) - min(flat) < 0.05


def test_an_all_liquid_plan_gives_the_heat_of_its_loop():
    liquid = {"cooling": ["dlc_dry", "dlc_tower"]}
    warm = factors_of(scenario(designs=liquid))["heat.source_temperature"]
    hot = factors_of(scenario(designs={**liquid, "liquid_loop": "40-48"}))[
        "heat.source_temperature"
    ]
    # Four fifths at 36 °C (then 48 °C), one fifth of room water at 28 °C.
    assert warm.number == pytest.approx(34.2, abs=0.3)
    assert hot.number == pytest.approx(43.5, abs=0.5)
    mixed = {"cooling": ["air_chiller_fc", "dlc_dry"], "liquid_loop": "40-48"}
    assert factors_of(scenario(designs=mixed))["heat.source_temperature"].number == 28.0
