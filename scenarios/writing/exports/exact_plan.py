"""A retained site written whole in one cell, and read back: what a rounded table cannot say.

The tables handed out show megawatts to a tenth. Beside them, one cell a site holds its megawatts
by cooling, its line, its heat and its second supply, so that an unchanged plan comes back whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.storage.results import Results

COLUMN = "exact_plan"
# Numbers of each part: what is written by year, by what, and the column that holds it.
PARTS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "mw": ("plan/placements", ("design",), "it_mw"),
    "lines": ("plan/connections", ("yard_id", "domain"), "meter_mw"),
    "heat": ("plan/heat", ("sink_id",), "heat_mw"),
    "backups": ("plan/backups", ("yard_id", "domain"), "reserve_mw"),
}


def exact_plan(results: Results) -> pd.Series:
    """Return the cell of each retained site.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Texts, index site_id: JSON, rows [year, by what…, number] by part.
    """
    cells: dict[str, dict[str, list[list[Any]]]] = {}
    for part, (name, keys, number) in PARTS.items():
        if not (results.folder / f"{name}.parquet").is_file():
            continue
        table = results.table(name)
        for row in table[["site_id", "period", *keys, number]].itertuples(index=False, name=None):
            site, year, *rest = row
            cell = cells.setdefault(str(site), {})
            cell.setdefault(part, []).append([int(year), *map(str, rest[:-1]), float(rest[-1])])
    told = {
        site: json.dumps({part: sorted(rows) for part, rows in cell.items()}, ensure_ascii=False)
        for site, cell in cells.items()
    }
    return pd.Series(told, dtype="object").rename_axis("site_id").sort_index()


def read_exact(cells: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Read the cells back; one that is not as it was written is left out.

    Parameters
    ----------
    cells : texts by site_id.

    Returns
    -------
    By part: site_id, the columns of ``PARTS``, period; empty tables when nothing is read.
    """
    rows: dict[str, list[tuple[Any, ...]]] = {part: [] for part in PARTS}
    for site, text in cells.items():
        for part, found in _rows(text).items():
            rows[part] += [(site, *row[1:], row[0]) for row in found]
    return {
        part: _typed(pd.DataFrame(rows[part], columns=["site_id", *keys, number, "period"]), number)
        for part, (_, keys, number) in PARTS.items()
    }


def _typed(table: pd.DataFrame, number: str) -> pd.DataFrame:
    plain = table.astype({number: "float64", "period": "int64"})
    return plain.sort_values(list(plain.columns), ignore_index=True)


def _rows(text: str) -> dict[str, list[list[Any]]]:
    """Return the rows of a cell, none at all when one of them is not what we write."""
    try:
        cell = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(cell, dict) or not set(cell) <= set(PARTS) or "mw" not in cell:
        return {}
    for part, rows in cell.items():
        width = 2 + len(PARTS[part][1])
        if not isinstance(rows, list) or not all(_is_row(row, width) for row in rows):
            return {}
    return cell


def _is_row(row: object, width: int) -> bool:
    """Say whether a row is a year, texts, and a number from 0 to 100,000."""
    if not isinstance(row, list) or len(row) != width:
        return False
    year, *keys, number = row
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return (
        isinstance(year, int) and all(isinstance(key, str) for key in keys)
        and is_number and 0 <= number <= 1e5
    )  # fmt: skip
