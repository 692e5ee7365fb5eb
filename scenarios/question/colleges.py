"""Points of view to start a discussion from: weights by theme, one set a college, dated."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "colleges.toml"


@dataclass(frozen=True)
class College:
    """A point of view: weights from 0 to 10 by theme of criteria; ``short`` heads a column."""

    name: str
    label: str
    short: str
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Colleges:
    """The points of view, and where their weights come from."""

    status: str
    since: str
    reference: str
    every: tuple[College, ...]

    def named(self, name: str) -> College | None:
        """Return a college by name or label, whatever the case; None for a stranger.

        Parameters
        ----------
        name : « name » or « label » of a college.

        Returns
        -------
        The point of view, or None.
        """
        asked = name.casefold()
        return next(
            (each for each in self.every if asked in (each.name, each.label.casefold())), None
        )


@cache
def colleges() -> Colleges:
    """Read the points of view shipped with the tool: assumptions, given by no college.

    Returns
    -------
    The points of view, with their status, date and reference.
    """
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    every = tuple(
        College(body["name"], body["label"], body.get("short", body["label"]), body["weights"])
        for body in content["college"]
    )
    return Colleges(content["status"], str(content["since"]), content["reference"], every)


def weights_of(college: College, criteria: Collection[str]) -> dict[str, float]:
    """Share each theme's weight between its criteria (« water.scarcity » is of theme « water »).

    Parameters
    ----------
    college : weights from 0 to 10 by theme; a theme it does not name weighs nothing.
    criteria : names of the ranking criteria, « theme.criterion ».

    Returns
    -------
    A weight by criterion; those of one theme add up to the weight of the theme.

    Examples
    --------
    >>> few = College("x", "X", "X", {"water": 8, "grid": 2})
    >>> weights_of(few, ["water.zre", "water.scarcity", "grid.distance", "heat.demand"])
    {'water.zre': 4.0, 'water.scarcity': 4.0, 'grid.distance': 2.0, 'heat.demand': 0.0}
    """
    count = Counter(_theme(name) for name in criteria)
    return {name: college.weights.get(_theme(name), 0) / count[_theme(name)] for name in criteria}


def _theme(criterion: str) -> str:
    return criterion.partition(".")[0]
