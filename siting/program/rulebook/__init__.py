"""The rules and the formulation, as pages that a planner reads."""
