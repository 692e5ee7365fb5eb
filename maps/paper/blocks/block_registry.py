"""The sixteen blocks of a sheet, each a function of one site, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from maps.paper.blocks.block_content import Block, Item
from maps.paper.sheet_material import Subject

Filling: TypeAlias = Callable[[Subject], Iterator[Item]]
BLOCKS: dict[int, tuple[str, Filling]] = {}


def block(number: int, title: str) -> Callable[[Filling], Filling]:
    """Register a block; its function yields what the block holds.

    Parameters
    ----------
    number : place of the block in the sheet, from 1.
    title : French heading.

    Returns
    -------
    Decorator that registers the function and returns it unchanged.

    Raises
    ------
    ValueError : when the number is taken.
    """

    def register(filling: Filling) -> Filling:
        if number in BLOCKS:
            raise ValueError(f"le bloc {number} est déjà écrit")
        BLOCKS[number] = (title, filling)
        return filling

    return register


def filled(subject: Subject) -> list[Block]:
    """Return every block for a site, in order.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    Blocks by number; one may hold nothing.
    """
    return [
        Block(number, title, tuple(filling(subject)))
        for number, (title, filling) in sorted(BLOCKS.items())
    ]
