"""Orders that hold in any weather: a warmer loop drinks no more, no pad is wet for nothing."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from impacts.cooling import TECHNOLOGIES, VINTAGES
from impacts.cooling.hourly_cooling import hours_of, parameters_of, plant_at
from impacts.weather.station_weather import hourly
from impacts.weather.weather_files import read_epw

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "climate"
REGULATORY = ("RT2012_H1c", "RT2012_H2b", "RT2012_H2c")
BROUGHT = (
    "essais_bordeaux_merignac_tmyx_2009-2023",
    "essais_la_rochelle_tmyx",
    "essais_la_rochelle_2040-2069_rcp85_ipsl",
)
PLACES = ("pack", *REGULATORY, *BROUGHT)
PADS = ("air_chiller_fc_ad", "dir_air_adiab", "indirect_evap", "dlc_adiab")
SET_POINT = {
    **dict.fromkeys(PADS, "supply_air"),
    "wc_tower": "supply_air",
    "wc_tower_wse": "supply_air",
    "dlc_adiab": "facility_water",
    "dlc_tower": "facility_water",
}
LEAST_WORTH = 0.0005


def read(name: str, stations):
    """Dry bulb (degC), relative humidity (1) and pressure (Pa), one row a station."""
    if name == "pack":
        year = stations.sel(time=slice("2018", "2018")).isel(time=slice(None, None, 2))
        return [
            year[column].transpose("station", "time").to_numpy().astype(float)
            for column in ("dry_bulb", "relative_humidity", "pressure")
        ]
    file = REAL / (f"{name}.txt" if name in REGULATORY else f"{name}.epw.gz")
    if not file.is_file():
        pytest.skip("fichier d'essai absent : il ne voyage pas avec l'outil")
    if name in REGULATORY:
        table = np.loadtxt(file, skiprows=2)
        return [table[None, :, column] for column in (3, 7, 6)]
    one = hourly(read_epw(gzip.decompress(file.read_bytes()).decode("utf-8")))
    return [
        one[column].to_numpy().astype(float).reshape(1, -1)
        for column in ("dry_bulb", "relative_humidity", "pressure")
    ]


@pytest.fixture(scope="module", params=PLACES)
def air(request, stations):
    return read(request.param, stations)


def worked(air, name: str, vintage: str = "best", **overrides: float):
    q = parameters_of(vintage, overrides=overrides)
    return hours_of(TECHNOLOGIES[name], plant_at(*air, 0.7, q))


@pytest.mark.parametrize("name", sorted(SET_POINT))
def test_raising_the_loop_never_raises_the_water(air, name):
    key = SET_POINT[name]
    usual = float(parameters_of("best")[key])
    water = [worked(air, name, **{key: usual + more})["wue"] for more in (0.0, 3.0, 10.0)]
    for cooler, warmer in pairwise(water):
        assert (warmer.mean(axis=1) <= cooler.mean(axis=1) + 1e-9).all()
        if name != "indirect_evap":  # a short exchanger gives up its whole wet share
            assert (warmer <= cooler + 1e-6).all()


@pytest.mark.parametrize("vintage", sorted(VINTAGES))
@pytest.mark.parametrize("name", PADS)
def test_no_pad_is_wet_that_spares_nothing(air, name, vintage):
    wet = worked(air, name, vintage)
    off = {"indirect_wet": 0.0} if name == "indirect_evap" else {"pad_effectiveness": 0.0}
    dry = worked(air, name, vintage, **off)
    spared = (dry["pue"] - wet["pue"])[wet["cooling_water"] > 0]
    assert (spared >= LEAST_WORTH - 1e-9).all()
    assert (wet["pue"] <= dry["pue"] + 1e-9).all()


def test_an_open_room_never_drinks_less_than_a_closed_dry_one(air):
    for vintage in VINTAGES:
        closed, opened = (worked(air, n, vintage)["wue"] for n in ("air_chiller", "dir_air_adiab"))
        assert (opened >= closed - 1e-12).all()


def test_liquid_loops_are_ordered_by_what_they_evaporate_and_by_their_heat(air):
    dry, pads, tower = (worked(air, f"dlc_{kind}") for kind in ("dry", "adiab", "tower"))
    assert (dry["wue"] <= pads["wue"]).all()
    assert (pads["wue"].mean(axis=1) < tower["wue"].mean(axis=1)).all()
    assert (pads["pue"] <= dry["pue"] + 1e-9).all()
    hot = worked(air, "dlc_adiab", facility_water=40.0, liquid_return_rise=8.0)
    assert (hot["heat_temperature"] > pads["heat_temperature"] + 8).all()
    assert hot["wue"].mean() < pads["wue"].mean()


@pytest.mark.parametrize("vintage", sorted(VINTAGES))
def test_direct_expansion_never_beats_the_chillers_of_its_age(air, vintage):
    dx, chiller = (worked(air, name, vintage)["pue"].mean() for name in ("dx", "air_chiller"))
    assert dx > chiller


@pytest.mark.parametrize(
    ("vintage", "least", "most"), [("small_old", 1.90, 2.20), ("small_recent", 2.36, 2.70)]
)
def test_small_rooms_units_have_the_cop_measured_under_the_standard(vintage, least, most):
    # Rated at 35 °C, the units' own fans counted on both sides (10 CFR 431.97; AHRI 1360).
    q = parameters_of(vintage, overrides={"air_redundancy": 0.0})
    plant = plant_at(np.array([35.0]), np.array([0.4]), 101_325.0, 1.0, q)
    effect = TECHNOLOGIES["dx"].run(plant)
    fans = float(np.ravel(plant.fans(q["room_fan_pressure"]))[0])
    net = (float(np.ravel(effect.recoverable)[0]) - fans) / float(np.ravel(effect.power)[0])
    assert least <= net <= most


def test_winter_humidification_is_worked_out_by_hand():
    dry, cold = np.array([0.0]), np.array([0.5])
    q = parameters_of("colo")
    plant = plant_at(dry, cold, 101_325.0, 0.6, q)
    found = TECHNOLOGIES["dir_air_adiab"].run(plant)
    heat = float(np.ravel(found.recoverable)[0])
    # 20 % at 25 °C is a dew point of 0.5 °C, 3.92 g/kg; air at 0 °C and 50 % holds 1.88 g/kg.
    lacking = 0.003920 - float(plant.humidity[0])
    latent = 2500.5 - 2.31 * float(plant.wet_bulb[0])
    flow = heat / (1.006 * 33.0 + latent * lacking)  # from 0 °C to a room's 33 °C
    added = float(np.ravel(found.humidification)[0]) - 0.03
    assert added == pytest.approx(3600 * flow * lacking, rel=0.02)
    assert float(np.ravel(found.humidifier_bleed)[0]) == pytest.approx(added / 3, rel=1e-6)
    assert float(np.ravel(found.evaporated)[0]) == 0
