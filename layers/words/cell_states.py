"""What a cell of an eligibility grid says: excluded, eligible, unknown, or not ours to judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXCLUDED: Final = 0
ELIGIBLE: Final = 1
UNKNOWN: Final = 2
OUTSIDE: Final = 255

RULED_OUT: Final = 254
"""On a grid of counts of unknown rules: excluded by what is known; OUTSIDE keeps its code."""

STATE_FR: Mapping[int, str] = {
    ELIGIBLE: "éligible",
    EXCLUDED: "exclu",
    UNKNOWN: "inconnu (non évalué)",
    OUTSIDE: "hors du territoire",
}
