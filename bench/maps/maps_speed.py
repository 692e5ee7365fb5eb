"""What the atlas weighs and how fast it answers in Chromium: the plan, 30,000 polygons.

python bench/maps_speed.py [RESULTS]      default: resultats/tendanciel
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, Page, sync_playwright

from maps.atlas.atlas_page import draw
from scenarios.question.consultation_weights import WeightsFile, rerank
from scenarios.storage.results import Results, write_table

CHROMIUM = "/usr/bin/chromium"
POLYGONS = 30_000
WEIGHTINGS = 1_000
REPEATS = 60

HANDLER = """(times) => { const spent = []; for (let k = 0; k < times; k += 1) {
    const weights = Atlas.weightsAtFirst.map((_, j) => 1 + ((k * 7 + j * 13) % 10));
    const start = performance.now(); Atlas.weigh(weights); spent.push(performance.now() - start);
  } return spent; }"""
REDRAW = """(times) => { const spent = []; for (let k = 0; k < times; k += 1) {
    const start = performance.now(); Atlas.chart.repaint(); spent.push(performance.now() - start);
  } return spent; }"""
PAN = """(times) => { const spent = []; for (let k = 0; k < times; k += 1) {
    const start = performance.now();
    Atlas.chart.map.panBy([k % 2 ? 120 : -120, 40], {animate: false});
    spent.push(performance.now() - start); } return spent; }"""
ORDERS = """(all) => all.map((weights) => Atlas.ranking.order(Atlas.ranking.scoresFor(weights)))"""


def main() -> None:
    """Print the figures of the issue, one a line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "resultats/tendanciel")
    if not folder.is_dir():
        print(f"{folder} absent, rien de mesuré : lancez d'abord « siting run »")
        return
    if not Path(CHROMIUM).exists():
        print(f"{CHROMIUM} absent, rien de mesuré")
        return
    results = Results.read(folder, verify=False)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"],
        )
        measure(f"plan réel, {len(results.sites)} sites", results, Path(work), browser, agree=True)
        many = enlarged(results, Path(work) / "grand", POLYGONS)
        measure(f"{POLYGONS} polygones candidats", many, Path(work) / "grand", browser)
        for count in (2_000, 10_000):
            fewer = enlarged(results, Path(work) / str(count), count)
            measure(f"{count} candidats", fewer, Path(work) / str(count), browser)
        browser.close()


def measure(
    title: str, results: Results, into: Path, browser: Browser, *, agree: bool = False
) -> None:
    """Draw, open, time, and print."""
    path = draw(results, into)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"file://{path}")
    page.wait_for_function("document.documentElement.dataset.ready === 'true'")
    ready = page.evaluate("performance.getEntriesByName('atlas-ready')[0].startTime")
    found: dict[str, Any] = {"Mo": round(path.stat().st_size / 1e6, 2), "prêt ms": round(ready)}
    found["tas Mo"] = round(page.evaluate("gc(), performance.memory.usedJSHeapSize") / 1e6)
    for name, script in (("tracé", REDRAW), ("déplacement", PAN), ("pondération", HANDLER)):
        found[f"{name} médiane, p95 ms"] = timed(page, script)
    if agree:
        found["rangs égaux"] = f"{agreeing(page, results)} sur {WEIGHTINGS}"
    print(title, json.dumps(found, ensure_ascii=False))
    page.close()


def timed(page: Page, script: str) -> tuple[float, float]:
    """Return the median and the 95th percentile of a script's times, in ms."""
    page.evaluate(script, 5)
    spent = page.evaluate(script, REPEATS)
    return round(statistics.median(spent), 1), round(float(np.percentile(spent, 95)), 1)


def agreeing(page: Page, results: Results) -> int:
    """Return how many random weightings rank all sites alike in the page and in the program."""
    graded = results.verdicts[results.verdicts["kind"] == "classant"]
    names = list(graded["criterion"].unique())
    weights = np.random.default_rng(5).integers(0, 11, size=(WEIGHTINGS, len(names)))
    orders = page.evaluate(ORDERS, weights.tolist())
    identifiers = results.sites.sort_index().index
    sites = results.sites[["fate"]].copy()
    same = 0
    for drawn, order in zip(weights.tolist(), orders, strict=True):
        chosen = WeightsFile("bench", dict(zip(names, map(float, drawn), strict=True)))
        ranks = rerank(sites, graded, chosen)["rank"].dropna().sort_values()
        same += identifiers[order].tolist() == ranks.index.tolist()
    return same


def enlarged(results: Results, into: Path, count: int) -> Results:
    """Copy a results folder with ``count`` candidates, each a polygon of a few hectares."""
    shutil.copytree(results.folder, into, ignore=shutil.ignore_patterns("carte.html", "plan.*"))
    rng = np.random.default_rng(11)
    candidates = results.sites[results.sites["fate"] == "candidat"]
    drawn = rng.integers(0, len(candidates), size=count)
    sites = candidates.iloc[drawn].copy()
    identifiers = [f"p{k:05d}" for k in range(count)]
    before = sites.index.to_numpy()
    sites["geometry"] = polygons(sites.geometry, rng)
    sites["score_low"] = (sites["score_low"] + rng.uniform(-1, 1, count)).round(6)
    sites["score_high"] = np.maximum(sites["score_high"], sites["score_low"])
    sites.index = pd.Index(identifiers, name="site_id")
    order = sites["score_low"].rank(method="first", ascending=False).astype("Int64")
    sites["rank"] = order
    planned = [name for name in sites.columns if name.startswith(("it_mw_", "heat_gwh_"))]
    sites.loc[sites.index[40:], planned] = 0.0
    verdicts = results.verdicts
    first = verdicts["criterion"].unique()
    tables = [
        verdicts[verdicts["criterion"] == name].set_index("site_id").reindex(before)
        .assign(site_id=identifiers) for name in first
    ]  # fmt: skip
    write_table(into / "sites.parquet", sites.reset_index())
    write_table(into / "verdicts.parquet", pd.concat(tables, ignore_index=True))
    return Results.read(into, verify=False)


def polygons(points: gpd.GeoSeries, rng: np.random.Generator, corners: int = 9) -> gpd.GeoSeries:
    """Return a polygon of nine corners near each point, 60 to 250 m across."""
    count = len(points)
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)[None, :]
    radius = rng.uniform(60, 250, (count, 1)) * rng.uniform(0.6, 1.0, (count, corners))
    x = points.x.to_numpy()[:, None] + rng.normal(0, 4_000, (count, 1)) + radius * np.cos(angle)
    y = points.y.to_numpy()[:, None] + rng.normal(0, 4_000, (count, 1)) + radius * np.sin(angle)
    rings = np.stack([x, y], axis=2)
    shapes = shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))
    return gpd.GeoSeries(shapes, index=points.index, crs=points.crs)


if __name__ == "__main__":
    main()
