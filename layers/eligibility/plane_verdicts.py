"""Combining planes of bits: the state of each cell, and what each rule did to it, alone and last.

A word is 64 cells at once: « removed only by this rule » is this rule's bits without those that
any other rule has. Loops run along a row of words, one plain thing each: that is what lets the
processor take eight words at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.geometry.bit_planes import ONE, ZERO, ones, spread
from layers.geometry.shape_filling import ALL, Integers, Words
from layers.words.cell_states import EXCLUDED, OUTSIDE, RULED_OUT
from layers.words.compiled_loops import compiled

COUNTS = ("excluded", "excluded_only", "unknown", "unknown_only")
"""Cells a rule excludes; that no other excludes; leaves unknown, not excluded; only it does."""

NOTHING, EVERYTHING = -1, -2
"""Places of the two planes that need no memory: no cell at all, every cell."""


class Rules(NamedTuple):
    """Rules judged together: whose the planes of a block (plane, row, word) are, and how they cut.

    ``hit_of`` is the plane each rule reaches, ``doubt_of`` the plane where its layer cannot say;
    either may be ``NOTHING`` or ``EVERYTHING``.
    """

    hit_of: NDArray[np.int64]
    doubt_of: NDArray[np.int64]
    require: NDArray[np.bool_]
    precaution: NDArray[np.bool_]


BYTE = np.uint64(0xFF)
# In each byte of a word: its lowest bit, all bits but the highest, and bit k of byte k.
LOWEST, ALL_BUT_HIGHEST = np.uint64(0x0101010101010101), np.uint64(0x7F7F7F7F7F7F7F7F)
ONE_A_BYTE = np.uint64(0x8040201008040201)


@compiled
def _count(mine: Words) -> int:
    """Return the number of cells of a row."""
    found = 0
    for w in range(mine.shape[0]):
        found += ones(mine[w])
    return found


@compiled
def _count_without(mine: Words, others: Words) -> int:
    """Return the number of cells of a row that another does not have."""
    found = 0
    for w in range(mine.shape[0]):
        found += ones(mine[w] & ~others[w])
    return found


@compiled
def _stretch(land: Words) -> tuple[int, int]:
    """Return the first word of a row that holds land, and the one past the last."""
    first, last = 0, land.shape[0]
    while first < last and land[first] == ZERO:
        first += 1
    while last > first and land[last - 1] == ZERO:
        last -= 1
    return first, last


@compiled
def _cut_plainly(hit: Words, land: Words, cut: Words, once: Words, twice: Words) -> int:
    """Write the cells a rule without a doubt excludes, add them, and return how many there are.

    What ``_settle``, ``_add`` and ``_count`` do, in one pass: most layers are of this kind.
    """
    found = 0
    for w in range(land.shape[0]):
        mine = hit[w] & land[w]
        cut[w] = mine
        twice[w] |= once[w] & mine
        once[w] |= mine
        found += ones(mine)
    return found


@compiled
def _add(mine: Words, once: Words, twice: Words) -> None:
    """Add a rule's cells to those had once, and to those had twice or more."""
    for w in range(mine.shape[0]):
        twice[w] |= once[w] & mine[w]
        once[w] |= mine[w]


@compiled
def _settle(
    hit: Words, doubt: Words, require: bool, precaution: bool, land: Words, cut: Words, open_: Words
) -> None:
    """Write the cells a rule excludes and leaves unknown: doubt never helps, a hit has none."""
    flip = ALL if require else ZERO
    care = ALL if precaution else ZERO
    for w in range(land.shape[0]):
        unsure = doubt[w] & ~hit[w]
        sure = (hit[w] ^ flip) & ~unsure
        cut[w] = (sure | (unsure & care)) & land[w]
        open_[w] = unsure & ~care & land[w]


@compiled
def _plane(planes: Words, k: int, r: int, none: Words, every: Words) -> Words:
    """Return a row of a plane, one of the two that need no memory included."""
    if k == NOTHING:
        return none
    if k == EVERYTHING:
        return every
    row: Words = planes[k, r]
    return row


@compiled
def _bytes(bits: np.uint64) -> np.uint64:
    """Return eight bytes, 0 or 1, for the eight lowest bits of a word.

    Each byte gets a copy of the eight bits and keeps its own; any but 0 then carries into the
    highest bit. No table is read: the processor does several words at once.
    """
    kept = ((bits & BYTE) * LOWEST) & ONE_A_BYTE
    carried = ((kept & ALL_BUT_HIGHEST) + ALL_BUT_HIGHEST) | kept
    return np.uint64((carried >> np.uint64(7)) & LOWEST)


@compiled
def _spread(states: NDArray[np.uint8], line: Words, land: Words, cut: Words, open_: Words) -> None:
    """Write a row of states, eight cells at a time: 0 excluded, 1 eligible, 2 unknown, or out."""
    for w in range(land.shape[0]):
        free, unknown, out = land[w] & ~cut[w], open_[w] & ~cut[w], ~land[w]
        free &= ~unknown
        for eighth in range(8):
            at = np.uint64(8 * eighth)
            state = _bytes(free >> at) | (_bytes(unknown >> at) << ONE)
            line[8 * w + eighth] = state | (_bytes(out >> at) * BYTE)
    cells = line.view(np.uint8)
    for c in range(states.shape[0]):
        states[c] = cells[c]


