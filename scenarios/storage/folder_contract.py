"""What each table of a results folder must be, before anything reads it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

CONTRACT = Path(__file__).with_name("folder_contract.toml")
TYPES = ("text", "number", "integer", "flag", "geometry")
TYPES_FR = {
    "text": "du texte",
    "number": "un nombre",
    "integer": "un entier",
    "flag": "vrai ou faux",
    "geometry": "une géométrie",
}
# A plan of a region is a few megabytes: beyond, a file is not one of ours.
MOST_BYTES = 2_000_000_000


@dataclass(frozen=True)
class TableContract:
    """What a table must hold; see the head of the TOML file.

    Attributes
    ----------
    types : type by column.
    key : columns that name a row.
    full : columns never missing, those of the key included.
    maybe : columns that a run may lack.
    by_period : numbers of which there is one a period.
    others : type of the columns that nothing names; None for any plain one.
    refers : by column, the table whose key holds its values.
    optional : whether a run may lack the table.
    """

    types: Mapping[str, str]
    key: tuple[str, ...] = ()
    full: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    by_period: tuple[str, ...] = ()
    others: str | None = None
    refers: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False

    def columns(self, periods: Sequence[int]) -> dict[str, str]:
        """Return the type of every column named, those of the periods included.

        Parameters
        ----------
        periods : years of the plan.

        Returns
        -------
        Types by column.
        """
        dated = {f"{name}_{year}": "number" for name in self.by_period for year in periods}
        return {**self.types, **dated}


@cache
def contracts() -> Mapping[str, TableContract]:
    """Return the contract of every table, by its path in a folder without suffix.

    Returns
    -------
    Contracts, in the order of the file.
    """
    return {name: _contract(told) for name, told in contract_file()["tables"].items()}


@cache
def contract_file() -> Mapping[str, Any]:
    """Return the contract as its file writes it.

    Returns
    -------
    Keys ``version``, ``tables`` and ``impacts``.
    """
    return tomllib.loads(CONTRACT.read_text(encoding="utf-8"))


def table_faults(path: Path, contract: TableContract, periods: Sequence[int]) -> Iterator[str]:
    """Say in what a table differs from its contract.

    Parameters
    ----------
    path : a Parquet file.
    contract : what it must hold.
    periods : years of the plan.

    Yields
    ------
    French words, one a fault.
    """
    try:
        facts = parquet.read_metadata(path)
        weight = sum(facts.row_group(k).total_byte_size for k in range(facts.num_row_groups))
        if weight > MOST_BYTES:
            yield f"{weight / 1e9:.0f} Go une fois ouvert"
            return
        table = parquet.read_table(path)
        table.validate(full=True)
    except Exception as fault:
        yield f"illisible ({type(fault).__name__})"
        return
    columns = contract.columns(periods)
    lacking = [c for c in columns if c not in table.column_names and c not in contract.maybe]
    yield from (f"il manque la colonne {name}" for name in lacking)
    if len(set(table.column_names)) < len(table.column_names):
        yield "deux colonnes du même nom"
        return
    faults = []
    for name in table.column_names:
        kind = columns.get(name, contract.others)
        is_full = name in contract.full or name in columns.keys() - contract.types.keys()
        told = _column_faults(table[name], kind, full=is_full)
        faults += [f"{name} {fault}" for fault in told]
    yield from faults
    if faults or lacking:
        return
    if contract.key and len(table.group_by(list(contract.key)).aggregate([])) < len(table):
        yield f"deux lignes de même {', '.join(contract.key)}"
    years = set(table["period"].drop_null().to_pylist()) if "period" in table.column_names else ()
    if any(year not in periods for year in years):
        yield "period dit une échéance qui n'est pas celle du plan"


def keys_of(path: Path, column: str) -> set[object]:
    """Return the values of one column.

    Parameters
    ----------
    path : a Parquet file.
    column : one of its columns.

    Returns
    -------
    Distinct values, without the missing and the empty ones.
    """
    values = parquet.read_table(path, columns=[column])[column].to_pylist()
    return {value for value in values if value is not None and value != ""}


def _contract(told: Mapping[str, Any]) -> TableContract:
    types = {column: kind for kind in TYPES for column in told.get(kind, ())}
    return TableContract(
        types=types,
        key=tuple(told.get("key", ())),
        full=frozenset([*told.get("key", ()), *told.get("full", types)]),
        maybe=frozenset(told.get("maybe", ())),
        by_period=tuple(told.get("by_period", ())),
        others=told.get("others"),
        refers=told.get("refers", {}),
        optional=told.get("optional", False),
    )


def _column_faults(column: pa.ChunkedArray, kind: str | None, *, full: bool) -> Iterator[str]:
    """Say in what a column differs from its type, is missing where it may not, or is infinite."""
    found = column.type
    if len(column) and not (pa.types.is_null(found) and not full):
        if kind is None and not any(_is(found, each) for each in TYPES):
            yield "n'est ni un texte, ni un nombre"
            return
        if kind is not None and not _is(found, kind):
            yield f"n'est pas {TYPES_FR[kind]}"
            return
    if full and column.null_count:
        yield "a une valeur qui manque"
    if pa.types.is_floating(found):
        unfit = pc.invert(pc.is_finite(column)) if full else pc.is_inf(column)
        if pc.any(unfit).as_py():
            yield "a une valeur qui n'est pas un nombre fini"
        elif kind == "integer" and pc.any(pc.not_equal(column, pc.floor(column))).as_py():
            yield "a une valeur qui n'est pas un entier"


def _is(found: pa.DataType, kind: str) -> bool:
    number = pa.types.is_integer(found) or pa.types.is_floating(found)
    fits: dict[str, bool] = {
        "text": pa.types.is_string(found) or pa.types.is_large_string(found),
        "number": number,
        # A year that may be missing is written as a decimal number by pandas.
        "integer": number,
        "flag": pa.types.is_boolean(found),
        "geometry": pa.types.is_binary(found) or pa.types.is_large_binary(found),
    }
    return fits[kind]
