"""Cooling: eleven technologies, three vintages, on any weather."""

from impacts.cooling.table import OUTPUTS, VINTAGES, simulate
from impacts.cooling.technologies import TECHNOLOGIES, Technology

__all__ = ["OUTPUTS", "TECHNOLOGIES", "VINTAGES", "Technology", "simulate"]
