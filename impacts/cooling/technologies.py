"""The technologies that are known: a family not imported here is not registered."""

from __future__ import annotations

from impacts.cooling import air, liquid, wet
from impacts.cooling.plant import TECHNOLOGIES, Effect, Plant, Technology

FAMILIES = (air, wet, liquid)

__all__ = ["FAMILIES", "TECHNOLOGIES", "Effect", "Plant", "Technology"]
