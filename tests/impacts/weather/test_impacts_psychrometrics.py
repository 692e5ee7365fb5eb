from __future__ import annotations

import numpy as np
import psychrolib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.weather import psychrometrics as air

psychrolib.SetUnitSystem(psychrolib.SI)


def test_wet_bulb_agrees_with_psychrolib_off_the_freezing_branch():
    rng = np.random.default_rng(1)
    dry, humidity = rng.uniform(-15, 43, 1500), rng.uniform(0.08, 1, 1500)
    pressure = rng.uniform(90_000, 103_000, 1500)
    ratio = air.humidity_ratio(humidity * air.saturation_pressure(dry), pressure)
    ours = air.wet_bulb(dry, ratio, pressure)
    theirs = np.array(
        [
            psychrolib.GetTWetBulbFromRelHum(t, h, p)
            for t, h, p in zip(dry, humidity, pressure, strict=True)
        ]
    )
    is_clear = np.abs(theirs) > 0.6
    assert is_clear.sum() > 1300
    assert np.abs(ours - theirs)[is_clear].max() < 0.01


@pytest.mark.parametrize("celsius", [-10.0, 5.0, 20.0, 40.0])
def test_saturation_and_enthalpy_agree_with_psychrolib(celsius: float):
    assert air.saturation_pressure(celsius) == pytest.approx(
        psychrolib.GetSatVapPres(celsius), rel=1e-6
    )
    assert air.enthalpy(celsius, 0.008) == pytest.approx(
        psychrolib.GetMoistAirEnthalpy(celsius, 0.008) / 1000, rel=1e-6
    )


@given(st.floats(-25, 45), st.floats(0.05, 1.0))
def test_wet_bulb_lies_between_dew_point_and_dry_bulb(dry: float, humidity: float):
    vapour = humidity * air.saturation_pressure(dry)
    wet = air.wet_bulb(dry, air.humidity_ratio(vapour, 101_325.0), 101_325.0)
    # The ice and water equations do not meet at 0 °C: allow their step.
    assert air.dew_point(vapour) - 0.7 <= wet <= dry + 1e-9


@given(st.floats(-30, 40))
def test_dew_point_of_saturated_air_is_its_temperature(dry: float):
    if abs(dry - 0.01) < 0.01:
        return
    assert air.dew_point(air.saturation_pressure(dry)) == pytest.approx(dry, abs=0.01)
