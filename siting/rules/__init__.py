"""The families of rules; a family that is not imported here is not registered."""

from siting.rules import demand, energy, grid, heat, land, territory, water

__all__ = ["demand", "energy", "grid", "heat", "land", "territory", "water"]
