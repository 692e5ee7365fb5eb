"""Who else can use the heat, how a heat pump counts in its reuse, and what the law asks."""

from __future__ import annotations

from collections.abc import Mapping

from impacts.basis.constant_factors import number
from layers.words.dated_values import Value


def pool_mwh(basin_m2: float, factors: Mapping[str, Value]) -> float:
    """Return the heat a swimming pool needs in a year, from its basins' area.

    Parameters
    ----------
    basin_m2 : area of water.
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    MWh a year.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> pool_mwh(1000.0, factors(date(2026, 11, 23)))
    2800.0
    """
    return basin_m2 * number(factors, "heat.pool_need")


def reuse_factor_with_pump(hot_gwh: float, site_gwh: float, pump_gwh: float) -> float:
    """Return ERF with the heat pump inside the boundary: hot side over site and pump.

    The other definition (EN 50600-4-6) is the heat handed over before the pump ÷ site energy.

    Parameters
    ----------
    hot_gwh : heat handed over after the pump, in a year.
    site_gwh, pump_gwh : electricity of the site without its pump, and of the pump, in a year.

    Returns
    -------
    ERF [1]; 0 without energy.

    Examples
    --------
    >>> reuse_factor_with_pump(25.0, 95.0, 5.0)
    0.25
    """
    whole = site_gwh + pump_gwh
    return hot_gwh / whole if whole else 0.0


def must_reuse(installed_mw: float, has_feasible_sink: bool, factors: Mapping[str, Value]) -> str:
    """Say in French what the duty to reuse heat asks of a site.

    Parameters
    ----------
    installed_mw : installed power, compared with the duty's threshold.
    has_feasible_sink : whether a sink within reach passes `is_feasible`.
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    One French sentence without stop.

    Examples
    --------
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
