"""The hash of a file: what says that it has not changed."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file.

    Parameters
    ----------
    path : any file; it is read by blocks.

    Returns
    -------
    64 hexadecimal digits.
    """
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
