"""Every hint, remedy, advice and example that the house writes, read from its sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
FLOORS = ("layers", "impacts", "siting", "scenarios", "maps", "commands")
# Keywords and names whose text is an advice: what a reader is told to type.
ADVICE = {"hint", "remedy", "give_fr", "epilog", "fetch_fr"}
HOLE = "\N{HORIZONTAL ELLIPSIS}"  # stands for what an f-string fills in
COMMAND = re.compile(r"\bsiting (?:[a-z][a-z-]*)(?: [^»«;\n)]*)?")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@dataclass(frozen=True)
class Hint:
    """A text, and where it is written."""

    text: str
    place: str


def hints() -> list[Hint]:
    """Return every advice of the sources, once each."""
    found: dict[str, Hint] = {}
    for path in _sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for value in _advices(node):
                for text in _texts(value):
                    where = f"{path.relative_to(HOUSE)}:{value.lineno}"
                    found.setdefault(text, Hint(text, where))
    return list(found.values())


def _sources() -> Iterator[Path]:
    yield HOUSE / "cli.py"
    for floor in FLOORS:
        yield from sorted((HOUSE / floor).rglob("*.py"))


def _advices(node: ast.AST) -> Iterator[ast.expr]:
    if (isinstance(node, ast.keyword) and node.arg in ADVICE) or (
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id in ADVICE for target in node.targets)
    ):
        yield node.value
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "CodeEntry"
    ):
        yield node.args[-1]


def _texts(value: ast.expr) -> Iterator[str]:
    """Yield the texts an expression may give, what is filled in at run time left as a hole."""
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str):
            yield value.value
    elif isinstance(value, ast.JoinedStr):
        parts = [
            part.value if isinstance(part, ast.Constant) else _filled(part) for part in value.values
        ]
        yield "".join(map(str, parts))
    elif isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.BinOp):
        for left in _texts(value.left):
            for right in _texts(value.right):
                yield left + right


def _filled(part: ast.expr) -> str:
    """Return the text of a formatted constant, or a hole."""
    return HOLE
