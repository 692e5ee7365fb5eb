"""The descriptor of a results folder: versions, sources, licences, and the hash of each file."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from layers.packs.data_pack import Pack
from scenarios.question.scenario_reading import Scenario
from scenarios.storage.results import (
    DESCRIPTOR,
    SCHEMA_VERSION,
    sha256,
    write_json,
)
from scenarios.writing.exports.table_schemas import described
from scenarios.writing.run_sources import sources_of
from siting.program.plan_tables import Plan

LIBRARIES = (
    "geopandas",
    "shapely",
    "rasterio",
    "pulp",
    "highspy",
    "folium",
    "xarray",
    "numpy",
    "pandas",
    "pyproj",
    "pyogrio",
)


def seal(into: Path, scenario: Scenario, pack: Pack, plan: Plan, inputs: Mapping[str, str]) -> None:
    """Write the Frictionless descriptor, with the hash of each file.

    Parameters
    ----------
    into : the folder, every other file written.
    scenario : the question, checked.
    pack : the layers.
    plan : what the program answered.
    inputs : hashes of what the run rests on, by part.
    """
    files = sorted(p for p in into.rglob("*") if p.is_file() and p.name != DESCRIPTOR)
    resources = [
        {
            "name": str(p.relative_to(into).as_posix()),
            "path": str(p.relative_to(into).as_posix()),
            "hash": f"sha256:{sha256(p)}",
            "bytes": p.stat().st_size,
            **described(p, p.relative_to(into).as_posix()),
            "licenses": _licences(p, into, pack),
        }
        for p in files
    ]
    write_json(into / DESCRIPTOR, descriptor(scenario, pack, plan, inputs, resources))


def descriptor(
    scenario: Scenario,
    pack: Pack,
    plan: Plan,
    inputs: Mapping[str, str],
    resources: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return the Frictionless descriptor: versions, sources, solver, and the files if any.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    plan : what the program answered.
    inputs : hashes of what the run rests on, by part.
    resources : one row a file: name, path, hash, bytes, title, mediatype, schema, licenses.

    Returns
    -------
    A document for JSON.
    """
    return {
        "profile": "data-package",
        "name": scenario.name,
        "title": scenario.title,
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "schema_version": SCHEMA_VERSION,
        "version": importlib.metadata.version("siting"),
        "libraries": {name: importlib.metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "licenses": [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}],
        "seed": 0,
        "inputs": dict(inputs),
        # JSON knows no NaN: a figure that the program could not give is null.
        "solver": {
            k: None if v != v else v for k, v in asdict(plan.outcome).items() if k != "seconds"
        },
        "resources": list(resources),
        "sources": sources_of(pack, scenario),
    }


# What a file of the results takes from a layer whose licence is its own.
FROM_LAYERS = {"context/osm.parquet": ("datacenters_osm",)}


def _licences(path: Path, into: Path, pack: Pack) -> list[dict[str, str]]:
    """Return the licences of one file: that of the layers it copies, else that of the results."""
    layers = FROM_LAYERS.get(path.relative_to(into).as_posix(), ())
    entries = [pack.catalogue[name] for name in layers if pack.has(name)]
    if not entries:
        return [{"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}]
    return [
        {"name": "ODbL-1.0" if entry.odbl else "other-open", "title": entry.licence}
        for entry in entries
    ]
