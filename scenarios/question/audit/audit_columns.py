"""The columns of an audit: their heads, units, bounds and lists, read from one table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from layers.opening.french_table import Heading

FILE = Path(__file__).parent / "audit_columns.toml"
QUALITY = "quality"
NEEDED = ("name", "commune_code", "it_mw", QUALITY)


@dataclass(frozen=True)
class AuditColumn:
    """A column: our name, the head written, its words, and what a cell may hold.

    ``eu`` is the reporting key of regulation (EU) 2024/1364, empty when it has none; ``quality``
    says that a column « qualite_… » goes with it.
    """

    name: str
    head: str
    label_fr: str
    kind: str = "text"
    unit: str = ""
    eu: str = ""
    names: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    quality: bool = False

    @property
    def note_fr(self) -> str:
        """Return what a person who fills the column reads."""
        parts = [self.label_fr, f"[{self.unit}]" if self.unit else ""]
        if self.choices:
            parts.append("au choix : " + ", ".join(self.choices))
        elif self.low is not None and self.high is not None:
            parts.append(f"de {self.low:g} à {self.high:g}")
        if self.eu:
            parts.append(f"clé {self.eu} du règlement (UE) 2024/1364")
        return " ; ".join(part for part in parts if part)


@cache
def audit_columns() -> tuple[AuditColumn, ...]:
    """Return every column, each figure that has a quality followed by the column of it.

    Returns
    -------
    Columns in the order they are written.
    """
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found: list[AuditColumn] = []
    known = {}
    for body in content["columns"]:
        lists: dict[str, Any] = {
            key: tuple(body.pop(key)) for key in ("names", "choices") if key in body
        }
        known[body["name"]] = AuditColumn(**body, **lists)
    of_row = known[QUALITY]
    for column in known.values():
        found.append(column)
        if column.quality:
            found.append(
                AuditColumn(
                    name=f"{QUALITY}_{column.name}",
                    head=f"qualite_{column.head.partition('_')[0]}",
                    label_fr=f"Qualité de ce chiffre : {column.label_fr[:1].lower()}"
                    f"{column.label_fr[1:]} ; vide, celle de la ligne",
                    choices=of_row.choices,
                )
            )
    return tuple(found)


def headings() -> dict[str, Heading]:
    """Return the columns as the reader of tables takes them.

    Returns
    -------
    Headings by our names.
    """
    return {
        column.name: Heading(
            column.label_fr,
            column.kind,  # type: ignore[arg-type]
            (column.head, *column.names),
            column.name in NEEDED,
        )
        for column in audit_columns()
    }
