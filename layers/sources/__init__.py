"""One file a layer: its contract, and the tidy function that never opens a file."""

from layers.words.discovery import import_all

import_all(__name__, __path__)
