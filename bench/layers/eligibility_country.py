"""A country at 25 m on dask: 550,000 km², fourteen synthetic layers, two processes.

Prints seconds, CPU, and the peak memory of each worker; then judges a window of the country alone,
in plain threads, and says whether every cell is the same.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import rasterio
import shapely
from machine import verdict
from rasterio.transform import from_origin
from rasterio.windows import Window

from layers.eligibility.cluster_blocks import client_of, stream
from layers.eligibility.raster_classes import Cover
from layers.eligibility.rule_rasters import Classes
from layers.eligibility.territory_judging import Evidence, Near, judge
from layers.geometry.flat_outlines import Outlines
from layers.geometry.raster_grid import Grid
from layers.words.cell_states import ELIGIBLE, EXCLUDED, UNKNOWN

WEST, NORTH = 100_000.0, 7_100_000.0
CELL = 25
FEATURES_A_KM2 = 5_000 / 192_000
REACH = {**{f"zones{k:02d}": 500.0 if k % 3 == 0 else 0.0 for k in range(12)}, "lines": 200.0}


def wavy(rng: np.random.Generator, count: int, side: float) -> np.ndarray:
    """Return wavy outlines of 60 vertices, half of them in clusters."""
    nests = rng.random((2_000, 2)) * side
    centre = nests[rng.integers(0, 2_000, count)] + rng.normal(0, 15_000, (count, 2))
    angle = 2 * np.pi * (np.arange(60) + 0.6 * rng.random((count, 60))) / 60
    phase = rng.random((3, count, 1)) * 2 * np.pi
    swell = 1 + 0.35 * np.sin(2 * angle + phase[0]) + 0.2 * np.sin(3 * angle + phase[1])
    swell += 0.12 * np.sin(5 * angle + phase[2]) + 0.08 * rng.normal(size=angle.shape)
    reach = np.minimum(rng.lognormal(np.log(500), 0.7, (count, 1)), 6_000)
    reach = reach * np.clip(swell, 0.2, None)
    xy = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=2) + centre[:, None, :]
    xy += (WEST, NORTH - side)
    return shapely.polygons(np.concatenate([xy, xy[:, :1]], axis=1))


def wandering(rng: np.random.Generator, count: int, side: float) -> np.ndarray:
    """Return lines of twenty vertices, 1.5 km apart."""
    heading = rng.random(count)[:, None] * 2 * np.pi + rng.normal(0, 0.3, (count, 20)).cumsum(1)
    step = 1_500 * np.stack([np.cos(heading), np.sin(heading)], axis=2)
    start = rng.random((count, 1, 2)) * side + (WEST, NORTH - side)
    return shapely.linestrings(start + step.cumsum(1))


def write_cover(path: Path, grid: Grid, rng: np.random.Generator) -> None:
    """Write a land cover of twelve classes at the cell of the grid, with holes, by blocks."""
    with rasterio.open(
        path, "w", driver="GTiff", height=grid.rows, width=grid.columns, count=1, dtype="uint8",
        crs="EPSG:2154", nodata=0, tiled=True, blockxsize=512, blockysize=512, compress="DEFLATE",
        transform=from_origin(grid.west, grid.north, grid.cell_m, grid.cell_m),
    ) as file:  # fmt: skip
        for first, last in grid.bands(1_024):
            coarse = rng.integers(0, 13, ((last - first) // 32 + 1, grid.columns // 32 + 1))
            block = coarse.astype(np.uint8).repeat(32, 0).repeat(32, 1)
            block = block[: last - first, : grid.columns]
            file.write(block, 1, window=Window(0, first, grid.columns, last - first))


def evidence(shapes: dict[str, np.ndarray], cover: Path) -> list[Evidence]:
    """Return the fourteen layers as evidence; one of them does not know everything."""

    def near(name: str) -> Near:
        return Near(Outlines.of(shapes[name], name), REACH[name])

    vectors = [Evidence(n, "exclude", 1, n, partial(near, n)) for n in REACH]
    classes = Evidence("cover", "exclude", 2, "cover", lambda: Cover(cover, Classes((1.0, 2.0))))
    return [*vectors, classes]


def memory() -> float:
    """Return the peak memory of this process, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def cpu() -> float:
    """Return the CPU seconds of this process."""
    used = psutil.Process().cpu_times()
    return float(used.user + used.system)


