"""What a person reads on a terminal: lines folded at its width and coloured, plain in a pipe."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from layers.words.french import firm

# Lines longer than this tire the eye, however wide the window.
WIDEST = 80
# What an answer takes of a screen at most, what it left out included.
TALLEST = 24
BOLD, PLAIN = "\033[1m", "\033[0m"
# A last column narrower than this is not worth keeping apart when its text is folded.
NARROWEST = 28

# Control signs but the end of line and the tab, and the marks that turn the order of writing.
UNSOUND = dict.fromkeys(
    (*(k for k in range(32) if k not in (9, 10)), *range(127, 160), *range(0x202A, 0x202F),
     *range(0x2066, 0x206A)),
    "�",
)  # fmt: skip


class Title(str):
    """A line that a terminal shows in bold."""


@dataclass(frozen=True)
class Screenful:
    """The lines kept of an answer, how many of its rows, and out of how many."""

    lines: Sequence[str]
    shown: int
    among: int


def screenful(
    lines: Sequence[str], head: int = 0, foot: int = 0, tallest: int = TALLEST
) -> Screenful:
    """Keep of an answer what one screen of 80 columns holds: its head, first rows and foot.

    Parameters
    ----------
    lines : one a line; a line may hold ends of lines.
    head : lines at the start that are no rows; always kept.
    foot : lines at the end that are no rows; always kept.
    tallest : lines of the screen; one is left for what says that rows are left out.

    Returns
    -------
    Everything when it fits.
    """
    height = [sum(_height(each) for each in line.split("\n")) for line in lines]
    rows = len(lines) - head - foot
    if sum(height) <= tallest:
        return Screenful(lines, rows, rows)
    room = tallest - 1 - sum(height[:head]) - sum(height[len(lines) - foot :])
    kept = 0
    while kept < rows and sum(height[head : head + kept + 1]) <= room:
        kept += 1
    return Screenful([*lines[: head + kept], *lines[len(lines) - foot :]], kept, rows)


def _height(line: str) -> int:
    return folded(line, WIDEST).count("\n") + 1


def fitted(lines: Iterable[str], stream: TextIO) -> str:
    """Return lines as one text, folded when the stream is a terminal; a pipe has them whole.

    Parameters
    ----------
    lines : one a line; a line may hold ends of lines.
    stream : where they will be written.

    Returns
    -------
    One text without a final end of line; on a terminal, folded at 80 columns at most, titles in
    bold unless NO_COLOR is set.
    """
    if not stream.isatty():
        return "\n".join(map(harmless, lines))
    width = min(shutil.get_terminal_size().columns, WIDEST)
    bold = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    shown = []
    for text in lines:
        told = "\n".join(folded(line, width) for line in harmless(text).split("\n"))
        shown.append(f"{BOLD}{told}{PLAIN}" if bold and isinstance(text, Title) else told)
    return "\n".join(shown)


def harmless(text: str) -> str:
    r"""Return a text that commands no terminal: its control signs and turned writing are shown.

    A name of a file or of a site may hold an escape sequence, or a mark that turns the line round.

    Parameters
    ----------
    text : anything to be printed.

    Returns
    -------
    The text, « � » for each such sign; ends of lines and tabs stay.

    Examples
    --------
    >>> harmless("zone\x1b[2J\u202efr")
    'zone�[2J�fr'
    """
    return text.translate(UNSOUND)


def folded(line: str, width: int) -> str:
    """Fold a line at its plain spaces, what follows set two columns further than its start.

    A path or an address is never cut, nor a figure from its unit (they hold no plain space), nor a
    word from its guillemets. In a row of a table (columns two spaces apart), what follows stays in
    the last column.

    Parameters
    ----------
    line : one line.
    width : columns of the terminal.

    Returns
    -------
    One text of one line or more.

    Examples
    --------
    >>> print(folded("  sol réemployé en partie, ENAF entre zéro et trois", 28))
      sol réemployé en partie,
        ENAF entre zéro et trois
    """
    start = len(line) - len(line.lstrip(" "))
    gap = line.rfind("  ", start)
    margin = " " * (gap + 2 if 0 <= gap <= width - NARROWEST - 2 else start + 2)
    return textwrap.fill(
        firm(line),
        width,
        subsequent_indent=margin,
        replace_whitespace=False,
        expand_tabs=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
