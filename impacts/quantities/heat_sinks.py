"""Who else can use the heat: pools, greenhouses, dwellings; how far; and what the law asks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import number
from impacts.quantities.heat import degree_hours, is_dense_enough
from layers.words.dated_values import Value
from layers.words.french import quantity


def pool_mwh(basin_m2: float, factors: Mapping[str, Value]) -> float:
    """Return the heat a swimming pool needs in a year [MWh], from its basins' area.

    >>> from datetime import date
    >>> from impacts import factors
    >>> pool_mwh(1000.0, factors(date(2026, 11, 23)))
    2800.0
    """
    return basin_m2 * number(factors, "heat.pool_need")


def greenhouse_mwh(area_m2: float, factors: Mapping[str, Value]) -> float:
    """Return the heat a greenhouse needs in a year [MWh].

    >>> from datetime import date
    >>> from impacts import factors
    >>> round(greenhouse_mwh(10_000.0, factors(date(2026, 11, 23))))
    2800
    """
    return area_m2 * number(factors, "heat.greenhouse_need")


def dwellings_served(heat_mwh: float, factors: Mapping[str, Value]) -> float:
    """Return how many dwellings a heat of so many MWh a year would serve.

    >>> from datetime import date
    >>> from impacts import factors
    >>> dwellings_served(4000.0, factors(date(2026, 11, 23)))
    800.0
    """
    return heat_mwh / number(factors, "heat.dwelling_need")


def pool_shares(dry_bulb: Floats, factors: Mapping[str, Value]) -> Floats:
    """Return each hour's share of a pool's year: part steady, part with the cold (8,760)."""
    steady = number(factors, "heat.pool_steady_share")
    return _mixed(dry_bulb, steady, factors)


def greenhouse_shares(dry_bulb: Floats, factors: Mapping[str, Value]) -> Floats:
    """Return each hour's share of a greenhouse's year: all with the cold (8,760)."""
    return _mixed(dry_bulb, 0.0, factors)


def _mixed(dry_bulb: Floats, steady: float, factors: Mapping[str, Value]) -> Floats:
    hot_water = number(factors, "heat.hot_water_share")
    flat = 1 / len(dry_bulb)
    # Degree hours come with a steady part for hot water: take it off before sharing.
    cold = (degree_hours(dry_bulb, factors) - hot_water * flat) / (1 - hot_water)
    return np.asarray((1 - steady) * cold + steady * flat)


def is_feasible(
    delivered_mwh: float, pipe_m: float, factors: Mapping[str, Value]
) -> tuple[bool, str]:
    """Say whether a link of so many metres is worth drawing, and why in French.

    >>> from datetime import date
    >>> from impacts import factors
    >>> is_feasible(26_000.0, 4_000.0, factors(date(2026, 11, 23)))[0]
    True
    """
    reach = number(factors, "heat.pipe_reach")
    if pipe_m > reach:
        return False, f"{quantity(pipe_m, 'm')} de conduite, au plus {quantity(reach, 'm')}"
    floor = number(factors, "heat.linear_density_floor")
    density = quantity(delivered_mwh / max(pipe_m, 1.0), "MWh/m", 1)
    if not is_dense_enough(delivered_mwh, pipe_m, factors):
        return False, f"{density}, sous {quantity(floor, 'MWh/m', 1)}"
    return True, f"{density}, au moins {quantity(floor, 'MWh/m', 1)}"


def reuse_factor_with_pump(hot_gwh: float, site_gwh: float, pump_gwh: float) -> float:
    """Return ERF with the heat pump inside the boundary: hot side over site and pump.

    The other definition, the heat handed over before the pump, is ``heat.reuse_factor``.

    >>> reuse_factor_with_pump(25.0, 95.0, 5.0)
    0.25
    """
    whole = site_gwh + pump_gwh
    return hot_gwh / whole if whole else 0.0


def must_reuse(installed_mw: float, has_feasible_sink: bool, factors: Mapping[str, Value]) -> str:
    """Say in French what the duty to reuse heat asks of a site.

    >>> from datetime import date
    >>> from impacts import factors
    >>> must_reuse(0.4, True, factors(date(2026, 11, 23)))
    'sous le seuil de valorisation de la chaleur'
    """
    if installed_mw < number(factors, "heat.duty"):
        return "sous le seuil de valorisation de la chaleur"
    if has_feasible_sink:
        return "valorisation de la chaleur due : un débouché est à portée"
    return "valorisation de la chaleur due, sauf impossibilité à démontrer : aucun débouché trouvé"
