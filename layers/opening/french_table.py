"""The one reader of tables that people hand over: sites, plans, audits, answers, consultations.

A file is examined, opened in the bounded child, and given back as a plain table whose rows know
their line; ``taken`` then reads the columns that a reader knows, and says all that it could not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from layers.opening.bounded_child import MEMORY, SECONDS, SECONDS_A_GIGABYTE, read_in_child
from layers.opening.file_inspection import Specimen, examine_for, refused
from layers.opening.formats.format_openers import LINE
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, listing, number, plural
from layers.words.french_cells import KIND_FR, READ, CellKind, absent, folded, texts

SHOWN = 8
LONGEST_CELL = 32_767
"""What a cell of a spreadsheet holds at most, in signs."""
WINDOW_M = 50_000.0
SHEETS = ("csv", "xlsx", "ods")


@dataclass(frozen=True)
class FrenchTable:
    """A table as it was read: cells as written, and the line of each row.

    ``rows`` is a GeoDataFrame when the file places its rows; ``is_sheet`` when lines are those of a
    text or a spreadsheet, else they count objects from 1; ``digest_of`` are the files whose bytes
    it is; ``placed`` names the columns that place its rows; ``notes_fr`` says what was mended.
    """

    file: str
    form: str
    rows: pd.DataFrame
    lines: pd.Series
    digest_of: tuple[Path, ...] = ()
    placed: tuple[str, ...] = ()
    notes_fr: tuple[str, ...] = ()

    @property
    def is_sheet(self) -> bool:
        """Say whether its rows are lines of a text or of a spreadsheet."""
        return self.form in SHEETS

    def place(self, row: Any) -> str:
        """Return where a row is, for an error.

        Parameters
        ----------
        row : a label of ``rows``.

        Returns
        -------
        « ligne 12 » or « objet 12 ».
        """
        return f"{'ligne' if self.is_sheet else 'objet'} {self.lines[row]}"


@dataclass(frozen=True)
class Heading:
    """A column that a reader knows: its French label, the names it may bear, how it is read.

    Names are compared without capitals, accents, spaces nor signs; the column's own name counts.
    """

    label_fr: str
    kind: CellKind = "text"
    names: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True)
class Unread:
    """A value that could not be read: nothing is dropped in silence."""

    column: str
    line: int
    value: str
    expected_fr: str

    @property
    def text_fr(self) -> str:
        """Write it for a terminal."""
        return (
            f"ligne {self.line}, colonne «{NO_BREAK}{self.column}{NO_BREAK}»{NO_BREAK}: "
            f"«{NO_BREAK}{self.value}{NO_BREAK}» n'est pas {self.expected_fr}"
        )


@dataclass(frozen=True)
class Taken:
    """The columns a reader knows, by our names; what was not read, and what nobody asked for."""

    table: pd.DataFrame
    headings: Mapping[str, str]
    unread: tuple[Unread, ...] = ()
    ignored: tuple[str, ...] = ()
    notes_fr: tuple[str, ...] = field(default=())


def read_table(
    name: str | Path,
    option: str,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    sublayer: str | None = None,
    preferred: Sequence[str] = (),
    near: shapely.Geometry | None = None,
) -> FrenchTable:
    """Read a file that someone hands over: CSV, XLSX, ODS, GeoPackage and their like.

    Parameters
    ----------
    name : the path, as typed.
    option : the option or key that gave it, for the hint of errors.
    crs : the system of its places, when the file is wrong or silent.
    encoding : of a text or a Shapefile, when it is neither UTF-8 nor Windows-1252.
    sublayer : the sheet or the layer to read.
    preferred : sheets or layers to take when the file holds several, in order.
    near : keep what lies within 50 km of its rectangle, Lambert-93; None keeps all.

    Returns
    -------
    The table; blank rows are left out, and lines are those of the file.

    Raises
    ------
    SitingError : SIT108 and SIT109 (file refused), SIT100, SIT101 and SIT102 (unreadable), SIT105
        (no row).
    """
    specimen = examine_for(str(name), option)
    if specimen.form == "tiff":
        raise refused("une table est attendue, ce fichier est un raster", str(name))
    request = {
        **specimen.asked(),
        "crs": crs,
        "encoding": encoding,
        "sublayer": sublayer,
        "preferred": list(preferred),
        "lines": True,
        "window": None if near is None else list(shapely.bounds(_around(near))),
        "wanted": None,
        "thin_m": 0.0,
        "memory": MEMORY,
        "seconds": int(SECONDS + SECONDS_A_GIGABYTE * specimen.bytes / 1e9),
    }
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        answer = read_in_child(request, Path(place), str(name))
        rows = _content(answer, Path(place) / "table.parquet")
    if rows.empty:
        away = answer["rows"] - answer["empty"] > 0
        raise SitingError(
            "SIT102" if away else "SIT105",
            "aucun objet n'est dans le territoire" if away else "le fichier n'a aucune ligne",
            where=str(name),
        )
    lines = rows.pop(LINE)
    _refuse_endless(rows, lines, str(name))
    return FrenchTable(
        str(name), specimen.form, rows, lines, _files(specimen), tuple(answer["placed"]),
        tuple(f"{why} ({n})" if n > 1 else why for _, why, n in answer["mended"]),
    )  # fmt: skip


def _refuse_endless(rows: pd.DataFrame, lines: pd.Series, where: str) -> None:
    """Refuse a text that no spreadsheet could hold: every page and every table would bear it."""
    for column in rows.columns.drop("geometry", errors="ignore"):
        sizes = rows[column].map(lambda value: len(value) if isinstance(value, str) else 0)
        at = int(sizes.to_numpy().argmax())
        if sizes.iloc[at] > LONGEST_CELL:
            raise SitingError(
                "SIT105",
                f"un texte de {number(int(sizes.iloc[at]))} signes dans une case",
                where=f"{where}, ligne {lines.iloc[at]}, colonne « {str(column)[:40]} »",
                hint=f"raccourcissez-le : {number(LONGEST_CELL)} signes au plus",
            )


def _around(near: shapely.Geometry) -> shapely.Geometry:
    return shapely.buffer(shapely.envelope(near), WINDOW_M)


def _files(specimen: Specimen) -> tuple[Path, ...]:
    return (specimen.path, *specimen.beside)


def _content(answer: Mapping[str, Any], file: Path) -> pd.DataFrame:
    if not answer["has_table"]:
        return pd.DataFrame({LINE: pd.Series(dtype=int)})
    content: pd.DataFrame = pq.read_table(file).to_pandas()
    if not answer["has_geometry"]:
        return content
    shapes = np.asarray(shapely.from_wkb(content.pop("geometry").to_numpy()), dtype=object)
    placed: pd.DataFrame = gpd.GeoDataFrame(content, geometry=shapes, crs=answer["crs"])
    return placed


def taken(table: FrenchTable, headings: Mapping[str, Heading]) -> Taken:
    """Read the columns that a reader knows; the others are named, never used.

    Parameters
    ----------
    table : what ``read_table`` gave.
    headings : known columns by our names.

    Returns
    -------
    A column by heading, missing throughout when the file has none; the values that could not be
    read, which are missing too: whoever calls tells or refuses them.

    Raises
    ------
    SitingError : SIT101 when a needed column is absent, or two are one.
    """
    names = [str(name) for name in table.rows.columns if name != "geometry"]
    found = _found(table, names, headings)
    lacking = [name for name, heading in headings.items() if heading.needed and name not in found]
    if lacking:
        raise _lacking(table, names, lacking, headings)
    columns: dict[str, pd.Series] = {}
    unread: list[Unread] = []
    for name, heading in headings.items():
        if name not in found:
            empty = pd.Series(None, index=table.rows.index, dtype="object")
            columns[name] = READ[heading.kind](empty)
            continue
        cells = table.rows[found[name]]
        columns[name] = READ[heading.kind](cells)
        lost = columns[name].isna() & ~absent(cells)
        said = texts(cells[lost])
        unread += [
            Unread(found[name], int(table.lines[row]), str(said[row])[:60], KIND_FR[heading.kind])
            for row in said.index
        ]
    content = pd.DataFrame(columns, index=table.rows.index)
    used = {*found.values(), *table.placed}
    ignored = tuple(name for name in names if name not in used)
    return Taken(content, found, tuple(unread), ignored, table.notes_fr)


def _found(
    table: FrenchTable, names: Sequence[str], headings: Mapping[str, Heading]
) -> dict[str, str]:
    """Return the file's column by our name; an exact name wins over one that resembles it."""
    by_fold: dict[str, list[str]] = {}
    for name in names:
        by_fold.setdefault(folded(name), []).append(name)
    found: dict[str, str] = {}
    for ours, heading in headings.items():
        for known in (ours, *heading.names):
            here = by_fold.get(folded(known), [])
            if len(here) > 1 and known not in here:
                raise SitingError(
                    "SIT101",
                    f"deux colonnes pour « {heading.label_fr} » : {', '.join(here)}",
                    where=table.file,
                    hint="retirez ou renommez l'une des deux",
                )
            if here:
                found[ours] = known if known in here else here[0]
                break
    return found


