"""Looking at a file before anything opens it: what it is by its bytes, and what it may not be."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.opening.formats.archive_members import (
    MAX_BYTES,
    head_of,
    layer_in,
    spreadsheet_in,
)
from layers.opening.formats.companion_files import companions_of
from layers.words.errors import SitingError

HEAD = 65_536
MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"fgb\x03fgb", "fgb"),
    (b"PAR1", "parquet"),
    (b"\0\0\x27\x0a", "shp"),
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
UNFOLDED = ("gpkg", "fgb", "geojson", "kml")
_PREFIX = re.compile(r"^(/vsi|\\\\|[A-Za-z][A-Za-z0-9+.-]{1,}:)")
_ENTITY = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True)
class Specimen:
    """A file that may be opened: its real path, its format, its member of a zip, what is beside.

    ``form`` is « zip » for a Shapefile inside a zip, and the member's own form for anything else.
    """

    path: Path
    form: str
    inner: str = ""
    beside: tuple[Path, ...] = ()

    @property
    def bytes(self) -> int:
        """Return the size of the file and of those beside it."""
        return sum(file.stat().st_size for file in (self.path, *self.beside))

    def asked(self) -> dict[str, Any]:
        """Return what a request to the child says of the file.

        Returns
        -------
        Path, form, the file inside an archive, and the files beside, for JSON.
        """
        return {
            "path": str(self.path),
            "form": self.form,
            "inner": self.inner,
            "beside": [str(file) for file in self.beside],
        }


def examine(name: str) -> Specimen:
    """Return what a file is, or refuse it; nothing is opened but its bytes.

    Parameters
    ----------
    name : a path, as typed.

    Returns
    -------
    Its real path, its form (gpkg, fgb, geojson, kml, shp, zip, parquet, csv, xlsx, ods or tiff),
    the layer inside a zip, and the files beside it that belong to it.

    Raises
    ------
    SitingError : SIT108 (absent, empty, other format, dangerous), SIT109 (above 2 GiB, or an
        archive that unfolds too far), SIT100 (unreadable archive).
    """
    return examine_for(name, "--layer")


def examine_for(name: str, option: str) -> Specimen:
    """Return what a file given to an option is, as ``examine`` does.

    Parameters
    ----------
    name : a path, as typed.
    option : the option or key that gave it, for the hint.

    Returns
    -------
    The specimen.

    Raises
    ------
    SitingError : as ``examine``.
    """
    path = real_path(name, option)
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
    if form == "zip":
        book = spreadsheet_in(path)
        return Specimen(path, book) if book else _member_of(path)
    return Specimen(path, form, beside=companions_of(path, form))


def _member_of(path: Path) -> Specimen:
    """Return the layer inside a zip: a Shapefile is read there, anything else is unfolded first."""
    inner = layer_in(path)
    if inner.lower().endswith(".shp"):
        return Specimen(path, "zip", inner)
    head = head_of(path, inner, HEAD)
    form = _form(head, path)
    if form not in UNFOLDED:
        raise refused(f"« {inner} » n'est pas ce que dit son nom", path)
    if form == "kml":
        _refuse_entities(head, path)
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
    """Return where an ordinary file of this disk is, or refuse it.

    Parameters
    ----------
    name : a path, as typed.
    option : the option that gave it, for the hint.

    Returns
    -------
    The path, links resolved.

    Raises
    ------
    SitingError : SIT108 when it is absent, not a path of this disk, or not an ordinary file.
    """
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
    for magic, form in MAGIC:
        if head.startswith(magic):
            return form
    if head.startswith(OLD_OFFICE):
        raise refused("ancien classeur .xls", path, "enregistrez-le en .xlsx, .ods ou CSV")
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