def main() -> None:
    """Draw the country, judge it on two workers, compare a window with one process."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--km2", type=float, default=550_000)
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    rng = np.random.default_rng(given.seed)
    radius = np.sqrt(given.km2 / np.pi) * 1_000
    side = float(np.ceil(2.02 * radius / 3_200) * 3_200)
    grid = Grid.around((WEST, NORTH - side, WEST + side, NORTH), CELL)
    with tempfile.TemporaryDirectory() as place:
        cover = Path(place) / "cover.tif"
        start = time.perf_counter()
        count = int(FEATURES_A_KM2 * side**2 / 1e6)
        shapes = {n: wavy(rng, count, side) for n in REACH if n != "lines"}
        shapes["lines"] = wandering(rng, count * 2 // 5, side)
        write_cover(cover, grid, rng)
        middle = (WEST + side / 2, NORTH - side / 2)
        country = np.array([shapely.Point(middle).buffer(radius, quad_segs=700)], dtype=object)
        ground = Evidence(
            "ground", "exclude", 1, "ground", lambda: Near(Outlines.of(country, "ground"), 0.0)
        )
        drawn = time.perf_counter() - start
        found = np.lib.format.open_memmap(
            Path(place) / "states.npy", "w+", dtype=np.uint8, shape=grid.shape
        )

        def keep(first: int, rows: np.ndarray, _: np.ndarray) -> None:
            found[first : first + len(rows)] = rows

        with client_of("local", given.workers) as client:
            before = client.run(cpu)
            start = time.perf_counter()
            counts = stream(client, evidence(shapes, cover), ground, grid, keep, 256)
            seconds = time.perf_counter() - start
            peaks: dict[str, Any] = client.run(memory)
            spent = {name: used - before[name] for name, used in client.run(cpu).items()}
        by_state = np.sum([total for _, total in counts], axis=0) * CELL**2 / 1e6
        window = _window(grid)
        alone = judge(evidence(shapes, cover), ground, window).states.to_numpy()
        top = round((grid.north - window.north) / CELL)
        left = round((window.west - grid.west) / CELL)
        part = found[top : top + window.rows, left : left + window.columns]
        print(json.dumps({
            "seed": given.seed, "cells": grid.rows * grid.columns, "features": count * 12,
            "drawn_s": round(drawn, 1), "seconds": round(seconds, 1),
            "workers_cpu_s": [round(value, 1) for value in spent.values()],
            "workers_peak_mib": [round(value) for value in peaks.values()],
            "caller_peak_mib": round(memory()), "load": round(os.getloadavg()[0], 1),
            "km2": dict(zip(("excluded", "eligible", "unknown"), by_state.round(1), strict=True)),
            "window_cells": part.size, "window_states": np.unique(part).tolist(),
            "window_identical": bool((part == alone).all()),
        }, indent=1))  # fmt: skip
        verdict("mémoire d'un processus", max(peaks.values()), "Mio", most=4096)
        verdict("mailles de la fenêtre qui diffèrent", (part != alone).sum(), "", most=0)
        assert {EXCLUDED, ELIGIBLE, UNKNOWN} <= set(np.unique(part).tolist())
        if not (part == alone).all():
            raise SystemExit("la fenêtre diffère")


def _window(grid: Grid) -> Grid:
    """Return a window of 100 km on the rim of the country, where territory and layers end."""
    side = min(100_000.0, grid.rows * CELL / 3)
    west = grid.west + np.floor(0.12 * grid.columns) * CELL
    north = grid.north - np.floor(0.12 * grid.rows) * CELL
    return Grid.around((west, north - side, west + side, north), CELL)


if __name__ == "__main__":
    main()
