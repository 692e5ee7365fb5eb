"""Words that tell of an activity in a text we never keep: only the code of the word enters."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache

import pandas as pd

from layers.words.territory_paper import PAPERS

SEPARATOR = "|"
_HEXADECIMAL = re.compile(r"\\x((?:[0-9a-f]{2})+)")


@dataclass(frozen=True)
class ActivityWord:
    """A pattern looked for in one column: a sign of activity, or only something to look at."""

    code: str
    column: str
    pattern: re.Pattern[str]
    is_sign: bool
    label_fr: str


@cache
def activity_words() -> tuple[ActivityWord, ...]:
    """Return the dated list, in its order.

    Returns
    -------
    One entry a word, with its column, pattern and label.
    """
    content = tomllib.loads((PAPERS / "activity_words.toml").read_text(encoding="utf-8"))
    return tuple(
        ActivityWord(
            code, word["column"], re.compile(word["pattern"]), word["is_sign"], word["label_fr"]
        )
        for code, word in content.items()
    )


def words_found(texts: pd.Series, column: str) -> pd.Series:
    """Return the codes of the words found in each text of a column, joined by « | ».

    Parameters
    ----------
    texts : texts, missing ones allowed.
    column : the column they come from; only its words are sought.

    Returns
    -------
    Codes on the same index; an empty text when none is found.

    Examples
    --------
    >>> words_found(pd.Series(["Tuilerie depuis 1993", None]), "site_nom").tolist()
    ['exploitant_depuis', '']
    """
    words = [word for word in activity_words() if word.column == column]
    plain = texts.map(_plain)
    found = [
        SEPARATOR.join(word.code for word in words if word.pattern.search(text)) for text in plain
    ]
    return pd.Series(found, index=texts.index, dtype="str")


def _plain(text: object) -> str:
    """Return a text in lower case without accents; some zones come as hexadecimal bytes."""
    if not isinstance(text, str):
        return ""
    coded = _HEXADECIMAL.search(text)
    if coded:
        text = bytes.fromhex(coded[1][: len(coded[1]) // 2 * 2]).decode("utf-8", "ignore")
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(bare.lower().split())
