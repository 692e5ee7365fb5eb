"""Names garbled before they came to us: mended when the way back is certain, else kept as read."""

from __future__ import annotations

import re
from collections import Counter

# What UTF-8 read as Latin-1 looks like, and what Windows-1252 read as Latin-1 leaves behind.
GARBLED = "[\u0080-\u009f]|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]"
MENDED = "texte mal décodé, réparé (« Ã© » redevient « é »)"
KEPT = "texte mal décodé, gardé tel quel : à corriger dans le fichier d'origine"
# What the text was taken for, and what it is, from the likeliest.
WAYS_BACK = (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "cp1252"))


def repaired_text(text: str, mended: Counter[str]) -> str:
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
    for taken_for, written in WAYS_BACK:
        try:
            before = text.encode(taken_for).decode(written)
        except UnicodeError:
            continue
        if not re.search(GARBLED, before):
            mended[MENDED] += 1
            return before
    mended[KEPT] += 1
    return text
