"""The missing facts: one decorated function each, that gives the inputs at both its ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from layers.words.dated_values import Value, in_force, read_parameter_file
from siting.program.program_inputs import Inputs

RANGES = Path(__file__).parent / "ranges.toml"


@dataclass(frozen=True)
class Ends:
    """The inputs if the fact turns out at its worst, then at its best; none where it is as used.

    ``range_fr`` says the two ends; ``status`` is that of the value in use.
    """

    worst: Inputs | None
    best: Inputs | None
    range_fr: str
    status: str = "assumption"


@dataclass(frozen=True)
class Situation:
    """What an unknown reads: the inputs of the run, its retained sites largest first, ranges."""

    inputs: Inputs
    retained: tuple[str, ...]
    ranges: Mapping[str, Value]


EndsOf = Callable[[Situation], Ends | None]


@dataclass(frozen=True)
class Unknown:
    """A missing fact: what it is, whom to ask, how to give the answer to the tool."""

    name: str
    label_fr: str
    ask_fr: str
    give_fr: str
    ends: EndsOf

    @property
    def why_fr(self) -> str:
        """Return what the fact decides: the first line of the function's docstring."""
        return (self.ends.__doc__ or "").strip().splitlines()[0]


UNKNOWNS: dict[str, Unknown] = {}


def unknown(name: str, *, label_fr: str, ask_fr: str, give_fr: str) -> Callable[[EndsOf], EndsOf]:
    """Register a missing fact; the docstring's first line, in French, says what it decides.

    The function returns None when the fact is known, or when nothing of the run reads it.

    Parameters
    ----------
    name : the key in ``UNKNOWNS``.
    label_fr : what the fact is.
    ask_fr : whom to ask.
    give_fr : how to give the answer to the tool.

    Returns
    -------
    A decorator, which gives the function back.
    """

    def register(ends: EndsOf) -> EndsOf:
        UNKNOWNS[name] = Unknown(name, label_fr, ask_fr, give_fr, ends)
        return ends

    return register


@cache
def ranges(day: date) -> Mapping[str, Value]:
    """Return the ranges in force on a day.

    Parameters
    ----------
    day : the day.

    Returns
    -------
    Values of ``ranges.toml`` by name.
    """
    return in_force(read_parameter_file(RANGES), day)
