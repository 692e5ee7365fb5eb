"""Quantities: one registered function each; a theme that is not imported is not in the ledger."""

from impacts.quantities import carbon, energy, grid, heat, land, noise, water

__all__ = ["carbon", "energy", "grid", "heat", "land", "noise", "water"]
