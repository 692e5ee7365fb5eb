from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from impacts.quantities import heat
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError

DEMANDS = hnp.arrays(float, st.integers(2, 60), elements=st.floats(0, 50))


@given(DEMANDS)
def test_chords_never_promise_more_than_the_hours_can_take(demand):
    curve = heat.heat_curve(demand)
    steady = np.linspace(0, 1.2 * demand.max(), 200)
    truth = heat.usable_heat(steady, demand)
    shortfall = truth - heat.chord(curve, steady)
    assert shortfall.min() >= -1e-9
    assert (shortfall <= 0.02 * truth + 1e-6).all()


@given(DEMANDS)
def test_a_curve_rises_ever_more_slowly_up_to_the_whole_demand(demand):
    curve = heat.heat_curve(demand)
    assert curve[0].tolist() == [0, 0]
    assert curve[-1, 1] == pytest.approx(demand.sum() / 1000, abs=1e-6)
    slopes = np.diff(curve[:, 1]) / np.diff(curve[:, 0])
    assert (np.diff(slopes) <= 1e-9).all()


@given(DEMANDS, st.floats(0, 30))
def test_adding_load_on_a_full_sink_adds_nothing(demand, more):
    full = float(demand.max())
    assert heat.usable_heat(full + more, demand) == pytest.approx(heat.usable_heat(full, demand))


def test_usable_heat_is_the_hourly_sum():
    demand = np.random.default_rng(3).gamma(2, 5, 8760)
    for steady in (0.0, 3.0, 12.0, 80.0):
        by_hand = np.minimum(steady, demand).sum() / 1000
        assert heat.usable_heat(steady, demand) == pytest.approx(by_hand)


@pytest.mark.parametrize("region", ["FR53", "FR61", "FR63"])
def test_real_profiles_take_nine_to_twelve_points(factors, region):
    shares = Pack.open(EMBEDDED).table("heat_profiles")[region].to_numpy()
    demand = heat.sink_demand({"réseau": 60_000.0}, shares, factors)
    assert demand.attrs["units"] == "MW"
    curve = heat.curves(demand)["réseau"]
    assert 9 <= len(curve) <= 12
    assert curve[-1, 1] == pytest.approx(60 * 0.746, rel=0.002)


def test_a_hotter_source_or_a_smaller_share_moves_demand_as_it_must(factors):
    shares = np.full(8760, 1 / 8760)
    cold = heat.sink_demand({"a": 100.0}, shares, factors)
    warm = heat.sink_demand({"a": 100.0}, shares, factors, source_temperature=45.0)
    half = heat.sink_demand({"a": 100.0}, shares, factors, substitutable_share=0.5)
    direct = heat.sink_demand(
        {"a": 100.0}, shares, factors, source_temperature=45.0, supply_temperature=40.0
    )
    assert float(warm.sum()) > float(cold.sum())
    assert float(half.sum()) == pytest.approx(0.5 * float(cold.sum()))
    assert float(direct.sum()) == pytest.approx(100 / 0.92)


def test_published_heat_pump_points_come_back():
    assert float(heat.heat_pump_cop(65, 25)) == pytest.approx(3.98, abs=0.01)
    assert float(heat.heat_pump_cop(80, 20)) == pytest.approx(2.58, abs=0.01)
    assert float(heat.heat_pump_cop(65, 42)) == pytest.approx(5.96, abs=0.01)
    # PA10 Saint-Denis, 28 → 65 °C (V14).
    assert 3.3 <= float(heat.heat_pump_cop(65, 28)) <= 4.5


def test_a_sink_without_demand_has_one_point_and_a_bad_profile_is_refused(factors):
    assert heat.heat_curve(np.zeros(8760)).tolist() == [[0, 0]]
    with pytest.raises(SitingError):
        heat.heat_curve(np.array([1.0, np.nan]))
    with pytest.raises(SitingError, match="8 760"):
        heat.sink_demand({"a": 1.0}, np.ones(8760), factors)