def _lacking(
    table: FrenchTable, names: Sequence[str], lacking: Sequence[str],
    headings: Mapping[str, Heading],
) -> SitingError:  # fmt: skip
    label = headings[lacking[0]].label_fr
    near = get_close_matches(lacking[0], names, n=1)
    resembles = f" (« {near[0]} » ?)" if near else ""
    return SitingError(
        "SIT101",
        f"{'colonne absente' if len(lacking) == 1 else 'colonnes absentes'} : {listing(lacking)}",
        where=table.file,
        hint=f"« {lacking[0]} » est : {label}{resembles} ; trouvées : "
        + (", ".join(names[:20]) or "aucune"),
    )


def refuse_unread(file: str, taken_here: Taken, *more: Unread) -> None:
    """Raise all that could not be read, at once, each with its line, its column and its value.

    Parameters
    ----------
    file : the file that errors name.
    taken_here : what ``taken`` gave.
    *more : other faults found by whoever calls.

    Raises
    ------
    SitingError : SIT105 when there is one at least.
    """
    faults = sorted((*taken_here.unread, *more), key=lambda fault: (fault.line, fault.column))
    if not faults:
        return
    hints = [fault.text_fr for fault in faults[:SHOWN]]
    rest = len(faults) - SHOWN
    if rest > 0:
        hints.append(f"et {plural(rest, 'autre valeur', 'autres valeurs')}")
    first = faults[0]
    where = f"{file}, ligne {first.line}, colonne « {first.column} »"
    if len(faults) == 1:
        raise SitingError(
            "SIT105", f"« {first.value} » n'est pas {first.expected_fr}", where=where,
            hint="corrigez la valeur, ou laissez la cellule vide si elle n'est pas connue",
        )  # fmt: skip
    raise SitingError(
        "SIT105", f"{plural(len(faults), 'valeur')} hors de ce qui est attendu",
        where=file, hint=hints,
    )  # fmt: skip


