"""The départements of metropolitan France: names, chief towns, former régions; near names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from layers.words.errors import SitingError
from layers.words.french import listing
from layers.words.territory_paper import PAPERS

FRANCE = PAPERS / "france"


@dataclass(frozen=True)
class Departement:
    """A département: code, name, its chief town's code, and the codes of its former région."""

    code: str
    name: str
    prefecture: str
    natura2000: str
    heat_profile: str


@cache
def french_departements() -> Mapping[str, Departement]:
    """Return the départements of metropolitan France.

    Returns
    -------
    Départements by code, in the order of the codes.
    """
    content = tomllib.loads((FRANCE / "departements.toml").read_text(encoding="utf-8"))
    return {code: Departement(code, **body) for code, body in sorted(content.items())}


def departements_asked(words: Iterable[str], where: str) -> list[Departement]:
    """Return the départements named by their codes or their names, each once, by code.

    Parameters
    ----------
    words : codes (« 02 », « 2a ») or names, accents and capitals aside.
    where : the option that the error names.

    Returns
    -------
    Départements in the order of their codes.

    Raises
    ------
    SitingError : SIT202 naming every stranger and the nearest name; for none at all too.
    """
    known = french_departements()
    names = {_plain(body.name): code for code, body in known.items()}
    found, strangers = set(), []
    for word in (word.strip() for word in words):
        code = word.upper().zfill(2) if word else ""
        code = code if code in known else names.get(_plain(word), "")
        if code:
            found.add(code)
        elif word:
            strangers.append(word)
    if strangers or not found:
        near = [get_close_matches(_plain(word), names, n=1) for word in strangers]
        said = [f"« {known[names[one[0]]].name} » ?" for one in near if one]
        raise SitingError(
            "SIT202",
            f"département inconnu : {listing(f'« {word} »' for word in strangers) or 'aucun dit'}",
            where=where,
            hint="vouliez-vous dire " + " ".join(said)
            if said
            else "donnez des codes de France métropolitaine séparés par des virgules : 02,59,60",
        )
    return [known[code] for code in sorted(found)]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[-'’]", " ", bare).lower().split())
