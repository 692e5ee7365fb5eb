"""Combining planes of bits: the state of each cell, and what each rule did to it, alone and last.

A word is 64 cells at once: « removed only by this rule » is this rule's bits without those that
any other rule has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layers.fill import Words
from layers.jit import compiled

COUNTS = ("excluded", "excluded_only", "unknown", "unknown_only")
"""Cells a rule excludes; that no other excludes; leaves unknown, not excluded; only it does."""

ZERO, ONE = np.uint64(0), np.uint64(1)


@compiled
def ones(word: np.uint64) -> int:
    """Return the number of bits set in a word."""
    word = word - ((word >> ONE) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _settle(
    hit: np.uint64, doubt: np.uint64, require: bool, precaution: bool, inside: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Return (excluded, unknown) cells of one rule: doubt never helps, a hit is never in doubt."""
    doubt = doubt & ~hit
    cut = ~hit & ~doubt if require else hit
    if precaution:
        cut, doubt = cut | doubt, ZERO
    return cut & inside, doubt & inside


@compiled
def tally(
    hits: Words,
    doubts: Words,
    require: NDArray[np.bool_],
    precaution: NDArray[np.bool_],
    inside: Words,
    states: NDArray[np.uint8],
    counts: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Judge a block: hits and doubts (rule, row, word) become states, and counts of cells.

    ``states`` comes full of « outside »; ``hits`` and ``doubts`` are used up.
    """
    rules, rows, words = hits.shape
    columns = states.shape[1]
    for r in range(rows):
        for w in range(words):
            land = inside[r, w]
            if land == ZERO:
                continue
            cut = cut_twice = unknown = unknown_twice = ZERO
            for k in range(rules):
                a, b = _settle(hits[k, r, w], doubts[k, r, w], require[k], precaution[k], land)
                hits[k, r, w], doubts[k, r, w] = a, b
                cut_twice |= cut & a
                cut |= a
                unknown_twice |= unknown & b
                unknown |= b
            for k in range(rules):
                a, b = hits[k, r, w], doubts[k, r, w] & ~cut
                counts[k, 0] += ones(a)
                counts[k, 1] += ones(a & ~cut_twice)
                counts[k, 2] += ones(b)
                counts[k, 3] += ones(b & ~unknown_twice)
            unknown = unknown & ~cut
            free = land & ~cut & ~unknown
            totals[0] += ones(cut)
            totals[1] += ones(free)
            totals[2] += ones(unknown)
            for bit in range(min(64, columns - 64 * w)):
                at = np.uint64(bit)
                if (land >> at) & ONE:
                    states[r, 64 * w + bit] = ((free >> at) & ONE) + (
                        ((unknown >> at) & ONE) << ONE
                    )
