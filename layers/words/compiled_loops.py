"""Compiling loops: once a machine, kept in the user's cache, and without it where none can be."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import platformdirs

Loop = TypeVar("Loop", bound=Callable[..., Any])

# An installed tool may lie in a folder nobody can write to: compiled code never goes beside it.
if not os.environ.get("NUMBA_CACHE_DIR"):
    home = Path(platformdirs.user_cache_dir("siting", appauthor=False)) / "numba"
    setattr(numba.config, "CACHE_DIR", str(home))  # noqa: B010 - a setting numba makes as it loads


def compiled(loop: Loop) -> Loop:
    """Compile a loop over arrays; it holds no lock, so plain threads run it side by side.

    Parameters
    ----------
    loop : a function over arrays and numbers, without Python objects.

    Returns
    -------
    The compiled function, called as the loop was.
    """
    try:
        return cast("Loop", numba.njit(cache=True, nogil=True)(loop))
    except (RuntimeError, OSError):  # no folder to keep it in: compiled again each time
        return cast("Loop", numba.njit(nogil=True)(loop))
