"""Where something could go, cell by cell: excluded, eligible or unknown, and because of what.

Each rule gives two planes of bits: the cells it reaches, and the cells where its layer cannot say.
Planes are combined block by block, in threads or anywhere else; counts are whole numbers of cells,
so that neither the size of a block nor the order of the rules changes a result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from layers.eligibility.layer_masks import Mask, MaskCache, Squeezed
from layers.eligibility.plane_verdicts import COUNTS
from layers.eligibility.rule_blocks import Case, Filler, Mode, Ready, judge_block, room_of
from layers.geometry.bit_planes import squeezed
from layers.geometry.flat_outlines import Outlines, words_of
from layers.geometry.raster_grid import Grid
from layers.geometry.shape_filling import Words
from layers.words.cell_states import ELIGIBLE, EXCLUDED, RULED_OUT, UNKNOWN

BLOCK_ROWS = 512
THREADS = 2


@dataclass(frozen=True)
class Near:
    """Plane 0: what lies within reach of the shapes; plane 1, if any: of the doubtful ground."""

    shapes: Outlines
    reach_m: float
    doubtful: Outlines | None = None

    def fill(self, planes: Words, grid: Grid) -> None:
        """Set the bits of a block.

        Parameters
        ----------
        planes : (plane, row, word) of the block; bits are set, none is cleared.
        grid : the lattice of the block alone.
        """
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
class Eligibility:
    """The states of the cells, and hectares by rule, in the order the rules came.

    ``states``: dims (y, x), uint8 (see ``layers.words.cell_states``). ``hectares``: columns of
    ``layers.eligibility.plane_verdicts.COUNTS`` by rule name; ``totals``: hectares by state.
    ``unknown_rules``: dims (y, x), uint8, how many rules could not answer where none excludes,
    else RULED_OUT or OUTSIDE; ``degrees``: hectares not excluded, by that number, 0 first.
    """

    states: xr.DataArray
    hectares: dict[str, dict[str, float]]
    totals: dict[int, float]
    unknown_rules: xr.DataArray
    degrees: dict[int, float]


def prepared(evidence: Evidence, grid: Grid, cache: MaskCache, threads: int = THREADS) -> Ready:
    """Return a rule's planes: kept masks when there are, else filled and kept, else a filler.

    Parameters
    ----------
    evidence : the rule's evidence; its layer is only read without a mask.
    grid : the whole lattice judged.
    cache : where masks are kept; without a folder nothing is filled here, but block by block.
    threads : how many fill bands side by side.

    Returns
    -------
    The rule ready to be judged; without a plane for an absent layer.

    Raises
    ------
    SitingError : what reading the layer raises.
    """
    if not evidence.planes or evidence.load is None:
        return Ready(evidence.mode, 0, evidence.precaution)
    ready = Ready(evidence.mode, evidence.planes, evidence.precaution)
    shape = (evidence.planes * grid.rows, words_of(grid))
    mask: Mask | None = cache.kept(evidence.key, shape)
    if mask is None:
        filler = evidence.load()
        if cache.folder is None:
            return replace(ready, filler=filler)
        mask = cache.make(
            evidence.key, shape, lambda: _filled(filler, grid, evidence.planes, threads)
        )
    return replace(ready, mask=mask)


def _filled(filler: Filler, grid: Grid, planes: int, threads: int) -> Squeezed:
    """Fill planes a band of rows at a time; return the rows, plane after plane, and their ends."""

    def fill(band: tuple[int, int]) -> list[Squeezed]:
        words = np.zeros((planes, band[1] - band[0], words_of(grid)), dtype=np.uint64)
        filler.fill(words, grid.band(*band))
        return [squeezed(plane) for plane in words]

    with ThreadPoolExecutor(threads) as pool:
        bands = list(pool.map(fill, grid.bands(_share(grid, threads))))
    pieces = [band[plane] for plane in range(planes) for band in bands]
    before = np.cumsum([0, *(len(record) for record, _ in pieces)])
    ends = [ends + start for (_, ends), start in zip(pieces, before, strict=False)]
    return np.concatenate([record for record, _ in pieces]), np.concatenate(ends)


def _share(grid: Grid, threads: int) -> int:
    """Return rows of a block: small enough to share the work, bounded so that memory is."""
    return max(1, min(BLOCK_ROWS, -(-grid.rows // (4 * threads))))


def judge(
    evidence: Sequence[Evidence],
    territory: Evidence,
    grid: Grid,
    cache: MaskCache | None = None,
    threads: int = THREADS,
    block_rows: int | None = None,
) -> Eligibility:
    """Judge every cell of a territory, block by block, in plain threads.

    Parameters
    ----------
    evidence : the rules, in the order they are reported.
    territory : the ground judged, as a plane.
    grid : the lattice; cells outside the territory are OUTSIDE.
    cache : where masks are kept; None keeps none.
    threads : how many work side by side.
    block_rows : rows of a block, chosen when None; it changes no result.

    Returns
    -------
    The states, and hectares by rule and by state.

    Raises
    ------
    SitingError : what reading a layer raises, SIT104 when a kept mask is damaged.
    """
    kept = cache or MaskCache(None)
    lacking = sum(one.planes > 0 and not kept.has(one.key) for one in [territory, *evidence])
    each = max(1, threads // max(1, lacking))
    with ThreadPoolExecutor(threads) as pool:
        ground, *rules = pool.map(
            lambda one: prepared(one, grid, kept, each), [territory, *evidence]
        )
        case = Case(ground, tuple(rules))
        bands = grid.bands(block_rows or _share(grid, threads))
        states, degrees = (np.empty(grid.shape, dtype=np.uint8) for _ in range(2))
        rooms: SimpleQueue[Words] = SimpleQueue()
        for _ in range(threads):
            rooms.put(room_of(case, grid, bands[0][1]))

        def work(band: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            room = rooms.get()
            rows = slice(*band)
            block = judge_block(case, grid, band, states[rows], degrees[rows], room)
            rooms.put(room)
            return block.counts, block.totals

        done = list(pool.map(work, bands))
    names = [one.name for one in evidence]
    return gathered((states, degrees), [c for c, _ in done], [t for _, t in done], names, grid)


def gathered(
    cells: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    counts: Sequence[NDArray[np.int64]],
    totals: Sequence[NDArray[np.int64]],
    names: Sequence[str],
    grid: Grid,
) -> Eligibility:
    """Put blocks together: the states as an array with its papers, cells as hectares.

    Parameters
    ----------
    cells : states and counts of unknown rules, (rows, columns) of the whole grid.
    counts : one array a block, in cells, columns ``COUNTS`` by rule.
    totals : one array a block, in cells: excluded, eligible, unknown.
    names : the rules, in the order of the counts.
    grid : the lattice, whose cell gives the hectares.

    Returns
    -------
    The states, and hectares by rule and by state.
    """
    by_rule = np.sum(counts, axis=0) * grid.cell_ha
    by_state = np.sum(totals, axis=0) * grid.cell_ha
    states, degrees = cells
    return Eligibility(
        grid.array(states, "1", "eligibility"),
        {
            name: dict(zip(COUNTS, map(float, row), strict=True))
            for name, row in zip(names, by_rule.reshape(len(names), len(COUNTS)), strict=True)
        },
        {state: float(by_state[state]) for state in (EXCLUDED, ELIGIBLE, UNKNOWN)},
        grid.array(degrees, "1", "unknown_rules"),
        _by_degree(degrees, grid),
    )


def _by_degree(degrees: NDArray[np.uint8], grid: Grid) -> dict[int, float]:
    """Return hectares by number of unknown rules, where no rule excludes; 0 is always there."""
    found = np.zeros(256, dtype=np.int64)
    for first, last in grid.bands(BLOCK_ROWS):
        found += np.bincount(degrees[first:last].ravel(), minlength=256)
    return {
        number: float(found[number] * grid.cell_ha)
        for number in range(RULED_OUT)
        if found[number] or not number
    }
