"""Time a hundred sheets of a results folder, in two processes; the target is 120 s on two cores.

python bench/sheets_speed.py [RESULTS]      default: resultats/tendanciel
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from maps.paper.sheet_batch import Order, draw_sheets
from scenarios.storage.results import Results

COUNT = 100


def main() -> None:
    """Print wall and CPU seconds, children included, and the weight of what was written."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "resultats/tendanciel")
    if not folder.is_dir():
        print(f"{folder} absent, rien de mesuré : lancez d'abord « siting run »")
        return
    results = Results.read(folder)
    with tempfile.TemporaryDirectory() as work:
        start = time.perf_counter()
        report = draw_sheets(results, Path(work), Order(top=COUNT), jobs=2)
        seconds = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    weight = sum(entry["bytes"] for entry in report["files"]) / 1e6
    print(
        f"{len(report['files'])} fiches : {seconds:.1f} s, {cpu:.1f} s de processeur, "
        f"{weight:.1f} Mo"
    )


if __name__ == "__main__":
    main()
