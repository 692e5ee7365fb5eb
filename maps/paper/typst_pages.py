"""Typst, in process: data go in as JSON, a tagged PDF comes out, always with the same bytes."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst
from matplotlib.ft2font import FT2Font

from layers.words.errors import SitingError
from maps.look.page_wording import printed

ASSETS = Path(__file__).parents[1] / "assets"
TEMPLATES = ASSETS / "typst"
FONTS = ASSETS / "font"
STANDARD = "ua-1"
"""PDF/UA-1 as typst checks it: title, language, tags, an alternative to every picture."""
LOST = "(?)"
"""What stands for a sign that no typeface of ours draws, nor any simpler sign for it."""
LONGEST = 600
LONGEST_WORD, CUT = 24, 16


def typeset(template: str, data: Mapping[str, Any], on: date) -> bytes:
    """Return the PDF of a template filled with data.

    Every text is made printable first.

    Parameters
    ----------
    template : file name in ``TEMPLATES``.
    data : JSON-ready values that the template reads.
    on : the only date the document bears.

    Returns
    -------
    Bytes of a PDF/UA-1 as typst checks it; the same each time.

    Raises
    ------
    SitingError : SIT406 when typst refuses the document.
    """
    compiler = _compiler(template)
    stamp = int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp())
    text = json.dumps(printable(data), ensure_ascii=False)
    try:
        made: bytes = compiler.compile(
            format="pdf", sys_inputs={"data": text}, pdf_standards=[STANDARD], timestamp=stamp
        )
    except typst.TypstError as problem:
        first = str(problem).strip().splitlines()[0]
        raise SitingError(
            "SIT406", f"la mise en page a échoué : {first}", where=str(data.get("title", template))
        ) from None
    return made


@cache
def _compiler(template: str) -> Any:
    return typst.Compiler(
        input=str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=font_paths(),
        ignore_system_fonts=True,
    )


def font_paths() -> list[str]:
    """Return the folders of the only typefaces used: ours, then the one for what ours lacks.

    Returns
    -------
    Paths of folders; no typeface of the machine is used.
    """
    return [str(FONTS), str(_fallback().parent)]


def _fallback() -> Path:
    """Return the typeface for what ours lacks; it comes with matplotlib."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def _covered() -> frozenset[int]:
    faces = [*sorted(FONTS.glob("*.ttf")), _fallback()]
    return frozenset(code for face in faces for code in FT2Font(str(face)).get_charmap())


def printable(data: Any) -> Any:
    """Return data whose texts can be set: no control, no unknown glyph, no endless word.

    Drawings (the key « svg ») are left as they are.

    Parameters
    ----------
    data : mappings, sequences, texts, numbers, nested.

    Returns
    -------
    The same shape, tuples made lists; texts are normalised, cut at ``LONGEST``, unknown glyphs
    replaced by simpler signs, or by « (?) ».

    Examples
    --------
    >>> printable({"name": f"a{chr(0)}{chr(0x202e)}b", "svg": "<svg> ;</svg>"})
    {'name': 'ab', 'svg': '<svg> ;</svg>'}
    """
    if isinstance(data, Mapping):
        return {key: item if key == "svg" else printable(item) for key, item in data.items()}
    if isinstance(data, list | tuple):
        return [printable(item) for item in data]
    return _plain(data) if isinstance(data, str) else data


def _plain(text: str) -> str:
    kept = unicodedata.normalize("NFC", text)
    kept = "".join(" " if c in "\r\n\t" else c for c in kept if c in "\r\n\t" or not _unseen(c))
    kept = printed(kept if len(kept) <= LONGEST else kept[: LONGEST - 1].rstrip() + "…")
    kept = "".join(c if ord(c) in _covered() else stand_in(c) for c in kept)
    return re.sub(rf"[\w.]{{{LONGEST_WORD + 1},}}", _breakable, kept)


def stand_in(character: str) -> str:
    """Return what is printed for a sign that no typeface of ours draws.

    Parameters
    ----------
    character : one sign.

    Returns
    -------
    The simpler signs it is made of, accents dropped, or « (?) ».

    Examples
    --------
    >>> stand_in("\uff21"), stand_in("\u4e2d")
    ('A', '(?)')
    """
    parts = unicodedata.normalize("NFKD", character)
    simple = "".join(c for c in parts if ord(c) in _covered() and not unicodedata.combining(c))
    return simple or LOST


def signs_replaced(data: Any) -> set[str]:
    """Return the signs of data that no typeface of ours draws, so that whoever prints is warned.

    Parameters
    ----------
    data : mappings, sequences, texts, numbers, nested; drawings (the key « svg ») are passed over.

    Returns
    -------
    Signs, each replaced by ``stand_in`` on paper.
    """
    if isinstance(data, Mapping):
        return {s for key, item in data.items() if key != "svg" for s in signs_replaced(item)}
    if isinstance(data, list | tuple):
        return {s for item in data for s in signs_replaced(item)}
    text = unicodedata.normalize("NFC", data) if isinstance(data, str) else ""
    return {c for c in text if not _unseen(c) and ord(c) not in _covered()}


def _unseen(character: str) -> bool:
    # Controls, direction marks, surrogates, private use: nothing a reader should meet.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _breakable(found: re.Match[str]) -> str:
    """Let a word too long for a column be cut, with an invisible space."""
    word = found.group()
    return "\u200b".join(word[k : k + CUT] for k in range(0, len(word), CUT))
