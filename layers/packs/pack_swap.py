"""A pack takes its place whole: written beside, renamed at the end, nothing else overwritten."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

from layers.words.errors import SitingError


def refuse_foreign_folder(into: Path) -> None:
    """Refuse a place that is not a pack: the former pack is replaced whole.

    Parameters
    ----------
    into : where a pack is to go.

    Raises
    ------
    SitingError : SIT403 when something else is there; an empty folder is nothing.
    """
    if into.exists() and not (into.is_dir() and _is_pack_or_empty(into)):
        raise SitingError(
            "SIT403",
            "le dossier de destination existe et n'est pas un lot",
            where=str(into),
            hint="choisissez un dossier neuf",
        )


def _is_pack_or_empty(folder: Path) -> bool:
    return (folder / "catalogue.toml").is_file() or not any(folder.iterdir())


def staging_beside(into: Path) -> Path:
    """Make the folder where a pack is written before it takes its place.

    Parameters
    ----------
    into : where the pack is to go; folders above it are made.

    Returns
    -------
    An empty folder, hidden, on the same disk.

    Raises
    ------
    SitingError : SIT403 or SIT404 when it cannot be made.
    """
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    except OSError as problem:
        raise unwritten(problem, into) from None


def unwritten(problem: OSError, into: Path) -> SitingError:
    """Return the error of a pack that cannot be written.

    Parameters
    ----------
    problem : what the system said.
    into : where the pack was to go.

    Returns
    -------
    SIT404 when the disk is full, else SIT403; to be raised.
    """
    if problem.errno == errno.ENOSPC or "No space left" in str(problem):
        return SitingError("SIT404", "le disque est plein, rien n'a été écrit", where=str(into))
    why = os.strerror(problem.errno) if problem.errno else str(problem)
    return SitingError("SIT403", f"écriture impossible : {why}", where=str(into))


def swap_in(aside: Path, into: Path) -> None:
    """Put a finished pack in its place, whole.

    Parameters
    ----------
    aside : the finished pack.
    into : its place; what was there is deleted once the pack is in.
    """
    aside.chmod(0o755)
    former = into.with_name(f".{into.name}-former")
    shutil.rmtree(former, ignore_errors=True)
    if into.exists():
        into.rename(former)
    aside.rename(into)
    shutil.rmtree(former, ignore_errors=True)
