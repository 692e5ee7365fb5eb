"""The window: reads a results folder and draws it; nothing flows back."""

import logging

# The drawing library tells, in English, of a font cache it builds or cannot save: we bring ours.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
