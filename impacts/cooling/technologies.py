"""Eleven ways to cool, each composed from the same parts; an addition is one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from impacts.arrays import Floats, Number
from impacts.cooling import components as part
from impacts.factors import physics
from impacts.psychrometrics import latent_heat, saturation_pressure, vapour_pressure
from impacts.arrays import SECONDS_AN_HOUR

_SET = physics("equipment")


@dataclass(frozen=True)
class Plant:
    """A plant at work: outdoor air, load, parameters, and the heat its electricity adds indoors.

    Temperatures in degC, pressure in Pa, humidity in kg/kg; ``indoor_loss`` in kW/kW.
    """

    dry_bulb: Floats
    wet_bulb: Floats
    humidity: Floats
    pressure: Floats
    utilisation: Number
    q: Mapping[str, Number]
    indoor_loss: Number

    @property
    def chilled(self) -> Number:
        """Return the chilled water's supply temperature."""
        return self.q["supply_air"] - self.q["chilled_water_approach"]

    @property
    def chilled_return(self) -> Number:
        """Return the chilled water's return temperature."""
        return self.chilled + self.q["chilled_water_rise"]

    @property
    def exhaust(self) -> Number:
        """Return the room's return-air temperature."""
        return self.q["supply_air"] + self.q["room_air_rise"]

    def fans(self, pressure_drop: Number) -> Floats:
        """Return room-fan power at this load."""
        q = self.q
        design = part.room_fan(pressure_drop, q["room_air_rise"], q["room_fan_efficiency"])
        return self.fan_load() * design

    def fan_load(self) -> Floats:
        """Return the part-load multiplier of the fans."""
        q = self.q
        return part.part_load_fan(
            self.utilisation, q["air_redundancy"], q["fan_floor"], q["fan_exponent"]
        )


@dataclass(frozen=True)
class Effect:
    """What cooling costs and gives per kW (kWh) of IT.

    ``power`` kW/kW; ``makeup`` (evaporation, blow-down, drift), ``evaporated`` (with drift),
    ``humidification`` and ``through_flow`` L/kWh; ``recoverable`` kW/kW at ``temperature`` degC.
    """

    power: Number
    recoverable: Number
    temperature: Number
    makeup: Number = 0.0
    evaporated: Number = 0.0
    humidification: Number = 0.0
    through_flow: Number = 0.0


@dataclass(frozen=True)
class Technology:
    """A cooling technology: its papers, and the function that runs it."""

    name: str
    label_fr: str
    family: str
    is_liquid: bool
    is_evaporative: bool
    cold_share: str = field(default="")
    """Which carbon constant scales its mechanical cold; empty: all of it."""
    run: Callable[[Plant], Effect] = field(repr=False, kw_only=True)


TECHNOLOGIES: dict[str, Technology] = {}

Model = Callable[[Plant], Effect]


def technology(
    label_fr: str,
    family: str,
    *,
    is_liquid: bool = False,
    is_evaporative: bool = False,
    cold_share: str = "",
) -> Callable[[Model], Model]:
    """Register a function as a technology, under its own name."""

    def register(run: Model) -> Model:
        name = run.__name__
        TECHNOLOGIES[name] = Technology(
            name, label_fr, family, is_liquid, is_evaporative, cold_share, run=run
        )
        return run

    return register


def _room(plant: Plant, air_heat: Number = 1.0) -> tuple[Floats, Floats]:
    """Fans of a closed room, and the heat to remove: servers on air, fans, indoor losses."""
    fans = plant.fans(plant.q["room_fan_pressure"]) * air_heat
    return fans, air_heat + fans + plant.indoor_loss


def _air_chillers(plant: Plant, heat: Floats, intake: Floats, *, is_free: bool) -> Floats:
    """Air-cooled chillers, with dry free cooling when it helps; kW for a heat in kW."""
    q = plant.q
    free = (
        part.free_cooling_share(
            plant.chilled_return, intake + q["dry_approach"], q["chilled_water_rise"]
        )
        if is_free
        else np.zeros_like(intake)
    )
    cop = part.chiller_cop(
        plant.chilled - _SET["evaporator_approach"],
        intake + _SET["condenser_air"],
        q["chiller_air_cooled"],
        _SET["cop_cap"],
    )
    drive = plant.chilled_return - intake
    fans = part.dry_cooler_fan(heat * free, drive, q["dry_approach"], q["dry_fan"])
    return heat * (1 - free) / cop + fans


