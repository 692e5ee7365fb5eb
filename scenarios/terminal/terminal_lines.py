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

# Control signs but the end of line and the tab, and the marks that turn the order of writing.
UNSOUND = dict.fromkeys(
    (*(k for k in range(32) if k not in (9, 10)), *range(127, 160), *range(0x202A, 0x202F),
     *range(0x2066, 0x206A)),
    "�",
)  # fmt: skip


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
    sound = [harmless(line) for line in lines]
    if not stream.isatty():
        return "\n".join(sound)
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return "\n".join(folded(line, width) for text in sound for line in text.split("\n"))


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
