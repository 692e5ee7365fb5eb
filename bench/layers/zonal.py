"""Thirty thousand sites: nearest thing, share under protected zones, mean of a raster.

Each method runs in a process of its own, in turn, on the same files drawn from a fresh seed; the
clock starts once libraries are imported and loops compiled (told apart) and includes reading every
file. What each method finds for each site is compared with what this project finds. Written for
`.venv-bench`, which holds the peers.
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
from eligibility import HEIGHT, NORTH, WEST, WIDTH, since, wandering
from machine import verdict
from rasterio.transform import from_origin

SITES, ZONES, POINTS, LINES, CELL = 30_000, 20_000, 1_500, 1_500, 100
OURS = "siting"


def wavy(
    rng: np.random.Generator, count: int, least: int, most: int, radius: float, spread: float,
    widest: float,
) -> np.ndarray:  # fmt: skip
    """Return clustered wavy outlines with so many vertices and such a median radius."""
    nests = rng.random((400, 2)) * (WIDTH, HEIGHT) + (WEST, NORTH - HEIGHT)
    centre = nests[rng.integers(0, 400, count)] + rng.normal(0, 15_000, (count, 2))
    size = np.minimum(rng.lognormal(np.log(radius), spread, count), widest)
    shapes = np.empty(count, dtype=object)
    for row, vertices in enumerate(rng.integers(least, most + 1, count)):
        angle = 2 * np.pi * (np.arange(vertices) + 0.6 * rng.random(vertices)) / vertices
        phase = rng.random(3) * 2 * np.pi
        swell = 1 + 0.35 * np.sin(2 * angle + phase[0]) + 0.2 * np.sin(3 * angle + phase[1])
        swell += 0.12 * np.sin(5 * angle + phase[2]) + 0.08 * rng.normal(size=vertices)
        reach = size[row] * np.clip(swell, 0.2, None)
        xy = centre[row] + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
        shapes[row] = shapely.Polygon(xy)
    return shapes


def draw(folder: Path, seed: int) -> None:
    """Write sites, things, zones and a smooth raster, as files any tool reads."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng(seed)
    spots = shapely.points(rng.random((POINTS, 2)) * (WIDTH, HEIGHT) + (WEST, NORTH - HEIGHT))
    tables = {
        "sites": wavy(rng, SITES, 6, 24, 120, 0.6, 1_500),
        "things": np.concatenate([spots, wandering(rng, LINES)]),
        "zones": wavy(rng, ZONES, 60, 500, 900, 0.8, 12_000),
    }
    for name, shapes in tables.items():
        table = gpd.GeoDataFrame({"row": np.arange(len(shapes))}, geometry=shapes, crs=2154)
        table.to_parquet(folder / f"{name}.parquet")
    rows, columns = round(HEIGHT / CELL), round(WIDTH / CELL)
    values = gaussian_filter(rng.random((rows, columns), dtype=np.float32), 5)
    with rasterio.open(
        folder / "raster.tif", "w", driver="GTiff", height=rows, width=columns, count=1,
        dtype="float32", crs="EPSG:2154", nodata=-9999, tiled=True, blockxsize=512, blockysize=512,
        transform=from_origin(WEST, NORTH, CELL, CELL), compress="DEFLATE",
    ) as file:  # fmt: skip
        file.write(values, 1)


def held(folder: Path, name: str) -> np.ndarray:
    """Return the shapes of a file."""
    return np.asarray(gpd.read_parquet(folder / f"{name}.parquet").geometry.values, dtype=object)


def ours_nearest(folder: Path) -> np.ndarray:
    """Measure with this project."""
    from layers.geometry.zonal_shares import nearest_m

    return nearest_m(held(folder, "sites"), held(folder, "things"))[0]


def ours_share(folder: Path) -> np.ndarray:
    """Measure with this project."""
    from layers.geometry.zonal_shares import share_under

    return share_under(held(folder, "sites"), held(folder, "zones"))


