"""A user's own raster: examined, copied by the shut-in child, kept under the hash of its cells.

It replaces a raster of the pack, or answers one rule of a set in place of the rule's layer.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import platformdirs
import shapely

from layers.contracts.contract import LAYERS, ReportLine
from layers.eligibility.eligibility_rules import RuleInForce, RuleSet
from layers.eligibility.rule_rasters import GivenRaster, RuleRaster
from layers.geometry.vector_overlay import region_of
from layers.opening.bounded_child import MEMORY, SECONDS, SECONDS_A_GIGABYTE, read_in_child
from layers.opening.file_inspection import examine, refused
from layers.own_layers.layer_option import Offer
from layers.packs.data_pack import Pack, sha256_of
from layers.words.errors import SitingError

MARGIN_M = 20_000.0


def read_cells(offer: Offer, pack: Pack) -> tuple[Path, int, list[ReportLine]]:
    """Read a user's raster, the cells around the territory only.

    Parameters
    ----------
    offer : the layer, the file, and how to read it.
    pack : its communes say where the territory is.

    Returns
    -------
    Where the copy is kept (its name is its hash), its number of cells, and the report.

    Raises
    ------
    SitingError : SIT108 and SIT109 (file refused), SIT100 (unreadable), SIT102 (system, elsewhere),
        SIT105 (turned, several bands, no value in the territory).
    """
    specimen = examine(offer.file)
    if specimen.form != "tiff":
        raise refused(
            f"« {LAYERS[offer.layer].label_fr} » est un raster", offer.file, "donnez un GeoTIFF"
        )
    region = region_of(pack.table("communes"))
    request = {
        **specimen.asked(),
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
    if (answer["scale"], answer["offset"]) != (1.0, 0.0):
        scale, offset = (f"{answer[key]:g}".replace(".", ",") for key in ("scale", "offset"))
        why = f"valeurs mises à l'échelle dite par le fichier : × {scale}"
        why += f", puis + {offset}" if answer["offset"] else ""
        lines.append(ReportLine(offer.layer, "repaired", answer["known"], why))
    if not answer["nodata"]:
        why = "aucune valeur « sans donnée » déclarée : toute maille est tenue pour connue"
        lines.append(ReportLine(offer.layer, "unknown", 1, why))
    return kept, answer["cells"], [line for line in lines if line.rows]


def with_rasters(
    rules: RuleSet, pack: Pack, given: Mapping[str, RuleRaster], folder: Path
) -> tuple[RuleSet, list[ReportLine]]:
    """Return the rules with the rasters that answer them read, and what was done.

    Parameters
    ----------
    rules : the rules in force.
    pack : its communes say where the territory is.
    given : rasters by rule, which win over those the set declares.
    folder : where the files that the set declares are named from.

    Returns
    -------
    The rules, in the same order, and the report.

    Raises
    ------
    SitingError : SIT202 (unknown rule), SIT501 (slope), and what ``read_cells`` raises.
    """
    known = {found.name: found for found in rules.rules}
    for name in given:
        if name not in known:
            raise SitingError(
                "SIT202", f"règle inconnue « {name} »", where="--raster",
                hint=f"connues : {', '.join(known)}",
            )  # fmt: skip
        if known[name].rule.is_slope:
            raise SitingError(
                "SIT501", f"« {name} » est une pente, calculée des altitudes", where="--raster",
                hint=f"donnez le modèle de terrain : --layer {known[name].rule.layer}=FICHIER",
            )  # fmt: skip
    report: list[ReportLine] = []
    answered: list[RuleInForce] = []
    for found in rules.rules:
        asked = given.get(found.name, found.rule.raster)
        if asked is not None:
            file = asked.file if found.name in given else str(folder / asked.file)
            path, _, lines = read_cells(Offer(found.rule.layer, file, crs=asked.crs), pack)
            report.extend(lines)
            found = replace(found, given=GivenRaster(asked, path))
        answered.append(found)
    return replace(rules, rules=tuple(answered)), report


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
