"""What is not known, and how much each unknown could change the plan."""

from siting.unknowns.bounds import Effect, effects, yards_effects
from siting.unknowns.registry import UNKNOWNS

__all__ = ["UNKNOWNS", "Effect", "effects", "yards_effects"]
