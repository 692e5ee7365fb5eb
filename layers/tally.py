"""Combining planes of bits: the state of each cell, and what each rule did to it, alone and last.

A word is 64 cells at once: « removed only by this rule » is this rule's bits without those that
any other rule has.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.fill import ALL, Words
from layers.jit import compiled

COUNTS = ("excluded", "excluded_only", "unknown", "unknown_only")
"""Cells a rule excludes; that no other excludes; leaves unknown, not excluded; only it does."""


class Planes(NamedTuple):
    """What rules say of a block: ``hits`` (rule, row, word), and ``doubts`` (some rule, row, word).

    ``doubt_of`` is each rule's place in ``doubts``, or -1 where its layer knows everything.
    """

    hits: Words
    doubts: Words
    doubt_of: NDArray[np.int64]


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
def _spread(
    row: NDArray[np.uint8],
    first: int,
    count: int,
    land: np.uint64,
    free: np.uint64,
    unknown: np.uint64,
) -> None:
    """Write the states of up to 64 cells: one byte a cell, many cells at once when they agree."""
    if land == ALL and unknown == ZERO and free in (ZERO, ALL):
        row[first : first + count] = np.uint8(free & ONE)
        return
    for bit in range(count):
        at = np.uint64(bit)
        state = ((free >> at) & ONE) | (((unknown >> at) & ONE) << ONE)
        row[first + bit] = np.uint8(state | (((land >> at) & ONE) - ONE))


@compiled
def tally(
    planes: Planes,
    require: NDArray[np.bool_],
    precaution: NDArray[np.bool_],
    inside: Words,
    states: NDArray[np.uint8],
    counts: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Judge a block: hits and doubts become states, and counts of cells by rule and by state.

    ``states`` comes full of « outside ».
    """
    rules, rows, words = planes.hits.shape
    cuts = np.empty(rules, np.uint64)
    doubts = np.empty(rules, np.uint64)
    columns = states.shape[1]
    for r in range(rows):
        for w in range(words):
            land = inside[r, w]
            if land == ZERO:
                continue
            cut = cut_twice = unknown = unknown_twice = ZERO
            for k in range(rules):
                d = planes.doubt_of[k]
                doubt = planes.doubts[d, r, w] if d >= 0 else ZERO
                a, b = _settle(planes.hits[k, r, w], doubt, require[k], precaution[k], land)
                cuts[k], doubts[k] = a, b
                cut_twice |= cut & a
                cut |= a
                unknown_twice |= unknown & b
                unknown |= b
            for k in range(rules):
                a, b = cuts[k], doubts[k] & ~cut
                counts[k, 0] += ones(a)
                counts[k, 1] += ones(a & ~cut_twice)
                counts[k, 2] += ones(b)
                counts[k, 3] += ones(b & ~unknown_twice)
            unknown = unknown & ~cut
            free = land & ~cut & ~unknown
            totals[0] += ones(cut)
            totals[1] += ones(free)
            totals[2] += ones(unknown)
            _spread(states[r], 64 * w, min(64, columns - 64 * w), land, free, unknown)
