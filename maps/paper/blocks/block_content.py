"""What a block of a sheet may hold: facts with their doubt, sentences, tables, what is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

GRADES = {
    "A": "lu dans une source officielle datée",
    "B": "calculé, ou lu puis rapproché",
    "C": "de mémoire, non vérifié ou approché",
    "D": "hypothèse",
}
"""How sure a datum is: a scale of the sheet's own, from the statuses of the sources."""
OF_STATUS = {"read": "A", "computed": "B", "memory": "C", "assumption": "D"}


@dataclass(frozen=True)
class Fact:
    """A datum: what it is, what it says, how sure (a key of ``GRADES``), and from where.

    ``sources`` are keys that ``Material.paper`` turns into notes.
    """

    label: str
    value: str
    grade: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unknown:
    """What is not evaluated, and which layer or whom to ask."""

    what: str
    who: str


@dataclass(frozen=True)
class Text:
    """A paragraph; ``strong`` opens it in bold."""

    text: str
    strong: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first column heads the rows, ``wide`` spans the page."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A numbered or plain list."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Months:
    """Twelve bars: values, unit, colour name (« water », « heat »)."""

    title: str
    values: Sequence[float]
    unit: str
    colour: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Space:
    """Room for a pen: who is asked, and how many lines."""

    label: str
    lines: int = 3


Item: TypeAlias = "Fact | Unknown | Text | Table | Listing | Months | Space"


@dataclass(frozen=True)
class Block:
    """One of the sixteen blocks, filled for a site."""

    number: int
    title: str
    items: Sequence[Item] = field(default_factory=tuple)

    def facts(self) -> list[Fact]:
        """Return the data of the block.

        Returns
        -------
        Facts in the order of the block; may be empty.
        """
        return [item for item in self.items if isinstance(item, Fact)]

    def unknowns(self) -> list[Unknown]:
        """Return what the block could not evaluate.

        Returns
        -------
        Unknowns in the order of the block; may be empty.
        """
        return [item for item in self.items if isinstance(item, Unknown)]


def kind_of(item: Item) -> str:
    """Return the name by which the typesetter knows an item.

    Parameters
    ----------
    item : any item of a block.

    Returns
    -------
    Its class in lower case: fact, unknown, text, table, listing, months, space.

    Examples
    --------
    >>> kind_of(Space("Avis"))
    'space'
    """
    return type(item).__name__.lower()


def records_of(items: Sequence[Any]) -> list[dict[str, Any]]:
    """Return items as plain records, neighbours of one kind grouped: facts make one table.

    Parameters
    ----------
    items : items in the order of the block.

    Returns
    -------
    Records with ``kind``: « facts », « unknowns » and « charts » hold ``rows``, any other holds its
    own fields.

    Examples
    --------
    >>> [r["kind"] for r in records_of([Fact("a", "1"), Fact("b", "2"), Text("c")])]
    ['facts', 'text']
    """
    grouped: list[dict[str, Any]] = []
    for item in items:
        kind = kind_of(item)
        if kind in ("fact", "unknown", "months", "picture"):
            name = {"fact": "facts", "unknown": "unknowns", "months": "charts"}.get(kind, "maps")
            if not grouped or grouped[-1]["kind"] != name:
                grouped.append({"kind": name, "rows": []})
            grouped[-1]["rows"].append(vars(item))
        else:
            grouped.append({"kind": kind, **vars(item)})
    return grouped
