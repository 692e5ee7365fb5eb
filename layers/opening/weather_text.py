"""Opening an hourly weather file that someone brings: a text, bounded before it is read."""

from __future__ import annotations

from layers.opening.file_inspection import HEAD, real_path, refused
from layers.words.errors import SitingError

MAX_TEXT = 64 * 1024**2
# First bytes of what is no text, and what to do of it.
_PACKED = ((b"\x1f\x8b", "gzip"), (b"PK\x03\x04", "zip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"))


def read_weather_text(name: str) -> str:
    """Return the text of a weather file, in UTF-8 or Windows-1252.

    Parameters
    ----------
    name : a path, as typed.

    Returns
    -------
    Its text, without the mark of its encoding.

    Raises
    ------
    SitingError : SIT108 (absent, empty, packed, no text), SIT109 (above 64 MiB).
    """
    path = real_path(name, "--weather")
    size = path.stat().st_size
    if size == 0:
        raise refused("le fichier est vide", path, "donnez un fichier EPW, PVGIS ou Météo-France")
    if size > MAX_TEXT:
        raise SitingError(
            "SIT109",
            f"fichier météo de plus de {MAX_TEXT // 2**20} Mio",
            where=str(path),
            hint="gardez une station ou deux, et cinq années au plus",
        )
    with path.open("rb") as stream:
        head = stream.read(HEAD)
        packed = next((form for magic, form in _PACKED if head.startswith(magic)), "")
        if packed:
            raise refused(f"fichier compressé ({packed})", path, "décompressez-le d'abord")
        if b"\0" in head:
            raise refused(
                "ce n'est pas un texte", path, "enregistrez-le en texte ou CSV, encodage UTF-8"
            )
        # Never more than the bound, even if the file grows under our eyes.
        content = head + stream.read(MAX_TEXT - len(head))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
