"""The families of rules; a family that is not imported here is not registered."""

from siting.program.rules import (
    climate,
    cumulative,
    demand,
    designs,
    energy,
    grid,
    heat,
    land,
    locks,
    nature,
    risk,
    solar,
    territory,
    water,
)

__all__ = [
    "climate",
    "cumulative",
    "demand",
    "designs",
    "energy",
    "grid",
    "heat",
    "land",
    "locks",
    "nature",
    "risk",
    "solar",
    "territory",
    "water",
]