def strangers(codes: pd.Series, known: Collection[str]) -> list[str]:
    """Return the codes that join nothing, sorted, once each.

    Parameters
    ----------
    codes : codes of a column; missing ones join nothing and are not told.
    known : those there are.

    Returns
    -------
    Codes, as read.
    """
    return sorted(set(codes.dropna().astype(str)) - set(known))


def told_fr(file: str, read: Taken) -> list[str]:
    """Say what a reader did not read, for a reader that goes on without it.

    Parameters
    ----------
    file : the file's name.
    read : what ``taken`` gave.

    Returns
    -------
    Sentences in French: values by column, columns ignored, what was mended.
    """
    said = [f"{file}{NARROW}: {note}." for note in read.notes_fr]
    for column in sorted({fault.column for fault in read.unread}):
        faults = [fault for fault in read.unread if fault.column == column]
        shown = listing(f"«{NO_BREAK}{f.value}{NO_BREAK}» ligne {f.line}" for f in faults[:3])
        count = plural(len(faults), "valeur non lue", "valeurs non lues")
        said.append(f"{file}, colonne «{NO_BREAK}{column}{NO_BREAK}»{NO_BREAK}: {count}, {shown}.")
    if read.ignored:
        said.append(f"{file}{NO_BREAK}: colonnes non utilisées{NO_BREAK}: {listing(read.ignored)}.")
    return said
