"""Technologies that leave servers on air and reject heat to outdoor air."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import SECONDS_AN_HOUR, Floats
from impacts.basis.constant_factors import physics
from impacts.cooling import plant_components as part
from impacts.cooling.cooling_plant import Effect, Plant, air_chillers, room, technology
from impacts.weather.psychrometrics import latent_heat, saturation_pressure, vapour_pressure

_SET = physics("equipment")


@technology("Détente directe", "air")
def dx(plant: Plant) -> Effect:
    """Direct expansion: refrigerant in the room units, no water loop, no free cooling."""
    fans, heat = room(plant)
    q = plant.q
    outdoor = np.maximum(plant.dry_bulb, _SET["direct_expansion_floor"])
    cop = part.chiller_cop(
        q["supply_air"] - _SET["direct_expansion_evaporator"],
        outdoor + _SET["condenser_direct_expansion"],
        q["chiller_direct_expansion"],
        _SET["cop_cap_direct_expansion"],
    )
    return Effect(
        power=fans + heat / cop,
        recoverable=heat,
        temperature=_SET["direct_expansion_heat"],
        humidification=q["humidification"],
    )


def _chilled_water(plant: Plant, *, is_free: bool) -> Effect:
    fans, heat = room(plant)
    cold = air_chillers(plant, heat, plant.dry_bulb, is_free=is_free)
    return Effect(
        power=fans + cold + plant.q["pump"] * heat,
        recoverable=heat,
        temperature=plant.chilled_return,
        humidification=plant.q["humidification"],
    )


@technology("Groupes froids à air", "air")
def air_chiller(plant: Plant) -> Effect:
    """Chilled water by air-cooled chillers all year."""
    return _chilled_water(plant, is_free=False)


@technology("Groupes froids à air, refroidissement naturel sec", "air")
def air_chiller_fc(plant: Plant) -> Effect:
    """Chilled water by air-cooled chillers, dry coolers taking over when it is cold enough."""
    return _chilled_water(plant, is_free=True)


@technology("Groupes froids à air, médias adiabatiques", "air", is_evaporative=True)
def air_chiller_fc_ad(plant: Plant) -> Effect:
    """Free cooling and chillers whose intake air is cooled by wetted pads in hot hours."""
    q = plant.q
    fans, heat = room(plant)
    cooled = part.pad_cooling(
        plant.dry_bulb, plant.wet_bulb, q["pad_effectiveness"], q["pad_threshold"]
    )
    cold = air_chillers(plant, heat, plant.dry_bulb - cooled, is_free=True)
    air = part.airflow(heat + cold, _SET["pad_air_rise"])
    evaporated = part.pad_evaporation(air, cooled, plant.wet_bulb)
    return Effect(
        power=fans + cold + q["pump"] * heat,
        recoverable=heat,
        temperature=plant.chilled_return,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
        humidification=q["humidification"],
    )


def _trim_cop(plant: Plant) -> Floats:
    return part.chiller_cop(
        plant.q["supply_air"] - _SET["trim_evaporator"],
        plant.dry_bulb + _SET["trim_condenser"],
        plant.q["chiller_air_cooled"],
        _SET["cop_cap_trim"],
    )


@technology(
    "Air extérieur direct, médias adiabatiques",
    "air",
    is_evaporative=True,
    cold_share="cold_share_free",
)
def dir_air_adiab(plant: Plant) -> Effect:
    """Outdoor air through the room, wetted when hot, locked out when too humid."""
    q = plant.q
    fans = plant.fans(q["direct_air_pressure"])
    heat = 1 + fans + plant.indoor_loss
    needed = np.maximum(plant.dry_bulb - q["supply_air"], 0.0)
    offered = q["pad_effectiveness"] * np.maximum(plant.dry_bulb - plant.wet_bulb, 0.0)
    is_humid = vapour_pressure(plant.humidity, plant.pressure) > saturation_pressure(
        _SET["lockout_dew_point"]
    )
    cooled = np.where(is_humid, 0.0, np.minimum(needed, offered))
    trim = np.clip((needed - np.minimum(needed, offered)) / q["room_air_rise"], 0.0, 1.0)
    trim = np.where(is_humid, np.maximum(trim, _SET["lockout_trim"]), trim)
    air = part.airflow(heat, q["room_air_rise"])
    evaporated = part.pad_evaporation(air, cooled, plant.wet_bulb)
    return Effect(
        power=fans + heat * trim / _trim_cop(plant),
        recoverable=heat,
        temperature=plant.exhaust,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
    )


@technology(
    "Échangeur indirect évaporatif", "air", is_evaporative=True, cold_share="cold_share_free"
)
def indirect_evap(plant: Plant) -> Effect:
    """Room air cooled through an exchanger by outdoor air, dry or wetted."""
    q = plant.q
    room = plant.fans(q["room_fan_pressure"]) * _SET["indirect_room_fan"]
    fans = q["indirect_fan"] * plant.fan_load() + room
    heat = 1 + fans * _SET["indirect_fan_heat"] + plant.indoor_loss
    dry = np.clip(q["indirect_dry"] * (plant.exhaust - plant.dry_bulb) / q["room_air_rise"], 0, 1)
    wet = np.clip(q["indirect_wet"] * (plant.exhaust - plant.wet_bulb) / q["room_air_rise"], 0, 1)
    dry_limit = plant.exhaust - q["room_air_rise"] / q["indirect_dry"]
    # An exchanger whose wet effectiveness is zero is in dry mode: not a drop.
    can_wet = np.asarray(q["indirect_wet"]) > 0
    is_wet = can_wet & (plant.dry_bulb > np.minimum(q["pad_threshold"], dry_limit))
    free = np.where(is_wet, np.maximum(dry, wet), dry)
    kept = dry * _SET["indirect_dry_credit"]
    latent = np.clip((free - kept) / np.maximum(free, 1e-6), _SET["indirect_latent_floor"], 1.0)
    evaporated = heat * free * np.where(is_wet, latent, 0.0) * SECONDS_AN_HOUR
    evaporated = evaporated / latent_heat(plant.wet_bulb)
    return Effect(
        power=fans + heat * (1 - free) / _trim_cop(plant),
        recoverable=heat,
        temperature=plant.exhaust,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
    )
