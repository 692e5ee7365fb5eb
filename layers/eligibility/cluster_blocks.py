"""The same judgement, block by block, on a dask cluster: one machine's processes or many machines.

Each worker holds the rules once; a block of rows goes out as two numbers and comes back as counts
and squeezed states, so that neither the workers nor the caller ever hold a whole country twice.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.eligibility.layer_masks import MaskCache
from layers.eligibility.rule_blocks import Case, judge_block
from layers.eligibility.territory_judging import (
    BLOCK_ROWS,
    Eligibility,
    Evidence,
    gathered,
    prepared,
)
from layers.geometry.raster_grid import Grid
from layers.words.errors import SitingError

# Dask's own talk about slow farewells is not for a planner; its errors still are.
SILENT = logging.ERROR
Sink = Callable[[int, NDArray[np.uint8], NDArray[np.uint8]], None]
Counts = tuple[NDArray[np.int64], NDArray[np.int64]]


def judge_on_cluster(
    evidence: Sequence[Evidence],
    territory: Evidence,
    grid: Grid,
    address: str,
    workers: int = 2,
    block_rows: int = BLOCK_ROWS,
) -> Eligibility:
    """Judge every cell on « local » processes, or on the workers of a scheduler.

    Parameters
    ----------
    evidence : the rules, in the order they are reported.
    territory : the ground judged, as a plane.
    grid : the lattice; cells outside the territory are OUTSIDE.
    address : « local », or a dask scheduler's address.
    workers : how many local processes; not read for a scheduler.
    block_rows : rows of a block; it changes no result.

    Returns
    -------
    The same answer as ``judge``.

    Raises
    ------
    SitingError : SIT410 when no scheduler answers, and what reading a layer raises.
    """
    states, degrees = (np.empty(grid.shape, dtype=np.uint8) for _ in range(2))

    def keep(first: int, rows: NDArray[np.uint8], doubts: NDArray[np.uint8]) -> None:
        states[first : first + len(rows)] = rows
        degrees[first : first + len(rows)] = doubts

    with client_of(address, workers) as client:
        counts = stream(client, evidence, territory, grid, keep, block_rows)
    names = [one.name for one in evidence]
    return gathered((states, degrees), [c for c, _ in counts], [t for _, t in counts], names, grid)


@contextmanager
def client_of(address: str, workers: int) -> Iterator[Any]:
    """Give a dask client, closed when the block ends.

    Parameters
    ----------
    address : « local » starts processes, anything else is a scheduler's address.
    workers : how many local processes, of one thread each.

    Yields
    ------
    A ``distributed.Client``.

    Raises
    ------
    SitingError : SIT410 when no scheduler answers within ten seconds.
    """
    import distributed

    client_at: Any = distributed.Client
    local: Any = distributed.LocalCluster
    if address == "local":
        with (
            local(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=SILENT
            ) as cluster,
            client_at(cluster) as client,
        ):
            yield client
        return
    try:
        client = client_at(address, timeout="10s")
    except (OSError, ValueError) as problem:
        raise SitingError(
            "SIT410", f"aucun ordonnanceur ne répond : {problem}", where=address
        ) from None
    with client:
        yield client


def stream(
    client: Any,
    evidence: Sequence[Evidence],
    territory: Evidence,
    grid: Grid,
    sink: Sink,
    block_rows: int = BLOCK_ROWS,
) -> list[Counts]:
    """Send every block out, hand each one's states over as it comes, return the counts.

    Parameters
    ----------
    client : a dask client.
    evidence : the rules, in the order they are reported.
    territory : the ground judged, as a plane.
    grid : the lattice.
    sink : called with a block's first row, its states and its counts of unknown rules (rows,
        columns), in any order of blocks.
    block_rows : rows of a block.

    Returns
    -------
    By block, in the order they came back: cells by rule (columns ``COUNTS``), and by state.

    Raises
    ------
    SitingError : what reading a layer raises.
    """
    import distributed

    nothing = MaskCache(None)
    rules = tuple(prepared(one, grid, nothing) for one in evidence)
    case = Case(prepared(territory, grid, nothing), rules)
    held = client.scatter([case], broadcast=True, hash=False)[0]
    bands = grid.bands(block_rows)
    asked = client.map(_block, bands, case=held, grid=grid, pure=False)
    counts: list[Counts] = []
    waiting: Any = distributed.as_completed
    for future, answer in waiting(asked, with_results=True):
        first, rows, squeezed, by_rule, by_state = answer
        cells = np.frombuffer(zlib.decompress(squeezed), dtype=np.uint8)
        sink(first, *cells.reshape(2, rows, grid.columns))
        counts.append((by_rule, by_state))
        future.release()
    return counts


def _block(
    band: tuple[int, int], case: Case, grid: Grid
) -> tuple[int, int, bytes, NDArray[np.int64], NDArray[np.int64]]:
    block = judge_block(case, grid, band)
    squeezed = zlib.compress(block.states.tobytes() + block.degrees.tobytes(), 1)
    return block.first, len(block.states), squeezed, block.counts, block.totals
