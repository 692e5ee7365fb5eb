"""Many independent cases at once: processes of this machine, or dask.distributed.

A case whose process dies is told by ``lost`` and never stops the others. Rows come back in the
order they end; whoever asked sorts them.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import Any

from layers.words.errors import SitingError
from layers.words.interruptions import in_one_breath, left_to_us

Row = dict[str, Any]
Work = Callable[[Any], Row]
Runner = Callable[[Work, Sequence[Any], Work], Iterator[Row]]
"""What takes (work, cases, lost) and gives a row for each case."""


def in_processes(count: int) -> Runner:
    """Return a runner over processes of this machine.

    Parameters
    ----------
    count : how many processes, one at least.

    Returns
    -------
    A runner; it starts no more processes than there are cases.

    Raises
    ------
    SitingError : SIT200 below one process.
    """
    if count < 1:
        raise SitingError("SIT200", "il faut au moins un processus", where="--jobs")

    def run(work: Work, asked: Sequence[Any], lost: Work) -> Iterator[Row]:
        left = []
        with Pool(min(count, max(1, len(asked)))) as pool:
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
    with Pool(1) as pool:
        try:
            row: Row = pool.submit(work, case).result()
            return row
        except BrokenProcessPool:
            return lost(case)


class Pool(ProcessPoolExecutor):
    """Fresh processes that leave Ctrl-C to the one who talks, and are ended with what stops it.

    They only compute: what is to be kept is written by the one who talks.

    Each one calls ``ready(*arguments)`` before its first case.
    """

    def __init__(self, count: int, ready: Callable[..., None] | None = None, *given: Any) -> None:
        super().__init__(
            count,
            mp_context=get_context("spawn"),
            initializer=_leave_interrupts,
            initargs=(ready, *given),
        )

    def submit(self, fn: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Hand over a case, to a process begun for it if need be, and whole.

        Parameters
        ----------
        fn : what a process can import.
        *given : what it is given, picklable.
        **named : what it is given by name, picklable.

        Returns
        -------
        What will hold the answer.
        """
        with in_one_breath(), left_to_us():
            return super().submit(fn, *given, **named)

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> bool | None:
        if kind is not None:
            for process in active_children():
                process.terminate()
        self.shutdown(wait=True, cancel_futures=kind is not None)
        return None


def _leave_interrupts(ready: Callable[..., None] | None, *given: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where nothing can be held back from the start
    if ready is not None:
        ready(*given)


def on_cluster(address: str, count: int) -> Runner:
    """Return a runner on dask.distributed.

    Parameters
    ----------
    address : « local », or the address of a scheduler, such as « tcp://machine:8786 ».
    count : processes of a local cluster; a scheduler has its own.

    Returns
    -------
    A runner; it looks for dask and for the scheduler when it is used.

    Raises
    ------
    SitingError : SIT200, from the runner, when dask.distributed is not installed or nobody answers
        at the address.
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
