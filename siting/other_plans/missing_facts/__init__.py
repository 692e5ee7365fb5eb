"""What is not known, and how much each unknown could change the plan."""

from siting.other_plans.missing_facts import demand, grid, heat, land, nature, water
from siting.other_plans.missing_facts.fact_bounds import Base, Effect, Reaction, effects
from siting.other_plans.missing_facts.fact_registry import UNKNOWNS
from siting.other_plans.missing_facts.missing_yard_room import yards_effects

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
