"""Names garbled before they came to us: mended when the way back is certain, else kept as read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

# What UTF-8 read as Latin-1 looks like, and what Windows-1252 read as Latin-1 leaves behind.
GARBLED = "[\u0080-\u009f]|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]"
PAIR = "[ÂÃ][\u0080-\u00bf]"
MENDED = ("repaired", "texte mal décodé, remis en état (« Ã© » redevient « é »)")
KEPT = ("kept", "texte mal décodé, laissé tel quel : à corriger dans le fichier d'origine")


def repaired_text(text: str, mended: Counter[tuple[str, str]]) -> str:
    """Return a garbled text as it was written, if undoing the wrong reading gives a sound one.

    Parameters
    ----------
    text : a text with marks of a wrong reading.
    mended : counts of texts by what was done; added to.

    Returns
    -------
    The text mended, or as it came.

    Examples
    --------
    >>> repaired_text("PrÃ©s humides", Counter())
    'Prés humides'
    """
    for before in _ways_back(text):
        if not re.search(GARBLED, before):
            mended[MENDED] += 1
            return before
    mended[KEPT] += 1
    return text


def _ways_back(text: str) -> Iterator[str]:
    for taken_for, written in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "cp1252")):
        with suppress(UnicodeError):
            yield text.encode(taken_for).decode(written)
    # One word alone was garbled, and the rest is sound: « VallÃ©e de l’Isle ».
    with suppress(UnicodeError):
        yield re.sub(PAIR, lambda pair: pair[0].encode("latin-1").decode("utf-8"), text)
