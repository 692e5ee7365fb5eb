"""The technologies that are known: a family not imported here is not registered."""

from __future__ import annotations

from impacts.cooling import air_cooling, liquid_cooling, wet_cooling
from impacts.cooling.cooling_plant import TECHNOLOGIES, Effect, Plant, Technology

FAMILIES = (air_cooling, wet_cooling, liquid_cooling)

__all__ = ["FAMILIES", "TECHNOLOGIES", "Effect", "Plant", "Technology"]
