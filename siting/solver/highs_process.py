"""HiGHS as a process holds it: silent, stopped by Ctrl-C, of a known version."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import highspy

from layers.words.interruptions import in_one_breath


def run_until_told(highs: highspy.Highs) -> None:
    """Run; Ctrl-C stops the solver where it asks, many times a second, then goes on its way.

    Parameters
    ----------
    highs : a model ready to run; its callbacks are put back.

    Raises
    ------
    KeyboardInterrupt : when it was stopped: half an answer is no answer.
    """
    with in_one_breath() as waiting:

        def listen(event: Any) -> None:
            event.interrupt(bool(waiting))  # said each time: HiGHS keeps the last answer

        highs.cbSimplexInterrupt += listen
        highs.cbIpmInterrupt += listen
        highs.cbMipInterrupt += listen
        try:
            highs.run()
        finally:
            highs.cbSimplexInterrupt -= listen
            highs.cbIpmInterrupt -= listen
            highs.cbMipInterrupt -= listen
    if waiting:  # whoever handles the signal did not raise
        raise KeyboardInterrupt


@contextmanager
def solver_silent() -> Iterator[None]:
    """HiGHS prints a banner on stdout whatever we ask; stdout is for data, so nobody hears it.

    Yields
    ------
    Nothing; what is written to file descriptor 1 meanwhile is lost.
    """
    sys.stdout.flush()
    stdout, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)
        os.close(nowhere)


def solver_version() -> str:
    """Return the solver's name and version.

    Returns
    -------
    « HiGHS x.y.z ».
    """
    highs: Any = highspy.Highs
    with solver_silent():  # the first of a process prints the banner, even when asked its version
        return f"HiGHS {highs().version()}"
