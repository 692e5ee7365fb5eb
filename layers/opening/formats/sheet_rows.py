"""A spreadsheet row by row: Excel's .xlsx and LibreOffice's .ods, one sheet of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import python_calamine as calamine

from layers.opening.formats.text_rows import Row, fitted
from layers.opening.reader_faults import MEND_FR, unread_fr
from layers.words.errors import SitingError


def sheet_rows(path: str, asked: str | None, preferred: Sequence[str]) -> tuple[
    list[str], Iterator[Row]
]:  # fmt: skip
    """Return the headings of a sheet and its rows; the first row that holds anything is the head.

    Parameters
    ----------
    path : an .xlsx or .ods file.
    asked : the sheet that the user names, or None.
    preferred : sheets to take first when they are there, in order; else the first one that holds
        anything.

    Returns
    -------
    Headings and rows; a number is written so that it reads back as itself, a day as 2031-12-31.

    Raises
    ------
    SitingError : SIT100 (damaged), SIT202 (no such sheet).
    """
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        name = _sheet(list(book.sheet_names), asked, preferred)
        names = [name] if name else list(book.sheet_names)
        for each in names:
            rows = _filled(book.get_sheet_by_name(each))
            first = next(rows, None)
            if first is not None:
                return fitted(first[1], rows)
    except (calamine.CalamineError, ValueError, OSError) as fault:
        raise SitingError("SIT100", unread_fr(fault), where="", hint=MEND_FR) from None
    return [], iter(())


def _sheet(names: list[str], asked: str | None, preferred: Sequence[str]) -> str:
    if asked is not None and asked not in names:
        raise SitingError(
            "SIT202",
            f"feuille inconnue « {asked} »",
            where="",
            hint=f"feuilles du classeur : {', '.join(names[:20])}",
        )
    return asked or next((name for name in preferred if name in names), "")


def _filled(sheet: Any) -> Iterator[Row]:
    first = (sheet.start or (0, 0))[0] + 1
    for line, row in enumerate(sheet.iter_rows(), first):
        cells = [_text(cell) for cell in row]
        if any(cell.strip() for cell in cells):
            yield line, cells


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell)