@technology("Détente directe", "air")
def dx(plant: Plant) -> Effect:
    """Direct expansion: refrigerant in the room units, no water loop, no free cooling."""
    fans, heat = _room(plant)
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
    fans, heat = _room(plant)
    cold = _air_chillers(plant, heat, plant.dry_bulb, is_free=is_free)
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
    fans, heat = _room(plant)
    cooled = part.pad_cooling(
        plant.dry_bulb, plant.wet_bulb, q["pad_effectiveness"], q["pad_threshold"]
    )
    cold = _air_chillers(plant, heat, plant.dry_bulb - cooled, is_free=True)
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


def _towers(plant: Plant, *, is_free: bool) -> Effect:
    q = plant.q
    fans, heat = _room(plant)
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
    compression = heat * (1 - free) / cop
    rejected = heat + compression
    pumps = q["pump"] * (heat + rejected)
    tower = part.tower_fan(rejected, plant.wet_bulb, q["tower_fan"])
    makeup, evaporated = _tower_water(plant, rejected)
    return Effect(
        power=fans + compression + pumps + tower,
        recoverable=heat,
        temperature=plant.chilled_return,
        makeup=makeup,
        evaporated=evaporated,
        humidification=q["humidification"],
    )


def _tower_water(plant: Plant, rejected: Floats) -> tuple[Floats, Floats]:
    """Make-up and consumption; the bleed already carries drift away, so the larger counts."""
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


def _trim_cop(plant: Plant) -> Floats:
    return part.chiller_cop(
        plant.q["supply_air"] - _SET["trim_evaporator"],
        plant.dry_bulb + _SET["trim_condenser"],
        plant.q["chiller_air_cooled"],
        _SET["cop_cap_trim"],
    )


@technology("Air extérieur direct, médias adiabatiques", "air", is_evaporative=True, cold_share="cold_share_free")
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


@technology("Échangeur indirect évaporatif", "air", is_evaporative=True, cold_share="cold_share_free")
def indirect_evap(plant: Plant) -> Effect:
    """Room air cooled through an exchanger by outdoor air, dry or wetted."""
    q = plant.q
    room = plant.fans(q["room_fan_pressure"]) * _SET["indirect_room_fan"]
    fans = q["indirect_fan"] * plant.fan_load() + room
    heat = 1 + fans * _SET["indirect_fan_heat"] + plant.indoor_loss
    dry = np.clip(q["indirect_dry"] * (plant.exhaust - plant.dry_bulb) / q["room_air_rise"], 0, 1)
    wet = np.clip(q["indirect_wet"] * (plant.exhaust - plant.wet_bulb) / q["room_air_rise"], 0, 1)
    dry_limit = plant.exhaust - q["room_air_rise"] / q["indirect_dry"]
    is_wet = plant.dry_bulb > np.minimum(q["pad_threshold"], dry_limit)
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


def _direct_liquid(plant: Plant, *, has_pads: bool) -> Effect:
    """Most heat leaves by warm water; the residual air keeps chillers with free cooling."""
    q = plant.q
    liquid = q["liquid_share"]
    fans, air_heat = _room(plant, 1 - liquid)
    residual = _air_chillers(plant, air_heat, plant.dry_bulb, is_free=True)
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


@technology("Refroidissement liquide, aéroréfrigérants secs", "liquide", is_liquid=True, cold_share="cold_share_liquid")
def dlc_dry(plant: Plant) -> Effect:
    """Direct liquid cooling on dry coolers."""
    return _direct_liquid(plant, has_pads=False)


@technology("Refroidissement liquide, aéroréfrigérants adiabatiques", "liquide", is_liquid=True, is_evaporative=True, cold_share="cold_share_liquid")
def dlc_adiab(plant: Plant) -> Effect:
    """Direct liquid cooling on dry coolers with wetted pads in hot hours."""
    return _direct_liquid(plant, has_pads=True)


@technology("Eau de rivière", "eau", cold_share="cold_share_free")
def river(plant: Plant) -> Effect:
    """Chilled water by river water, chillers condensing on it when it is too warm."""
    q = plant.q
    fans, heat = _room(plant)
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
        humidification=q["humidification"],
        through_flow=part.through_flow(rejected, _SET["river_rise"]),
    )