@compiled
def _count_doubts(unsure: Words, cut: Words, many: Words) -> None:
    """Add one to the count, a byte a cell, of each cell a rule leaves unknown."""
    for w in range(unsure.shape[0]):
        word = unsure[w] & ~cut[w]
        if word != ZERO:
            for eighth in range(8):
                many[8 * w + eighth] += _bytes(word >> np.uint64(8 * eighth))


@compiled
def _write_doubts(degrees: NDArray[np.uint8], states: NDArray[np.uint8], many: Words) -> None:
    """Write a row of counts of unknown rules, what is excluded and what is not ours apart."""
    cells = many.view(np.uint8)
    for c in range(states.shape[0]):
        if states[c] == OUTSIDE:
            degrees[c] = OUTSIDE
        elif states[c] == EXCLUDED:
            degrees[c] = RULED_OUT
        else:
            degrees[c] = cells[c]


@compiled
def tally(
    planes: Words,
    rules: Rules,
    inside: Words,
    states: NDArray[np.uint8],
    degrees: NDArray[np.uint8],
    counts: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Judge a block: hits and doubts become states, and counts of cells by rule and by state.

    Parameters
    ----------
    planes : (plane, row, word) of the rules, one rule's after another's.
    rules : which plane is whose, and how each rule cuts.
    inside : (row, word): the cells of the territory.
    states : (row, column), written over.
    degrees : (row, column), written over: rules unknown where nothing excludes, else ``RULED_OUT``.
    counts : columns ``COUNTS`` by rule, in cells; added to.
    totals : cells excluded, eligible, unknown; added to.
    """
    rows, words = inside.shape
    many, columns = rules.require.shape[0], states.shape[1]
    cuts, doubts = np.empty((many, words), np.uint64), np.empty((many, words), np.uint64)
    once = np.empty((4, words), np.uint64)
    line = np.empty(8 * words, np.uint64)
    none, every = np.zeros(words, np.uint64), np.full(words, ALL)
    for r in range(rows):
        start, stop = _stretch(inside[r])
        first, last, wide = min(64 * start, columns), min(64 * stop, columns), stop - start
        states[r, :first] = OUTSIDE
        states[r, last:] = OUTSIDE
        degrees[r, :first] = OUTSIDE
        degrees[r, last:] = OUTSIDE
        if wide == 0:
            continue
        land = inside[r, start:stop]
        once[:] = ZERO
        cut, cut_twice, unknown, unknown_twice = (
            once[0, :wide], once[1, :wide], once[2, :wide], once[3, :wide]
        )  # fmt: skip
        for k in range(many):
            mine, unsure = cuts[k, :wide], doubts[k, :wide]
            hit = _plane(planes, rules.hit_of[k], r, none, every)[start:stop]
            if rules.doubt_of[k] == NOTHING and not rules.require[k]:
                counts[k, 0] += _cut_plainly(hit, land, mine, cut, cut_twice)
                continue
            doubt = _plane(planes, rules.doubt_of[k], r, none, every)[start:stop]
            _settle(hit, doubt, rules.require[k], rules.precaution[k], land, mine, unsure)
            _add(mine, cut, cut_twice)
            _add(unsure, unknown, unknown_twice)
            counts[k, 0] += _count(mine)
        for w in range(wide):
            unknown_twice[w] |= cut[w]
        for k in range(many):
            counts[k, 1] += _count_without(cuts[k, :wide], cut_twice)
            if rules.doubt_of[k] != NOTHING:
                counts[k, 2] += _count_without(doubts[k, :wide], cut)
                counts[k, 3] += _count_without(doubts[k, :wide], unknown_twice)
        excluded, open_ = _count(cut), _count_without(unknown, cut)
        totals[0] += excluded
        totals[1] += _count(land) - excluded - open_
        totals[2] += open_
        _spread(states[r, first:last], line, land, cut, unknown)
        line[: 8 * wide] = ZERO
        for k in range(many):
            if rules.doubt_of[k] != NOTHING:
                _count_doubts(doubts[k, :wide], cut, line)
        _write_doubts(degrees[r, first:last], states[r, first:last], line)


@compiled
def tally_squeezed(
    record: Words,
    bounds: Integers,
    room: Words,
    rules: Rules,
    states: NDArray[np.uint8],
    degrees: NDArray[np.uint8],
    counts: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> int:
    """Judge a block of squeezed planes, as many rows at a time as fit.

    Parameters
    ----------
    record : squeezed rows, one plane's after another's, the territory's first.
    bounds : by plane, where each row begins in the record, and where the last one ends.
    room : (1 + planes, rows at a time, words), written over.
    rules : which plane is whose, and how each rule cuts.
    states : (row, column), written over.
    degrees : (row, column), written over: rules unknown where nothing excludes, else ``RULED_OUT``.
    counts : columns ``COUNTS`` by rule, in cells; added to.
    totals : cells excluded, eligible, unknown; added to.

    Returns
    -------
    The first plane that does not hold together, or -1.
    """
    every, few = states.shape[0], room.shape[1]
    for first in range(0, every, few):
        rows = min(few, every - first)
        for k in range(room.shape[0]):
            if not spread(record, bounds[k, first : first + rows + 1], room[k, :rows]):
                return k
        block, doubt = states[first : first + rows], degrees[first : first + rows]
        tally(room[1:, :rows], rules, room[0, :rows], block, doubt, counts, totals)
    return -1
