"""Where something could go, cell by cell: excluded, eligible or unknown, and because of what.

Each rule gives two planes of bits: the cells it reaches, and the cells where its layer cannot say.
Planes are combined block by block, in threads or anywhere else; counts are whole numbers of cells,
so that neither the size of a block nor the order of the rules changes a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from queue import SimpleQueue
from typing import Literal, Protocol

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from layers.fill import Words
from layers.grid import Grid
from layers.masks import Mask, MaskCache
from layers.outlines import Outlines, words_of
from layers.states import ELIGIBLE, EXCLUDED, OUTSIDE, UNKNOWN
from layers.tally import COUNTS, EVERYTHING, NOTHING, Rules, tally

Mode = Literal["exclude", "require"]
BLOCK_ROWS = 512
# Masks already filled are only combined: few rows at a time, that stay in the processor's cache.
KEPT_ROWS = 32
THREADS = 2


class Filler(Protocol):
    """Whatever sets bits on the planes (plane, row, word) of a block of the grid."""

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the bits of a block."""


@dataclass(frozen=True)
class Near:
    """Plane 0: what lies within reach of the shapes; plane 1, if any: of the doubtful ground."""

    shapes: Outlines
    reach_m: float
    doubtful: Outlines | None = None

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the bits of a block."""
        self.shapes.fill(planes[0], grid, self.reach_m)
        if self.doubtful is not None:
            self.doubtful.fill(planes[1], grid, self.reach_m)


@dataclass(frozen=True)
class Evidence:
    """One rule's evidence: how it cuts, and where its planes come from.

    ``planes`` is 0 for an absent layer (unknown everywhere), 1 for a layer that is complete, 2
    when it says where it is not; ``load`` reads it, only when no mask is kept under ``key``.
    ``precaution`` excludes what is unknown.
    """

    name: str
    mode: Mode
    planes: int
    key: str = ""
    load: Callable[[], Filler] | None = None
    precaution: bool = False


@dataclass(frozen=True)
class Ready:
    """A rule whose planes are at hand: kept masks, or a filler; it can travel to a worker."""

    mode: Mode
    planes: int
    precaution: bool
    filler: Filler | None = None
    mask: Mask | None = None

    def read(self, planes: Words, grid: Grid, first: int) -> None:
        """Write the rule's planes (plane, row, word) from row ``first`` on, kept or filled."""
        if self.mask is not None:
            for plane, words in enumerate(planes):
                self.mask.read(words, plane * grid.rows + first)
            return
        planes[:] = 0
        if self.filler is not None:
            self.filler.fill(planes, grid.band(first, first + planes.shape[1]))


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


@dataclass(frozen=True)
class Eligibility:
    """The states of the cells, and hectares by rule, in the order the rules came.

    ``states``: dims (y, x), uint8 (see ``layers.states``). ``hectares``: columns of
    ``layers.tally.COUNTS`` by rule name; ``totals``: hectares by state.
    """

    states: xr.DataArray
    hectares: dict[str, dict[str, float]]
    totals: dict[int, float]


@dataclass
class Block:
    """The answer of a block of rows: states, cells by rule and by state."""

    first: int
    states: NDArray[np.uint8]
    counts: NDArray[np.int64]
    totals: NDArray[np.int64] = field(default_factory=lambda: np.zeros(3, np.int64))


def prepared(evidence: Evidence, grid: Grid, cache: MaskCache, threads: int = THREADS) -> Ready:
    """Return a rule's planes: kept masks when there are, else filled and kept, else a filler."""
    ready = Ready(evidence.mode, evidence.planes, evidence.precaution)
    if not evidence.planes or evidence.load is None:
        return ready
    shape = (evidence.planes * grid.rows, words_of(grid))
    mask: Mask | None = cache.kept(evidence.key, shape)
    if mask is None:
        filler = evidence.load()
        if cache.folder is None:
            return replace(ready, filler=filler)
        mask = cache.make(
            evidence.key, shape, lambda words: _fill_all(words, filler, grid, threads)
        )
    return replace(ready, mask=mask)


