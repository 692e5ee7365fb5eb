"""Technologies that reject heat to water: towers and rivers."""

from __future__ import annotations

import numpy as np

from impacts.basis.array_types import SECONDS_AN_HOUR, Floats
from impacts.basis.constant_factors import physics
from impacts.cooling import plant_components as part
from impacts.cooling.cooling_plant import Effect, Plant, room, technology

_SET = physics("equipment")


def _towers(plant: Plant, *, is_free: bool) -> Effect:
    q = plant.q
    fans, heat = room(plant)
    compression = chilled_on_towers(plant, heat, is_free=is_free)
    rejected = heat + compression
    pumps = q["pump"] * (heat + rejected)
    tower = part.tower_fan(rejected, plant.wet_bulb, q["tower_fan"])
    makeup, evaporated = tower_water(plant, rejected)
    return Effect(
        power=fans + compression + pumps + tower,
        recoverable=heat,
        temperature=plant.chilled_return,
        makeup=makeup,
        evaporated=evaporated,
        humidification=q["humidification"],
    )


def chilled_on_towers(plant: Plant, heat: Floats, *, is_free: bool) -> Floats:
    """Return the compression of water-cooled chillers on towers, free cooling when it may.

    Parameters
    ----------
    plant : a plant at work.
    heat : kW per kW of IT to remove.
    is_free : whether towers may cool the chilled water through an exchanger.

    Returns
    -------
    Compressors, kW per kW of IT.
    """
    q = plant.q
    source = plant.wet_bulb + q["tower_approach"]
    free = (
        part.free_cooling_share(
            plant.chilled_return, source + q["exchanger_approach"], q["chilled_water_rise"]
        )
        if is_free
        else np.zeros_like(source)
    )
    condenser = np.maximum(source, _SET["condenser_water_floor"]) + q["tower_range"]
    cop = part.chiller_cop(
        plant.chilled - _SET["evaporator_approach"],
        condenser + _SET["condenser_water"],
        q["chiller_water_cooled"],
        _SET["cop_cap"],
    )
    return heat * (1 - free) / cop


def tower_water(plant: Plant, rejected: Floats) -> tuple[Floats, Floats]:
    """Return a tower's make-up and consumption.

    The bleed already carries drift away, so the larger of the two counts.

    Parameters
    ----------
    plant : a plant at work.
    rejected : kW per kW of IT.

    Returns
    -------
    Make-up and consumption, L/kWh of IT.
    """
    q = plant.q
    per_kj = part.tower_evaporation(
        plant.dry_bulb, plant.humidity, plant.pressure, q["tower_air_ratio"], q["tower_range"]
    )
    evaporated = per_kj * SECONDS_AN_HOUR * rejected
    drift = part.tower_drift(rejected, q["drift"], q["tower_range"])
    bleed = part.blow_down(evaporated, q["cycles_of_concentration"])
    return evaporated + np.maximum(bleed, drift), evaporated + drift


@technology("Groupes froids à eau et tours", "eau", is_evaporative=True)
def wc_tower(plant: Plant) -> Effect:
    """Water-cooled chillers on cooling towers all year."""
    return _towers(plant, is_free=False)


@technology("Groupes froids à eau, tours et échangeur", "eau", is_evaporative=True)
def wc_tower_wse(plant: Plant) -> Effect:
    """Water-cooled chillers on cooling towers, with a waterside economiser."""
    return _towers(plant, is_free=True)


@technology("Eau de rivière", "eau", cold_share="cold_share_free")
def river(plant: Plant) -> Effect:
    """Chilled water by river water, chillers condensing on it when it is too warm."""
    q = plant.q
    fans, heat = room(plant)
    water = part.river_temperature(plant.dry_bulb)
    free = part.free_cooling_share(
        plant.chilled_return, water + q["river_approach"], q["chilled_water_rise"]
    )
    cop = part.chiller_cop(
        plant.chilled - _SET["evaporator_approach"],
        water + _SET["river_condenser"],
        q["chiller_water_cooled"],
        _SET["cop_cap"],
    )
    compression = heat * (1 - free) / cop
    rejected = heat + compression
    return Effect(
        power=fans + compression + q["pump"] * heat + q["river_pump"] * rejected,
        recoverable=heat,
        temperature=plant.chilled_return,
        # The water goes back, but a warmed river evaporates more downstream.
        evaporated=_SET["river_evaporation"] * rejected,
        humidification=q["humidification"],
        through_flow=part.through_flow(rejected, _SET["river_rise"]),
    )
