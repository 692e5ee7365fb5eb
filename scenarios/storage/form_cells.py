"""Cells of a table to be filled, in any format: what a column takes, how a value is written."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

import pandas as pd

from scenarios.storage.french_spreadsheets import NOT_XML

# Rows that hold lists and bounds below the head: more than any region's centres.
ROWS = 500


@dataclass(frozen=True)
class FormColumn:
    """A column to fill: its head, what is read beside a cell, the choices or bounds it takes."""

    head: str
    note_fr: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_number: bool = False


def letter(position: int) -> str:
    """Return the letters of a column of a sheet.

    Parameters
    ----------
    position : from 0.

    Returns
    -------
    One letter or more.

    Examples
    --------
    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text


def plain(value: object) -> str:
    """Return a value as a text that XML can hold.

    Parameters
    ----------
    value : of a cell.

    Returns
    -------
    Escaped, without the characters that XML forbids.
    """
    return escape(NOT_XML.sub("", str(value)))


def is_missing(value: object) -> bool:
    """Return whether a cell is left empty.

    Parameters
    ----------
    value : of a cell.

    Returns
    -------
    True for None, NA and NaN.
    """
    return value is None or value is pd.NA or value != value
