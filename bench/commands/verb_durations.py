"""Time the commands a planner waits for, against what was promised: the best of three runs.

Seconds of a clock and of the processor: on a machine that others use, the first one lies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISES = {"--help": 0.15, "doctor": 2.0, "check": 3.0, "run": 3.0}


def best(verb: str, folder: str) -> tuple[float, float]:
    """Return the least seconds of clock and of processor a command took, of three runs."""
    found = []
    for _ in range(3):
        before, start = os.times(), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "cli", verb], cwd=folder, check=True, capture_output=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        after, end = os.times(), time.perf_counter()
        used = after.children_user - before.children_user
        found.append((end - start, used + after.children_system - before.children_system))
    return min(clock for clock, _ in found), min(used for _, used in found)


def main() -> None:
    """Print each command, its seconds, and what was promised; « run » is the unchanged one."""
    with tempfile.TemporaryDirectory() as folder:
        for verb, promised in PROMISES.items():
            clock, used = best(verb, folder)
            print(f"siting {verb} : {clock:.2f} s, processeur {used:.2f} s, promis {promised} s")


if __name__ == "__main__":
    main()
