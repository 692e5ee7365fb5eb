"""Looking at a file before anything opens it: what it is by its bytes, and what it may not be."""

from __future__ import annotations

import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.words.errors import SitingError

HEAD = 65_536
MAX_BYTES = 2 * 1024**3
MAX_RATIO = 200
_PREFIX = re.compile(r"^(/vsi|\\\\|[A-Za-z][A-Za-z0-9+.-]{1,}:)")
_ENTITY = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Specimen:
    """A file that may be opened: its real path, its format, and the shapefile inside a zip."""

    path: Path
    form: str
    inner: str = ""

    @property
    def bytes(self) -> int:
        """Return the size of the file."""
        return self.path.stat().st_size


def examine(name: str) -> Specimen:
    """Return what a file is, or refuse it; nothing is opened but its bytes.

    Parameters
    ----------
    name : a path, as typed.

    Returns
    -------
    Its real path, its form (gpkg, fgb, geojson, kml, zip, parquet, csv or tiff), and the shapefile
    inside a zip.

    Raises
    ------
    SitingError : SIT108 (absent, empty, other format, dangerous), SIT109 (above 2 GiB, or an
        archive that unfolds too far), SIT100 (unreadable archive).
    """
    path = real_path(name)
    size = path.stat().st_size
    if size == 0:
        raise refused("le fichier est vide", path)
    if size > MAX_BYTES:
        raise SitingError("SIT109", "fichier de plus de 2 Gio", where=str(path))
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    form = _form(head, path)
    if form == "kml":
        _refuse_entities(head, path)
    inner = _shapefile_in(path) if form == "zip" else ""
    return Specimen(path, form, inner)


def refused(why: str, path: Path | str, hint: str | None = None) -> SitingError:
    """Return the refusal of a file.

    Parameters
    ----------
    why : what is wrong, in French.
    path : the file.
    hint : the way out, when the code's own is not enough.

    Returns
    -------
    SIT108, to be raised.
    """
    return SitingError("SIT108", why, where=str(path), hint=hint)


def real_path(name: str, option: str = "--layer") -> Path:
    """Return where an ordinary file of this disk is, or refuse it (SIT108)."""
    # GDAL would read « /vsicurl/… », « WFS:… » or a URL: only a file on this disk is one.
    if _PREFIX.match(name) or "\0" in name:
        raise refused(
            "ce n'est pas un fichier de ce disque", name, "donnez le chemin d'un fichier local"
        )
    path = Path(name)
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise SitingError(
            "SIT108", "fichier introuvable", where=name, hint=f"vérifiez le chemin donné à {option}"
        ) from None
    if not stat.S_ISREG(real.stat().st_mode):
        raise refused("ce n'est pas un fichier ordinaire", name, "un dossier ? zippez-le")
    return real


def _form(head: bytes, path: Path) -> str:
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] in (b"GPKG", b"GP10", b"GP11"):
            return "gpkg"
        raise refused("base SQLite qui n'est pas un GeoPackage", path)
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "tiff"
    for magic, form in ((b"PK\x03\x04", "zip"), (b"fgb\x03fgb", "fgb"), (b"PAR1", "parquet")):
        if head.startswith(magic):
            return form
    if b"\0" in head:
        raise refused("format inconnu (ni texte en UTF-8 ou cp1252, ni format reconnu)", path)
    return _text_form(head, path)


def _text_form(head: bytes, path: Path) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "geojson"
    if text.startswith(b"<"):
        if re.search(rb"<kml[\s>]", text):
            return "kml"
        raise refused("XML qui n'est pas du KML (GML, VRT et autres ne sont pas admis)", path)
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        return "csv"
    raise refused("format non reconnu à ses premiers octets", path)


def _refuse_entities(head: bytes, path: Path) -> None:
    if _ENTITY.search(head):
        raise refused("XML à entités ou à DOCTYPE : refusé sans être lu", path)


def _shapefile_in(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise SitingError("SIT100", f"archive illisible : {problem}", where=str(path)) from None
    for member in members:
        _refuse_member(member, path)
    total = sum(member.file_size for member in members)
    if total > MAX_BYTES or total > MAX_RATIO * max(path.stat().st_size, 1):
        raise SitingError(
            "SIT109", f"archive qui se déplie en {total // 2**20} Mio : refusée", where=str(path)
        )
    shapes = sorted(m.filename for m in members if m.filename.lower().endswith(".shp"))
    if len(shapes) != 1:
        raise refused(f"l'archive contient {len(shapes)} Shapefile(s), un seul est attendu", path)
    return shapes[0]


def _refuse_member(member: zipfile.ZipInfo, path: Path) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    linked = stat.S_ISLNK(member.external_attr >> 16)
    if ".." in parts or name.startswith("/") or re.match(r"^[A-Za-z]:", name) or linked:
        raise refused(f"l'archive contient un chemin interdit « {member.filename} »", path)
    if member.flag_bits & 0x1:
        raise refused("archive chiffrée", path)
