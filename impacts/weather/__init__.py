"""Hourly weather: read, mended, brought to a place; moist air; hot hours."""
