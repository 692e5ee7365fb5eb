"""Eligibility of 84,000 km² under fourteen layers: ours, atlite, and geopandas with rasterio.

Each method runs in a process of its own, in turn, on the same files drawn from a fresh seed; the
clock starts once libraries are imported and loops compiled (both told apart), and stops when the
eligible cells are counted: reading every layer is inside. Written for `.venv-bench`, which holds
the peers.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from machine import verdict
from rasterio.transform import from_origin

WEST, NORTH, WIDTH, HEIGHT = 300_000.0, 6_680_000.0, 400_000.0, 480_000.0
BUFFERS = {**{f"zones{k:02d}": 500.0 if k % 3 == 0 else 0.0 for k in range(12)}, "lines": 200.0}
CLASSES = (1, 2, 3)


def wavy(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return clustered wavy outlines of 40 to 80 vertices, a median radius of 500 m."""
    nests = rng.random((400, 2)) * (WIDTH, HEIGHT) + (WEST, NORTH - HEIGHT)
    centre = nests[rng.integers(0, 400, count)] + rng.normal(0, 15_000, (count, 2))
    size = np.minimum(rng.lognormal(np.log(500), 0.7, count), 6_000)
    shapes = np.empty(count, dtype=object)
    for row, vertices in enumerate(rng.integers(40, 81, count)):
        angle = 2 * np.pi * (np.arange(vertices) + 0.6 * rng.random(vertices)) / vertices
        phase = rng.random(3) * 2 * np.pi
        swell = 1 + 0.35 * np.sin(2 * angle + phase[0]) + 0.2 * np.sin(3 * angle + phase[1])
        swell += 0.12 * np.sin(5 * angle + phase[2]) + 0.08 * rng.normal(size=vertices)
        reach = size[row] * np.clip(swell, 0.2, None)
        xy = centre[row] + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
        shapes[row] = shapely.Polygon(xy)
    return shapes


