"""Folders kept from one run to the next, sealed by the hash of each file: damaged, forgotten."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from layers.words.file_hashes import sha256_of

SEAL = "sceau.json"

Read = TypeVar("Read")


def keep_entry(path: Path, write: Callable[[Path], object]) -> None:
    """Keep an entry: written beside, sealed, renamed; a disk that refuses is no fault of a run.

    Parameters
    ----------
    path : the entry; one that is there is left as it is.
    write : writes its files into the empty folder it is given, without subfolders.
    """
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".", dir=path.parent))
        try:
            write(aside)
            (aside / SEAL).write_bytes(_seal(aside, path))
            os.replace(aside, path)  # noqa: PTH105 - atomic on every system
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError:
        return


def read_entry(
    path: Path, read: Callable[[Path], Read], forgotten: Callable[[], None]
) -> Read | None:
    """Take an entry back, or forget it when anything at all is wrong with it.

    Its bytes are compared with its seal before any of them is read: a flipped bit is never
    believed, and no library meets a file that it could choke on.

    Parameters
    ----------
    path : the entry.
    read : gives what it holds, from its folder.
    forgotten : called when a damaged entry has been dropped.

    Returns
    -------
    What ``read`` gives; None when the entry is not there, or no longer is.
    """
    if not os.path.lexists(path):
        return None
    with suppress(Exception):  # whatever it is, the step can be worked again
        expected = _seal(path, path)
        if (path / SEAL).read_bytes() == expected:
            return read(path)
    forget_entry(path)
    forgotten()
    return None


def forget_entry(path: Path) -> None:
    """Drop an entry, be it a folder, a file or a link.

    Parameters
    ----------
    path : the entry; what cannot be removed is left, and refused again the next time.
    """
    shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        with suppress(OSError):
            path.unlink()


def _seal(folder: Path, entry: Path) -> bytes:
    """Return what seals a folder: the entry it is, and the hash of every file, none too many."""
    hashes: dict[str, str] = {}
    for file in sorted(folder.iterdir()):
        if file.is_symlink() or not file.is_file():  # a link, a pipe: nothing that we wrote
            raise ValueError(file.name)
        if file.name != SEAL:
            hashes[file.name] = sha256_of(file)
    content = {"entry": f"{entry.parent.name}/{entry.name}", "sha256": hashes}
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("ascii")
