"""Many independent cases at once: processes of this machine, or dask.distributed.

A case whose process dies is told by ``lost`` and never stops the others. Rows come back in the
order they end; whoever asked sorts them.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from layers.errors import SitingError

Row = dict[str, Any]
Work = Callable[[Any], Row]
Runner = Callable[[Work, Sequence[Any], Work], Iterator[Row]]
"""What takes (work, cases, lost) and gives a row for each case."""


def in_processes(count: int) -> Runner:
    """Return a runner over processes of this machine; raises SIT200 below one process."""
    if count < 1:
        raise SitingError("SIT200", "il faut au moins un processus", where="--jobs")

    def run(work: Work, asked: Sequence[Any], lost: Work) -> Iterator[Row]:
        left = []
        with _Pool(min(count, max(1, len(asked)))) as pool:
            cases = {pool.submit(work, case): case for case in asked}
            for future in as_completed(cases):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    left.append(cases[future])
        for case in left:  # a process died: one at a time, the guilty case is found
            yield _alone(work, case, lost)

    return run


def _alone(work: Work, case: Any, lost: Work) -> Row:
    with _Pool(1) as pool:
        try:
            return pool.submit(work, case).result()
        except BrokenProcessPool:
            return lost(case)


class _Pool(ProcessPoolExecutor):
    """Fresh processes that leave Ctrl-C to the one who talks, and stop waiting cases with it."""

    def __init__(self, count: int) -> None:
        super().__init__(count, mp_context=get_context("spawn"), initializer=_leave_interrupts)

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> bool | None:
        self.shutdown(wait=True, cancel_futures=kind is not None)
        return None


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def on_cluster(address: str, count: int) -> Runner:
    """Return a runner on dask.distributed: « local », or the address of a scheduler.

    Raises SIT200 when dask.distributed is not installed or nobody answers at the address.
    """

    def run(work: Work, asked: Sequence[Any], lost: Work) -> Iterator[Row]:
        distributed = _distributed()
        if address == "local":
            with distributed.LocalCluster(
                n_workers=count, threads_per_worker=1, dashboard_address=None
            ) as cluster, distributed.Client(cluster) as client:  # fmt: skip
                yield from _gathered(distributed, client, work, asked, lost)
            return
        try:
            client = distributed.Client(address, timeout="10s")
        except (OSError, ValueError) as fault:
            raise SitingError(
                "SIT200",
                f"aucun ordonnanceur dask ne répond : {type(fault).__name__}",
                where=f"--cluster {address}",
                hint="donnez tcp://machine:8786, ou --cluster local",
            ) from None
        with client:
            yield from _gathered(distributed, client, work, asked, lost)

    return run


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise SitingError(
            "SIT200",
            "dask.distributed n'est pas installé",
            where="--cluster",
            hint="pip install 'siting[cluster]', ou --jobs pour des processus de cette machine",
        ) from None
    return distributed


def _gathered(
    distributed: Any, client: Any, work: Work, asked: Sequence[Any], lost: Work
) -> Iterator[Row]:
    futures = client.map(work, list(asked), pure=False)
    cases = dict(zip((future.key for future in futures), asked, strict=True))
    for future in distributed.as_completed(futures):
        killed = future.status != "finished"
        yield lost(cases[future.key]) if killed else future.result()
