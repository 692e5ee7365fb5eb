"""Footprint of a candidate, hour by hour: numbers in, numbers out, no file but our constants.

What an analyst asks of this floor is here; the ledger of quantities fills itself.
"""

from impacts.assess import assess
from impacts.basis.constant_factors import factors
from impacts.footprints.plan_footprint import of_plan
from impacts.footprints.site_footprint import climate, footprint

__all__ = [
    "assess",
    "climate",
    "factors",
    "footprint",
    "of_plan",
]