def wandering(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return lines of twenty vertices, 1.5 km apart."""
    heading = rng.random(count)[:, None] * 2 * np.pi + rng.normal(0, 0.3, (count, 20)).cumsum(1)
    step = 1_500 * np.stack([np.cos(heading), np.sin(heading)], axis=2)
    start = rng.random((count, 1, 2)) * (WIDTH, HEIGHT) + (WEST, NORTH - HEIGHT)
    return shapely.linestrings(start + step.cumsum(1))


def region(rng: np.random.Generator) -> shapely.Polygon:
    """Return a rugged disc of about 84,000 km², 3,000 vertices."""
    angle = np.linspace(0, 2 * np.pi, 3_000, endpoint=False)
    reach = 1 + 0.06 * np.sin(3 * angle + 1) + 0.04 * np.sin(7 * angle) + 0.02 * np.sin(23 * angle)
    reach = 163_000 * (reach + 0.005 * rng.normal(size=angle.size))
    x, y = WEST + WIDTH / 2, NORTH - HEIGHT / 2
    return shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


def draw(folder: Path, seed: int) -> None:
    """Write the fourteen layers and the region, as files any tool reads."""
    rng = np.random.default_rng(seed)
    for name in BUFFERS:
        shapes = wandering(rng, 2_000) if name == "lines" else wavy(rng, 5_000)
        gpd.GeoDataFrame(geometry=shapes, crs=2154).to_parquet(folder / f"{name}.parquet")
    gpd.GeoDataFrame(geometry=[region(rng)], crs=2154).to_parquet(folder / "region.parquet")
    coarse = rng.integers(1, 13, (601, 501), dtype=np.uint8)
    cover = np.kron(coarse, np.ones((8, 8), np.uint8))[:4800, :4000]
    speckle = rng.random(cover.shape) < 0.15
    cover[speckle] = rng.integers(1, 13, int(speckle.sum()), dtype=np.uint8)
    for cell in (100, 25):
        values = cover.repeat(100 // cell, 0).repeat(100 // cell, 1)
        with rasterio.open(
            folder / f"cover{cell}.tif", "w", driver="GTiff", height=values.shape[0],
            width=values.shape[1], count=1, dtype="uint8", crs="EPSG:2154", nodata=0, tiled=True,
            transform=from_origin(WEST, NORTH, cell, cell), blockxsize=512, blockysize=512,
            compress="DEFLATE",
        ) as file:  # fmt: skip
            file.write(values, 1)


def since(start: float, spent: float) -> dict[str, float]:
    """Return wall and CPU seconds since two clocks were read."""
    return {"t": time.perf_counter() - start, "cpu": time.process_time() - spent}


def ours(
    folder: Path, cell: int, cache: Path | None = None, far: float = 500.0
) -> dict[str, float]:
    """Judge with this project; ``far`` is the one distance that « changed » replaces."""
    from layers.eligibility.layer_masks import MaskCache, key_of
    from layers.eligibility.raster_classes import Cover
    from layers.eligibility.rule_rasters import Classes
    from layers.eligibility.territory_judging import Evidence, Near, judge
    from layers.geometry.flat_outlines import Outlines
    from layers.geometry.raster_grid import Grid
    from layers.words.cell_states import ELIGIBLE

    def vector(name: str, reach: float) -> Evidence:
        path = folder / f"{name}.parquet"
        key = key_of(layer=name, reach=reach, cell=cell)

        def load() -> Near:
            return Near(Outlines.of(gpd.read_parquet(path).geometry.to_numpy(), name), reach)

        return Evidence(name, "exclude", 1, key, load)

    def judged(grid: Grid, names: dict[str, float]) -> float:
        cover = Evidence(
            "cover", "exclude", 2, key_of(layer="cover", cell=cell),
            lambda: Cover(folder / f"cover{cell}.tif", Classes(tuple(map(float, CLASSES)))),
        )  # fmt: skip
        layers = [vector(name, reach) for name, reach in names.items()]
        found = judge([*layers, cover], vector("region", 0.0), grid, MaskCache(cache))
        return found.totals[ELIGIBLE] / 100.0

    # In the middle of the region: at its edge, some loops have nothing to do, nor to compile.
    x, y = WEST + WIDTH / 2, NORTH - HEIGHT / 2
    small = Grid.around((x - 10_000, y - 10_000, x + 10_000, y + 10_000), cell)
    start = time.perf_counter()
    kept, cache = cache, None
    judged(small, {**BUFFERS, "zones00": 500.0})
    compiled, cache = time.perf_counter() - start, kept
    start, spent = time.perf_counter(), time.process_time()
    grid = Grid.around((WEST, NORTH - HEIGHT, WEST + WIDTH, NORTH), cell)
    area = judged(grid, {**BUFFERS, "zones00": far})
    return {**since(start, spent), "km2": area, "jit": compiled}


def changed(folder: Path, cell: int) -> dict[str, float]:
    """Judge once with a cache, then again with one distance changed: the second is timed."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        first = ours(folder, cell, Path(place))
        again = ours(folder, cell, Path(place), far=450.0)
    return {**again, "first": first["t"]}


def atlite(folder: Path, cell: int) -> dict[str, float]:
    """Judge with atlite's exclusion container and its own buffers."""
    from atlite.gis import ExclusionContainer, shape_availability

    start, spent = time.perf_counter(), time.process_time()
    container = ExclusionContainer(crs=2154, res=cell)
    for name, reach in BUFFERS.items():
        shapes = gpd.read_parquet(folder / f"{name}.parquet").geometry
        container.add_geometry(shapes, buffer=reach)
    container.add_raster(str(folder / f"cover{cell}.tif"), codes=list(CLASSES), crs=2154)
    mask, _ = shape_availability(gpd.read_parquet(folder / "region.parquet").geometry, container)
    return {**since(start, spent), "km2": float(mask.sum()) * cell**2 / 1e6}


def simple(folder: Path, cell: int, segments: int = 8) -> dict[str, float]:
    """Judge the plain way: buffer with shapely, burn everything once with rasterio."""
    from rasterio.features import rasterize

    start, spent = time.perf_counter(), time.process_time()
    with rasterio.open(folder / f"cover{cell}.tif") as file:
        out = np.isin(file.read(1), CLASSES).astype(np.uint8)
        transform = file.transform
    for name, reach in BUFFERS.items():
        shapes = gpd.read_parquet(folder / f"{name}.parquet").geometry.to_numpy()
        if reach:
            shapes = shapely.buffer(shapes, reach, quad_segs=segments)
        rasterize(((one, 1) for one in shapes), out=out, transform=transform, default_value=1)
    inside = rasterize(
        ((one, 1) for one in gpd.read_parquet(folder / "region.parquet").geometry),
        out_shape=out.shape, transform=transform, dtype="uint8",
    )  # fmt: skip
    eligible = float(np.count_nonzero(inside > out))
    return {**since(start, spent), "km2": eligible * cell**2 / 1e6}


def finest(folder: Path, cell: int) -> dict[str, float]:
    """Judge the plain way with circles of 256 sides: the reference for the area, not for speed."""
    return simple(folder, cell, 64)


REFERENCE = "cercles de 256 côtés"
METHODS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "siting": ours, "siting, une distance changée": changed, "atlite": atlite,
    "geopandas + rasterio": simple, REFERENCE: finest,
}  # fmt: skip


