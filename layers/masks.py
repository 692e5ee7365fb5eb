"""Packed masks kept by content: what one layer covers, at one distance, on one grid."""

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

from layers.fill import Words

# Raised when the filling changes: masks of another way of filling are never read.
FILLING = 2
LOCK_SECONDS = 120.0
MOST_BYTES = 2 * 1024**3


def key_of(**content: Any) -> str:
    """Return the name under which a mask is kept: everything that decides it, and nothing else."""
    text = json.dumps({"filling": FILLING, **content}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class Mask(Protocol):
    """Packed rows of a grid, in memory or in a file."""

    def read(self, into: Words, first: int) -> None:
        """Write the rows from ``first`` on into as many rows of words."""


@dataclass(frozen=True)
class Held:
    """A mask in memory: where none can be kept."""

    words: Words

    def read(self, into: Words, first: int) -> None:
        """Write the rows from ``first`` on into as many rows of words."""
        into[:] = self.words[first : first + len(into)]


class Kept:
    """A mask in a file, read a few rows at a time: memory never holds the whole of it.

    The file stays open: another process may drop it from the cache meanwhile.
    """

    def __init__(self, path: Path, shape: tuple[int, int]) -> None:
        self._file = path.open("rb")
        version = np.lib.format.read_magic(self._file)
        header = np.lib.format.read_array_header_1_0(self._file) if version == (1, 0) else None
        self._start, self._words = self._file.tell(), shape[1]
        size = self._start + 8 * shape[0] * shape[1]
        if header != (shape, False, np.dtype(np.uint64)) or path.stat().st_size != size:
            self._file.close()
            raise ValueError(path.name)
        self._turn = threading.Lock()

    def read(self, into: Words, first: int) -> None:
        """Write the rows from ``first`` on into as many rows of words (one run of memory)."""
        with self._turn:
            self._file.seek(self._start + 8 * self._words * first)
            self._file.readinto(into.data)


class MaskCache:
    """A folder of masks, each a plain array file; off when None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls) -> MaskCache:
        """Return the cache of this machine's user."""
        return cls(Path(platformdirs.user_cache_dir("siting", appauthor=False)) / "masks")

    def kept(self, key: str, shape: tuple[int, int]) -> Kept | None:
        """Return a mask that is already kept, or nothing; a damaged one is dropped."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npy"
        try:
            found = Kept(path, shape)
            path.touch()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):
            with suppress(OSError):  # damaged: filled again, never trusted
                path.unlink(missing_ok=True)
            return None
        return found

    def make(self, key: str, shape: tuple[int, int], fill: Callable[[Words], None]) -> Mask:
        """Return a mask, filling it when it is not kept: written beside, renamed, under a lock.

        A folder that cannot be written, or a full disk, only costs the time of filling again.
        """
        with suppress(OSError, Timeout):
            self._write(key, shape, fill)
        kept = self.kept(key, shape)
        if kept is not None:
            return kept
        words: Words = np.zeros(shape, dtype=np.uint64)
        fill(words)
        return Held(words)

    def _write(self, key: str, shape: tuple[int, int], fill: Callable[[Words], None]) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / f"{key}.lock", timeout=LOCK_SECONDS):
            if self.kept(key, shape) is not None:
                return
            words: Words = np.zeros(shape, dtype=np.uint64)
            fill(words)
            aside = self.folder / f".{key}.{os.getpid()}.npy"
            try:
                np.save(aside, words, allow_pickle=False)
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
