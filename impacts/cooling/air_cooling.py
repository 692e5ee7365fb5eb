"""Technologies that leave servers on air and reject heat to outdoor air."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import SECONDS_AN_HOUR, Floats
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
from impacts.weather.psychrometrics import (
    humidity_ratio,
    latent_heat,
    saturation_pressure,
    vapour_pressure,
)

_SET = physics("equipment")


@technology("Détente directe", "air")
def dx(plant: Plant) -> Effect:
    """Direct expansion: refrigerant in the room units, no water loop, no free cooling."""
    fans, heat = room(plant)
    q = plant.q
    # Outdoor units keep their condensing pressure up in cold weather, old ones far more.
    condensing = plant.dry_bulb + _SET["condenser_direct_expansion"]
    cop = part.chiller_cop(
        q["supply_air"] - _SET["direct_expansion_evaporator"],
        np.maximum(condensing, q["condensing_floor"]),
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
    # Pads serve the chilled water's return: dry until air alone does not cool it any more.
    above = plant.chilled_return - q["dry_approach"] + q["pad_delay"]
    cooled, cold = wetted(
        plant,
        above,
        lambda taken: air_chillers(plant, heat, plant.dry_bulb - taken, is_free=True),
        is_staged=False,
    )
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
    is_humid = vapour_pressure(plant.humidity, plant.pressure) > saturation_pressure(
        _SET["lockout_dew_point"]
    )
    cop = _trim_cop(plant)

    def trim(taken: Floats) -> Floats:
        share = np.clip((needed - taken) / q["room_air_rise"], 0.0, 1.0)
        return heat * np.where(is_humid, np.maximum(share, _SET["lockout_trim"]), share) / cop

    cooled, compression = wetted(plant, q["supply_air"], trim, is_staged=True, can_wet=~is_humid)
    air = part.airflow(heat, q["room_air_rise"])
    evaporated = part.pad_evaporation(air, cooled, plant.wet_bulb)
    added = _winter_humidification(plant, heat, cooled)
    return Effect(
        power=fans + compression,
        recoverable=heat,
        temperature=plant.exhaust,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
        # An open room never drinks less than a closed one: the same services, and dry weather.
        humidification=q["humidification"] + added,
        humidifier_bleed=part.blow_down(added, q["cycles_of_concentration"]),
    )


def _winter_humidification(plant: Plant, heat: Floats, cooled: Floats) -> Floats:
    """Return the water that keeps the air supplied above its lowest dew point [L/kWh]."""
    floor = humidity_ratio(saturation_pressure(plant.q["humidity_floor"]), plant.pressure)
    latent = latent_heat(plant.wet_bulb)
    humid = plant.humidity + part.moisture_of(cooled, latent)
    lacking = np.maximum(floor - humid, 0.0)
    # In the cold, room air is mixed in: only what carries the heat out comes from outdoors.
    rise = np.maximum(plant.exhaust - plant.dry_bulb, plant.q["room_air_rise"])
    return part.humidifier_water(heat, rise, lacking, latent)


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
    # Wet only above the air that carries all the heat dry: the exchanger's own set-point.
    dry_limit = plant.exhaust - q["room_air_rise"] / q["indirect_dry"]
    cop = _trim_cop(plant)
    spared = heat * np.maximum(wet - dry, 0.0) / cop
    is_wet = (plant.dry_bulb > dry_limit) & (spared >= _SET["wetting_worth"])
    free = np.where(is_wet, np.maximum(dry, wet), dry)
    kept = dry * _SET["indirect_dry_credit"]
    latent = np.clip((free - kept) / np.maximum(free, 1e-6), _SET["indirect_latent_floor"], 1.0)
    evaporated = heat * free * np.where(is_wet, latent, 0.0) * SECONDS_AN_HOUR
    evaporated = evaporated / latent_heat(plant.wet_bulb)
    return Effect(
        power=fans + heat * (1 - free) / cop,
        recoverable=heat,
        temperature=plant.exhaust,
        makeup=evaporated + part.blow_down(evaporated, q["cycles_of_concentration"]),
        evaporated=evaporated,
    )
