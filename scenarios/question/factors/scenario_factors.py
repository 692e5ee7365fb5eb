"""The constants in force for a scenario: those of its day, with what it chooses in their place."""

from __future__ import annotations

from dataclasses import replace

import impacts
from impacts.basis.constant_factors import parameters
from impacts.cooling.liquid_loops import with_heat_source, with_loop
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from scenarios.question.load.load_profiles import PROFILE_FACTORS, profile_value
from scenarios.question.scenario_reading import Scenario

CHOSEN = ("facility_water", "liquid_return_rise", "liquid_share")
"""Cooling constants that a scenario may choose."""


def factors_of(scenario: Scenario) -> dict[str, Value]:
    """Return the constants of the footprints that a scenario works with.

    Those in force on its day; the liquid loop it chooses, and the source of heat that follows;
    what its load profile says of servers and of their liquid.

    Parameters
    ----------
    scenario : the question, checked.

    Returns
    -------
    Constants by name.

    Raises
    ------
    SitingError : SIT202 for an unknown cooling, loop or vintage; SIT200 for a day before some
        constant's first value.
    """
    _require_known_day(scenario)
    factors = with_loop(impacts.factors(scenario.reference_date), scenario.designs.liquid_loop)
    if scenario.demand.profile:
        for name, part in PROFILE_FACTORS.items():
            said = profile_value(scenario.demand.profile, part)
            factors[name] = replace(
                factors[name],
                value=said.value,
                low=said.low,
                high=said.high,
                law=said.law,
                status=said.status,
                reference=said.reference,
            )
    designs = scenario.designs
    for option in ("battery_hours", "pv_share"):
        name = f"flexibility.{option}"
        factors[name] = replace(factors[name], value=float(getattr(designs, option)))
    return with_heat_source(factors, designs.cooling, designs.vintage, scenario.demand.utilisation)


def _require_known_day(scenario: Scenario) -> None:
    """Refuse a day on which some constant had no value yet: nothing stands in its place."""
    first = max(min(dated.since for dated in each.values) for each in parameters().values())
    if scenario.reference_date < first:
        raise SitingError(
            "SIT200",
            f"des constantes n'ont pas encore de valeur au {scenario.reference_date:%d/%m/%Y}",
            where=f"reference_date, scénario « {scenario.name} »",
            hint=f"choisissez un jour à partir du {first:%d/%m/%Y}",
        )
