"""Time the default run, step by step, and its peak memory."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Run the default scenario once in a fresh folder and print what it took."""
    begun = time.perf_counter()
    from layers.packs.data_pack import EMBEDDED, Pack
    from maps.pages import draw_pages
    from scenarios.question.scenario_reading import read_scenario
    from scenarios.scenario_run import run
    from scenarios.terminal.progress import on_stderr

    on_stderr(f"  imports : {time.perf_counter() - begun:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        name = sys.argv[1] if len(sys.argv) > 1 else "tendanciel"
        results = run(
            read_scenario(name),
            Pack.open(EMBEDDED),
            Path(folder) / name,
            draw=draw_pages,
            tell=on_stderr,
        )
        size = (results.folder / "carte.html").stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    seconds = time.perf_counter() - begun
    print(f"{name} : {seconds:.1f} s, {peak:.2f} GiB, carte {size:.1f} Mo")


if __name__ == "__main__":
    main()
