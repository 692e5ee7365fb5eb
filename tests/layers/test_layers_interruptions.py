"""An interruption never falls inside a NetCDF file."""

from __future__ import annotations

import signal

import pytest

from layers.interruptions import in_one_breath


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
