"""The blocks of a site sheet, each registered by the file that holds it."""

from layers.words.discovery import import_all
from maps.paper.blocks.block_registry import BLOCKS, filled

import_all(__name__, __path__)

__all__ = ["BLOCKS", "filled"]
