"""Talk on stderr: what is under way, how long it took, how long is left.

Silent when stderr is not a terminal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from layers.words.french import number
from scenarios.terminal.terminal_lines import fitted

# A step longer than this says at once how long it takes.
LONG_SECONDS = 2.0
Tell = Callable[[str], None]
"""Whatever hears about the steps of a run, one line at a time."""


def silent(_: str) -> None:
    """Hear nothing.

    Parameters
    ----------
    _ : a line, unheard.
    """


def on_stderr(message: str) -> None:
    """Print where talk belongs, folded when it is a terminal.

    Parameters
    ----------
    message : one line or several.
    """
    print(fitted([message], sys.stderr), file=sys.stderr, flush=True)


class Countdown:
    """Hears the steps of a run and says how long is left, from what each took last time.

    ``expected`` : seconds by step, named by the first word of its label. A step that nobody
    expected is told without a time left, and is expected the next time.
    """

    def __init__(self, write: Tell, expected: Mapping[str, float]) -> None:
        self.write = write
        self.left = dict(expected)
        self.measured: dict[str, float] = {}

    def __call__(self, message: str) -> None:
        """Say a line as it is."""
        self.write(message)

    def begins(self, label: str) -> None:
        """Say how long a step that has begun takes, when it is known to be long.

        Parameters
        ----------
        label : what is told of it; its first word names it.
        """
        expected = self.left.get(step_name(label), 0.0)
        if expected > LONG_SECONDS:
            whole = remaining(sum(self.left.values())).removeprefix(" ; ")
            self.write(f"  en cours, {remaining(expected).removeprefix(' ; encore ')} : {label}"
                       + (f" ({whole} en tout)" if len(self.left) > 1 else ""))  # fmt: skip

    def ended(self, label: str, seconds: float) -> None:
        """Say that a step has ended, and what is left after it.

        Parameters
        ----------
        label : what was told of it; its first word names it.
        seconds : how long it took.
        """
        name = step_name(label)
        self.measured[name] = seconds
        self.left.pop(name, None)
        line = f"  {label} : {number(seconds, 1)} s"
        self.write(f"{line}{remaining(sum(self.left.values()))}")


def step_name(label: str) -> str:
    """Return the name of a step, which is the first word of what is told of it.

    Parameters
    ----------
    label : what is told of a step.

    Returns
    -------
    One word.

    Examples
    --------
    >>> step_name("couches lues, friches triées et jointes")
    'couches'
    """
    return label.partition(" ")[0].strip(",")


def remaining(seconds: float) -> str:
    """Write a time left, rounded to what it is worth; nothing when nothing is left.

    Parameters
    ----------
    seconds : the time left.

    Returns
    -------
    French words to add to a line, empty below half a second.

    Examples
    --------
    >>> [remaining(s) for s in (0.2, 8.2, 31, 200)]  # doctest: +NORMALIZE_WHITESPACE
    ['', ' ; encore 8 s environ', ' ; encore 30 s environ', ' ; encore 4 min environ']
    """
    if seconds < 0.5:
        return ""
    if seconds > 90:
        return f" ; encore {number(-(-seconds // 60))} min environ"
    rounded = round(seconds) if seconds < 15 else 5 * round(seconds / 5)
    return f" ; encore {number(rounded)} s environ"


@contextmanager
def step(tell: Tell, label: str) -> Iterator[None]:
    """Tell a step when it ends: its seconds, and the time left when the listener knows it.

    Parameters
    ----------
    tell : hears the step; a ``Countdown`` learns from it too.
    label : what is told of it; its first word names it.

    Yields
    ------
    Nothing: the step is what the block does. A step that fails is not told.
    """
    start = time.perf_counter()
    if isinstance(tell, Countdown):
        tell.begins(label)
    yield
    seconds = time.perf_counter() - start
    if isinstance(tell, Countdown):
        tell.ended(label, seconds)
    else:
        tell(f"  {label} : {number(seconds, 1)} s")


def counting(tell: Tell, total: int, every_seconds: float = 5.0) -> Callable[[], None]:
    """Return what to call after each of many equal pieces: it says the count and the time left.

    Parameters
    ----------
    tell : hears the count.
    total : how many pieces there are.
    every_seconds : the least time between two lines; the last piece is always told.

    Returns
    -------
    A function without arguments.
    """
    start = last = time.perf_counter()
    done = 0

    def one_more() -> None:
        nonlocal done, last
        done += 1
        now = time.perf_counter()
        if done < total and now - last < every_seconds:
            return
        last = now
        left = (now - start) / done * (total - done)
        tell(f"  {number(done)} cas sur {number(total)}{remaining(left)}")

    return one_more


def paced(tell: Tell, total: int) -> Tell:
    """Return what hears each of so many pieces as it ends: it says the time left after it.

    Parameters
    ----------
    tell : hears the lines.
    total : how many pieces there are.

    Returns
    -------
    Who hears the pieces.
    """
    start = time.perf_counter()
    done = 0

    def ended(message: str) -> None:
        nonlocal done
        done = min(done + 1, total)
        left = (time.perf_counter() - start) / done * (total - done)
        tell(f"  {message} ({done} sur {total}){remaining(left)}")

    return ended
