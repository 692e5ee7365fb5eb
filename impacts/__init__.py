"""Footprint of a candidate, hour by hour: numbers in, numbers out, no file but our constants.

The themes are imported here, one by one: a theme that is not imported is not in the ledger.
"""

from impacts.assess import assess
from impacts.basis.constant_factors import factors
from impacts.footprints.plan_footprint import of_plan
from impacts.footprints.site_footprint import climate, footprint
from impacts.quantities import carbon, energy, grid, heat, land, water

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
