"""What an audit cannot say: each fault with its line, its column and the value read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import pandas as pd

from layers.opening.french_table import FrenchTable, Taken
from layers.words.french import NO_BREAK, declared
from layers.words.french_cells import folded
from scenarios.question.audit.audit_columns import AuditColumn, audit_columns

HOURS = 8760.0
# What two figures of one centre may differ by before they contradict each other.
ROUNDING = 0.05
HIGHEST_PUE = 3.0
CODE = re.compile(r"\d{5}|2[AB]\d{3}")


def faults_of(
    table: FrenchTable, read: Taken, communes: Mapping[str, str] | None
) -> list[tuple[int, str]]:
    """Return every fault of an audit, with its line.

    Parameters
    ----------
    table : the file as read.
    read : its columns; values that could not be read are faults.
    communes : names of the territory's communes by code; None when it is not known.

    Returns
    -------
    Lines and French sentences, in the order of the lines.
    """
    rows, lines = read.table, table.lines
    found = [(fault.line, fault.text_fr) for fault in read.unread]
    for (_, row), held in zip(rows.iterrows(), lines.loc[rows.index], strict=True):
        line = int(held)
        said = [*_bounds(row), *_places(row, communes), *_together(row)]
        found += [(line, f"ligne {line}, {text}") for text in said]
    found += _twice(rows, lines)
    return sorted(found)


def _bounds(row: pd.Series) -> Iterator[str]:
    for column in audit_columns():
        value = row[column.name]
        if column.kind == "number" and pd.notna(value):
            low, high = column.low, column.high
            if low is not None and high is not None and not low <= value <= high:
                write = str if column.name.endswith("_year") else declared
                told = f"de {write(low)} à {write(high)} attendu"
                yield _said(column, write(int(value) if write is str else float(value)), told)
        if column.choices and pd.notna(value) and chosen(column, str(value)) is None:
            yield _said(column, str(value), f"au choix : {', '.join(column.choices)}")


def chosen(column: AuditColumn, value: str) -> str | None:
    """Return the choice that a cell names, capitals, accents and spaces aside.

    Parameters
    ----------
    column : a column with choices.
    value : the cell.

    Returns
    -------
    The choice as we write it, or None.
    """
    by_fold = {folded(choice): choice for choice in column.choices}
    return by_fold.get(folded(value))


def _said(column: AuditColumn, value: str, told: str) -> str:
    head = f"colonne «{NO_BREAK}{column.head}{NO_BREAK}»"
    return f"{head}{NO_BREAK}: «{NO_BREAK}{value}{NO_BREAK}», {told}"


def _places(row: pd.Series, communes: Mapping[str, str] | None) -> Iterator[str]:
    by_name = {column.name: column for column in audit_columns()}
    if pd.isna(row["name"]):
        yield "colonne « nom » : le nom du centre manque"
    code = row["commune_code"]
    if pd.isna(code):
        yield "colonne « commune_code » : le code de la commune manque"
        return
    code = str(code)
    if not CODE.fullmatch(code):
        told = "cinq caractères attendus" + _meant(code, communes)
        yield _said(by_name["commune_code"], code, told)
    elif communes is not None and code not in communes:
        yield _said(by_name["commune_code"], code, "n'est pas une commune du territoire")
    elif communes is not None and not _same(row["commune"], communes[code]):
        told = f"est {communes[code]}, et non {row['commune']}"
        yield _said(by_name["commune_code"], code, told)


def _same(typed: object, name: str) -> bool:
    return typed is None or typed != typed or folded(typed) == folded(name)


def _meant(typed: str, communes: Mapping[str, str] | None) -> str:
    by_name = {folded(name): code for code, name in (communes or {}).items()}
    near = get_close_matches(folded(typed), by_name, n=1, cutoff=0.85)
    return f" ; {by_name[near[0]]} ?" if near else ""


def _together(row: pd.Series) -> Iterator[str]:
    """Yield what two figures of one centre cannot both be."""
    told = {name: float(row[name]) for name in FIGURES if pd.notna(row[name])}
    mw, pue = told.get("it_mw"), told.get("pue", HIGHEST_PUE)
    for above, most, why in (
        ("it_used_mw", mw, "la puissance installée"),
        ("it_energy_mwh", mw and mw * HOURS, "PDIT × 8 760 h"),
        ("energy_mwh", mw and mw * HOURS * min(pue, HIGHEST_PUE), "PDIT × 8 760 h × PUE"),
        ("energy_mwh", _hours(told.get("grid_mw")), "raccordement × 8 760 h"),
        ("it_energy_mwh", told.get("energy_mwh"), "l'électricité au compteur (EDC)"),
        ("heat_mwh", told.get("energy_mwh"), "l'électricité au compteur (EDC)"),
        ("renewable_mwh", told.get("energy_mwh"), "l'électricité au compteur (EDC)"),
    ):
        if above in told and most is not None and told[above] > most * (1 + 1e-9):
            head = heads_of()[above]
            yield (
                f"colonne «{NO_BREAK}{head}{NO_BREAK}»{NO_BREAK}: {declared(told[above])} dépasse "
                f"{why}, {declared(round(most, 1))}"
            )
    yield from _ratios(told)


def _ratios(told: Mapping[str, float]) -> Iterator[str]:
    for ratio, above, below, factor in (
        ("pue", "energy_mwh", "it_energy_mwh", 1.0),
        ("wue", "water_m3", "it_energy_mwh", 1.0),
        ("erf", "heat_mwh", "energy_mwh", 1.0),
        ("renewable_share", "renewable_mwh", "energy_mwh", 1.0),
    ):
        if ratio in told and above in told and told.get(below):
            worked = factor * told[above] / told[below]
            if abs(worked - told[ratio]) > ROUNDING * max(worked, told[ratio]) + 0.005:
                heads = heads_of()
                yield (
                    f"colonne «{NO_BREAK}{heads[ratio]}{NO_BREAK}»{NO_BREAK}: "
                    f"{declared(told[ratio])}, mais {heads[above]} ÷ {heads[below]} = "
                    f"{declared(round(worked, 3))}"
                )


def _hours(mw: float | None) -> float | None:
    return None if mw is None else mw * HOURS


FIGURES = (
    "grid_mw", "it_mw", "it_used_mw", "energy_mwh", "it_energy_mwh", "pue", "water_m3", "wue",
    "heat_mwh", "erf", "renewable_mwh", "renewable_share",
)  # fmt: skip


def heads_of() -> dict[str, str]:
    """Return the head written of each column, by our names.

    Returns
    -------
    Heads of the form by the name of the column.
    """
    return {column.name: column.head for column in audit_columns()}


def _twice(rows: pd.DataFrame, lines: pd.Series) -> list[tuple[int, str]]:
    key = rows["name"].map(folded, na_action="ignore") + "|" + rows["commune_code"].astype("str")
    known: dict[str, int] = {}
    found = []
    places = lines.loc[rows.index]
    for name, one, held in zip(rows["name"], key, places, strict=True):
        if pd.isna(name):
            continue
        line = int(held)
        if one in known:
            told = f"ligne {line}, colonne « nom » : « {name} » est déjà ligne {known[one]}"
            found.append((line, told))
        known.setdefault(str(one), line)
    return found
