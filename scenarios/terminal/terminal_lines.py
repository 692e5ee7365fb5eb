"""What a person reads on a terminal: lines folded at its width, whole in a pipe."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable
from typing import TextIO

from layers.words.french import firm

# Lines longer than this tire the eye, however wide the window.
WIDEST = 110
# A last column narrower than this is not worth keeping apart when its text is folded.
NARROWEST = 28


def fitted(lines: Iterable[str], stream: TextIO) -> str:
    """Return lines as one text, folded when the stream is a terminal; a pipe has them whole.

    Parameters
    ----------
    lines : one a line; a line may hold ends of lines.
    stream : where they will be written.

    Returns
    -------
    One text without a final end of line; on a terminal, folded at 110 characters at most.
    """
    if not stream.isatty():
        return "\n".join(lines)
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return "\n".join(folded(line, width) for text in lines for line in text.split("\n"))


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
