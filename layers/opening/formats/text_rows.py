"""A CSV row by row, as spreadsheets write it here: nothing shifts, and nothing is lost unsaid."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from layers.words.errors import SitingError

SEPARATORS = (";", ",", "\t", "|")
WINDOWS = "cp1252"
# An outline written as text may fill a cell; the whole file is bounded before it is read.
csv.field_size_limit(2**31 - 1)
Row = tuple[int, list[str]]
"""Line of the file, and one text a column."""


def separator_of(path: Path, encoding: str = "utf-8-sig") -> str:
    """Return the separator that cuts a table's header into the most columns.

    Parameters
    ----------
    path : a CSV; its first line may be Excel's own « sep=; ».
    encoding : how its text is read.

    Returns
    -------
    One of « ; », « , », tab and « | ».
    """
    with path.open(encoding=encoding, errors="replace") as lines:
        head = [line for line in islice(lines, 50) if line.strip()]
    if not head:
        return ";"
    if told := _told(head[0]):
        return told
    # What stands between quotes separates nothing.
    plain = re.sub(r'"[^"]*"', "", head[0][:65_536])
    return max(SEPARATORS, key=plain.count)


def _told(line: str) -> str:
    found = re.fullmatch(r"sep=(.)\s*", line)
    return found[1] if found else ""


def encoding_of(path: Path) -> str:
    """Return the encoding of a text: UTF-8 where all of it is, else Windows-1252.

    Parameters
    ----------
    path : a text file.

    Returns
    -------
    « utf-8-sig » or « cp1252 ».

    Raises
    ------
    SitingError : SIT108 when it is neither.
    """
    at = stranger(path, "utf-8")
    if at is None:
        return "utf-8-sig"
    if stranger(path, WINDOWS) is not None:
        raise SitingError(
            "SIT108",
            f"texte ni en UTF-8 ni en Windows-1252 (octet {at[0]:#04x} vers {at[1]})",
            where="",
            hint="enregistrez le fichier en CSV UTF-8",
        )
    return WINDOWS


def stranger(path: Path, encoding: str) -> tuple[int, int] | None:
    """Return the first byte of a file that an encoding does not know, and where it is.

    Parameters
    ----------
    path : a text file.
    encoding : a Python encoding.

    Returns
    -------
    The byte and its place, or None.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as fault:
                return fault.object[fault.start], done + fault.start
            done += len(block)
    return None


def text_rows(path: Path, encoding: str) -> tuple[list[str], Iterator[Row]]:
    """Return the headings of a CSV, and its rows: blank ones left out, each as wide as the head.

    Parameters
    ----------
    path : the CSV.
    encoding : how its text is read.

    Returns
    -------
    Headings (an empty one is numbered), and the rows, read once.

    Raises
    ------
    SitingError : SIT100 when a row holds more values than there are headings; they would shift.
    """
    rows = _rows(path, encoding)
    _, head = next(rows, (0, []))
    return fitted(head, rows)


def _rows(path: Path, encoding: str) -> Iterator[Row]:
    separator = separator_of(path, encoding)
    with path.open(encoding=encoding, newline="") as stream:
        # Strict: a quote left open would swallow the rows below it without a word.
        reader = csv.reader(stream, delimiter=separator, strict=True)
        before = 0
        try:
            for row in reader:
                line, before = before + 1, reader.line_num
                if any(cell.strip() for cell in row) and (line > 1 or row[0] != "sep="):
                    yield line, row
        except csv.Error:
            raise SitingError(
                "SIT100", f"ligne {before + 1} : guillemet mal placé ou jamais fermé", where="",
                hint="doublez les guillemets d'un texte, ou retirez-les",
            ) from None  # fmt: skip


def fitted(head: list[str], rows: Iterator[Row]) -> tuple[list[str], Iterator[Row]]:
    """Return the headings of a table and its rows, each as wide as the head.

    Parameters
    ----------
    head : the headings, empty ones at the end left out and others numbered.
    rows : line and cells; blank rows are left out already.

    Returns
    -------
    Headings and rows.

    Raises
    ------
    SitingError : SIT101 when two headings are one; SIT100, while rows are read, when a row holds a
        value under no heading.
    """
    while head and not head[-1].strip():
        head = head[:-1]
    names = [name.strip() or f"colonne {place}" for place, name in enumerate(head, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SitingError(
            "SIT101", f"deux colonnes de même nom : {', '.join(twice)}", where="",
            hint="renommez ou retirez l'une des deux",
        )  # fmt: skip
    return names, _as_wide(len(names), rows)


def _as_wide(width: int, rows: Iterator[Row]) -> Iterator[Row]:
    for line, row in rows:
        over = [cell for cell in row[width:] if cell.strip()]
        if over:
            raise SitingError(
                "SIT100",
                f"ligne {line} : « {over[0][:40]} » n'est sous aucun en-tête "
                f"({len(row)} valeurs pour {width} colonnes)",
                where="",
                hint="mettez entre guillemets un texte qui contient le séparateur",
            )
        yield line, [*row[:width], *[""] * (width - len(row))]
