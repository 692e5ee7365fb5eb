"""The list of layers for a terminal: by theme in one screen, or with everything said of each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from layers.words.french import plural

WIDTH = 100
MARKS = {"whole": "■", "partial": "◧", "absent": "□"}
LEGEND_FR = (
    "■ présente, ◧ présente en partie (avertit ou exclut, sans jamais disculper), □ absente, "
    "non évaluée. Identifiants, sources et réserves : --details."
)


def grouped_lines(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write, by theme, the titles of the layers present, present in part, and absent.

    Parameters
    ----------
    table : one row a layer, in the order of themes.

    Returns
    -------
    Lines in French, the count and the legend last.
    """
    lines: list[str] = []
    for theme, rows in groupby(table, key=lambda row: row["theme"]):
        lines += _of_theme(str(theme), list(rows))
    return [*lines, _count_fr(table), *textwrap.wrap(LEGEND_FR, WIDTH)]


def _of_theme(theme: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write a theme: its name opens the line of its first state."""
    head = f"{theme} : "
    for coverage, mark in MARKS.items():
        titles = [row["title"] for row in rows if row["coverage"] == coverage]
        if titles:
            yield from textwrap.wrap(
                ", ".join(titles),
                WIDTH,
                initial_indent=f"{head}{mark} ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
            head = "  "


def detailed_lines(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write everything said of each layer: source, licence, reserves, how to bring it.

    Parameters
    ----------
    table : one row a layer.

    Returns
    -------
    Lines in French, the count last.
    """
    lines = []
    for row in table:
        rows = f", {row['vintage']}" if row["state"] != "absent" else ""
        rows += f", {plural(row['rows'], 'ligne')}" if row["rows"] else ""
        lines.append(
            f"{MARKS[row['coverage']]} {row['layer']} — {row['title']} "
            f"({row['state_fr']}{rows}) ; {row['producer']}, licence : {row['licence']}"
        )
        told = (row["coverage_fr"], row["caveat_fr"])
        lines += [f"    {text}" for text in told if text]
        if row["fetch_fr"] and row["state"] == "absent":
            lines.append(f"    à télécharger : {row['fetch_fr']}")
    return [*lines, _count_fr(table)]


def _count_fr(table: Sequence[Mapping[str, Any]]) -> str:
    held = sum(row["coverage"] != "absent" for row in table)
    partial = sum(row["coverage"] == "partial" for row in table)
    return (
        f"{held} couches présentes, dont {partial} en partie ; {len(table) - held} absentes "
        "(non évaluées)."
    )
