"""The families of rules, each registered by the file that holds it."""

from layers.words.discovery import import_all

import_all(__name__, __path__)
