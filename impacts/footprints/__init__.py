"""Quantities put together: a megawatt here, a whole plan, a project on paper."""
