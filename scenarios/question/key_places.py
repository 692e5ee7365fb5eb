"""Where each key of a scenario is written: in which file, on which line, or in --set."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Location = tuple[str, ...]
"""A key as a path of names: ("demand", "it_mw", "2031")."""

Lines = tuple[str, Mapping[Location, int | None]]
"""A text's name and the line of each of its keys (none where a line says nothing)."""

_PART = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
_HEADER = re.compile(rf"^\s*\[(\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


@dataclass(frozen=True)
class Written:
    """Where keys are written, from the text that has the last word to the first."""

    places: Sequence[Lines] = ()

    def of(self, location: Sequence[Any]) -> str:
        """Return « fichier, ligne 12 » for a key, or for the nearest table that holds it.

        Parameters
        ----------
        location : the key as a path of names; numbers stand for lines of a list.

        Returns
        -------
        The place, without a line for a « --set »; empty when the key is written nowhere.
        """
        path = tuple(str(part) for part in location)
        # A list is taken whole from the text that has the last word.
        whole = [each for each in self.places if path[:1] in each[1]][:1]
        places = whole if path[:1] == ("journal",) and whole else self.places
        for length in range(len(path), 0, -1):
            for name, lines in places:
                # « --set demand.it_mww.2031 » is where demand.it_mww itself is written.
                if length == len(path) and any(
                    line is None and key[:length] == path for key, line in lines.items()
                ):
                    return name
                if path[:length] in lines:
                    line = lines[path[:length]]
                    return name if line is None else f"{name}, ligne {line}"
        return ""


def lines_of(path: Path, text: str) -> Lines:
    r"""Return a file's name and the line of each key and table of a TOML text.

    Parameters
    ----------
    path : the file; only its name is kept.
    text : what it holds.

    Returns
    -------
    The name, and the line of each key, counted from 1; tables of a list ``[[x]]`` are x.0, x.1….

    Examples
    --------
    >>> lines_of(Path("a.toml"), "[demand]\n# ici\nit_mw = { 2031 = 5 }")[1]
    {('demand',): 1, ('demand', 'it_mw'): 3}
    """
    lines: dict[Location, int | None] = {}
    table: Location = ()
    counts: dict[Location, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1]:
                lines.setdefault(table, number)
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
    return path.name, lines


def quoted(key: str) -> str:
    """Return a key of « --set » whose rule or assumption, which holds a dot, is between quotes.

    Parameters
    ----------
    key : what stands left of « = ».

    Returns
    -------
    The key as TOML takes it.

    Examples
    --------
    >>> quoted("rules.water.basin_budget.hard")
    'rules."water.basin_budget".hard'
    """
    return re.sub(r"^(rules|ranking\.weights|assumptions)\.(\w+\.\w+)", r'\1."\2"', key.strip())


def overridden(overrides: Sequence[str]) -> list[Lines]:
    """Return where each « --set » writes, the last one first.

    Parameters
    ----------
    overrides : texts « key=value », in the order given; one that is no key is passed over.

    Returns
    -------
    One text a « --set »: its name, and its one key, which has no line.
    """
    keys = [key[1] for text in reversed(overrides) if (key := _KEY.match(text))]
    return [(f"--set {key}", {_parts(quoted(key)): None}) for key in keys]


def _parts(key: str) -> Location:
    return tuple(part.strip("\"'") for part in re.findall(_PART, key))
