"""An interruption never falls inside a NetCDF file, and is never lost on the way."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from layers.words.interruptions import in_one_breath


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_waits_for_the_end_and_is_not_lost(number):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    done = []

    def write() -> None:
        with in_one_breath():
            signal.raise_signal(number)
            done.append("written")

    former = signal.signal(number, stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            write()
        assert done == ["written"]
        assert signal.getsignal(number) is stop
    finally:
        signal.signal(number, former)


def test_a_fault_inside_goes_through_and_gives_the_handlers_back():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="grille"), in_one_breath():
        raise ValueError("grille")
    assert signal.getsignal(signal.SIGINT) is before


# What swallows it: an object being freed, a loader that turns it into a fault of its own.
SWALLOWED = """
import signal, sys
from layers.words.interruptions import listen, stop, stop_asked

class Freed:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def load():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass

listen(stop)
sys.unraisablehook = lambda _: None
tidied = False
try:
    {how}
    assert stop_asked()
    while True:
        pass
except KeyboardInterrupt:
    try:
        signal.raise_signal(signal.SIGINT)  # whoever already leaves is left to it
        signal.pause()  # and the reminder is left aside too
        tidied = True
    finally:
        listen(signal.SIG_IGN)
        print(tidied)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="ce système n'a pas de réveil")
@pytest.mark.parametrize("how", ["Freed()", "load()"])
def test_a_stop_that_was_swallowed_comes_back_and_lets_who_leaves_tidy_up(how):
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED.format(how=how)],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "True", done.stderr
