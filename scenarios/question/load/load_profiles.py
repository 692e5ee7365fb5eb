"""Load profiles: what training, inference and hosting ask of a site, dated and sourced."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from layers.words.dated_values import DatedValue, Parameter, read_parameter_file

PROFILES = Path(__file__).parent / "load_profiles.toml"
NAMES = ("training", "inference", "hosting")
OF_PROFILE = "profile"
"""Written in place of the utilisation, it takes the profile's mean."""
UTC_SHIFT = 1
"""Local hour less UTC, all year: winter time, as the weather's days are."""
PROFILE_FACTORS: Mapping[str, str] = {
    "carbon.gpu_share": "gpu_share",
    "cooling.liquid_share": "liquid_share",
    "flexibility.shed_share": "shed_share",
}
"""Constants of the footprints that a profile sets → their key in the profile."""
_DESIGNS = ("max_liquid_share", "liquid_loop", "density")


@cache
def _read() -> Mapping[str, Parameter]:
    return read_parameter_file(PROFILES)


def profile_value(profile: str, part: str) -> DatedValue:
    """Return a value of a profile, the latest dated.

    Parameters
    ----------
    profile : one of ``NAMES``.
    part : key in ``load_profiles.toml`` after the profile's name.

    Returns
    -------
    The value with its range, status and reference.
    """
    return _read()[f"{profile}_{part}"].values[-1]


def day_curve(profile: str, mean: float | None = None) -> tuple[float, ...]:
    """Return the load of a profile by local hour.

    Parameters
    ----------
    profile : one of ``NAMES``.
    mean : mean load over installed power; the profile's by default.

    Returns
    -------
    24 shares of the installed power, from 0 h to 23 h, at most 1: a cosine about the mean.

    Examples
    --------
    >>> [round(day_curve("inference")[hour], 2) for hour in (8, 20)]
    [0.48, 0.72]
    """
    usual, swing, peak = (
        float(str(profile_value(profile, part).value))
        for part in ("utilisation", "swing", "peak_hour")
    )
    level = usual if mean is None else mean
    return tuple(
        min(round(level * (1 + swing * math.cos(2 * math.pi * (hour - peak) / 24)), 4), 1.0)
        for hour in range(24)
    )


def filled(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario's content where a profile fills what nobody wrote.

    A curve given as ``utilisation`` becomes ``hourly`` and its mean. A key written in the
    scenario stands above its profile; « profile » in place of the utilisation takes the profile's.

    Parameters
    ----------
    content : a scenario as read, before it is checked; other shapes are left as they are.

    Returns
    -------
    The content, ``demand`` and ``designs`` completed.
    """
    demand = content.get("demand")
    if not isinstance(demand, Mapping):
        return dict(content)
    demand = dict(demand)
    profile = demand.get("profile")
    curve = demand.get("utilisation", OF_PROFILE)
    if isinstance(curve, list | tuple) and _are_numbers(curve):
        demand |= {"hourly": tuple(curve), "utilisation": round(sum(curve) / len(curve), 4)}
    if profile not in NAMES:
        return {**content, "demand": demand}
    if curve == OF_PROFILE:
        curve = demand["utilisation"] = float(str(profile_value(profile, "utilisation").value))
    if not demand.get("hourly") and _are_numbers([curve]):
        demand["hourly"] = day_curve(profile, float(curve))
    designs = content.get("designs", {})
    if isinstance(designs, Mapping):
        designs = {**{part: profile_value(profile, part).value for part in _DESIGNS}, **designs}
    return {**content, "demand": demand, "designs": designs}


def _are_numbers(values: Sequence[Any]) -> bool:
    return bool(values) and all(
        isinstance(x, int | float) and not isinstance(x, bool) for x in values
    )


def in_utc(hourly: tuple[float, ...]) -> tuple[float, ...]:
    """Return a day's curve by UTC hour, from its local hours.

    Parameters
    ----------
    hourly : 24 values from 0 h to 23 h, local winter time; empty for a flat load.

    Returns
    -------
    The same values, an hour earlier.

    Examples
    --------
    >>> in_utc((1.0, 2.0, 3.0))
    (2.0, 3.0, 1.0)
    """
    return (*hourly[UTC_SHIFT:], *hourly[:UTC_SHIFT])
