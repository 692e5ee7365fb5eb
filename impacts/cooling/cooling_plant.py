"""A plant at work, what its cooling costs and gives, and the registry of technologies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from impacts.basis.array_types import Floats, Number
from impacts.basis.constant_factors import physics
from impacts.cooling import plant_components as part

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
        """Return room-fan power at this load.

        Parameters
        ----------
        pressure_drop : Pa, met by the air at design flow.

        Returns
        -------
        kW per kW of IT, shape of the load and parameters.
        """
        q = self.q
        design = part.room_fan(pressure_drop, q["room_air_rise"], q["room_fan_efficiency"])
        return self.fan_load() * design

    def fan_load(self) -> Floats:
        """Return the part-load multiplier of the fans.

        Returns
        -------
        Factor on design power [1], shape of the load and parameters.
        """
        q = self.q
        return part.part_load_fan(
            self.utilisation, q["air_redundancy"], q["fan_floor"], q["fan_exponent"]
        )


@dataclass(frozen=True)
class Effect:
    """What cooling costs and gives per kW (kWh) of IT.

    ``power`` kW/kW; ``makeup`` (evaporation, blow-down, drift), ``evaporated`` (with drift, and
    downstream of a warmed river), ``humidification``, ``humidifier_bleed`` (brought in, drained)
    and ``through_flow`` L/kWh; ``recoverable`` kW/kW at ``temperature`` degC.
    """

    power: Number
    recoverable: Number
    temperature: Number
    makeup: Number = 0.0
    evaporated: Number = 0.0
    humidification: Number = 0.0
    humidifier_bleed: Number = 0.0
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
    """Register a function as a technology, under its own name.

    Parameters
    ----------
    label_fr, family : French name, and the family it is listed in.
    is_liquid, is_evaporative : whether a liquid takes the servers' heat, whether water evaporates.
    cold_share : key of ``carbon.toml`` that scales its mechanical cold; empty: all of it.

    Returns
    -------
    Decorator that registers the function and returns it unchanged.
    """

    def register(run: Model) -> Model:
        name = run.__name__
        TECHNOLOGIES[name] = Technology(
            name, label_fr, family, is_liquid, is_evaporative, cold_share, run=run
        )
        return run

    return register


def room(plant: Plant, air_heat: Number = 1.0) -> tuple[Floats, Floats]:
    """Return the fans of a closed room, and the heat to remove: servers, fans, indoor losses.

    Parameters
    ----------
    plant : a plant at work.
    air_heat : part of the IT heat that goes to the air, in 0–1.

    Returns
    -------
    Fans and heat, kW per kW of IT.
    """
    fans = plant.fans(plant.q["room_fan_pressure"]) * air_heat
    return fans, air_heat + fans + plant.indoor_loss


def air_chillers(plant: Plant, heat: Floats, intake: Floats, *, is_free: bool) -> Floats:
    """Return the power of air-cooled chillers, with dry free cooling when it helps.

    Parameters
    ----------
    plant : a plant at work.
    heat : kW per kW of IT to remove.
    intake : temperature of the air they take in, degC.
    is_free : whether they may cool freely.

    Returns
    -------
    Compressors and dry coolers' fans, kW per kW of IT.
    """
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


def wetted(
    plant: Plant,
    above: Number,
    power_of: Callable[[Floats], Floats],
    *,
    is_staged: bool,
    can_wet: NDArray[np.bool_] | bool = True,
) -> tuple[Floats, Floats]:
    """Return what wetted pads take off the air to hold a set-point, and the power it then takes.

    The one rule of every pad of the house: dry while outdoor air alone holds the set-point, dry
    again where wetting would not lower the PUE by ``wetting_worth``.

    Parameters
    ----------
    plant : a plant at work.
    above : degC of outdoor air above which it does not hold the set-point alone; it follows from
        the set-point, so that a warmer one is wetted later.
    power_of : kelvins taken off the air → kW per kW of IT.
    is_staged : pads wetted one by one, just as much as needed; else all at once.
    can_wet : False where the air is refused.

    Returns
    -------
    Kelvins taken off the air, and kW per kW of IT.
    """
    offered = plant.q["pad_effectiveness"] * np.maximum(plant.dry_bulb - plant.wet_bulb, 0.0)
    excess = np.maximum(plant.dry_bulb - above, 0.0)
    wanted = np.minimum(excess, offered) if is_staged else np.where(excess > 0, offered, 0.0)
    cooled = np.where(can_wet, wanted, 0.0)
    dry, wet = power_of(np.zeros_like(cooled)), power_of(cooled)
    is_worth = dry - wet >= _SET["wetting_worth"]
    return np.where(is_worth, cooled, 0.0), np.where(is_worth, wet, dry)
