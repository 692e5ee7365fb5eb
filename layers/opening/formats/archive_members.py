"""What a zip holds, read from its list of members: one layer to open, and nothing dangerous."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.errors import SitingError

MAX_BYTES = 2 * 1024**3
MAX_RATIO = 200
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
LAYER_FILES = (".shp", ".gpkg", ".fgb", ".geojson", ".kml")
# A .json may be the papers of a layer: it is the layer only when nothing else is.
LAST_RESORT = (".json",)


def layer_in(path: Path) -> str:
    """Return the one member of an archive that is a layer; macOS's own files are not.

    Parameters
    ----------
    path : a zip.

    Returns
    -------
    The member's name.

    Raises
    ------
    SitingError : SIT100 (unreadable), SIT108 (dangerous member, no layer or several), SIT109 (it
        unfolds too far).
    """
    names = [name for name in _names(path) if not _is_of_macos(name)]
    layers = _ending(names, LAYER_FILES) or _ending(names, LAST_RESORT)
    if len(layers) != 1:
        raise _not_one(layers, path)
    return layers[0]


def spreadsheet_in(path: Path) -> str:
    """Return which spreadsheet a zip is, by its members: Excel and LibreOffice both write zips.

    Parameters
    ----------
    path : a zip.

    Returns
    -------
    « xlsx », « ods », or nothing when it is no spreadsheet.

    Raises
    ------
    SitingError : as ``layer_in``; SIT108 for a binary workbook (.xlsb).
    """
    names = set(_names(path))
    if "xl/workbook.bin" in names:
        raise SitingError(
            "SIT108", "classeur .xlsb", where=str(path), hint="enregistrez-le en .xlsx ou .ods"
        )
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return "ods" if head_of(path, "mimetype", 100).strip() == ODS else ""
    return ""


def _names(path: Path) -> list[str]:
    """Return the names of a zip's members, once none of them is dangerous."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise SitingError("SIT100", unread_fr(problem), where=str(path), hint=MEND_FR) from None
    for member in members:
        _refuse_member(member, path)
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES or total > MAX_RATIO * max(path.stat().st_size, 1):
        raise SitingError(
            "SIT109",
            f"archive qui se déplie en {total // 2**20} Mio : refusée",
            where=str(path),
            hint="dépliez-la, et donnez la seule couche utile",
        )
    return [member.filename for member in members]


def head_of(path: Path, member: str, size: int) -> bytes:
    """Return the first bytes of a member.

    Parameters
    ----------
    path : a zip.
    member : the name of a member.
    size : how many bytes at most.

    Returns
    -------
    The bytes, unfolded.

    Raises
    ------
    SitingError : SIT100 when the archive is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            return stream.read(size)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as problem:
        raise SitingError("SIT100", unread_fr(problem), where=str(path), hint=MEND_FR) from None


def _is_of_macos(name: str) -> bool:
    """Say whether macOS added a member on its own: « __MACOSX/._zones.shp » is no layer."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or bool(parts and parts[-1].startswith("._"))


def _ending(names: list[str], ends: tuple[str, ...]) -> list[str]:
    return sorted(name for name in names if name.lower().endswith(ends))


def _not_one(layers: list[str], path: Path) -> SitingError:
    shapefiles = len(_ending(layers, (".shp",)))
    what = f"{shapefiles} Shapefile(s)" if shapefiles else f"{len(layers)} couche(s)"
    if not layers:
        hint = "attendu : un Shapefile, un GeoPackage, un GeoJSON, un FlatGeobuf ou un KML"
    else:
        hint = "dézippez, et donnez l'une d'elles : " + ", ".join(layers[:5])
    return SitingError(
        "SIT108", f"l'archive contient {what}, une seule couche est attendue",
        where=str(path), hint=hint,
    )  # fmt: skip


def _refuse_member(member: zipfile.ZipInfo, path: Path) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    linked = stat.S_ISLNK(member.external_attr >> 16)
    if ".." in parts or name.startswith("/") or re.match(r"^[A-Za-z]:", name) or linked:
        why = f"l'archive contient un chemin interdit « {member.filename} »"
        raise SitingError("SIT108", why, where=str(path))
    if member.flag_bits & 0x1:
        raise SitingError("SIT108", "archive chiffrée", where=str(path))


def unfolded(path: Path, into: Path) -> None:
    """Write every member of an archive of ours in a folder, and nothing outside of it.

    Parameters
    ----------
    path : a zip.
    into : an empty folder.

    Raises
    ------
    SitingError : SIT100 (unreadable), SIT108 (dangerous member), SIT109 (it unfolds too far).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            for member in members:
                _refuse_member(member, path)
            if sum(member.file_size for member in members) > MAX_BYTES:
                raise SitingError("SIT109", "archive qui se déplie trop : refusée", where=str(path))
            archive.extractall(into)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
    ) as p:
        raise SitingError("SIT100", f"archive illisible : {p}", where=str(path)) from None
