"""The words of every column handed out: one list for spreadsheets, QGIS and the documentation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

WORDS = Path(__file__).parent / "columns.toml"


@cache
def words() -> dict[str, dict[str, str]]:
    """Return label, unit and meaning of each column we know.

    Returns
    -------
    ``label``, ``unit`` and ``meaning`` by column; one by period is known without its year.
    """
    content: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return content


def label(column: str) -> str:
    """Return the French head of a column; one by period keeps its year.

    Parameters
    ----------
    column : its name in our tables.

    Returns
    -------
    The head; the name itself for a column we do not know.

    Examples
    --------
    >>> label("it_mw_2036"), label("yard_name")
    ('MW informatiques 2036', 'poste source le plus proche')
    """
    stem, year = _split(column)
    head = words().get(stem, {"label": column})["label"]
    return f"{head} {year}".strip()


def french(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return some columns of a table under their French heads.

    Parameters
    ----------
    table : with our names of columns.
    columns : those to keep, in order; all must be there.

    Returns
    -------
    A table without geometry.
    """
    kept = list(columns)
    return pd.DataFrame(table[kept]).rename(columns={name: label(name) for name in kept})


def dictionary(columns: Iterable[str]) -> pd.DataFrame:
    """Return what each column means, once, in the order given.

    Parameters
    ----------
    columns : names of columns, repeats allowed.

    Returns
    -------
    « colonne », « nom dans les fichiers SIG », « unité » and « sens », one row a column.
    """
    rows = []
    for name in dict.fromkeys(_split(column)[0] for column in columns):
        entry = words().get(name, {})
        rows.append(
            {
                "colonne": entry.get("label", name),
                "nom dans les fichiers SIG": name,
                "unité": entry.get("unit", ""),
                "sens": entry.get("meaning", ""),
            }
        )
    return pd.DataFrame(rows, columns=["colonne", "nom dans les fichiers SIG", "unité", "sens"])


def _split(column: str) -> tuple[str, str]:
    by_period = re.fullmatch(r"(it_mw|heat_gwh|pump_gwh)_(\d{4})", column)
    return (by_period[1], by_period[2]) if by_period else (column, "")
