"""Moist air, on arrays of any shape: ASHRAE Fundamentals 2017, chapter 1.

Temperatures in degC, pressures in Pa, humidity ratio in kg of water per kg of dry air,
enthalpies in kJ per kg of dry air, relative humidity in 1.
"""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import KELVIN, Floats, Number
from impacts.basis.constant_factors import physics

_AIR = physics("psychrometrics")
_NEWTON_STEPS = 6
_NEWTON_DELTA = 1e-3


def saturation_pressure(temperature: Number) -> Floats:
    """Return the saturation pressure of vapour, over ice below the triple point.

    Source: ASHRAE 2017, equations 5 and 6 (Hyland and Wexler).

    Parameters
    ----------
    temperature : degC.

    Returns
    -------
    Pa.

    Examples
    --------
    >>> round(float(saturation_pressure(20.0)), 1)
    2338.8
    """
    celsius = np.asarray(temperature, dtype=np.float64)
    kelvin = celsius + KELVIN
    is_ice = celsius < _AIR["triple_point"]
    water = _saturation_over_water(kelvin)
    return np.where(is_ice, _saturation_over_ice(kelvin), water) if is_ice.any() else water


def _saturation_over_water(kelvin: Floats) -> Floats:
    c = {part: _AIR[f"saturation_over_water.{part}"] for part in ("c9", "c10", "c11", "c12")}
    polynomial = c["c9"] + kelvin * (c["c10"] + kelvin * (c["c11"] + kelvin * c["c12"]))
    inverse = _AIR["saturation_over_water.c8"] / kelvin
    logarithm = _AIR["saturation_over_water.c13"] * np.log(kelvin)
    return np.exp(inverse + polynomial + logarithm)


def _saturation_over_ice(kelvin: Floats) -> Floats:
    c = {part: _AIR[f"saturation_over_ice.{part}"] for part in ("c2", "c3", "c4", "c5", "c6")}
    quartic = c["c4"] + kelvin * (c["c5"] + kelvin * c["c6"])
    polynomial = c["c2"] + kelvin * (c["c3"] + kelvin * quartic)
    inverse = _AIR["saturation_over_ice.c1"] / kelvin
    logarithm = _AIR["saturation_over_ice.c7"] * np.log(kelvin)
    return np.exp(inverse + polynomial + logarithm)


def humidity_ratio(vapour_pressure: Number, pressure: Number) -> Floats:
    """Return W = 0,622·pv/(p − pv) (ASHRAE 2017, equation 20).

    Parameters
    ----------
    vapour_pressure, pressure : pv and p, Pa.

    Returns
    -------
    kg/kg.

    Examples
    --------
    >>> round(float(humidity_ratio(1000.0, 101325.0)), 6)
    0.006199
    """
    vapour = np.asarray(vapour_pressure, dtype=np.float64)
    return _AIR["molar_ratio"] * vapour / np.maximum(pressure - vapour, 1.0)


def vapour_pressure(humidity: Number, pressure: Number) -> Floats:
    """Return pv from W, the inverse of `humidity_ratio`.

    Parameters
    ----------
    humidity : kg/kg.
    pressure : Pa.

    Returns
    -------
    Pa.

    Examples
    --------
    >>> round(float(vapour_pressure(0.006199, 101325.0)))
    1000
    """
    ratio = np.asarray(humidity, dtype=np.float64)
    return ratio * pressure / (_AIR["molar_ratio"] + ratio)


def enthalpy(temperature: Number, humidity: Number) -> Floats:
    """Return h = 1,006·t + W·(2501 + 1,86·t) (ASHRAE 2017, equation 30).

    Parameters
    ----------
    temperature : degC.
    humidity : kg/kg.

    Returns
    -------
    kJ per kg of dry air.

    Examples
    --------
    >>> round(float(enthalpy(20.0, 0.01)), 2)
    45.5
    """
    celsius = np.asarray(temperature, dtype=np.float64)
    vapour = _AIR["vapour_enthalpy"] + _AIR["vapour_heat"] * celsius
    return _AIR["air_heat"] * celsius + humidity * vapour


def latent_heat(temperature: Number) -> Floats:
    """Return the heat that evaporates a kg of water at a temperature.

    Parameters
    ----------
    temperature : degC.

    Returns
    -------
    kJ/kg.

    Examples
    --------
    >>> round(float(latent_heat(20.0)), 2)
    2453.38
    """
    celsius = np.asarray(temperature, dtype=np.float64)
    return _AIR["vapour_enthalpy"] - _AIR["latent_slope"] * celsius


def wet_bulb(temperature: Number, humidity: Number, pressure: Number) -> Floats:
    """Return the thermodynamic wet bulb: Newton on ASHRAE 2017, equations 33 and 35.

    Within 0.01 K of a bisection on the same equations, except where the wet bulb crosses
    0 °C and the equations jump from ice to water.

    Parameters
    ----------
    temperature : degC.
    humidity : kg/kg.
    pressure : Pa.

    Returns
    -------
    degC, never above the dry bulb.

    Examples
    --------
    >>> w = humidity_ratio(0.5 * saturation_pressure(25.0), 101325.0)
    >>> round(float(wet_bulb(25.0, w, 101325.0)), 2)
    17.89
    """
    celsius = np.asarray(temperature, dtype=np.float64)
    vapour = vapour_pressure(humidity, pressure)
    guess = np.minimum(_stull(celsius, vapour / saturation_pressure(celsius)), celsius)
    for _ in range(_NEWTON_STEPS):
        miss = ratio_from_wet_bulb(celsius, guess, pressure) - humidity
        nearby = ratio_from_wet_bulb(celsius, guess + _NEWTON_DELTA, pressure) - humidity
        guess = np.minimum(guess - miss * _NEWTON_DELTA / (nearby - miss), celsius)
    return guess


