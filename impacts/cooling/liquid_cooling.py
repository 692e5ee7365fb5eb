"""Direct liquid cooling: most heat leaves by warm water, the rest keeps an air room."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import physics
from impacts.cooling import plant_components as part
from impacts.cooling.cooling_plant import Effect, Plant, air_chillers, room, technology

_SET = physics("equipment")


def _direct_liquid(plant: Plant, *, has_pads: bool) -> Effect:
    """Most heat leaves by warm water; the residual air keeps chillers with free cooling."""
    q = plant.q
    liquid = q["liquid_share"]
    fans, air_heat = room(plant, 1 - liquid)
    residual = air_chillers(plant, air_heat, plant.dry_bulb, is_free=True)
    threshold = q["pad_threshold"] if has_pads else np.inf
    cooled = part.pad_cooling(plant.dry_bulb, plant.wet_bulb, q["pad_effectiveness"], threshold)
    intake = plant.dry_bulb - cooled
    water = part.airflow(liquid, _SET["pad_air_rise"])
    evaporated = part.pad_evaporation(water, cooled, plant.wet_bulb)
    hot_side = _warm_water(plant, intake)
    pumps = q["pump"] * (air_heat + liquid) + q["coolant_pump"] * liquid
    warm = q["facility_water"] + _SET["liquid_return_rise"]
    recoverable = liquid + air_heat
    return Effect(
        power=fans + residual + pumps + hot_side,
        recoverable=recoverable,
        temperature=(liquid * warm + air_heat * plant.chilled_return) / recoverable,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
        humidification=q["humidification"] * (1 - liquid),
    )


def _warm_water(plant: Plant, intake: Floats) -> Floats:
    """Dry coolers of the warm loop, and the trim chillers of the hottest hours."""
    q = plant.q
    liquid, supply = q["liquid_share"], q["facility_water"]
    short = (intake + q["dry_approach"] - supply) / _SET["liquid_trim_span"]
    short = np.clip(short, 0.0, 1.0)
    drive = supply + _SET["liquid_drive"] - intake
    fans = part.dry_cooler_fan(liquid * (1 - short), drive, q["dry_approach"], q["dry_fan"])
    cop = part.chiller_cop(
        supply - _SET["liquid_trim_evaporator"],
        plant.dry_bulb + _SET["condenser_air"],
        q["chiller_air_cooled"],
        _SET["cop_cap"],
    )
    return fans + liquid * short / cop


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
    """Direct liquid cooling on dry coolers with wetted pads in hot hours."""
    return _direct_liquid(plant, has_pads=True)
