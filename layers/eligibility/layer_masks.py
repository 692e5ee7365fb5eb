"""Squeezed masks kept by content: what one layer covers, at one distance, on one grid."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import platformdirs
from filelock import FileLock, Timeout

from layers.geometry.shape_filling import Integers, Words
from layers.words.errors import SitingError

# Raised when the filling or the file changes: masks of another way are never read.
FILLING = 3
LOCK_SECONDS = 120.0
MOST_BYTES = 2 * 1024**3
Squeezed = tuple[Words, Integers]


def key_of(**content: Any) -> str:
    """Return the name under which a mask is kept: everything that decides it, and nothing else.

    Parameters
    ----------
    **content : whatever decides the mask; what JSON does not know is written as a text.

    Returns
    -------
    32 hexadecimal digits; the same whatever the order of the arguments.
    """
    text = json.dumps({"filling": FILLING, **content}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class Mask(Protocol):
    """Squeezed rows of a grid, in memory or in a file: ``bounds`` says where each begins."""

    @property
    def name(self) -> str:
        """Return what a reader is told of it."""

    @property
    def bounds(self) -> Integers:
        """Return where each row begins, and where the last one ends, in words."""

    def copy(self, into: Words, first: int) -> None:
        """Copy the rows from one on, as they are kept.

        Parameters
        ----------
        into : words written over; its length says how many rows there are.
        first : the first row.
        """


@dataclass(frozen=True)
class Held:
    """A mask in memory: where none can be kept."""

    record: Words
    bounds: Integers
    name: str = "en mémoire"

    def copy(self, into: Words, first: int) -> None:
        """Copy the rows from one on, as they are kept.

        Parameters
        ----------
        into : words written over; its length says how many rows there are.
        first : the first row.
        """
        start = self.bounds[first]
        into[:] = self.record[start : start + len(into)]


class Kept:
    """A mask in a file, read a few rows at a time: memory never holds the whole of it.

    A plain array file: where each row ends, then the rows. It stays open: another process may
    drop it from the cache meanwhile.
    """

    def __init__(self, path: Path, shape: tuple[int, int]) -> None:
        self.name, self._file = str(path), path.open("rb", buffering=0)
        try:
            self.bounds = self._opened(shape[0])
        except (OSError, ValueError, EOFError):
            self._file.close()
            raise
        self._turn = threading.Lock()

    def _opened(self, rows: int) -> Integers:
        """Return where each row begins and ends, or refuse a file that is not whole."""
        if np.lib.format.read_magic(self._file) != (1, 0):
            raise ValueError(self.name)
        (words,), _, kind = np.lib.format.read_array_header_1_0(self._file)
        start, size = self._file.tell() + 8 * rows, os.fstat(self._file.fileno()).st_size
        if kind != np.dtype(np.uint64) or words < rows or size != start + 8 * (words - rows):
            raise ValueError(self.name)
        bounds: Integers = np.zeros(rows + 1, dtype=np.int64)
        read = self._file.readinto(bounds[1:].data)
        if read != 8 * rows or (np.diff(bounds) < 1).any() or bounds[-1] != words - rows:
            raise ValueError(self.name)
        self._start = start
        return bounds

    def copy(self, into: Words, first: int) -> None:
        """Copy the rows from one on, as they are kept.

        Parameters
        ----------
        into : words written over; its length says how many rows there are.
        first : the first row.

        Raises
        ------
        SitingError : SIT104 when the file has shrunk since it was opened.
        """
        with self._turn:
            self._file.seek(self._start + 8 * int(self.bounds[first]))
            read = self._file.readinto(into.data)
        if read != into.nbytes:
            raise unreadable(self.name)


def unreadable(name: str) -> SitingError:
    """Return what is told of a mask damaged since it was kept.

    Parameters
    ----------
    name : the mask's file.

    Returns
    -------
    SIT104, to be raised.
    """
    return SitingError(
        "SIT104",
        "masque gardé abîmé",
        where=name,
        hint="supprimez ce fichier, ou relancez avec --no-cache",
    )


class MaskCache:
    """A folder of masks, each a plain array file; off when None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls) -> MaskCache:
        """Return the cache of this machine's user.

        Returns
        -------
        A cache whose folder may not be there yet.
        """
        return cls(Path(platformdirs.user_cache_dir("siting", appauthor=False)) / "masks")

    def has(self, key: str) -> bool:
        """Say whether a mask seems to be kept, without opening it.

        Parameters
        ----------
        key : as ``key_of`` gives it.

        Returns
        -------
        False too for a cache that is off.
        """
        return self.folder is not None and (self.folder / f"{key}.npy").is_file()

    def kept(self, key: str, shape: tuple[int, int]) -> Kept | None:
        """Return a mask that is already kept, or nothing; a damaged one is dropped.

        Parameters
        ----------
        key : as ``key_of`` gives it.
        shape : rows of all planes together, and words of a row.

        Returns
        -------
        The mask, its file open and marked as just used; None when there is none.
        """
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npy"
        try:
            found = Kept(path, shape)
            path.touch()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, EOFError):
            with suppress(OSError):  # damaged: filled again, never trusted
                path.unlink(missing_ok=True)
            return None
        return found

    def make(self, key: str, shape: tuple[int, int], fill: Callable[[], Squeezed]) -> Mask:
        """Return a mask, filling it when it is not kept: written beside, renamed, under a lock.

        A folder that cannot be written, or a full disk, only costs the time of filling again.

        Parameters
        ----------
        key : as ``key_of`` gives it.
        shape : rows of all planes together, and words of a row.
        fill : gives the squeezed rows and their ends; called only when no mask is kept.

        Returns
        -------
        The mask kept, or one in memory when it could not be written.
        """
        with suppress(OSError, Timeout):
            self._write(key, shape, fill)
        kept = self.kept(key, shape)
        if kept is not None:
            return kept
        record, ends = fill()
        return Held(record, np.append(0, ends))

    def _write(self, key: str, shape: tuple[int, int], fill: Callable[[], Squeezed]) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / f"{key}.lock", timeout=LOCK_SECONDS):
            if self.kept(key, shape) is not None:
                return
            record, ends = fill()
            aside = self.folder / f".{key}.{os.getpid()}.npy"
            try:
                np.save(aside, np.append(ends.view(np.uint64), record), allow_pickle=False)
                aside.replace(self.folder / f"{key}.npy")
            finally:
                aside.unlink(missing_ok=True)
        self._thin()

    def _thin(self) -> None:
        """Drop the masks that have not served for longest, beyond two gigabytes of them."""
        if self.folder is None:
            return
        kept = [(path, path.stat()) for path in self.folder.glob("*.npy")]
        total = sum(facts.st_size for _, facts in kept)
        for path, facts in sorted(kept, key=lambda one: one[1].st_mtime):
            if total <= MOST_BYTES:
                break
            path.unlink(missing_ok=True)
            path.with_suffix(".lock").unlink(missing_ok=True)
            total -= facts.st_size
