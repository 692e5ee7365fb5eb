from __future__ import annotations

import numpy as np
import pytest

import impacts
from impacts.cooling import simulate
from impacts.footprints.site_footprint import climate
from impacts.weather.load_curve import load_at, relative_load
from impacts.weather.place_weather import blend
from layers.words.errors import SitingError

NIGHT = [0.6] * 8 + [0.8] * 16


def test_a_curve_keeps_its_mean_in_a_few_steps():
    found = relative_load(NIGHT)
    assert found.mean() == pytest.approx(1)
    assert len(np.unique(found)) == 2
    assert found[0] / found[23] == pytest.approx(0.75, abs=0.03)
    assert load_at(0.7, np.ones(3)) == 0.7
    assert np.max(load_at(0.9, np.array([1.0, 1.5]))) == 1


@pytest.mark.parametrize("curve", [[0.5] * 12, [0.0] * 24, [-1.0] + [0.5] * 23])
def test_a_curve_of_another_length_or_without_load_is_refused(curve):
    with pytest.raises(SitingError) as refused:
        relative_load(curve)
    assert refused.value.code == "SIT105"


def test_a_flat_curve_is_no_curve(stations, sites, factors):
    few = sites.iloc[:2]
    plain = impacts.footprint(few, ["dlc_adiab"], stations, factors)
    flat = impacts.footprint(few, ["dlc_adiab"], climate(few, stations, [0.5] * 24), factors)
    for name in ("pue", "water_input", "heat_capacity", "water_peak_day", "pue_max"):
        np.testing.assert_allclose(flat[name], plain[name])


def test_a_curve_weighs_each_hour_by_what_it_draws(stations, sites, factors):
    few = sites.iloc[:1]
    weather = blend(stations, few)
    curve = relative_load(NIGHT)[weather["time"].dt.hour.to_numpy()]
    direct = simulate(weather, "air_chiller_fc_ad", utilisation=0.7 * curve)
    ours = impacts.footprint(few, ["air_chiller_fc_ad"], stations, factors, load=NIGHT)
    for name, tolerance in (("pue", 0.005), ("wue", 0.01)):
        weighed = float((direct[name].to_numpy()[0] * curve).mean())
        assert float(ours[name].item()) == pytest.approx(weighed, abs=tolerance)
    least = float((direct["recoverable"].to_numpy()[0] * curve).min())
    assert float(ours["heat_capacity"].item()) == pytest.approx(0.7 * 0.9 * least, rel=0.01)


def test_each_draw_takes_one_year_and_together_they_make_the_mean(stations, sites, factors):
    from impacts import uncertainty

    few, names = sites.iloc[:2], ["air_chiller_fc_ad"]
    every = {f"cooling.{n}" for n in uncertainty.sample(factors).plant}
    held = [n for n in uncertainty.sample(factors).everything() if n not in ("weather",)]
    assert every & set(held)
    still = uncertainty.sample(factors, count=50, held=held)
    drawn = uncertainty.draw(few, names, stations, factors, drawn=still)["water_input"]
    years = np.unique(drawn.to_numpy()[0, 0].round(3))
    assert len(years) == 5, "cinq années de météo, rien d'autre ne varie"
    mean = uncertainty.sample(factors, count=1, held=[*held, "weather"])
    usual = uncertainty.draw(few, names, stations, factors, drawn=mean)["water_input"]
    assert float(drawn[0, 0].mean()) == pytest.approx(float(usual[0, 0, 0]), rel=1e-4)
