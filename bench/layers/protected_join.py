"""Time the reading of 20,000 protected outlines and their join to 30,000 sites.

Outlines are drawn at random with wavy borders: a fifth of the ground covered, a few outlines of
20,000 vertices, as the longest of the official inventories have. Aim: 6 seconds for both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.geometry import site_joins
from layers.words.territory_paper import CRS

BOX = (300_000.0, 6_150_000.0, 700_000.0, 6_700_000.0)


def outlines(count: int, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return wavy outlines: most of some hundred vertices, one in a thousand of 20,000."""
    radius = rng.lognormal(5.9, 0.8, count)
    vertices = rng.integers(40, 400, count)
    large = np.arange(count) < max(1, count // 1000)
    radius[large], vertices[large] = 9_000.0, 20_000
    centres = rng.uniform(BOX[:2], BOX[2:], (count, 2))
    shapes = [
        _wavy(centre, size, int(number), rng)
        for centre, size, number in zip(centres, radius, vertices, strict=True)
    ]
    names = [f"z{row:05d}" for row in range(count)]
    return gpd.GeoDataFrame(
        {"zone_id": names}, geometry=shapely.make_valid(np.array(shapes)), crs=CRS
    )


def _wavy(
    centre: NDArray[np.float64], size: float, vertices: int, rng: np.random.Generator
) -> shapely.Polygon:
    angle = np.linspace(0.0, 2.0 * np.pi, vertices, endpoint=False)
    waves = np.arange(2, min(60, vertices // 4))
    phase = rng.uniform(0.0, 2.0 * np.pi, len(waves))
    swell = (np.sin(np.outer(angle, waves) + phase) / waves).sum(axis=1)
    reach = size * np.clip(1.0 + 0.35 * swell, 0.2, 2.0)
    xy = centre + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    return shapely.Polygon(xy)


def sites(count: int, rng: np.random.Generator) -> tuple[gpd.GeoSeries, pd.Series]:
    """Return points over the same ground, and areas in m² like those of brownfields."""
    points = shapely.points(rng.uniform(BOX[:2], BOX[2:], (count, 2)))
    return gpd.GeoSeries(points, crs=CRS), pd.Series(rng.lognormal(9.0, 1.2, count))


def main(zone_count: int = 20_000, site_count: int = 30_000) -> None:
    """Write the outlines, then time reading and joining them."""
    rng = np.random.default_rng(20261123)
    zones, (points, areas) = outlines(zone_count, rng), sites(site_count, rng)
    vertices = int(shapely.get_num_coordinates(zones.geometry.values).sum())
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "zones.parquet"
        zones.to_parquet(file, compression="zstd")
        start = time.perf_counter()
        held = gpd.read_parquet(file)
        read = time.perf_counter()
        ground, _ = site_joins.grounds(points, areas)
        overlap = site_joins.overlap_ha(ground, held)
        done = time.perf_counter()
    print(
        f"{zone_count} outlines, {vertices} vertices, {site_count} sites: "
        f"read {read - start:.1f} s, joined {done - read:.1f} s, "
        f"{int((overlap > 0).sum())} sites touched"
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
