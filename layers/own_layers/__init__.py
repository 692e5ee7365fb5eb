"""Layers and rasters that a user brings, held to the same contract as official ones."""
