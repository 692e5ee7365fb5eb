"""One file a service: how it is asked, what its answer must look like, what it lands."""

from layers.words.discovery import import_all

import_all(__name__, __path__)
