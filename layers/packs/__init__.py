"""Packs: built from official exports, written the same way each time, opened lazily."""
