"""The blocks of a site sheet; a theme that is not imported is not on the sheet."""

from maps.paper.blocks import identity, land, people, power, risks, steps, trust, water, why
from maps.paper.blocks.block_registry import BLOCKS, filled

__all__ = [
    "BLOCKS",
    "filled",
    "identity",
    "land",
    "people",
    "power",
    "risks",
    "steps",
    "trust",
    "water",
    "why",
]
