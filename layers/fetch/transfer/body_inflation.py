"""Opening a body sent compressed although plain was asked for, a bounded block at a time."""

from __future__ import annotations

import zlib
from pathlib import Path

from layers.fetch.download_cache import flushed

BLOCK, OPENED = 65_536, 1 << 20


def inflate(path: Path, limit: int) -> bool:
    """Replace a compressed file by its content; say whether that stayed within a bound.

    Parameters
    ----------
    path : a file in gzip or zlib.
    limit : the most bytes once opened.

    Returns
    -------
    False beyond the limit: the file is then left as it was.

    Raises
    ------
    zlib.error : when it is not compressed.
    """
    beside = path.with_suffix(".plain")
    machine, written = zlib.decompressobj(wbits=47), 0
    try:
        with path.open("rb") as source, beside.open("wb") as target:
            while block := source.read(BLOCK):
                while block:
                    plain = machine.decompress(block, OPENED)
                    block = machine.unconsumed_tail
                    written += len(plain)
                    if written > limit:
                        return False
                    target.write(plain)
            flushed(target)
        beside.replace(path)
        return True
    finally:
        beside.unlink(missing_ok=True)
