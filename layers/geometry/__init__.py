"""Shapes and cells: laying one over another, counting, measuring distances."""
