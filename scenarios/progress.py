"""Talk on stderr: what is being done, and how long it took; silent when not a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from layers.french import number


class Tell(Protocol):
    """Whatever hears about the steps of a run."""

    def __call__(self, message: str) -> None:
        """Hear one line."""


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
