"""Criteria by theme, each registered by the file that holds it."""

from layers.words.discovery import import_all
from siting.screening.criteria.criterion_registry import CRITERIA, Criterion

import_all(__name__, __path__)

__all__ = ["CRITERIA", "Criterion"]
