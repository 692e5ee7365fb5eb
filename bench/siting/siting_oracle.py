"""The program against an enumeration of every set of open sites, on many drawn instances.

Usage: python -m bench.siting_oracle [COUNT]; prints how many agree, and how many are impossible
on both sides. The enumeration is a second program, written otherwise.
"""

from __future__ import annotations

import sys
import time
from math import inf, isclose, isinf

from layers.words.errors import SitingError
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.draws import drawn
from tests.village.oracle import best_by_enumeration


def main(count: int) -> int:
    """Compare the first instances; return how many differ."""
    begun, differ, impossible, checked = time.perf_counter(), [], 0, 0
    for seed in range(count):
        inputs = drawn(seed)
        try:
            best = best_by_enumeration(inputs)
        except SitingError:
            best = inf
        try:
            plan = solve(inputs, gap=0.0, answers=False)
            found, broken = plan.outcome.objective, check_plan(inputs, plan)
            checked += not broken
        except SitingError:
            found = inf
        impossible += isinf(best) and isinf(found)
        same = isinf(best) == isinf(found)
        if not same or (not isinf(best) and not isclose(best, found, rel_tol=1e-6, abs_tol=1e-7)):
            differ.append((seed, best, found))
    seconds = time.perf_counter() - begun
    print(
        f"{count - len(differ)} / {count} identiques, dont {impossible} impossibles des deux "
        f"côtés ; {checked} plans revérifiés sans faute ; {seconds:.0f} s"
    )
    for each in differ:
        print("diffère :", *each)
    return len(differ)


if __name__ == "__main__":
    sys.exit(min(1, main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)))
