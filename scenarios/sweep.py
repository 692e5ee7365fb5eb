"""Many variants of one scenario: values varied on purpose, assumptions drawn at random."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from layers.errors import SitingError
from layers.pack import Pack
from scenarios.results import staged, write_json, write_table
from scenarios.run import assess, prepare, program_inputs
from scenarios.scenario import read_scenario
from scenarios.summary import total
from siting.inputs import Inputs
from siting.plan import Plan
from siting.solve import solve

ALIASES = {"load_factor": "demand.utilisation", "existing": "demand.existing_it_mw"}
# A draw compares plans, it does not publish one: the proven gap may be wider than a run's.
SWEEP_GAP = 0.02
FIGURES = {
    "site_energy_gwh": ("site_energy", 1.0),
    "water_input_m3": ("water_input", 1.0),
    "water_consumption_m3": ("water_consumption", 1.0),
    "land_ha": ("land", 1e-4),
    "carbon_kt": ("carbon", 1e-3),
}


@dataclass(frozen=True)
class Case:
    """One variant: its number, its overrides, and the number of its draw (0 : none)."""

    number: int
    scenario: str
    data: str
    overrides: tuple[str, ...]
    varied: tuple[tuple[str, float], ...]
    draw: int
    seed: int


def cases(scenario: str, data: Path, vary: Sequence[str], draws: int, seed: int = 0) -> list[Case]:
    """Return every combination of the varied values, each drawn so many times.

    Raises SIT200 for a « --vary » that cannot be read or a negative number of draws.
    """
    if draws < 0:
        raise SitingError("SIT200", "un nombre de tirages n'est pas négatif", where="--draws")
    axes = [_axis(text) for text in vary]
    grid = list(itertools.product(*[[(key, v) for v in values] for key, values in axes]))
    table = [(point, draw) for point in grid for draw in (range(1, draws + 1) if draws else (0,))]
    return [
        Case(n, scenario, str(data), tuple(f"{k}={v!r}" for k, v in point), point, draw, seed)
        for n, (point, draw) in enumerate(table)
    ]


def _axis(text: str) -> tuple[str, list[float]]:
    """Read « clé=bas:haut:nombre » or « clé=v1,v2 »."""
    key, _, values = text.partition("=")
    key = ALIASES.get(key.strip(), key.strip())
    try:
        if ":" in values:
            low, high, count = values.split(":")
            found = np.linspace(float(low), float(high), int(count)).round(9).tolist()
        else:
            found = [float(value) for value in values.split(",")]
    except ValueError:
        found = []
    if not key or not found:
        raise SitingError(
            "SIT200",
            f"« {text} » n'est pas une variation",
            where="--vary",
            hint="écrivez demand.utilisation=0.5:0.9:5, ou demand.utilisation=0.5,0.7",
        )
    return key, found


def work(case: Case) -> dict[str, Any]:
    """Answer one case; a case without a plan is a row that says why, never an exception."""
    row: dict[str, Any] = {
        "case": case.number, "draw": case.draw, **dict(case.varied), "status": "plan",
        "message_fr": "", "sites": "",
    }  # fmt: skip
    try:
        inputs = _inputs(case.scenario, case.data, case.overrides)
        if case.draw:
            inputs = drawn(inputs, np.random.default_rng([case.seed, case.draw]))
        plan = solve(inputs, gap=SWEEP_GAP)
    except SitingError as fault:
        return row | {"status": fault.code, "message_fr": f"{fault.message} — {fault.where}"}
    return row | _figures(inputs, plan)


@lru_cache(maxsize=4)
def _inputs(scenario: str, data: str, overrides: tuple[str, ...]) -> Inputs:
    """Return a variant's inputs; evidence and footprints are worked once a process."""
    question = read_scenario(scenario, overrides)
    pack = Pack.open(Path(data))
    evidence, values, factors = prepare(question, pack)
    coefficients = assess(question, pack, evidence, factors)
    return program_inputs(question, pack, evidence, coefficients, values, factors)


def drawn(inputs: Inputs, luck: np.random.Generator) -> Inputs:
    """Draw what is assumed: rooms of yards, cost of lines, existing MW, weights (±25 %).

    Rooms and costs follow triangular laws on their declared ranges; an answered yard stays.
    """
    yards = inputs.yards.sort_index()
    room = _triangular(luck, yards, ("room_low_mw", "room_mw", "room_high_mw"))
    known = yards["room_status"] == "read"
    yards = yards.assign(room_mw=np.where(known, yards["room_mw"], room))
    lines = inputs.connections
    quality = luck.uniform()  # dear years are dear for every line
    low, mid, high = (lines[f"cost_{part}meur"].to_numpy() for part in ("low_", "", "high_"))
    cost = np.where(quality < 0.5, low + 2 * quality * (mid - low),
                    mid + (2 * quality - 1) * (high - mid))  # fmt: skip
    existing = float(luck.triangular(10.0, inputs.demand.existing_it_mw, 60.0))
    weights = {name: w * luck.uniform(0.75, 1.25) for name, w in sorted(inputs.weights.items())}
    return replace(
        inputs,
        yards=yards,
        connections=lines.assign(cost_meur=cost),
        demand=replace(inputs.demand, existing_it_mw=round(existing, 6)),
        weights=weights,
    )


