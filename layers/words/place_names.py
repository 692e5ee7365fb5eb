"""Words as a planner reads them: names of places, and names of sites without a person in them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SMALL_WORDS = frozenset(
    {
        "de",
        "du",
        "des",
        "la",
        "le",
        "les",
        "l",
        "d",
        "a",
        "à",
        "au",
        "aux",
        "en",
        "et",
        "sur",
        "sous",
    }
)
_ACRONYMS = frozenset({"EHPAD", "ZAC"})
_ACCENTS = {"depot": "dépôt", "ferree": "ferrée", "ilot": "îlot", "Ilot": "Îlot"}
_FILE_PREFIX = re.compile(r"^Appel à projet (Recyclage Foncier|Fonds Vert).*?(friche: ?|2023 ?-|$)")
_TRAILING_ARTICLE = re.compile(r"^(?P<rest>[^()]+?) \((?P<article>LE|LA|LES|L')\)(?P<end>.*)$")


def place_name(shouted: str) -> str:
    """Return a place name in ordinary French typography.

    Parameters
    ----------
    shouted : a name as the registers write it, in capitals, its article last and in brackets.

    Returns
    -------
    The name with its capitals, its article first, « Saint » in full.

    Examples
    --------
    >>> [place_name(name) for name in ("MARQUIS (LE)", "ST-JEAN-SUR-VIE", "ARGIA (BAYONNE SUD)")]
    ['Le Marquis', 'Saint-Jean-sur-Vie', 'Argia (Bayonne Sud)']
    """
    match = _TRAILING_ARTICLE.match(shouted.strip())
    if match:
        article = match["article"]
        space = "" if article.endswith("'") else " "
        shouted = f"{article}{space}{match['rest']}{match['end']}"
    text = re.sub(r"\bST(?=[- ])", "SAINT", shouted)
    text = re.sub(r"\bSTE(?=[- ])", "SAINTE", text)
    words = re.split(r"([\s\-'()/]+)", text)
    cased = "".join(
        word.lower()
        if place and word.lower() in SMALL_WORDS and not words[place - 1].endswith("(")
        else word.capitalize()
        for place, word in enumerate(words)
    )
    return cased[:1].upper() + cased[1:]


def with_accents(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Give names that lost their accents those of the places they bear.

    Parameters
    ----------
    names : names from a register written without accents.
    known : names of places, as they are written.

    Returns
    -------
    The names in their order; one that is no known place, or of two spellings, is left as it is.

    Examples
    --------
    >>> with_accents(["Begles", "Garies"], ["Bègles", "Pessac"])
    ['Bègles', 'Garies']
    """
    spellings: dict[str, set[str]] = {}
    for place in known:
        spellings.setdefault(_bare(place), set()).add(place)
    found = ((name, spellings.get(_bare(name), {name})) for name in names)
    return [next(iter(places)) if len(places) == 1 else name for name, places in found]


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.lower())
    return re.sub(r"[-' ]+", " ", "".join(c for c in letters if not unicodedata.combining(c)))


@dataclass(frozen=True)
class SiteWords:
    """The only words a site's name may keep, and the French names of places it may cite."""

    activity: frozenset[str]
    qualifying: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> SiteWords:
        """Read the allow-list.

        Parameters
        ----------
        path : a TOML with two lists of lower-case words, ``activity`` and ``qualifying``.

        Returns
        -------
        The two lists as sets.
        """
        lists = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(frozenset(lists["activity"]), frozenset(lists["qualifying"]))


def site_name(raw: str | None, commune: str, words: SiteWords) -> str | None:
    """Return a site's name when every word of it is known to name a thing or its commune.

    A family name, a firm, a street or an application number makes the whole name unknown: the
    allow-list is strict so that no private person can be traced.

    Parameters
    ----------
    raw : the name as published; anything but a text is unknown.
    commune : the commune's name, which the site's may cite.
    words : the words allowed.

    Returns
    -------
    The name in sentence case, or None when it has a word that is not allowed, or no activity.

    Examples
    --------
    >>> words = SiteWords(frozenset({"usine", "papeterie"}), frozenset({"ancienne", "gaz"}))
    >>> site_name("ANCIENNE USINE A GAZ", "Limoges", words)
    'Ancienne usine à gaz'
    >>> site_name("Usine Martin", "Limoges", words) is None
    True
    >>> site_name("Appel à projet Fonds Vert 2023 -Ancienne papeterie de Limoges", "Limoges", words)
    'Ancienne papeterie de Limoges'
    """
    if not isinstance(raw, str):
        return None
    bare = _FILE_PREFIX.sub("", raw).strip(' -–."«»')
    without_place = re.sub(rf"\b{re.escape(commune)}\b", " ", bare, flags=re.IGNORECASE)
    tokens = [word.casefold() for word in re.findall(r"[^\W_]+", without_place)]
    known = words.activity | words.qualifying | SMALL_WORDS
    if not any(token in words.activity for token in tokens) or not all(
        token in known for token in tokens
    ):
        return None
    return _sentence(bare, commune)


def _sentence(bare: str, commune: str) -> str:
    """Quieten the shouted words, give back the accents that capitals lost."""
    words = re.split(r"([\W_]+)", re.sub(r"\s+", " ", bare))
    quiet = [word.lower() if word.isupper() and word not in _ACRONYMS else word for word in words]
    text = "".join(_ACCENTS.get(word, word) for word in quiet)
    text = re.sub(r"\b([Uu]sine|[Ff]ours?|[Mm]oulin|[Mm]agasin|[Dd]épôt) a ", r"\1 à ", text)
    text = re.sub(rf"\b{re.escape(commune)}\b", commune, text, flags=re.IGNORECASE)
    return text[:1].upper() + text[1:]
