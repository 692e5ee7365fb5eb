"""In the child, a file brought to where it can be read whole: unfolded, or beside its log."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

LOG = "-wal"


def settled(request: dict[str, Any], place: Path) -> dict[str, Any]:
    """Return the request with a path that a reader can open as it is.

    A GeoPackage open in QGIS keeps its last rows in a log beside it, which SQLite only reads where
    it may write; and a database in an archive must be unfolded. Both are copied to the child's own
    folder, so that the user's files are never touched.

    Parameters
    ----------
    request : path, form, inner (a member of an archive, or nothing) and beside (its companions).
    place : the only folder where the child may write.

    Returns
    -------
    The request, its path changed when a copy was made.
    """
    source = Path(request["path"])
    copy = place / f"settled.{request['form']}"
    if request.get("inner") and request["form"] != "zip":
        with zipfile.ZipFile(source) as archive:
            _unfold(archive, request["inner"], copy)
            if request["form"] == "gpkg" and request["inner"] + LOG in archive.namelist():
                _unfold(archive, request["inner"] + LOG, copy.with_name(copy.name + LOG))
    elif request["form"] == "gpkg" and request.get("beside"):
        shutil.copyfile(source, copy)
        shutil.copyfile(request["beside"][0], copy.with_name(copy.name + LOG))
    else:
        return request
    return {**request, "path": str(copy)}


def _unfold(archive: zipfile.ZipFile, member: str, to: Path) -> None:
    with archive.open(member) as packed, to.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
