"""A user's own raster: examined, copied by the shut-in child, kept under the hash of its cells."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import platformdirs
import shapely

from layers.contract import LAYERS, ReportLine
from layers.errors import SitingError
from layers.offer import Offer
from layers.overlay import region_of
from layers.pack import Pack, sha256_of
from layers.quarantine import examine, refused
from layers.user import MEMORY, SECONDS, SECONDS_A_GIGABYTE, read_in_child

MARGIN_M = 20_000.0


def read_cells(offer: Offer, pack: Pack) -> tuple[Path, int, list[ReportLine]]:
    """Read a user's raster; return where its copy is kept, its cells, and what was done.

    Cells around the territory only. Raises SIT100, SIT102, SIT105, SIT108, SIT109.
    """
    specimen = examine(offer.file)
    if specimen.form != "tiff":
        raise refused(
            f"« {LAYERS[offer.layer].label_fr} » est un raster", offer.file, "donnez un GeoTIFF"
        )
    region = region_of(pack.table("communes"))
    request = {
        "path": str(specimen.path),
        "form": "tiff",
        "crs": offer.crs,
        "window": list(shapely.bounds(shapely.buffer(shapely.envelope(region), MARGIN_M))),
        "memory": MEMORY,
        "seconds": int(3 * SECONDS + SECONDS_A_GIGABYTE * specimen.bytes / 1e9),
    }
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        answer = read_in_child(request, Path(place), offer.file)
        if not answer["known"]:
            raise SitingError(
                "SIT105", "aucune maille n'a de valeur dans le territoire", where=offer.file
            )
        kept = _kept(Path(place) / "cells.tif")
    lines = [
        ReportLine(offer.layer, "kept", answer["known"], f"mailles de {answer['cell_m']:g} m"),
        ReportLine(
            offer.layer, "unknown", answer["cells"] - answer["known"], "mailles sans donnée"
        ),
    ]
    if not answer["nodata"]:
        why = "aucune valeur « sans donnée » déclarée : toute maille est tenue pour connue"
        lines.append(ReportLine(offer.layer, "unknown", 1, why))
    return kept, answer["cells"], [line for line in lines if line.rows]


def _kept(copied: Path) -> Path:
    """Keep a copy under the hash of its bytes, in the user's cache or, failing that, for a run."""
    name = f"{sha256_of(copied)}.tif"
    folder = Path(platformdirs.user_cache_dir("siting", appauthor=False)) / "rasters"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f".{name}.{copied.parent.name}"
        shutil.copyfile(copied, aside)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="siting-raster-"))
        aside = folder / f".{name}"
        shutil.copyfile(copied, aside)
    aside.replace(folder / name)
    return folder / name
