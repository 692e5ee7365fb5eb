"""Interruptions: how a command is stopped, and what must not be cut in the middle."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

# Ctrl-C, an end asked by the system, a terminal that closes; some systems lack some of them.
STOPS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
ALARM = getattr(signal, "SIGALRM", None)
AGAIN_S = 0.3

Handler = Callable[[int, FrameType | None], object] | signal.Handlers

_asked: list[int] = []


def listen(handler: Handler) -> None:
    """Have every stop answered by a handler, but those that whoever began us ignores.

    Parameters
    ----------
    handler : called with the signal's number and the frame, as ``signal.signal`` calls it.
    """
    for number in STOPS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)
    if ALARM is not None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(ALARM, handler)


def stop(number: int, _: FrameType | None) -> None:
    """Leave by KeyboardInterrupt, and again a moment later if nobody is leaving because of it.

    A library that is loading, or an object being freed, may swallow it: the command would go on to
    its end as if nothing had been asked. Whoever already leaves cleans up undisturbed.

    Parameters
    ----------
    number : the signal received.
    _ : the frame it came in, not looked at.

    Raises
    ------
    KeyboardInterrupt : unless one is already being handled.
    """
    _asked.append(number)
    if ALARM is not None:
        signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
    if not _leaving():
        raise KeyboardInterrupt


def stop_asked() -> bool:
    """Tell whether a stop was asked, whatever became of the exception.

    Returns
    -------
    True from the first stop received by this process on.
    """
    return bool(_asked)


def _leaving() -> bool:
    fault = sys.exc_info()[1]
    while fault is not None and not isinstance(fault, KeyboardInterrupt):
        fault = fault.__context__
    return fault is not None


@contextmanager
def left_to_us() -> Iterator[None]:
    """Keep Ctrl-C from the processes begun here, from their first instant: we tell them to end.

    Yields
    ------
    Nothing. Where signals cannot be held back (Windows), the block runs without it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS[:1])  # what is held back is inherited
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextmanager
def in_one_breath() -> Iterator[Sequence[int]]:
    """Hold every stop back until the block ends, then let them through.

    A signal the process ignores is left ignored. Off the main thread, nothing is held.

    For NetCDF, whose lock in xarray is not re-entrant: an interruption while it is held leaves the
    process waiting for itself, for ever, when it closes the file. Ours take under a second. For the
    solver, which no exception may cross.

    Yields
    ------
    The numbers of the signals that wait, growing as they come: a block that can end sooner looks
    there.
    """
    waiting: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield waiting
        return
    held = STOPS if ALARM is None else (*STOPS, ALARM)
    heard = {number: signal.getsignal(number) for number in held}
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
