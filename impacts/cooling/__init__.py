"""Cooling: twelve technologies, five vintages, on any weather."""

from impacts.cooling.hourly_cooling import OUTPUTS, VINTAGES, simulate
from impacts.cooling.known_technologies import TECHNOLOGIES, Technology

__all__ = ["OUTPUTS", "TECHNOLOGIES", "VINTAGES", "Technology", "simulate"]
