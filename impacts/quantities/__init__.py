"""Quantities of the footprint, each registered in the ledger by the file that holds it."""

from layers.words.discovery import import_all

import_all(__name__, __path__)
