"""Footprint of a candidate, hour by hour: numbers in, numbers out, no file but our constants."""
