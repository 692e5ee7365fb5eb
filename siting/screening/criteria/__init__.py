"""Criteria by theme; a theme that is not imported here is not registered."""

from siting.screening.criteria import climate, grid, heat, land, nature, people, risk, water
from siting.screening.criteria.criterion_registry import CRITERIA, Criterion

__all__ = [
    "CRITERIA",
    "Criterion",
    "climate",
    "grid",
    "heat",
    "land",
    "nature",
    "people",
    "risk",
    "water",
]
