"""Numbers as weather files write them: decimal comma, « mq » for a missing value, blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from layers.words.errors import SitingError

MISSING = ("", "mq", "na", "nan")
"""How files say that nothing was measured."""
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text, without the mark some editors put before the first.

    Parameters
    ----------
    text : the content of the file.

    Returns
    -------
    Lines without their ends.

    Examples
    --------
    >>> lines_of("\ufeffLOCATION,Pau")
    ['LOCATION,Pau']
    """
    return text.removeprefix("\ufeff").splitlines()


def separator_in(line: str) -> str:
    """Return what parts the cells of a line: « ; » where there are more of them than commas.

    Parameters
    ----------
    line : one line, a decimal comma allowed.

    Returns
    -------
    « ; » or « , ».

    Examples
    --------
    >>> separator_in("LOCATION;Pau;-;FRA;essai;0;43,38;-0,42;1,0;183,0")
    ';'
    """
    return ";" if line.count(";") > line.count(",") / 2 else ","


def numbers_of(
    cells: pd.Series, what: str, line_of: Sequence[int] | pd.Series, where: str
) -> pd.Series:
    """Return texts as numbers, NaN where nothing was measured.

    Parameters
    ----------
    cells : texts, any index.
    what : the name of the column, in the file's own words.
    line_of : the line of the file each cell comes from, in the same order.
    where : the file that errors name.

    Returns
    -------
    Floating numbers on the index of the cells.

    Raises
    ------
    SitingError : SIT105 when a text is neither a number nor a missing value.
    """
    text = cells.astype("str").str.strip()
    absent = cells.isna() | text.str.casefold().isin(MISSING)
    strange = ~absent & ~text.map(lambda cell: _NUMBER.fullmatch(cell) is not None).astype(bool)
    if strange.any():
        row = int(np.flatnonzero(strange.to_numpy())[0])
        raise SitingError(
            "SIT105",
            f"« {text.iloc[row]} » n'est pas un nombre, colonne {what}",
            where=f"{where}, ligne {list(line_of)[row]}",
            hint="attendu : un nombre, avec un point ou une virgule ; rien ou « mq » s'il manque",
        )
    plain = text.where(~absent).str.replace(",", ".", regex=False)
    return plain.astype(float).set_axis(cells.index)


def place_of(
    longitude: str, latitude: str, height: str, line: int, where: str
) -> tuple[float, float, float]:
    """Return a station's degrees and metres.

    Parameters
    ----------
    longitude : degrees east, as text.
    latitude : degrees north, as text.
    height : metres, as text.
    line : the line of the file that holds them.
    where : the file that errors name.

    Returns
    -------
    Longitude and latitude in degrees, height in metres.

    Raises
    ------
    SitingError : SIT105 when one is no number, or out of ±180°, ±90°, −500–9000 m.
    """
    cells = pd.Series([longitude, latitude, height])
    found = [
        float(numbers_of(cells[[k]], what, [line], where).iloc[0])
        for k, what in enumerate(("longitude", "latitude", "altitude"))
    ]
    bounds = ((-180, 180), (-90, 90), (-500, 9000))
    for value, what, (low, high) in zip(found, ("longitude", "latitude", "altitude"), bounds,
                                        strict=True):  # fmt: skip
        if not low <= value <= high:
            raise SitingError(
                "SIT105",
                f"{what} de « {value:g} »",
                where=f"{where}, ligne {line}",
                hint=f"attendu : entre {low} et {high}",
            )
    return found[0], found[1], found[2]
