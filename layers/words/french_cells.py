"""What a cell of a French table says: numbers, days, yes or no, codes; and what it fails to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

CellKind = Literal["text", "number", "date", "flag", "code"]
KIND_FR: Mapping[CellKind, str] = {
    "text": "un texte",
    "number": "un nombre",
    "date": "un jour (31/12/2031)",
    "flag": "oui ou non",
    "code": "un code",
}
SPACES = " \u00a0\u2007\u2009\u202f"
# Spaces stand between groups of three only: « 12 5 » is a slip of the hand, not 125.
_FRENCH = re.compile(
    rf"[+-]?(\d{{1,3}}([{SPACES}]\d{{3}})+|\d+|(?=[.,]\d))([.,]\d+)?([eE][+-]?\d+)?"
)
# Both marks in one number leave no doubt on which is the decimal one.
_DOTTED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.+Z-]*)?")
_WHOLE = re.compile(r"-?\d+\.0+")
ABSENT = frozenset(
    {
        "", "-", "–", "—", "?", "na", "n/a", "#n/a", "<na>", "nan", "none", "null", "nc", "n.c.",
        "nd", "n.d.", "ns", "inconnu", "inconnue", "non connu", "non connue", "non renseigné",
        "non renseignée", "non communiqué", "non communiquée",
    }
)  # fmt: skip
YES = frozenset({"oui", "o", "vrai", "true", "yes", "1", "x", "1.0"})
NO = frozenset({"non", "n", "faux", "false", "no", "0", "0.0"})


def folded(name: object) -> str:
    """Return a heading as it is compared: letters and digits, no capital, accent nor space.

    Parameters
    ----------
    name : a heading, as a table writes it.

    Returns
    -------
    ASCII letters and digits.

    Examples
    --------
    >>> folded(" Surface (ha) "), folded("N° d'établissement"), folded("deja_artificialise")
    ('surfaceha', 'ndetablissement', 'dejaartificialise')
    """
    plain = unicodedata.normalize("NFKD", str(name).casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "", plain)


def texts(cells: pd.Series) -> pd.Series:
    """Return cells as texts: stripped, whole numbers written whole, what is absent missing.

    Parameters
    ----------
    cells : any values; an apostrophe put before « = » by a spreadsheet's writer is taken away.

    Returns
    -------
    Texts on the same index, missing where nothing is said.

    Examples
    --------
    >>> texts(pd.Series([33063.0, " A-1 ", "33063.0", "'=1+1", "", None])).tolist()
    ['33063', 'A-1', '33063', '=1+1', nan, nan]
    """
    plain = cells.astype("object").map(_plain, na_action="ignore")
    return plain.where(plain.notna() & (plain != "")).astype("str")


def _plain(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return "oui" if cell else "non"
    if isinstance(cell, float | np.floating):
        return f"{cell:.0f}" if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    text = str(cell).strip().strip(SPACES)
    if text[:1] == "'" and text[1:2] in tuple("=+-@"):
        text = text[1:]
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def numbers(cells: pd.Series) -> pd.Series:
    """Read numbers as French tables write them; what is none is missing.

    Parameters
    ----------
    cells : texts, thousands parted by a space of any width, decimal comma or point; true numbers
        pass as they are.

    Returns
    -------
    Floats on the same index.

    Examples
    --------
    >>> numbers(pd.Series(["1 200,5", "1.234,5", "−3", ",5", "12 5", "n.c."])).tolist()
    [1200.5, 1234.5, -3.0, 0.5, nan, nan]
    """
    if pd.api.types.is_numeric_dtype(cells):
        return cells.astype(float)
    text = cells.astype("str").str.strip(SPACES + "\t\r\n")
    found = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce").astype(float)
    hard = text[found.isna() & text.notna() & ~text.str.casefold().isin(ABSENT)]
    if len(hard):
        found.loc[hard.index] = hard.map(_number).astype(float)
    return found.where(np.isfinite(found))


def _number(text: str) -> float:
    text = text.replace("−", "-")
    if _FRENCH.fullmatch(text):
        return float(re.sub(f"[{SPACES}]", "", text).replace(",", "."))
    if _DOTTED.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    return float(text.replace(",", "")) if _ENGLISH.fullmatch(text) else float("nan")


def days(cells: pd.Series) -> pd.Series:
    """Read days: 31/12/2031, 31.12.2031 or 2031-12-31, an hour after it left out.

    Parameters
    ----------
    cells : texts or days.

    Returns
    -------
    Midnights on the same index, missing where there is no such day.

    Examples
    --------
    >>> days(pd.Series(["31/12/2031", "2031-02-30", "2031-02-28T00:00:00"])).dt.date.tolist()
    [datetime.date(2031, 12, 31), NaT, datetime.date(2031, 2, 28)]
    """
    return pd.to_datetime(cells.map(_day, na_action="ignore"))


def _day(cell: object) -> pd.Timestamp | None:
    if isinstance(cell, date):
        return pd.Timestamp(cell)
    text = str(cell).strip()
    if found := _DAY.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return pd.Timestamp(date(year, month, day))
    except ValueError:
        return None


def flags(cells: pd.Series) -> pd.Series:
    """Read yes or no.

    Parameters
    ----------
    cells : « oui », « non », « vrai », « x », 1, 0, booleans.

    Returns
    -------
    True, False or missing, on the same index, of dtype ``boolean``.

    Examples
    --------
    >>> flags(pd.Series(["Oui", "non", 1.0, "peut-être", None])).tolist()
    [True, False, True, <NA>, <NA>]
    """
    plain = texts(cells).str.casefold()
    found = pd.Series(pd.NA, index=cells.index, dtype="boolean")
    found[plain.isin(YES)] = True
    found[plain.isin(NO)] = False
    return found


def codes(cells: pd.Series) -> pd.Series:
    """Read codes of communes or départements: 33063.0 is 33063, 1004 is 01004, 2a004 is 2A004.

    Parameters
    ----------
    cells : texts or numbers.

    Returns
    -------
    Texts on the same index; what is not made of letters and digits stays as written.

    Examples
    --------
    >>> codes(pd.Series([33063.0, "1004", "2a004", "Poitiers"])).tolist()
    ['33063', '01004', '2A004', 'Poitiers']
    """
    plain = texts(cells)
    short = plain.str.fullmatch(r"\d{4}").fillna(False).astype(bool)
    corsican = plain.str.fullmatch(r"2[abAB]\d{3}").fillna(False).astype(bool)
    plain = plain.where(~short, "0" + plain)
    return plain.where(~corsican, plain.str.upper())


READ: Mapping[CellKind, Callable[[pd.Series], pd.Series]] = {
    "text": texts,
    "number": numbers,
    "date": days,
    "flag": flags,
    "code": codes,
}


def absent(cells: pd.Series) -> pd.Series:
    """Say which cells hold nothing, or a word for it: « n.c. », « inconnu », « - ».

    Parameters
    ----------
    cells : any values.

    Returns
    -------
    Booleans on the same index.

    Examples
    --------
    >>> absent(pd.Series(["n.c.", " ", None, "0", 12])).tolist()
    [True, True, True, False, False]
    """
    return cells.isna() | texts(cells).str.casefold().fillna("").isin(ABSENT)
