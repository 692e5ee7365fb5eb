"""The warm-water loop of liquid cooling, by generation; the heat and the tolerance that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from impacts.basis.constant_factors import number
from impacts.cooling.hourly_cooling import (
    VINTAGES,
    hours_of,
    parameters_of,
    plant_at,
    technology_named,
)
from layers.words.dated_values import Value
from layers.words.errors import SitingError

LOOPS: Mapping[str, str] = {
    "30-36": "boucle tiède, 30 °C fournis et 36 °C au retour (Jean-Zay)",
    "40-48": "boucle chaude, 40 °C fournis et 48 °C au retour (classe W40)",
}
"""Loop → French label; the first is the default, cautious for the heat that is recovered."""
_FAMILIES = {"40-48": "cooling_loop40"}
_PARTS = ("facility_water", "liquid_return_rise")
_MILD = (15.0, 0.7, 101_325.0)
"""Air at which a design's heat is read: degC, humidity, Pa; any mild air gives the same."""


def with_loop(factors: Mapping[str, Value], loop: str) -> dict[str, Value]:
    """Return the constants with those of a liquid loop in place of the default one's.

    Parameters
    ----------
    factors : constants in force, from ``impacts.factors``.
    loop : a key of ``LOOPS``.

    Returns
    -------
    The same constants, « cooling.facility_water » and « cooling.liquid_return_rise » replaced.

    Raises
    ------
    SitingError : SIT202 for an unknown loop.
    """
    if loop not in LOOPS:
        raise SitingError(
            "SIT202",
            f"« {loop} » n'est pas une boucle de refroidissement liquide",
            where="designs.liquid_loop",
            hint=f"boucles connues : {', '.join(LOOPS)}",
        )
    found = dict(factors)
    for part in _PARTS if loop in _FAMILIES else ():
        own = factors[f"{_FAMILIES[loop]}.{part}"]
        found[f"cooling.{part}"] = replace(own, name=f"cooling.{part}")
    return found


def with_heat_source(
    factors: Mapping[str, Value], designs: Sequence[str], vintage: str, utilisation: float
) -> dict[str, Value]:
    """Return the constants with the source of heat that the designs offered can all give.

    The coldest of them: curves and heat pumps never promise more than what may be built. With any
    air-cooled design among them, that is the chilled water's return, the constant as it stands.

    Parameters
    ----------
    factors : constants in force, the loop's in place.
    designs, vintage, utilisation : as for ``impacts.footprint``.

    Returns
    -------
    The same constants, « heat.source_temperature » replaced when every design is liquid.
    """
    technologies = [technology_named(name) for name in designs]
    if not technologies or not all(one.is_liquid for one in technologies):
        return dict(factors)
    q = parameters_of(vintage, factors)
    air = np.array([_MILD[0]]), np.array([_MILD[1]]), _MILD[2]
    plant = plant_at(*air, utilisation, q)
    coldest = min(float(hours_of(one, plant)["heat_temperature"][0]) for one in technologies)
    usual = factors["heat.source_temperature"]
    told = replace(
        usual,
        value=round(coldest, 1),
        low=min(usual.low or coldest, coldest),
        high=max(usual.high or coldest, coldest),
        reference="Retour de la boucle liquide mêlé à l'eau glacée de la salle : toutes les "
        "techniques offertes sont liquides",
    )
    return {**factors, "heat.source_temperature": told}


def outdoor_tolerance(factors: Mapping[str, Value], vintage: str) -> float:
    """Return the outdoor air up to which dry coolers hold the loop alone.

    Parameters
    ----------
    factors : constants in force, the loop's in place.
    vintage : a key of ``VINTAGES``.

    Returns
    -------
    degC: the loop's supply less the dry coolers' approach.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> outdoor_tolerance(factors(date(2026, 12, 1)), "best")
    24.0
    """
    own = f"cooling_{vintage}.dry_approach"
    approach = own if vintage in VINTAGES and own in factors else "cooling.dry_approach"
    return number(factors, "cooling.facility_water") - number(factors, approach)
