"""Counting again what was landed, against what the service announced the day it was fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyogrio

from layers.fetch.fetch_manifest import read_manifest
from layers.words.errors import SitingError
from layers.words.file_hashes import sha256_of
from layers.words.french import day


@dataclass(frozen=True)
class Recount:
    """One export of a fetched pack: rows announced, rows found in the file, and from whom."""

    product: str
    label_fr: str
    layer: str
    announced: int
    found: int
    reference: str


def recounts(pack: Path) -> Iterator[Recount]:
    """Give each landed export, counted again.

    Parameters
    ----------
    pack : the pack's folder.

    Yields
    ------
    One count an export; none for a pack that fetched nothing.

    Raises
    ------
    SitingError : SIT103 when an export is absent, SIT104 when it is not as landed.
    """
    for name, body in read_manifest(pack).get("products", {}).items():
        path = pack / "exports" / body["file"]
        if not path.is_file():
            raise SitingError("SIT103", f"export absent : {body['file']}", where=str(path))
        if sha256_of(path) != body["sha256"]:
            raise SitingError("SIT104", f"empreinte différente : {body['file']}", where=str(path))
        said = "annoncées" if body["announced"] is not None else "reçues"
        yield Recount(
            product=name,
            label_fr=f"{body['label_fr']}, lignes de l'export",
            layer=body["layers"][0],
            announced=body["announced"] if body["announced"] is not None else body["rows"],
            found=_rows(path),
            reference=f"{said} par {body['service']} le {_day(body['received_on'])}, "
            f"{body['verified_fr']}",
        )


def _rows(path: Path) -> int:
    if path.suffix == ".geojson":
        return int(pyogrio.read_info(path)["features"])
    separator = "," if path.suffix == ".gz" else ";"
    return len(pd.read_csv(path, sep=separator, dtype="str", usecols=[0]))


def _day(instant: str) -> str:
    return day(datetime.fromisoformat(instant).date())
