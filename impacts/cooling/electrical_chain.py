"""The electrical chain: what is lost before and beside the servers, per kW they draw."""

from __future__ import annotations

from impacts.basis.array_types import Number


def ups_loss(
    utilisation: Number, redundancy: Number, no_load: Number, linear: Number, quadratic: Number
) -> Number:
    """Return (a₀ + a₁v + a₂v²)·n/u, with n = 1 + redundancy modules sharing v = u/n.

    Usual form of inverter losses; utilisation u and the result in 1.

    Parameters
    ----------
    utilisation : mean IT load over installed IT power, in ]0, 1].
    redundancy : spare modules, as a share of those needed.
    no_load, linear, quadratic : a₀, a₁ and a₂, in 1 of a module's rating.

    Returns
    -------
    kW lost per kW of IT.

    Examples
    --------
    >>> round(ups_loss(1.0, 0.0, 0.010, 0.004, 0.018), 3)
    0.032
    """
    modules = 1 + redundancy
    share = utilisation / modules
    return (no_load + linear * share + quadratic * share**2) * modules / utilisation


def distribution_loss(
    utilisation: Number, redundancy: Number, fixed: Number, variable: Number
) -> Number:
    """Return transformer and panel losses: no-load on every module, the rest with the load.

    Parameters
    ----------
    utilisation : mean IT load over installed IT power, in ]0, 1].
    redundancy : spare modules, as a share of those needed.
    fixed, variable : no-load losses of a module, and load losses at full load, in 1 of the rating.

    Returns
    -------
    kW lost per kW of IT.

    Examples
    --------
    >>> round(distribution_loss(0.5, 0.0, 0.004, 0.010), 3)
    0.013
    """
    return fixed * (1 + redundancy) / utilisation + variable * utilisation


def auxiliary_load(utilisation: Number, per_rated: Number) -> Number:
    """Return lighting, controls and offices: constant, so heavier at low load.

    Parameters
    ----------
    utilisation : mean IT load over installed IT power, in ]0, 1].
    per_rated : kW per kW of installed IT.

    Returns
    -------
    kW per kW of IT drawn.

    Examples
    --------
    >>> auxiliary_load(0.5, 0.008)
    0.016
    """
    return per_rated / utilisation
