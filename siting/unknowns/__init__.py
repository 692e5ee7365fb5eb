"""What is not known, and how much each unknown could change the plan."""

from siting.unknowns import demand, grid, heat, land, nature, water
from siting.unknowns.bounds import Base, Effect, Reaction, effects
from siting.unknowns.registry import UNKNOWNS
from siting.unknowns.yards import yards_effects

__all__ = [
    "UNKNOWNS",
    "Base",
    "Effect",
    "Reaction",
    "demand",
    "effects",
    "grid",
    "heat",
    "land",
    "nature",
    "water",
    "yards_effects",
]
