"""Parts of a cooling plant, one formula each; powers and heats in kW per kW of IT drawn."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import KELVIN, SECONDS_AN_HOUR, Floats, Number
from impacts.basis.constant_factors import physics
from impacts.weather.psychrometrics import (
    enthalpy,
    humidity_ratio,
    latent_heat,
    saturated_temperature,
    saturation_pressure,
)

_AIR = physics("psychrometrics")
_SET = physics("equipment")


def part_load_fan(
    utilisation: Number, redundancy: Number, floor: Number, exponent: Number
) -> Floats:
    """Return the multiplier on design fan power when modules share the flow (fan laws).

    Parameters
    ----------
    utilisation : mean IT load over installed IT power, in ]0, 1].
    redundancy : spare modules, as a share of those needed.
    floor : least flow, in 1 of the design flow.
    exponent : power of the flow that fan power follows.

    Returns
    -------
    Factor on design power per kW of IT drawn [1].

    Examples
    --------
    >>> round(float(part_load_fan(1.0, 0.0, 0.4, 2.5)), 3)
    1.0
    """
    flow = np.maximum(utilisation, floor) / (1 + redundancy)
    return np.asarray((1 + redundancy) * flow**exponent / utilisation)


def room_fan(pressure_drop: Number, air_rise: Number, efficiency: Number) -> Number:
    """Return design fan power Δp/(ρ·cp·ΔT·η), Δp in Pa, ΔT in K.

    Parameters
    ----------
    pressure_drop, air_rise : Δp in Pa and ΔT in K.
    efficiency : η of fan and motor, in ]0, 1].

    Returns
    -------
    kW per kW of heat.

    Examples
    --------
    >>> round(room_fan(400.0, 12.0, 0.65), 4)
    0.0425
    """
    heat_per_volume = _AIR["air_density"] * _AIR["air_heat"] * air_rise * 1000
    return pressure_drop / (heat_per_volume * efficiency)


def free_cooling_share(return_water: Number, source: Number, rise: Number) -> Floats:
    """Return the share of heat that outdoor air, water or a tower removes without compression.

    φ = clip[(T_return − T_source)/ΔT, 0, 1] (Lei and Masanet 2020).

    Parameters
    ----------
    return_water, source : degC, the source with its approaches.
    rise : ΔT of the water, K.

    Returns
    -------
    Share in 0–1, shape of the temperatures.

    Examples
    --------
    >>> float(free_cooling_share(28.0, 24.0, 8.0))
    0.5
    """
    return np.clip((return_water - source) / rise, 0.0, 1.0)


def chiller_cop(
    evaporation: Number, condensation: Number, carnot_share: Number, cap: Number
) -> Floats:
    """Return COP = min(η·Te/(Tc − Te), cap) in kelvins, with a least lift.

    Parameters
    ----------
    evaporation, condensation : degC.
    carnot_share : η, in 1.
    cap : most the COP may be.

    Returns
    -------
    COP [1], shape of the temperatures.

    Examples
    --------
    >>> round(float(chiller_cop(18.0, 46.0, 0.48, 12.0)), 2)
    4.99
    """
    cold = evaporation + KELVIN
    hot = np.maximum(condensation, evaporation + _SET["lift_floor"]) + KELVIN
    return np.minimum(carnot_share * cold / (hot - cold), cap)


def dry_cooler_fan(heat: Number, drive: Number, approach: Number, design: Number) -> Floats:
    """Return fan power of a dry cooler, whose airflow falls as the driving gap widens [K].

    Parameters
    ----------
    heat : kW per kW of IT.
    drive : gap between the water that returns and the air, K.
    approach : design gap, K.
    design : fan power per heat at that gap, kW/kW.

    Returns
    -------
    kW per kW of IT.

    Examples
    --------
    >>> round(float(dry_cooler_fan(1.0, 12.0, 6.0, 0.020)), 4)
    0.005
    """
    gap = np.maximum(drive, _SET["dry_drive_floor"])
    flow = np.clip(approach / gap, _SET["dry_fan_floor"], 1.0)
    return np.asarray(design * heat * flow ** _SET["dry_fan_exponent"])


def tower_fan(heat: Number, wet_bulb: Number, design: Number) -> Floats:
    """Return tower fan power, slowed in cold weather.

    Parameters
    ----------
    heat : kW per kW of IT.
    wet_bulb : degC.
    design : fan power per heat, kW/kW.

    Returns
    -------
    kW per kW of IT.

    Examples
    --------
    >>> round(float(tower_fan(1.0, 20.0, 0.015)), 4)
    0.015
    """
    span = np.clip((wet_bulb - _SET["tower_fan_cold"]) / _SET["tower_fan_span"], 0.0, 1.0)
    return np.asarray(
        design * heat * (_SET["tower_fan_floor"] + (1 - _SET["tower_fan_floor"]) * span)
    )


def tower_evaporation(
    dry_bulb: Number, humidity: Number, pressure: Number, air_ratio: Number, water_range: Number
) -> Floats:
    """Return the water a tower evaporates per kJ it rejects [kg/kJ].

    The air leaves saturated, having taken (L/G)·c_w·ΔT: e = (w₂ − w₁)/(h₂ − h₁), EnergyPlus'
    « saturated exit ». Cold air takes part of the heat without evaporation; in hot dry air the
    balance would cool the air too: the result stops at the all-latent value.

    Parameters
    ----------
    dry_bulb, humidity, pressure : air that enters: degC, kg/kg, Pa.
    air_ratio : L/G, kg of water per kg of air.
    water_range : K that the water loses.

    Returns
    -------
    kg/kJ, shape of the air.

    Examples
    --------
    >>> w = humidity_ratio(0.7 * saturation_pressure(15.0), 101325.0)
    >>> e = tower_evaporation(15.0, w, 101325.0, 1.5, 5.0)
    >>> round(float(e) * 3600, 2)
    1.08
    """
    given = air_ratio * _AIR["water_heat"] * water_range
    leaving = saturated_temperature(enthalpy(dry_bulb, humidity) + given, pressure)
    taken = humidity_ratio(saturation_pressure(leaving), pressure) - humidity
    return np.asarray(np.clip(taken / given, 0.0, 1 / latent_heat(leaving)))


def tower_drift(heat: Number, share: Number, water_range: Number) -> Number:
    """Return droplets carried away, a share of the flow that carries the heat [L/kWh].

    Parameters
    ----------
    heat : kW per kW of IT.
    share : droplets per water that flows, in 1.
    water_range : K that the water loses.

    Returns
    -------
    L/kWh of IT.

    Examples
    --------
    >>> round(tower_drift(1.0, 0.0005, 5.0), 3)
    0.086
    """
    return share * SECONDS_AN_HOUR * heat / (_AIR["water_heat"] * water_range)


def blow_down(evaporation: Number, cycles: Number) -> Number:
    """Return the water bled so that salts stay under the cycles of concentration [L/kWh].

    Parameters
    ----------
    evaporation : L/kWh.
    cycles : cycles of concentration, above 1.

    Returns
    -------
    L/kWh.

    Examples
    --------
    >>> blow_down(1.0, 5.0)
    0.25
    """
    return evaporation / (cycles - 1)


def moisture_of(cooling: Number, latent: Number) -> Number:
    """Return the moisture that air takes when water cools it by some kelvins [kg/kg].

    Parameters
    ----------
    cooling : K taken off the air.
    latent : kJ/kg of water.

    Returns
    -------
    kg of water per kg of air.

    Examples
    --------
    >>> round(moisture_of(10.0, 2450.0), 5)
    0.00411
    """
    return _AIR["air_heat"] * cooling / latent


def humidifier_water(heat: Number, rise: Number, lacking: Number, latent: Number) -> Floats:
    """Return what humidifies the outdoor air that carries a room's heat away [L/kWh].

    The air warms by ``rise`` from outdoors to exhaust and evaporates what it lacks on the way:
    both carry heat, so that m = Q/(cp·ΔT + h·Δw).

    Parameters
    ----------
    heat : Q, kW per kW of IT.
    rise : ΔT from outdoors to exhaust, K.
    lacking : Δw, kg of water per kg of air.
    latent : h, kJ/kg.

    Returns
    -------
    L/kWh of IT.

    Examples
    --------
    >>> round(float(humidifier_water(1.0, 37.0, 0.002, 2500.0)), 3)
    0.171
    """
    flow = heat / (_AIR["air_heat"] * rise + latent * lacking)
    return np.asarray(flow * lacking * SECONDS_AN_HOUR)


def pad_evaporation(airflow: Number, cooling: Number, wet_bulb: Number) -> Floats:
    """Return the water that cools an airflow [kg/s per kW] by some kelvins [L/kWh].

    Parameters
    ----------
    airflow : kg/s per kW of IT.
    cooling : K taken off the air.
    wet_bulb : degC.

    Returns
    -------
    L/kWh of IT.

    Examples
    --------
    >>> round(float(pad_evaporation(0.1, 8.5, 20.0)), 3)
    1.255
    """
    sensible = airflow * _AIR["air_heat"] * np.asarray(cooling)
    return sensible / latent_heat(wet_bulb) * SECONDS_AN_HOUR


def airflow(heat: Number, rise: Number) -> Number:
    """Return the air that carries a heat with a temperature rise, Q/(cp·ΔT) [kg/s per kW].

    Parameters
    ----------
    heat : Q, kW per kW of IT.
    rise : ΔT of the air, K.

    Returns
    -------
    kg/s per kW of IT.

    Examples
    --------
    >>> round(airflow(1.0, 10.0), 4)
    0.0994
    """
    return heat / (_AIR["air_heat"] * rise)


def river_temperature(dry_bulb: Number) -> Floats:
    """Return a river's temperature from that of the air, where no series is given [degC].

    Parameters
    ----------
    dry_bulb : degC.

    Returns
    -------
    degC, kept between the coldest and the warmest of ``equipment.toml``.

    Examples
    --------
    >>> float(river_temperature(20.0))
    19.0
    """
    water = _SET["river_slope"] * np.asarray(dry_bulb) + _SET["river_offset"]
    return np.clip(water, _SET["river_coldest"], _SET["river_warmest"])


def through_flow(heat: Number, rise: Number) -> Number:
    """Return the river water that carries a heat away with a temperature rise [L/kWh].

    Parameters
    ----------
    heat : kW per kW of IT.
    rise : K that the river water may warm.

    Returns
    -------
    L/kWh of IT.

    Examples
    --------
    >>> round(through_flow(1.0, 5.0), 1)
    171.8
    """
    return heat * SECONDS_AN_HOUR / (_AIR["water_heat"] * rise)
