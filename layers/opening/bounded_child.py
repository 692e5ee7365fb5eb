"""A file handed to a child process: bounded in memory and time, shut in, its fault told as ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyogrio

from layers.words.errors import SitingError

MEMORY = 3 * 1024**3
SECONDS = 25
SECONDS_A_GIGABYTE = 90
DRIVERS = {
    "gpkg": {"GPKG"},
    "fgb": {"FlatGeobuf"},
    "geojson": {"GeoJSON"},
    "kml": {"KML", "LIBKML"},
    "shp": {"ESRI Shapefile"},
    "zip": {"ESRI Shapefile"},
}
# How each form finds its companions: by the folder's list, by their names, or not at all.
READDIR = {"zip": "FALSE", "shp": "TRUE", "tiff": "TRUE"}


def read_in_child(request: dict[str, Any], place: Path, where: str) -> dict[str, Any]:
    """Read a file in a process of its own, bounded and shut in; its fault is raised as ours.

    Parameters
    ----------
    request : path, form, inner and beside (``Specimen.asked``), memory (bytes), seconds, and what
        its reader asks (window, crs…).
    place : an empty folder, the only one where the child may write.
    where : the file that errors name.

    Returns
    -------
    The child's answer: what was counted; ``bounded`` is False where memory cannot be.

    Raises
    ------
    SitingError : SIT109 when it was stopped (time, memory), else the child's own.
    """
    note = place / "request.json"
    note.write_text(json.dumps(request), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "layers.opening.opening_child", str(note)]
    try:
        done = subprocess.run(
            command,
            env=_environment(request["form"], place),
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=request["seconds"] + 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SitingError("SIT109", "lecture arrêtée : trop longue", where=where) from None
    answer_file = place / "answer.json"
    if not answer_file.is_file():
        text = f"lecture arrêtée : mémoire ou temps dépassés (fin {done.returncode})"
        raise SitingError("SIT109", text, where=where)
    answer: dict[str, Any] = json.loads(answer_file.read_text(encoding="utf-8"))
    if "code" in answer:
        raise SitingError(answer["code"], answer["message"], where=where, hint=answer["hint"])
    return answer


def _environment(form: str, place: Path) -> dict[str, str]:
    """Return all the child knows: one driver, no network, no proxy, no secret of ours."""
    skipped = sorted(set(pyogrio.list_drivers()) - DRIVERS.get(form, set()))
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "GDAL_SKIP": ",".join(["VRT", *skipped]),
        "OGR_SKIP": ",".join(skipped),
        "GDAL_DISABLE_READDIR_ON_OPEN": READDIR.get(form, "EMPTY_DIR"),
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "GDAL_HTTP_TIMEOUT": "1",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
        "PROJ_NETWORK": "OFF",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TMPDIR": str(place),
    }