def is_kept(evidence: Evidence, grid: Grid, cache: MaskCache) -> bool:
    """Say whether nothing needs filling for a rule: its mask is kept, or its layer is absent."""
    shape = (evidence.planes * grid.rows, words_of(grid))
    return not evidence.planes or cache.kept(evidence.key, shape) is not None


def _fill_all(words: Words, filler: Filler, grid: Grid, threads: int) -> None:
    planes = words.reshape(-1, grid.rows, words.shape[1])

    def fill(band: tuple[int, int]) -> None:
        filler.fill(planes[:, band[0] : band[1]], grid.band(*band))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, grid.bands(_share(grid, threads))))


def _share(grid: Grid, threads: int) -> int:
    """Return rows of a block: small enough to share the work, bounded so that memory is."""
    return max(1, min(BLOCK_ROWS, -(-grid.rows // (4 * threads))))


def judge_block(
    case: Case,
    grid: Grid,
    band: tuple[int, int],
    states: NDArray[np.uint8] | None = None,
    room: Words | None = None,
) -> Block:
    """Judge the rows of a band, into ``states`` if given: what threads and clusters share.

    ``room`` is memory that has served for another band: taking it anew costs more than a block.
    """
    first, last = band
    rows = last - first
    if states is None:
        states = np.empty((rows, grid.columns), dtype=np.uint8)
    if room is None:
        room = room_of(case, grid, rows)
    block = Block(first, states, np.zeros((len(case.rules), len(COUNTS)), dtype=np.int64))
    inside, planes = room[:1, :rows], room[1:, :rows]
    case.territory.read(inside, grid, first)
    if not inside.any():  # nothing to judge: no rule is read
        states[:] = OUTSIDE
        return block
    start = 0
    for rule in case.rules:
        rule.read(planes[start : start + rule.planes], grid, first)
        start += rule.planes
    tally(planes, case.papers, inside[0], states, block.counts, block.totals)
    return block


def room_of(case: Case, grid: Grid, rows: int) -> Words:
    """Return memory for the planes of a band: the territory's, then every rule's."""
    return np.empty((1 + case.planes, rows, words_of(grid)), dtype=np.uint64)


def judge(
    evidence: Sequence[Evidence],
    territory: Evidence,
    grid: Grid,
    cache: MaskCache | None = None,
    threads: int = THREADS,
    block_rows: int | None = None,
) -> Eligibility:
    """Judge every cell of a territory, block by block, in plain threads."""
    kept = cache or MaskCache(None)
    lacking = sum(not is_kept(one, grid, kept) for one in [territory, *evidence])
    each = max(1, threads // max(1, lacking))
    with ThreadPoolExecutor(threads) as pool:
        ground, *rules = pool.map(
            lambda one: prepared(one, grid, kept, each), [territory, *evidence]
        )
        case = Case(ground, tuple(rules))
        rows = KEPT_ROWS if kept.folder is not None else _share(grid, threads)
        bands = grid.bands(block_rows or rows)
        states = np.empty(grid.shape, dtype=np.uint8)
        rooms: SimpleQueue[Words] = SimpleQueue()
        for _ in range(threads):
            rooms.put(room_of(case, grid, bands[0][1]))

        def work(band: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            room = rooms.get()
            block = judge_block(case, grid, band, states[band[0] : band[1]], room)
            rooms.put(room)
            return block.counts, block.totals

        done = list(pool.map(work, bands))
    names = [one.name for one in evidence]
    return gathered(states, [c for c, _ in done], [t for _, t in done], names, grid)


def gathered(
    states: NDArray[np.uint8],
    counts: Sequence[NDArray[np.int64]],
    totals: Sequence[NDArray[np.int64]],
    names: Sequence[str],
    grid: Grid,
) -> Eligibility:
    """Put blocks together: the states as an array with its papers, cells as hectares."""
    by_rule = np.sum(counts, axis=0) * grid.cell_ha
    by_state = np.sum(totals, axis=0) * grid.cell_ha
    return Eligibility(
        grid.array(states, "1", "eligibility"),
        {
            name: dict(zip(COUNTS, map(float, row), strict=True))
            for name, row in zip(names, by_rule.reshape(len(names), len(COUNTS)), strict=True)
        },
        {state: float(by_state[state]) for state in (EXCLUDED, ELIGIBLE, UNKNOWN)},
    )
