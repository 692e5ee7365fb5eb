"""Compiled loops: what GEOS does one pair at a time, done thousands of times over plain arrays.

Import them where they are called, never at the top of a module: compiling tools are slow to load.
"""
