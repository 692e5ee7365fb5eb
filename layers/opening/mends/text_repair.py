"""Names garbled before they came to us: mended when the way back is certain, else kept as read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

# The bytes 80 to 9F as Windows-1252 shows them.
SHOWN = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# What UTF-8 read as Windows-1252 or Latin-1 looks like, and what Windows-1252 read as Latin-1 is.
PAIR = f"Ã[\u0080-\u00bf{SHOWN}]|Â[\u00a0-\u00bf]|Å[“’¸]|â€[\u0080-\u00bf{SHOWN}]"
GARBLED = f"[\u0080-\u009f]|{PAIR}"
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
    with suppress(UnicodeError):
        yield _shown_bytes(text).decode()
    with suppress(UnicodeError):
        yield text.encode("latin-1").decode("cp1252")
    # One word alone was garbled, and the rest is sound: « VallÃ©e de l’Isle ».
    with suppress(UnicodeError):
        yield re.sub(PAIR, lambda pair: _shown_bytes(pair[0]).decode(), text)


def _shown_bytes(text: str) -> bytes:
    """Return the bytes that Windows-1252 shows as this text, the five it lacks included."""
    return b"".join(
        char.encode("latin-1") if "\u0080" <= char <= "\u009f" else char.encode("cp1252")
        for char in text
    )
