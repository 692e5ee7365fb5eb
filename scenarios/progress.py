"""Talk on stderr: what is being done, and how long it took; silent when not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from layers.french import number

Tell = Callable[[str], None]
"""Whatever hears about the steps of a run, one line at a time."""


def silent(_: str) -> None:
    """Hear nothing."""


def on_stderr(message: str) -> None:
    """Print one line where talk belongs."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def step(tell: Tell, label: str) -> Iterator[None]:
    """Announce a step, and its seconds when it ends."""
    start = time.perf_counter()
    yield
    tell(f"  {label} : {number(time.perf_counter() - start, 1)} s")
