"""Direct liquid cooling: most heat leaves by warm water, the rest keeps an air room."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import Floats, Number
from impacts.basis.constant_factors import physics
from impacts.cooling import plant_components as part
from impacts.cooling.cooling_plant import (
    Effect,
    Plant,
    air_chillers,
    room,
    technology,
    wetted,
)
from impacts.cooling.wet_cooling import chilled_on_towers, tower_water

_SET = physics("equipment")


def _direct_liquid(plant: Plant, *, has_pads: bool) -> Effect:
    """Most heat leaves by warm water; the residual air keeps chillers with free cooling."""
    q = plant.q
    liquid = q["liquid_share"]
    fans, air_heat = room(plant, 1 - liquid)
    residual = air_chillers(plant, air_heat, plant.dry_bulb, is_free=True)
    # Pads serve the loop's supply: dry while outdoor air and its approach stay under it.
    cooled, hot_side = wetted(
        plant,
        q["facility_water"] - q["dry_approach"],
        lambda taken: _warm_water(plant, plant.dry_bulb - taken),
        is_staged=True,
        can_wet=has_pads,
    )
    water = part.airflow(liquid, _SET["pad_air_rise"])
    evaporated = part.pad_evaporation(water, cooled, plant.wet_bulb)
    pumps = q["pump"] * (air_heat + liquid) + q["coolant_pump"] * liquid
    return Effect(
        power=fans + residual + pumps + hot_side,
        recoverable=liquid + air_heat,
        temperature=_mixed(plant, air_heat),
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
        humidification=q["humidification"] * (1 - liquid),
    )


def _mixed(plant: Plant, air_heat: Floats) -> Number:
    """Return the temperature of the loop's return and of the room's chilled water together."""
    liquid = plant.q["liquid_share"]
    warm = plant.q["facility_water"] + plant.q["liquid_return_rise"]
    return (liquid * warm + air_heat * plant.chilled_return) / (liquid + air_heat)


def _warm_water(plant: Plant, intake: Floats) -> Floats:
    """Dry coolers of the warm loop, and the trim chillers of the hottest hours."""
    q = plant.q
    liquid, supply = q["liquid_share"], q["facility_water"]
    short = _trim_share(plant, intake + q["dry_approach"])
    drive = supply + _SET["liquid_drive"] - intake
    fans = part.dry_cooler_fan(liquid * (1 - short), drive, q["dry_approach"], q["dry_fan"])
    cop = part.chiller_cop(
        supply - _SET["liquid_trim_evaporator"],
        plant.dry_bulb + _SET["condenser_air"],
        q["chiller_air_cooled"],
        _SET["cop_cap"],
    )
    return fans + liquid * short / cop


def _trim_share(plant: Plant, source: Number) -> Floats:
    """Return the part of the loop that chillers trim when its source is too warm."""
    excess = np.subtract(source, plant.q["facility_water"])
    return np.clip(excess / _SET["liquid_trim_span"], 0.0, 1.0)


@technology(
    "Refroidissement liquide, aéroréfrigérants secs",
    "liquide",
    is_liquid=True,
    cold_share="cold_share_liquid",
)
def dlc_dry(plant: Plant) -> Effect:
    """Direct liquid cooling on dry coolers."""
    return _direct_liquid(plant, has_pads=False)


@technology(
    "Refroidissement liquide, aéroréfrigérants adiabatiques",
    "liquide",
    is_liquid=True,
    is_evaporative=True,
    cold_share="cold_share_liquid",
)
def dlc_adiab(plant: Plant) -> Effect:
    """Direct liquid cooling on dry coolers, their pads wetted when the loop needs it."""
    return _direct_liquid(plant, has_pads=True)


@technology(
    "Refroidissement liquide, tours",
    "liquide",
    is_liquid=True,
    is_evaporative=True,
    cold_share="cold_share_liquid",
)
def dlc_tower(plant: Plant) -> Effect:
    """Direct liquid cooling on cooling towers, which also serve the room's chilled water."""
    q = plant.q
    liquid = q["liquid_share"]
    fans, air_heat = room(plant, 1 - liquid)
    source = plant.wet_bulb + q["tower_approach"]
    short = _trim_share(plant, source + q["exchanger_approach"])
    cop = part.chiller_cop(
        q["facility_water"] - _SET["liquid_trim_evaporator"],
        np.maximum(source, _SET["condenser_water_floor"])
        + q["tower_range"]
        + _SET["condenser_water"],
        q["chiller_water_cooled"],
        _SET["cop_cap"],
    )
    trim = liquid * short / cop
    residual = chilled_on_towers(plant, air_heat, is_free=True)
    rejected = liquid + trim + air_heat + residual
    pumps = q["pump"] * (air_heat + liquid + rejected) + q["coolant_pump"] * liquid
    tower = part.tower_fan(rejected, plant.wet_bulb, q["tower_fan"])
    makeup, evaporated = tower_water(plant, rejected)
    return Effect(
        power=fans + trim + residual + pumps + tower,
        recoverable=liquid + air_heat,
        temperature=_mixed(plant, air_heat),
        makeup=makeup,
        evaporated=evaporated,
        humidification=q["humidification"] * (1 - liquid),
    )