def ours_mean(folder: Path) -> np.ndarray:
    """Measure with this project."""
    from layers.geometry.zonal_shares import mean_over

    return mean_over(held(folder, "sites"), _raster(folder))[0]


def _raster(folder: Path):
    from layers.contracts.contract import Raster

    with rasterio.open(folder / "raster.tif", num_threads=2) as file:
        return Raster(file.read(1), file.transform, "EPSG:2154", file.nodata)


def ours_together(folder: Path) -> np.ndarray:
    """Measure the three with this project, sites read once."""
    from layers.geometry.zonal_shares import mean_over, nearest_m, share_under

    sites = held(folder, "sites")
    near, _ = nearest_m(sites, held(folder, "things"))
    share = share_under(sites, held(folder, "zones"))
    mean, unknown = mean_over(sites, _raster(folder))
    return np.stack([near, share, mean, unknown])


def geopandas_nearest(folder: Path) -> np.ndarray:
    """Measure with geopandas."""
    sites = gpd.read_parquet(folder / "sites.parquet")
    things = gpd.read_parquet(folder / "things.parquet")
    joined = gpd.sjoin_nearest(sites, things, distance_col="metres")
    return joined[~joined.index.duplicated()].sort_index()["metres"].to_numpy()


def tree_nearest(folder: Path) -> np.ndarray:
    """Measure with shapely's tree, in two threads."""
    from concurrent.futures import ThreadPoolExecutor

    sites, tree = held(folder, "sites"), shapely.STRtree(held(folder, "things"))

    def work(some: np.ndarray) -> np.ndarray:
        return tree.query_nearest(some, return_distance=True, all_matches=False)[1]

    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(work, np.array_split(sites, 8))))


def geopandas_share(folder: Path) -> np.ndarray:
    """Measure with geopandas: overlay, then one union a site, so that nothing counts twice."""
    sites = gpd.read_parquet(folder / "sites.parquet")
    zones = gpd.read_parquet(folder / "zones.parquet")[["geometry"]]
    united = gpd.overlay(sites, zones, how="intersection", keep_geom_type=True).dissolve("row")
    covered = united.area.reindex(sites["row"]).fillna(0.0).to_numpy()
    return covered / sites.area.to_numpy()


def tree_share(folder: Path) -> np.ndarray:
    """Measure with shapely's tree: prepared zones, cut outlines, union of multiple hits only."""
    from layers.geometry import site_joins

    site_joins.MANY = SITES + 1
    sites, zones = held(folder, "sites"), gpd.read_parquet(folder / "zones.parquet")
    return site_joins.overlap_ha(sites, zones) * 1e4 / shapely.area(sites)


def exactextract_mean(folder: Path) -> np.ndarray:
    """Measure with exactextract."""
    from exactextract import exact_extract

    sites = gpd.read_parquet(folder / "sites.parquet")
    found = exact_extract(str(folder / "raster.tif"), sites, ["mean"], output="pandas")
    return found["mean"].to_numpy(dtype=float)


METHODS: dict[str, dict[str, Callable[[Path], np.ndarray]]] = {
    "nearest": {
        OURS: ours_nearest, "geopandas": geopandas_nearest, "STRtree, 2 fils": tree_nearest,
    },
    "share": {
        OURS: ours_share, "geopandas": geopandas_share, "STRtree, unions choisies": tree_share,
    },
    "mean": {OURS: ours_mean, "exactextract": exactextract_mean},
    "together": {OURS: ours_together},
}  # fmt: skip


def warm(task: str) -> float:
    """Return the seconds it takes to load or compile our loops, on three small squares."""
    from layers.contracts.contract import Raster
    from layers.geometry.zonal_shares import mean_over, nearest_m, share_under

    start = time.perf_counter()
    squares = shapely.box([0, 50, 90], 0, [100, 150, 190], 100)
    if task in ("nearest", "together"):
        nearest_m(squares, squares)
    if task in ("share", "together"):
        share_under(squares, squares)
    if task in ("mean", "together"):
        transform = from_origin(0, 300, 100, 100)
        mean_over(squares, Raster(np.ones((3, 3), "float32"), transform, "EPSG:2154", -9999.0))
    return time.perf_counter() - start


