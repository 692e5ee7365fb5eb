"""The answer and the audit of an eligibility, as a planner reads them: eighty columns, no more."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from layers.words.french import NO_BREAK, number, plural, quantity
from scenarios.land_eligibility.territory_eligibility import Judged

WIDTH = 79
HELD = {"exclu": 9, "seule": 9, "inconnu": 10, "seule ": 10}
LACKING = {"distance": 10, "statut": 10, "inconnu": 10, "seule": 10}
KEY_FR = (
    f"Hectares. seule{NO_BREAK}: par cette règle seule, ce que l'on gagnerait en la retirant. "
    f"inconnu{NO_BREAK}: la règle n'a pas pu répondre, aucune autre n'exclut."
)


def eligibility_lines(judged: Judged, folder: Path | None = None) -> list[str]:
    """Return the answer and the audit as a planner reads them in a terminal.

    Parameters
    ----------
    judged : the territory judged.
    folder : where it was written, told last; None when nothing was.

    Returns
    -------
    French lines, their tables 79 characters wide; areas in hectares.
    """
    report, audit = judged.report, judged.audit
    held = audit[audit["excluded_ha"].notna()]
    lacking = audit[audit["excluded_ha"].isna()]
    lines = [
        f"{judged.rules.title}",
        f"Maille de {judged.grid.cell_m}{NO_BREAK}m{NO_BREAK}; territoire de "
        f"{quantity(report['total_ha'], 'ha')}",
        *(f"  {line}" for line in report["answer_fr"]),
        "",
    ]
    if len(held):
        title = f"{plural(len(held), 'règle évaluée', 'règles évaluées')}"
        lines += [*_table(title, HELD, [_held(row) for row in held.to_dict("records")]), ""]
    if len(lacking):
        title = f"{len(lacking)} non évaluée{'s' * (len(lacking) > 1)}, faute de couche"
        rows = [_lacking(row) for row in lacking.to_dict("records")]
        lines += [*_table(title, LACKING, rows), ""]
    lines += [*textwrap.wrap(KEY_FR, WIDTH, break_on_hyphens=False), report["caveat_fr"]]
    return [*lines, str(folder)] if folder else lines


def _held(row: Mapping[Any, Any]) -> list[str]:
    sought = f", {row['sought_fr']}" if row["sought_papers_fr"] else ""
    label = f"{row['label_fr']}{sought}, {row['limit_fr']} ({_status(row)})"
    figures = ("excluded_ha", "excluded_only_ha", "unknown_ha", "unknown_only_ha")
    return [label, *(number(float(row[name])) for name in figures)]


def _lacking(row: Mapping[Any, Any]) -> list[str]:
    figures = (number(float(row[name])) for name in ("unknown_ha", "unknown_only_ha"))
    return [str(row["label_fr"]), str(row["limit_fr"]), _status(row), *figures]


def _status(row: Mapping[Any, Any]) -> str:
    return str(row["status_fr"]).partition(" –")[0]


def _table(title: str, columns: dict[str, int], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a table whose first column is folded, its figures on the first line of each row."""
    wide = WIDTH - sum(width + 1 for width in columns.values())
    heads = [title, *(name.strip() for name in columns)]
    lines = []
    for label, *cells in [heads, *rows]:
        first, *others = textwrap.wrap(label, wide, subsequent_indent="  ", break_on_hyphens=False)
        figures = zip(cells, columns.values(), strict=True)
        lines.append(f"{first:<{wide}}" + "".join(f" {cell:>{width}}" for cell, width in figures))
        lines += others
    return lines
