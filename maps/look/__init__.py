"""Colours, words, outlines and packing that every page and picture shares."""