def one(task: str, method: str, folder: Path) -> None:
    """Answer for one method: seconds, CPU, peak memory; what it found goes to a file."""
    __import__("exactextract" if method == "exactextract" else "scipy.spatial")
    loaded = warm(task) if method == OURS else 0.0
    start, spent = time.perf_counter(), time.process_time()
    found = METHODS[task][method](folder)
    answer = since(start, spent)
    np.save(folder / f"{task}-{method}.npy", found)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**answer, "jit": loaded, "peak_mib": peak}))


def measured(folder: Path, task: str, method: str) -> dict[str, float]:
    """Run a method in a process of its own, and compare what it found with ours."""
    command = [sys.executable, __file__, "--one", task, method, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    answer = json.loads(done.stdout.splitlines()[-1])
    found = np.load(folder / f"{task}-{method}.npy")
    if task == "together":
        return {**answer, "mean": np.nan, "gap": 0.0, "lost": lost(folder, found[2])}
    reference = np.load(folder / f"{task}-{OURS}.npy")
    unlike = np.isnan(found) != np.isnan(reference)
    return {
        **answer,
        "mean": float(np.nanmean(found)),
        "gap": float(np.nanmax(np.abs(found - reference))),
        "lost": lost(folder, found) if task == "mean" else float(unlike.sum()),
    }


def lost(folder: Path, mean: np.ndarray) -> float:
    """Return the sites that touch the raster's ground and yet have no value."""
    ground = shapely.box(WEST, NORTH - HEIGHT, WEST + WIDTH, NORTH)
    held_by = shapely.area(shapely.intersection(held(folder, "sites"), ground)) > 1e-6
    return float((np.isnan(mean) & held_by).sum())


def main() -> None:
    """Print the table: each method in turn, as many times as asked, on one drawing of the data."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3)))
    asked.add_argument("--repeats", type=int, default=1)
    asked.add_argument("--one", nargs=2)
    asked.add_argument("--draw", action="store_true")
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    if given.one:
        one(given.one[0], given.one[1], given.folder)
        return
    if given.draw:
        draw(given.folder, given.seed)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place)
        if not (folder / "raster.tif").is_file():
            # Elsewhere: a process is born with the peak memory of the one that starts it.
            command = [sys.executable, __file__, "--draw", "--seed", str(given.seed)]
            subprocess.run([*command, "--folder", str(folder)], check=True)
        rows = []
        for _ in range(given.repeats):
            for task, methods in METHODS.items():
                for method in methods:
                    load = os.getloadavg()[0]
                    answer = measured(folder, task, method)
                    rows.append({"task": task, "method": method, "load": load, **answer})
                    print(rows[-1], file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    print(f"graine {given.seed}, {os.cpu_count()} cœurs, {platform.machine()}, "
          f"Python {platform.python_version()}, numba {version('numba')}, "
          f"geopandas {version('geopandas')}, shapely {version('shapely')}, "
          f"exactextract {version('exactextract')}")  # fmt: skip
    best = table.groupby(["task", "method"], sort=False).agg(
        t_min=("t", "min"), t_median=("t", "median"), cpu=("cpu", "min"), jit=("jit", "min"),
        peak_mib=("peak_mib", "max"), mean=("mean", "first"), gap=("gap", "max"),
        lost=("lost", "max"), load=("load", "mean"),
    )  # fmt: skip
    print(best.to_string(float_format=lambda value: f"{value:.6g}"))
    together = best.loc[("together", OURS)]
    verdict("les trois ensemble", together["t_min"], "s", most=3.0)
    verdict("sites perdus", together["lost"], "", most=0.0)


if __name__ == "__main__":
    main()
