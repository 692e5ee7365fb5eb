"""What must not be cut in the middle: an interruption waits for the end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def in_one_breath() -> Iterator[Sequence[int]]:
    """Hold Ctrl-C and SIGTERM back until the block ends, then let them through.

    Gives the signals that wait, which grow as they come: a block that can end sooner looks there.
    A signal the process ignores is left ignored, and is never among them.

    For NetCDF, whose lock in xarray is not re-entrant: an interruption while it is held leaves
    the process waiting for itself, for ever, when it closes the file. Ours take under a second.
    For the solver, which no exception may cross.
    """
    waiting: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield waiting
        return
    heard = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    former = {n: handler for n, handler in heard.items() if handler not in (signal.SIG_IGN, None)}
    for number in former:
        signal.signal(number, lambda received, _frame: waiting.append(received))
    try:
        yield waiting
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        if waiting:
            signal.raise_signal(waiting[0])
