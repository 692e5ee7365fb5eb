"""What is not known, and how much each unknown could change the plan."""

from layers.words.discovery import import_all
from siting.other_plans.missing_facts.fact_bounds import Base, Effect, Reaction, effects
from siting.other_plans.missing_facts.fact_registry import UNKNOWNS
from siting.other_plans.missing_facts.missing_yard_room import yards_effects

import_all(__name__, __path__)

__all__ = ["UNKNOWNS", "Base", "Effect", "Reaction", "effects", "yards_effects"]
