"""Selections of sites drawn from a seed, at any size: the family of the selection benchmark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from siting.solver.large_selection import Budget, Question

Floats = NDArray[np.float64]
# A territory of 400 × 480 km, in metres, as wide as the region.
SIDES_M = np.array([400e3, 480e3])
SPACING_M = 5_000.0
SIZES_MW = ([10.0, 20.0, 40.0, 80.0, 150.0], [0.3, 0.3, 0.2, 0.15, 0.05])
ROOMS_MW = ([40.0, 80.0, 120.0, 200.0, 400.0], [0.3, 0.3, 0.2, 0.15, 0.05])


def drawn_question(count: int, seed: int) -> Question:
    """Return sites half in towns, 400 yards, 60 basins, 12 départements, 1,500 MW to place."""
    random = np.random.default_rng([count, seed])
    points = _points(random, count)
    mw = random.choice(SIZES_MW[0], count, p=SIZES_MW[1]) * random.uniform(0.8, 1.2, count)
    score = np.clip(random.normal(0.53, 0.16, count), 0.05, 1.0)
    return Question(
        value=score * mw,
        mw=mw,
        least_mw=1_500.0,
        most_mw=1_725.0,
        budgets=(
            _budget("poste", random, points, mw, random.choice(ROOMS_MW[0], 400, p=ROOMS_MW[1])),
            _budget(
                "eau du bassin", random, points, mw * random.uniform(0.3, 2.5, count),
                random.uniform(20.0, 160.0, 60),
            ),
            _budget(
                "terrain du département", random, points, mw * random.uniform(0.05, 0.25, count),
                random.uniform(8.0, 30.0, 12),
            ),
        ),
        apart=KDTree(points).query_pairs(SPACING_M, output_type="ndarray"),
        most_sites=40,
    )  # fmt: skip


def small_question(seed: int, most: int = 16) -> Question:
    """Return a selection of at most ``most`` sites, where every kind of limit can bind."""
    random = np.random.default_rng(seed)
    count = int(random.integers(3, most + 1))
    mw = np.round(random.uniform(2.0, 40.0, count), 1)
    points = random.uniform(0.0, 12_000.0, (count, 2))
    water, land = mw * random.uniform(0.2, 2.0, count), mw * random.uniform(0.05, 0.3, count)
    share = random.uniform(0.15, 0.6)
    whole = float(mw.sum())
    return Question(
        value=np.round(mw * random.uniform(0.1, 1.0, count), 2),
        mw=mw,
        least_mw=share * whole * random.uniform(0.3, 0.85),
        most_mw=share * whole * 1.15,
        budgets=(
            _budget("poste", random, points, mw, random.uniform(20.0, 90.0, 3)),
            _budget("eau du bassin", random, points, water, random.uniform(15.0, 80.0, 2)),
            _budget("terrain du département", random, points, land, random.uniform(2.0, 15.0, 2)),
        ),
        apart=KDTree(points).query_pairs(random.uniform(500.0, 4_000.0), output_type="ndarray"),
        most_sites=int(random.integers(1, count + 1)),
    )


def best_by_enumeration(question: Question) -> float:
    """Return the best value of every set of sites, all tried; −∞ when none meets the limits."""
    count = len(question.value)
    sets = (np.arange(2**count)[:, None] >> np.arange(count)[None, :]) & 1
    mw = sets @ question.mw
    holds = (mw >= question.least_mw - 1e-9) & (mw <= question.most_mw + 1e-9)
    holds &= sets.sum(axis=1) <= question.most_sites
    for budget in question.budgets:
        for place, limit in enumerate(budget.limit):
            holds &= sets @ np.where(budget.place == place, budget.weight, 0.0) <= limit + 1e-9
    for one, other in question.apart:
        holds &= (sets[:, one] + sets[:, other]) < 2
    return float((sets[holds] @ question.value).max()) if holds.any() else float("-inf")


def _points(random: np.random.Generator, count: int) -> Floats:
    towns = random.random((120, 2)) * SIDES_M
    near = towns[random.integers(0, len(towns), count)] + random.normal(0.0, 12e3, (count, 2))
    anywhere = random.random((count, 2)) * SIDES_M
    return np.where(random.random((count, 1)) < 0.6, near, anywhere)


def _budget(
    label_fr: str, random: np.random.Generator, points: Floats, weight: Floats, limit: Floats
) -> Budget:
    """Give each site to the nearest of as many places as there are limits."""
    low, high = points.min(axis=0), points.max(axis=0)
    places = low + random.random((len(limit), 2)) * (high - low)
    return Budget(label_fr, weight, np.asarray(KDTree(places).query(points)[1]), limit)
