"""A finished folder takes the place of another, whole, and no two runs write the same one."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from layers.words.errors import SitingError
from layers.words.interruptions import in_one_breath

DESCRIPTOR = "datapackage.json"
# Names of what lies beside a folder while it is written.
UNDER_WAY, FORMER = "en-cours", "ancien"
# Linux: paths are taken from the working folder; the two names are exchanged.
HERE, EXCHANGE = -100, 2


@contextmanager
def held(into: Path) -> Iterator[None]:
    """Hold a folder against any other run; the lock dies with the process that held it.

    Parameters
    ----------
    into : the folder to write.

    Yields
    ------
    Nothing; the folder is held meanwhile.

    Raises
    ------
    SitingError : SIT405 when another run holds it.
    """
    path = into.with_name(beside(into, "verrou"))
    lock = FileLock(path)
    try:
        try:
            with in_one_breath():  # else Ctrl-C could leave the lock's file behind
                lock.acquire(timeout=0)
        except Timeout:
            raise SitingError(
                "SIT405", "un autre calcul écrit déjà dans ce dossier", where=str(into)
            ) from None
        yield
    finally:
        if lock.is_locked and os.name == "posix":  # elsewhere a held file cannot be removed
            path.unlink(missing_ok=True)
        lock.release()


def beside(into: Path, what: str) -> str:
    """Return the name of what lies beside a folder while it is written.

    Parameters
    ----------
    into : the folder.
    what : the end of the name.

    Returns
    -------
    A hidden name, in the same parent.
    """
    return f".{into.name}.{what}"


def sweep_leftovers(into: Path, staging: Path) -> None:
    """Put back the old folder of a run killed while renaming; drop what others left half done.

    Parameters
    ----------
    into : the folder to write.
    staging : the folder being written, which is left alone.
    """
    for old in sorted(into.parent.iterdir()):
        if old.name == staging.name:  # whose path is absolute from Python 3.12 on
            continue
        if old.name.startswith(beside(into, FORMER)) and not into.exists():
            old.rename(into)
        elif old.name.startswith((beside(into, FORMER), beside(into, UNDER_WAY))):
            shutil.rmtree(old, ignore_errors=True)


def is_ours(folder: Path) -> bool:
    """Say whether a folder is one of ours, or an empty one, and may be replaced.

    Parameters
    ----------
    folder : any path.

    Returns
    -------
    False too when it is no folder.
    """
    return folder.is_dir() and ((folder / DESCRIPTOR).is_file() or not any(folder.iterdir()))


def swapped_in(staging: Path, into: Path) -> None:
    """Rename over the target; whatever stops it, Ctrl-C included, the old folder is back.

    Where the system can, the two names are exchanged in one call: at no instant, even under a kill,
    is there no folder. What was there is then in ``staging``, for whoever made it to remove.

    Parameters
    ----------
    staging : the finished folder.
    into : its place.

    Raises
    ------
    BaseException : whatever stopped it, once the old folder is back.
    """
    if into.exists() and exchanged(staging, into):
        return
    old = into.with_name(f"{beside(into, FORMER)}-{os.getpid()}")
    try:
        if into.exists():
            into.rename(old)
        staging.rename(into)
    except BaseException:
        if old.exists() and not into.exists():
            old.rename(into)
        raise
    if old.exists():
        shutil.rmtree(old, ignore_errors=True)


def exchanged(one: Path, other: Path) -> bool:
    """Exchange two names in one call of the system.

    Parameters
    ----------
    one, other : two paths that exist, on one disk.

    Returns
    -------
    False where the system or the disk cannot: nothing has changed then.
    """
    if not sys.platform.startswith("linux"):
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    names = (os.fsencode(one.absolute()), os.fsencode(other.absolute()))
    return bool(call(HERE, names[0], HERE, names[1], EXCHANGE) == 0)


def recovered(folder: Path) -> bool:
    """Put back the former folder of a run killed between its two renames, where they are two.

    Parameters
    ----------
    folder : where results are looked for.

    Returns
    -------
    True when it is there again.
    """
    if folder.exists() or not folder.parent.is_dir():
        return False
    for old in sorted(folder.parent.glob(f"{beside(folder, FORMER)}-*")):
        with suppress(OSError):
            old.rename(folder)
            return True
    return False
