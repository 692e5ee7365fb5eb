"""Reading a compressed table a slice at a time, and never more of it than a bound."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pandas as pd

ROWS = 200_000


class _Bounded(gzip.GzipFile):
    """A compressed file that stops being read beyond a number of bytes."""

    def __init__(self, path: Path, limit: float) -> None:
        super().__init__(path)
        self._limit = limit
        self._read = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read, and refuse to go beyond the bound."""
        block = super().read(size if size is not None and size >= 0 else 1 << 20)
        self._read += len(block)
        if self._read > self._limit:
            raise ValueError("fichier comprimé au-delà du plafond une fois ouvert")
        return block


def tables_of(path: Path, limit_mb: float) -> Iterator[pd.DataFrame]:
    """Give the rows of a compressed CSV as text, some at a time; « mq » is a missing value.

    Raises ValueError beyond the bound, OSError or EOFError for a file that is not what it says.

    Parameters
    ----------
    path : a CSV in gzip; its separator is found in its header.
    limit_mb : the most megabytes (millions of bytes) once opened.

    Yields
    ------
    Tables of at most 200,000 rows.

    Raises
    ------
    ValueError : beyond the bound.
    OSError, EOFError : for a file that is not what it says.
    """
    with _Bounded(path, 1e6) as head:
        header = head.readline(65_536).decode("utf-8-sig")
    separator = max((";", ",", "\t"), key=header.count)
    with _Bounded(path, 1e6 * limit_mb) as content:
        yield from pd.read_csv(
            cast("IO[bytes]", content),
            sep=separator,
            dtype="str",
            chunksize=ROWS,
            encoding="utf-8-sig",
            na_values=["mq", ""],
        )
