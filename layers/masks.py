"""Packed masks kept by content: what one layer covers, at one distance, on one grid."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from filelock import FileLock, Timeout

from layers.fill import Words

# Raised when the filling changes: masks of another way of filling are never read.
FILLING = 1
LOCK_SECONDS = 120.0
MOST_BYTES = 2 * 1024**3


def key_of(**content: Any) -> str:
    """Return the name under which a mask is kept: everything that decides it, and nothing else."""
    text = json.dumps({"filling": FILLING, **content}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


class MaskCache:
    """A folder of masks, each a plain array file that is mapped, not read; off when None."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of_user(cls) -> MaskCache:
        """Return the cache of this machine's user."""
        return cls(Path(platformdirs.user_cache_dir("siting", appauthor=False)) / "masks")

    def kept(self, key: str, shape: tuple[int, int]) -> Words | None:
        """Return a mask that is already kept, or nothing; a damaged one is dropped."""
        if self.folder is None:
            return None
        path = self.folder / f"{key}.npy"
        try:
            found: Words = np.load(path, mmap_mode="r", allow_pickle=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):
            found = np.zeros((0, 0), dtype=np.uint64)
        if found.shape != shape or found.dtype != np.uint64:
            _forget(path)
            return None
        with suppress(OSError):
            path.touch()
        return found

    def make(self, key: str, shape: tuple[int, int], fill: Callable[[Words], None]) -> Words:
        """Return a mask, filling it when it is not kept: written beside, renamed, under a lock.

        A folder that cannot be written, or a full disk, only costs the time of filling again.
        """
        kept = self.kept(key, shape)
        if kept is not None:
            return kept
        try:
            return self._written(key, shape, fill)
        except (OSError, Timeout):
            words = np.zeros(shape, dtype=np.uint64)
            fill(words)
            return words

    def _written(self, key: str, shape: tuple[int, int], fill: Callable[[Words], None]) -> Words:
        if self.folder is None:
            raise OSError
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / f"{key}.lock", timeout=LOCK_SECONDS):
            kept = self.kept(key, shape)
            if kept is not None:
                return kept
            words: Words = np.zeros(shape, dtype=np.uint64)
            fill(words)
            aside = self.folder / f".{key}.{os.getpid()}.npy"
            try:
                np.save(aside, words, allow_pickle=False)
                aside.replace(self.folder / f"{key}.npy")
            finally:
                aside.unlink(missing_ok=True)
            self._thin()
            return words

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


def _forget(path: Path) -> None:
    """Drop a damaged mask: it is filled again, never trusted."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
