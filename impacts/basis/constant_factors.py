"""The constants of the footprints, read once from dated TOML: none lives in code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from layers.words.dated_values import Parameter, Value, in_force, read_parameters
from layers.words.errors import SitingError

CONSTANTS = Path(__file__).parents[1] / "constants"


@cache
def parameters() -> Mapping[str, Parameter]:
    """Return every constant, named « file.key », with all its dated values.

    Returns
    -------
    Name « family.key » → parameter, as ``CONSTANTS`` gives it; read once.
    """
    return read_parameters(CONSTANTS)


def factors(day: date) -> dict[str, Value]:
    """Return the constants in force on a day, each with unit, range, status and reference.

    Parameters
    ----------
    day : day of the rules; each value in force is the last dated on or before it.

    Returns
    -------
    Name « family.key » → value.
    """
    return in_force(parameters(), day)


def number(known: Mapping[str, Value], name: str) -> float:
    """Return one constant as a number.

    Parameters
    ----------
    known : constants in force, from `factors`.
    name : full name, « family.key ».

    Returns
    -------
    The number, in the constant's unit.

    Raises
    ------
    SitingError : SIT500 when none is in force.
    """
    if name not in known:
        raise SitingError(
            "SIT500", f"« {name} » n'a pas de valeur en vigueur", where="facteurs d'empreinte"
        )
    return known[name].number


@cache
def physics(family: str) -> Mapping[str, float]:
    """Return the timeless numbers of a file, a table « key.part » flattened.

    Parameters
    ----------
    family : name of a file of constants, e.g. « weather ».

    Returns
    -------
    key, or « key.part » for a table → number, in the unit of the file; the last dated values.

    Examples
    --------
    >>> physics("psychrometrics")["air_heat"]
    1.006
    >>> physics("psychrometrics")["barometric.exponent"]
    5.2559
    """
    return numbers(in_force(parameters(), date.max), family)


def numbers(known: Mapping[str, Value], family: str) -> dict[str, float]:
    """Return a family of constants as plain numbers, a table « key.part » flattened.

    Parameters
    ----------
    known : constants in force, from `factors`.
    family : what stands before the dot.

    Returns
    -------
    key, or « key.part » for a table → number; empty for an unknown family.
    """
    flat: dict[str, float] = {}
    for name, value in known.items():
        head, _, key = name.partition(".")
        if head != family:
            continue
        if isinstance(value.value, dict):
            flat.update({f"{key}.{part}": float(x) for part, x in value.value.items()})
        else:
            flat[key] = value.number
    return flat
