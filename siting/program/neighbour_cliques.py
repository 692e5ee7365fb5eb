"""Sites too close to one another, gathered: one row for a whole crowd instead of one a pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int32]
# Beyond this many candidates the best next member is not worth looking for.
CROWD = 60


def cliques(pairs: NDArray[np.integer]) -> list[Indices]:
    """Return sets of sites all too close to one another, that together hold every pair.

    At most one site of each set may open: the same choices as pair by pair, with fewer rows and
    a tighter relaxation. Greedy, in the order of the pairs; each set is sorted.

    Parameters
    ----------
    pairs : (m, 2) positions of sites; a pair may come in either order, or twice.

    Returns
    -------
    Sorted positions of each set, two at least.

    Examples
    --------
    >>> [clique.tolist() for clique in cliques(np.array([[0, 1], [1, 2], [0, 2], [2, 3]]))]
    [[0, 1, 2], [2, 3]]
    """
    near: dict[int, set[int]] = {}
    for one, other in pairs.tolist():
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    held: set[tuple[int, int]] = set()
    found = []
    for one, other in pairs.tolist():
        if (min(one, other), max(one, other)) in held:
            continue
        members, common = [one, other], near[one] & near[other]
        while common:
            closest = min(common) if len(common) >= CROWD else _best_known(near, common)
            members.append(closest)
            common = common & near[closest]
        members.sort()
        held.update((a, b) for i, a in enumerate(members) for b in members[i + 1 :])
        found.append(np.array(members, dtype=np.int32))
    return found


def _best_known(near: dict[int, set[int]], common: set[int]) -> int:
    """Return the candidate near the most others, the first of them."""
    return max(common, key=lambda site: (len(near[site] & common), -site))
