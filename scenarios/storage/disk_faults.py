"""What a disk refuses, told to a planner."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

from layers.words.errors import SitingError

# How a full disk is told: no space, no quota, no larger file.
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
FULL_WORDS = ("No space left", "File too large", "quota exceeded")
# Why a place cannot be written, in a planner's words.
REFUSED_FR = {
    errno.EACCES: "vous n'en avez pas le droit",
    errno.EPERM: "vous n'en avez pas le droit",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOENT: "ce chemin ne peut pas être créé",
    errno.ENOTDIR: "un fichier porte le nom d'un dossier du chemin",
    errno.EEXIST: "un fichier porte le nom d'un dossier du chemin",
}
# Libraries that write, by the first part of their name, or by what they say.
WRITERS = ("pyogrio", "rasterio", "sqlite3", "pyarrow", "netCDF4", "fiona")
WRITER_WORDS = ("NetCDF:", "HDF error", "HDF5", "disk I/O error")
PROBE_BYTES = 1_000_000


def disk_fault(problem: OSError, into: Path) -> SitingError:
    """Return the error of a place that cannot be written: SIT404 when full, else SIT403.

    Parameters
    ----------
    problem : what the system refused.
    into : the place, told to the reader.

    Returns
    -------
    An error to be raised by the caller.
    """
    full = problem.errno in FULL or any(words in str(problem) for words in FULL_WORDS)
    why = REFUSED_FR.get(problem.errno or 0, problem.strerror or str(problem))
    return SitingError(
        "SIT404" if full else "SIT403",
        "le disque est plein" if full else f"écriture impossible : {why}",
        where=str(into),
        hint="rien n'a été écrit ; donnez un autre dossier avec --out",
    )


def is_full(staging: Path) -> bool:
    """Try to write: some libraries (GDAL, HDF) do not say that a disk is full.

    Parameters
    ----------
    staging : the folder written to; the system's temporary one is tried after it.

    Returns
    -------
    True when a megabyte finds no room in one of them.
    """
    for place in (staging, Path(tempfile.gettempdir())):
        try:
            with tempfile.TemporaryFile(dir=place) as probe:
                probe.write(bytes(PROBE_BYTES))
        except OSError as problem:
            return problem.errno in FULL
    return False


def is_of_a_writer(problem: BaseException) -> bool:
    """Say whether a fault is that of a library that writes: what the disk refused it, it hides.

    GDAL, HDF and SQLite tell a failing disk by exceptions of their own, not by an OSError.

    Parameters
    ----------
    problem : what stopped the writing.

    Returns
    -------
    True for a fault of GDAL (through pyogrio or rasterio), SQLite, Arrow, HDF or NetCDF.
    """
    ours = type(problem).__module__.partition(".")[0]
    return ours in WRITERS or any(word in str(problem) for word in WRITER_WORDS)


def said_by(problem: BaseException) -> str:
    """Return what a library said, on one short line.

    Parameters
    ----------
    problem : what stopped the writing.

    Returns
    -------
    Its words, or its name when it said nothing.
    """
    return " ".join(str(problem).split())[:120] or type(problem).__name__
