"""The electrical chain: what is lost before and beside the servers, per kW they draw."""

from __future__ import annotations

from impacts.basis.array_types import Number


def ups_loss(
    utilisation: Number, redundancy: Number, no_load: Number, linear: Number, quadratic: Number
) -> Number:
    """Return (a₀ + a₁v + a₂v²)·n/u, with n = 1 + redundancy modules sharing v = u/n.

    Usual form of inverter losses; utilisation u and the result in 1.

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

    >>> round(distribution_loss(0.5, 0.0, 0.004, 0.010), 3)
    0.013
    """
    return fixed * (1 + redundancy) / utilisation + variable * utilisation


def auxiliary_load(utilisation: Number, per_rated: Number) -> Number:
    """Return lighting, controls and offices: constant, so heavier at low load.

    >>> auxiliary_load(0.5, 0.008)
    0.016
    """
    return per_rated / utilisation
