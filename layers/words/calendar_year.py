"""The calendar every yearly figure is counted on: 365 days, no leap day."""

from __future__ import annotations

DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
