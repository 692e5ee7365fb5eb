"""Rules judged together on a block of rows: what threads share, and what travels to a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from layers.eligibility.layer_masks import Mask, unreadable
from layers.eligibility.plane_verdicts import (
    COUNTS,
    EVERYTHING,
    NOTHING,
    Rules,
    tally,
    tally_squeezed,
)
from layers.geometry.bit_planes import marks_of
from layers.geometry.flat_outlines import words_of
from layers.geometry.raster_grid import Grid
from layers.geometry.shape_filling import Integers, Words
from layers.words.cell_states import OUTSIDE

Mode = Literal["exclude", "require"]
# Squeezed planes are spread so many rows at a time: few enough to stay beside the processor.
ROWS_AT_ONCE = 16


class Filler(Protocol):
    """Whatever sets bits on the planes (plane, row, word) of a block of the grid."""

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the bits of a block.

        Parameters
        ----------
        planes : (plane, row, word) of the block, zero when given.
        grid : the lattice of the block alone.
        """


@dataclass(frozen=True)
class Ready:
    """A rule whose planes are at hand: kept masks, or a filler; it can travel to a worker."""

    mode: Mode
    planes: int
    precaution: bool
    filler: Filler | None = None
    mask: Mask | None = None

    def fill(self, planes: Words, grid: Grid) -> None:
        """Write the rule's planes (plane, row, word) of a block, from its layer.

        Parameters
        ----------
        planes : (plane, row, word) of the block, written over; all zero without a filler.
        grid : the lattice of the block alone.
        """
        planes[:] = 0
        if self.filler is not None:
            self.filler.fill(planes, grid)


@dataclass(frozen=True)
class Case:
    """Rules judged together on one territory; it can travel to a worker."""

    territory: Ready
    rules: tuple[Ready, ...]

    @cached_property
    def planes(self) -> int:
        """Return the number of planes of all rules, one rule's after another's."""
        return sum(rule.planes for rule in self.rules)

    @cached_property
    def masks(self) -> tuple[tuple[Mask, int], ...]:
        """Return the mask of each plane, the territory's first, and its place there: 0 or 1.

        All are kept, or none is.
        """
        return tuple(
            (rule.mask, plane)
            for rule in (self.territory, *self.rules)
            if rule.mask is not None
            for plane in range(rule.planes)
        )

    @cached_property
    def papers(self) -> Rules:
        """Return whose each plane is: an absent layer reaches nothing, and doubts everywhere."""
        count = np.array([rule.planes for rule in self.rules], dtype=np.int64)
        end = count.cumsum()
        return Rules(
            np.where(count > 0, end - count, NOTHING),
            np.choose(count, [EVERYTHING, NOTHING, end - 1]),
            np.array([rule.mode == "require" for rule in self.rules], dtype=np.bool_),
            np.array([rule.precaution for rule in self.rules], dtype=np.bool_),
        )


@dataclass
class Block:
    """The answer of a block of rows: states, counts of unknown rules, cells by rule and state."""

    first: int
    states: NDArray[np.uint8]
    degrees: NDArray[np.uint8]
    counts: NDArray[np.int64]
    totals: NDArray[np.int64] = field(default_factory=lambda: np.zeros(3, np.int64))


def room_of(case: Case, grid: Grid, rows: int) -> Words:
    """Return memory for the planes of a band: the territory's, then every rule's.

    Parameters
    ----------
    case : the rules and the territory.
    grid : the lattice, whose columns give the words of a row.
    rows : rows of the highest band; kept masks need fewer at a time.

    Returns
    -------
    (1 + planes, rows, words), not yet written.
    """
    held = min(rows, ROWS_AT_ONCE) if case.masks else rows
    return np.empty((1 + case.planes, held, words_of(grid)), dtype=np.uint64)


def judge_block(
    case: Case,
    grid: Grid,
    band: tuple[int, int],
    states: NDArray[np.uint8] | None = None,
    degrees: NDArray[np.uint8] | None = None,
    room: Words | None = None,
) -> Block:
    """Judge the rows of a band: what threads and clusters share.

    Parameters
    ----------
    case : the rules and the territory.
    grid : the whole lattice.
    band : the first row, and the one past the last.
    states : (rows, columns) of the band, written over; made when None.
    degrees : the same, for the counts of unknown rules.
    room : memory that has served for another band, as ``room_of`` makes it: taking it anew costs
        more than a block.

    Returns
    -------
    States, and counts of cells by rule and by state.

    Raises
    ------
    SitingError : SIT104 when a kept mask is damaged, and what filling from a raster raises.
    """
    first, last = band
    if states is None:
        states = np.empty((last - first, grid.columns), dtype=np.uint8)
    if degrees is None:
        degrees = np.empty_like(states)
    if room is None:
        room = room_of(case, grid, last - first)
    block = Block(first, states, degrees, np.zeros((len(case.rules), len(COUNTS)), dtype=np.int64))
    (_judge_kept if case.masks else _judge_filled)(case, grid, block, room)
    return block


def _judge_filled(case: Case, grid: Grid, block: Block, room: Words) -> None:
    """Fill the planes of a block, and judge them."""
    rows = len(block.states)
    band = grid.band(block.first, block.first + rows)
    inside, planes = room[:1, :rows], room[1:, :rows]
    case.territory.fill(inside, band)
    if not inside.any():  # nothing to judge: no rule is read
        block.states[:] = OUTSIDE
        block.degrees[:] = OUTSIDE
        return
    start = 0
    for rule in case.rules:
        rule.fill(planes[start : start + rule.planes], band)
        start += rule.planes
    answer = (block.states, block.degrees, block.counts, block.totals)
    tally(planes, case.papers, inside[0], *answer)


def _judge_kept(case: Case, grid: Grid, block: Block, room: Words) -> None:
    """Read the squeezed planes of a block one after another, and judge them (SIT104)."""
    rows = len(block.states)
    starts = [plane * grid.rows + block.first for _, plane in case.masks]
    bounds: Integers = np.stack(
        [mask.bounds[s : s + rows + 1] for (mask, _), s in zip(case.masks, starts, strict=True)]
    )
    bounds -= bounds[:, :1]
    if bounds[0, -1] == rows * marks_of(words_of(grid)):  # no land: no rule is read
        block.states[:] = OUTSIDE
        block.degrees[:] = OUTSIDE
        return
    ends = bounds[:, -1].cumsum()
    bounds[1:] += ends[:-1, None]
    record = np.empty(ends[-1], dtype=np.uint64)
    for (mask, _), start, within in zip(case.masks, starts, bounds, strict=True):
        mask.copy(record[within[0] : within[-1]], start)
    answer = (block.states, block.degrees, block.counts, block.totals)
    damaged = tally_squeezed(record, bounds, room, case.papers, *answer)
    if damaged >= 0:
        raise unreadable(case.masks[damaged][0].name)
