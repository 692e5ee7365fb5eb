"""Footprint of a candidate, hour by hour: numbers in, numbers out, no file but our constants.

The themes are imported here, one by one: a theme that is not imported is not in the ledger.
"""

from impacts import carbon, energy, grid, heat, land, water
from impacts.assess import assess
from impacts.factors import factors
from impacts.footprint import climate, footprint
from impacts.portfolio import of_plan

__all__ = [
    "assess",
    "carbon",
    "climate",
    "energy",
    "factors",
    "footprint",
    "grid",
    "heat",
    "land",
    "of_plan",
    "water",
]
