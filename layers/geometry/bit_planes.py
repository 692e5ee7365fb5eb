"""Squeezed planes: most words of most layers are empty, and an empty word needs no place.

A row is its marks (one bit a word, set when the word is not empty), then the words so marked:
a tenth to a third of the plane for a usual layer, never more than a sixty-fourth beyond it.
"""

from __future__ import annotations

import numpy as np

from layers.geometry.shape_filling import Integers, Words
from layers.words.compiled_loops import compiled

ZERO, ONE = np.uint64(0), np.uint64(1)


def marks_of(words: int) -> int:
    """Return the number of words of marks of a row: all an empty row has.

    Parameters
    ----------
    words : words in a row of the plane.

    Returns
    -------
    One word of marks for 64 words or fewer.

    Examples
    --------
    >>> marks_of(64), marks_of(65)
    (1, 2)
    """
    return (words + 63) // 64


@compiled
def ones(word: np.uint64) -> int:
    """Return the number of bits set in a word.

    Parameters
    ----------
    word : 64 bits.

    Returns
    -------
    A number from 0 to 64.
    """
    word = word - ((word >> ONE) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _squeeze(words: Words, record: Words, ends: Integers) -> None:
    """Write the rows one after another, and where each ends. The record has one word to spare."""
    at, wide = 0, words.shape[1]
    for r in range(words.shape[0]):
        head = at
        at += (wide + 63) // 64
        for first in range(0, wide, 64):
            mark = ZERO
            for bit in range(min(64, wide - first)):
                word = words[r, first + bit]
                record[at] = word  # written over by the next word when it is empty
                some = 1 if word != ZERO else 0
                mark |= np.uint64(some) << np.uint64(bit)
                at += some
            record[head + first // 64] = mark
        ends[r] = at


def squeezed(words: Words) -> tuple[Words, Integers]:
    """Return the record of some rows of words, and where each row ends in it.

    Parameters
    ----------
    words : (rows, words), 64 cells a word.

    Returns
    -------
    The record, a flat array of words, and the place in it just after each row.

    Examples
    --------
    >>> record, ends = squeezed(np.array([[0, 5, 0], [7, 0, 9]], dtype=np.uint64))
    >>> record.tolist(), ends.tolist()
    ([2, 5, 5, 7, 9], [2, 5])
    """
    rows, wide = words.shape
    record = np.empty(rows * (wide + marks_of(wide)) + 1, dtype=np.uint64)
    ends = np.empty(rows, dtype=np.int64)
    _squeeze(words, record, ends)
    return record[: ends[-1]].copy() if rows else record[:0], ends


@compiled
def spread(record: Words, bounds: Integers, into: Words) -> bool:
    """Write as many rows of words as ``into`` has; say whether the record holds together.

    Parameters
    ----------
    record : rows squeezed one after another.
    bounds : row r lies in the record from ``bounds[r]`` to ``bounds[r + 1]``.
    into : (rows, words), written over.

    Returns
    -------
    False at the first row whose marks and words do not agree: what is written is then worthless.
    """
    wide, marks = into.shape[1], (into.shape[1] + 63) // 64
    for r in range(into.shape[0]):
        head, end = bounds[r], bounds[r + 1]
        at = head + marks
        if at > end or end > record.shape[0]:
            return False
        into[r] = ZERO
        for m in range(marks):
            mark = record[head + m]
            while mark != ZERO:
                lowest = mark & (~mark + ONE)
                w = 64 * m + ones(lowest - ONE)
                if at >= end or w >= wide:
                    return False
                into[r, w] = record[at]
                at += 1
                mark ^= lowest
        if at != end:
            return False
    return True