def _triangular(
    luck: np.random.Generator, table: pd.DataFrame, names: tuple[str, str, str]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    low, mode, high = (table[name].to_numpy(dtype=np.float64) for name in names)
    high = np.maximum(high, low + 1e-9)
    return luck.triangular(low, np.clip(mode, low, high), high)


def _figures(inputs: Inputs, plan: Plan) -> dict[str, Any]:
    period = inputs.demand.periods[-1]
    placed = plan.placements[plan.placements["period"] == period]
    figures: dict[str, Any] = {
        name: _round(factor * total(inputs.coefficients, placed, variable))
        for name, (variable, factor) in FIGURES.items()
    }
    heat = plan.sinks.loc[plan.sinks["period"] == period, "heat_gwh"].sum()
    return figures | {
        "it_mw": _round(float(placed["it_mw"].sum())),
        "existing_it_mw": _round(inputs.demand.existing_it_mw),
        "n_sites": int(placed["site_id"].nunique()),
        "heat_gwh": _round(float(heat)),
        "objective": _round(plan.outcome.objective),
        "gap": _round(plan.outcome.gap),
        "sites": "|".join(sorted(set(placed["site_id"]))),
    }


def _round(value: float) -> float:
    return float(f"{value:.6g}")


Runner = Callable[[Sequence[Case]], Iterable[dict[str, Any]]]


def in_processes(count: int) -> Runner:
    """Return a runner over processes of this machine."""

    def run(asked: Sequence[Case]) -> Iterator[dict[str, Any]]:
        with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
            yield from pool.map(work, asked)

    return run


def on_cluster(address: str, count: int) -> Runner:
    """Return a runner on dask.distributed: « local », or the address of a scheduler."""

    def run(asked: Sequence[Case]) -> Iterator[dict[str, Any]]:
        import distributed

        client_at: Any = distributed.Client
        local: Any = distributed.LocalCluster

        if address == "local":
            with local(
                n_workers=count, threads_per_worker=1, dashboard_address=None
            ) as cluster, client_at(cluster) as client:  # fmt: skip
                yield from client.gather(client.map(work, asked, pure=False))
        else:
            with client_at(address, timeout="10s") as client:
                yield from client.gather(client.map(work, asked, pure=False))

    return run


def sweep(asked: Sequence[Case], into: Path, runner: Runner, tell: Callable[[str], None]) -> Path:
    """Answer every case and write one table, one NetCDF and the frequency of each site."""
    rows = []
    for row in runner(asked):
        rows.append(row)
        if len(rows) % 10 == 0 or len(rows) == len(asked):
            tell(f"  {len(rows)} cas sur {len(asked)}")
    table = pd.DataFrame(rows).sort_values("case", ignore_index=True)
    with staged(into) as folder:
        write_table(folder / "cases.parquet", table)
        frequency(table).pipe(lambda sites: write_table(folder / "sites.parquet", sites))
        _netcdf(table, folder / "cases.nc")
        write_json(folder / "cases.json", [asdict(case) for case in asked])
        write_json(folder / "datapackage.json", summary(table) | {"resources": []})
    return into


def frequency(table: pd.DataFrame) -> pd.DataFrame:
    """Return how often each site is retained among the cases that have a plan."""
    plans = table[table["status"] == "plan"]
    sites = plans["sites"].str.split("|").explode()
    counts = sites[sites != ""].value_counts().sort_index()
    return pd.DataFrame(
        {
            "site_id": counts.index.astype(str),
            "retained_share": (counts / max(len(plans), 1)).round(6).to_numpy(),
        }
    ).sort_values(["retained_share", "site_id"], ascending=[False, True], ignore_index=True)


def summary(table: pd.DataFrame) -> dict[str, Any]:
    """Return p5, p50 and p95 of each figure, and the cases that failed."""
    plans = table[table["status"] == "plan"]
    figures = [n for n in (*FIGURES, "it_mw", "n_sites", "heat_gwh", "objective") if n in plans]
    quantiles = {n: plans[n].quantile([0.05, 0.5, 0.95]).round(6).tolist() for n in figures}
    failed = table[table["status"] != "plan"]
    return {
        "schema_version": 1,
        "name": "sweep",
        "cases": len(table),
        "plans": len(plans),
        "p5_p50_p95": quantiles if len(plans) else {},
        "failed": [
            {"case": int(c), "code": s, "message_fr": m}
            for c, s, m in failed[["case", "status", "message_fr"]].itertuples(index=False)
        ],
    }


def _netcdf(table: pd.DataFrame, path: Path) -> None:
    numbers = table.select_dtypes("number").set_index("case")
    dataset = xr.Dataset.from_dataframe(numbers)
    units = {"gwh": "GWh", "m3": "m3", "ha": "ha", "kt": "kt", "mw": "MW"}
    for name, array in dataset.data_vars.items():
        array.attrs["units"] = units.get(str(name).rpartition("_")[2], "1")
    dataset.to_netcdf(path, engine="netcdf4")


def sweep_lines(folder: Path, report: Mapping[str, Any]) -> list[str]:
    """Write the sweep for a terminal."""
    from layers.french import significant

    lines = [f"{report['cases']} cas, {report['plans']} plans"]
    for name, (low, mid, high) in report["p5_p50_p95"].items():
        lines.append(
            f"  {name:<22} médiane {significant(mid)} ; 9 chances sur 10 entre "
            f"{significant(low)} et {significant(high)}"
        )
    lines += [f"  sans plan, cas {f['case']} : {f['message_fr']}" for f in report["failed"]]
    return [*lines, str(folder)]
