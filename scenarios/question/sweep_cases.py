"""The cases of a sweep: every combination of the values asked, each drawn so many times."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, prod
from pathlib import Path

import numpy as np

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from scenarios.question.home_region import HomeRegion, home_of
from scenarios.question.scenario_reading import read_scenario

ALIASES = {"load_factor": "demand.utilisation", "existing": "demand.existing_it_mw"}
# A case takes seconds: beyond a night of them, whoever asks says so; beyond a year, nobody waits.
MOST_CASES, NO_MORE = 5_000, 1_000_000


@dataclass(frozen=True)
class Case:
    """One variant: its number, its overrides, and the number of its draw (0 : none)."""

    number: int
    scenario: str
    data: str
    overrides: tuple[str, ...]
    varied: tuple[tuple[str, float], ...]
    draw: int
    seed: int


def cases(
    scenario: str,
    data: Path,
    vary: Sequence[str],
    draws: int,
    seed: int = 0,
    overrides: tuple[str, ...] = (),
    most: int | None = MOST_CASES,
) -> list[Case]:
    """Return every combination of the varied values, each drawn so many times.

    Parameters
    ----------
    scenario : name or path of the scenario.
    data : folder of the pack.
    vary : « key=low:high:count » or « key=v1,v2 », one text an axis; ``ALIASES`` are keys too.
    draws : draws of the assumptions a combination; 0 for none, what is assumed being taken as it
        is.
    seed : what the draws start from.
    overrides : what every variant replaces in the scenario.
    most : how many cases at most, counted before any is made; None for no bound but memory's.

    Returns
    -------
    Cases numbered from 0, the last axis moving fastest, then the draws of each combination.

    Raises
    ------
    SitingError : SIT200 for a « --vary » that cannot be read, a negative number of draws or too
        many cases, and
        what the scenario is refused for when no variant of it can be read.
    """
    if draws < 0:
        raise SitingError("SIT200", "un nombre de tirages n'est pas négatif", where="--draws")
    _refuse_too_many(vary, draws, most)
    axes = [_axis(text) for text in vary]
    grid = list(itertools.product(*[[(key, v) for v in values] for key, values in axes]))
    _readable(scenario, grid, overrides, home_of(Pack.open(data)))
    table = [(point, draw) for point in grid for draw in (range(1, draws + 1) if draws else (0,))]
    return [
        Case(n, scenario, str(data), (*overrides, *_overrides(point)), point, draw, seed)
        for n, (point, draw) in enumerate(table)
    ]


def _refuse_too_many(vary: Sequence[str], draws: int, most: int | None) -> None:
    """Count the cases before making one: a slip of the hand may ask for a thousand billion."""
    counts = [_points(text) for text in vary]
    asked = prod(counts) * max(draws, 1)
    bound = NO_MORE if most is None else most
    if asked <= bound:
        return
    sides = " × ".join(str(count) for count in (*counts, *([draws] if draws > 1 else [])))
    raise SitingError(
        "SIT200",
        f"{asked:,} cas demandés ({sides}), {bound:,} au plus".replace(",", "\u202f"),
        where="--vary, --draws",
        hint="demandez moins de valeurs ou de tirages"
        + ("" if most is None else f" ; --yes accepte jusqu'à {NO_MORE} cas"),
    )


def _points(text: str) -> int:
    """Return how many values an axis has, without making them."""
    _, _, values = text.partition("=")
    if ":" not in values:
        return values.count(",") + 1
    count = values.rpartition(":")[2].strip()
    return int(count) if count.isdigit() and len(count) < 19 else 1


def _readable(
    scenario: str,
    grid: Sequence[tuple[tuple[str, float], ...]],
    overrides: tuple[str, ...],
    home: HomeRegion | None,
) -> None:
    """Refuse at once what no variant could mend, such as a mistyped key."""
    read_scenario(scenario, overrides, names=True, home=home)
    faults = []
    for point in grid:
        try:
            read_scenario(scenario, (*overrides, *_overrides(point)), names=True, home=home)
        except SitingError as fault:
            faults.append(fault)
    if len(faults) == len(grid):
        raise _of_vary(faults[0], [key for key, _ in grid[0]])


def _of_vary(fault: SitingError, keys: Sequence[str]) -> SitingError:
    """Say of a varied key that « --vary » wrote it: nobody typed the « --set » that carries it."""
    hints = list(fault.hints)
    for key in keys:
        hints = [hint.replace(f"--set {key} :", f"--vary {key} :") for hint in hints]
    if any(hint.startswith("--vary") and "clé inconnue" in hint for hint in hints):
        hints.append(f"autres noms admis : {', '.join(ALIASES)}")
    return SitingError(fault.code, fault.message, where=fault.where, hint=hints)


def _overrides(point: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    return tuple(f"{key}={value!r}" for key, value in point)


def _axis(text: str) -> tuple[str, list[float]]:
    """Read « clé=bas:haut:nombre » or « clé=v1,v2 »."""
    key, _, values = text.partition("=")
    key = ALIASES.get(key.strip(), key.strip())
    try:
        if ":" in values:
            low, high, count = values.split(":")
            with np.errstate(over="ignore", invalid="ignore"):
                found = np.linspace(float(low), float(high), int(count)).round(9).tolist()
        else:
            found = [float(value) for value in values.split(",")]
    except (ValueError, OverflowError):
        found = []
    if not key or not found or not all(map(isfinite, found)):
        raise SitingError(
            "SIT200",
            f"« {text} » n'est pas une variation",
            where="--vary",
            hint="écrivez demand.utilisation=0.5:0.9:5, ou demand.utilisation=0.5,0.7",
        )
    return key, found
