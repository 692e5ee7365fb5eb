"""Cover cuts of a budget: sites that together exceed it are never all open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# How far a cut must be broken to be worth a row.
VIOLATED = 1e-4
ROUNDING = 1e-9


class Inequality(NamedTuple):
    """Σ factor·open over some sites ≤ limit; ``floor`` is −∞ but for a need."""

    sites: NDArray[np.int32]
    factors: Floats
    limit: float
    floor: float = -np.inf


def violated_covers(budgets: Iterable[Inequality], opened: Floats) -> list[Inequality]:
    """Return the lifted cover cuts that sites partly open break, at most one a budget.

    Parameters
    ----------
    budgets : rows whose factors are ≥ 0.
    opened : by site, 0 to 1.

    Returns
    -------
    Cuts broken by more than ``VIOLATED``.
    """
    return [cut for budget in budgets for cut in _violated(budget, opened[budget.sites])]


def _violated(budget: Inequality, opened: Floats) -> Iterator[Inequality]:
    weights = budget.factors
    cover = _least_cover(weights, budget.limit, opened)
    if not cover.size:
        return
    factors = lifted(weights, cover)
    most = float(len(cover) - 1)
    if factors @ opened > most + VIOLATED:
        kept = factors > 0
        yield Inequality(budget.sites[kept], factors[kept], most)


def _least_cover(weights: Floats, limit: float, opened: Floats) -> NDArray[np.intp]:
    """Return positions whose weights exceed the limit, none of which can be left out; or none.

    Greedy: the most open for their weight first, then the least open are left out again.
    """
    order = np.lexsort((-weights, (1.0 - opened) / np.maximum(weights, ROUNDING)))
    reached = np.cumsum(weights[order])
    count = int(np.searchsorted(reached, limit + ROUNDING, side="right"))
    if count >= len(order):
        return np.empty(0, dtype=np.intp)
    cover = order[: count + 1]
    whole = float(reached[count])
    kept = set(cover.tolist())
    for i in cover[np.argsort(opened[cover], kind="stable")].tolist():
        if whole - weights[i] > limit + ROUNDING:
            whole -= float(weights[i])
            kept.remove(i)
    return np.array(sorted(kept), dtype=np.intp)


def lifted(weights: Floats, cover: NDArray[np.intp]) -> Floats:
    """Return how many members of a minimal cover each site displaces: those it outweighs.

    A member counts one; another site counts h when it weighs as much as the h heaviest members
    together, which keeps Σ factor·open ≤ members − 1 true of every choice within the budget.

    Parameters
    ----------
    weights : by site of a budget, ≥ 0.
    cover : positions in ``weights`` of the members.

    Returns
    -------
    Whole numbers, one a weight.

    Examples
    --------
    >>> lifted(np.array([3.0, 3.0, 3.0, 6.0, 1.0]), np.array([0, 1, 2])).tolist()
    [1.0, 1.0, 1.0, 2.0, 0.0]
    """
    heaviest = np.cumsum([0.0, *np.sort(weights[cover])[::-1]])
    factors = np.searchsorted(heaviest, weights, side="right") - 1.0
    factors[cover] = 1.0
    return np.asarray(factors, dtype=np.float64)