def measured(folder: Path, method: str, cell: int) -> dict[str, float]:
    """Run a method in a process of its own; add CPU seconds and peak memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, __file__, "--one", method, str(cell), "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**json.loads(done.stdout.splitlines()[-1]), "process_cpu": spent}


def peak_mib() -> float:
    """Return this process's peak memory; getrusage would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def one(method: str, cell: int, folder: Path) -> None:
    """Answer for one method: seconds, area, CPU of the timed part, peak memory."""
    answer = METHODS[method](folder, cell)
    answer["peak_mib"] = peak_mib()
    print(json.dumps(answer))


def main() -> None:
    """Print the table: each method in turn, as many times as asked, on one drawing of the data."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked.add_argument("--repeats", type=int, default=1)
    asked.add_argument("--cells", type=int, nargs="*", default=[100, 25])
    asked.add_argument("--methods", nargs="*", default=list(METHODS))
    asked.add_argument("--one", nargs=2)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    if given.one:
        one(given.one[0], int(given.one[1]), given.folder)
        return
    print(f"graine {given.seed}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place)
        if not (folder / "cover25.tif").is_file():
            draw(folder, given.seed)
        rows = []
        for turn in range(given.repeats):
            for cell in given.cells:
                for method in given.methods:
                    if turn and method == REFERENCE:
                        continue
                    load = os.getloadavg()[0]
                    answer = measured(folder, method, cell)
                    rows.append({"cell": cell, "method": method, "load": load, **answer})
                    print(rows[-1], file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    print(f"graine {given.seed}, {os.cpu_count()} cœurs, {platform.machine()}, "
          f"Python {platform.python_version()}, numba {version('numba')}, "
          f"atlite {version('atlite')}, shapely {version('shapely')}")  # fmt: skip
    best = table.groupby(["cell", "method"], sort=False).agg(
        t_min=("t", "min"), t_median=("t", "median"), cpu=("cpu", "min"),
        peak_mib=("peak_mib", "max"), km2=("km2", "first"), load=("load", "mean"),
    )  # fmt: skip
    print(best.round(3).to_string())
    judged(best)


def judged(best: pd.DataFrame) -> None:
    """Say whether the numbers asked for are held, for the methods that ran."""
    for cell, (seconds, ratio) in {100: (1.2, 8.0), 25: (3.5, 4.0)}.items():
        if (cell, "siting") in best.index:
            mine = best.loc[(cell, "siting")]
            verdict(f"{cell} m, tout", mine["t_min"], "s", most=seconds)
            verdict(f"{cell} m, mémoire", mine["peak_mib"], "Mio", most=1.2 * 1024)
            if (cell, "atlite") in best.index:
                faster = best.loc[(cell, "atlite"), "t_min"] / mine["t_min"]
                verdict(f"{cell} m, contre atlite", faster, "×", least=ratio)
        if (cell, "siting, une distance changée") in best.index:
            again = best.loc[(cell, "siting, une distance changée"), "t_min"]
            verdict(f"{cell} m, une distance changée", again, "s", most=0.3)


if __name__ == "__main__":
    main()
