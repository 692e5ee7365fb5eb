"""What must not be cut in the middle: an interruption waits for the end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_one_breath() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back until the block ends, then let them through.

    For NetCDF, whose lock in xarray is not re-entrant: an interruption while it is held leaves
    the process waiting for itself, for ever, when it closes the file. Ours take under a second.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    former = {
        number: signal.signal(number, lambda received, _frame: waiting.append(received))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        if waiting:
            signal.raise_signal(waiting[0])