def _stull(celsius: Floats, relative: Floats) -> Floats:
    c = {part: _AIR[f"stull.{part}"] for part in "abcdef"}
    percent = np.clip(relative, 0.01, 1.0) * 100
    rising = celsius * np.arctan(c["a"] * np.sqrt(percent + c["b"]))
    bent = np.arctan(celsius + percent) - np.arctan(percent - c["c"])
    root = np.sqrt(percent)
    curved = c["d"] * percent * root * np.arctan(c["e"] * percent)
    return np.asarray(rising + bent + curved - c["f"])


def ratio_from_wet_bulb(celsius: Floats, wet: Floats, pressure: Number) -> Floats:
    """Return W from dry and wet bulb (ASHRAE 2017, equations 33 over water, 35 over ice).

    Parameters
    ----------
    celsius, wet : dry and wet bulb, degC.
    pressure : Pa.

    Returns
    -------
    kg/kg.
    """
    saturated = humidity_ratio(saturation_pressure(wet), pressure)
    sensible = _AIR["air_heat"] * (celsius - wet)
    vapour = _AIR["vapour_enthalpy"] + _AIR["vapour_heat"] * celsius
    above = (_AIR["vapour_enthalpy"] - _AIR["wet_water.latent"] * wet) * saturated - sensible
    above = above / (vapour - _AIR["wet_water.liquid"] * wet)
    frozen = (_AIR["wet_ice.enthalpy"] - _AIR["wet_ice.latent"] * wet) * saturated - sensible
    frozen = frozen / (
        _AIR["wet_ice.enthalpy"] + _AIR["vapour_heat"] * celsius - _AIR["wet_ice.solid"] * wet
    )
    return np.where(wet >= 0.0, above, frozen)


def dew_point(vapour: Number) -> Floats:
    """Return the dew point of a vapour pressure by Newton, started with Magnus' formula.

    Parameters
    ----------
    vapour : vapour pressure, Pa; under 1 Pa it is taken as 1.

    Returns
    -------
    degC.

    Examples
    --------
    >>> round(float(dew_point(saturation_pressure(12.0))), 3)
    12.0
    """
    pressure = np.maximum(np.asarray(vapour, dtype=np.float64), 1.0)
    logarithm = np.log(pressure / (100 * _AIR["magnus.a"]))
    guess = _AIR["magnus.c"] * logarithm / (_AIR["magnus.b"] - logarithm)
    for _ in range(_NEWTON_STEPS):
        miss = np.log(saturation_pressure(guess) / pressure)
        nearby = np.log(saturation_pressure(guess + _NEWTON_DELTA) / pressure)
        guess = guess - miss * _NEWTON_DELTA / (nearby - miss)
    return guess


def saturated_temperature(enthalpies: Number, pressure: Number) -> Floats:
    """Return the temperature of saturated air of a given enthalpy.

    Parameters
    ----------
    enthalpies : kJ per kg of dry air.
    pressure : Pa.

    Returns
    -------
    degC.

    Examples
    --------
    >>> h = enthalpy(22.0, humidity_ratio(saturation_pressure(22.0), 101325.0))
    >>> round(float(saturated_temperature(h, 101325.0)), 4)
    22.0
    """
    target = np.asarray(enthalpies, dtype=np.float64)
    guess = np.interp(target, _SATURATED_ENTHALPY, _SATURATED_TEMPERATURE)
    for _ in range(_NEWTON_STEPS):
        miss = _saturated_enthalpy(guess, pressure) - target
        slope = (
            _saturated_enthalpy(guess + _NEWTON_DELTA, pressure) - target - miss
        ) / _NEWTON_DELTA
        guess = guess - miss / slope
    return np.asarray(guess)


def _saturated_enthalpy(celsius: Floats, pressure: Number) -> Floats:
    return enthalpy(celsius, humidity_ratio(saturation_pressure(celsius), pressure))


_SATURATED_TEMPERATURE = np.arange(-40.0, 61.0)
_SATURATED_ENTHALPY = _saturated_enthalpy(_SATURATED_TEMPERATURE, _AIR["standard_pressure"])


def pressure_at(elevation: Number) -> Floats:
    """Return the standard pressure at an elevation (ASHRAE 2017, equation 3).

    Parameters
    ----------
    elevation : metres.

    Returns
    -------
    Pa.

    Examples
    --------
    >>> round(float(pressure_at(500.0)))
    95461
    """
    height = np.asarray(elevation, dtype=np.float64)
    share = 1 - _AIR["barometric.slope"] * height
    return _AIR["standard_pressure"] * share ** _AIR["barometric.exponent"]
