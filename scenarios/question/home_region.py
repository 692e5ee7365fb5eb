"""Another region's question: the library without one region's own, the pack's choices over it.

The scenarios of the library were written for the region whose papers ship with the tool. In the
pack of another one, the law and the methods stay; the need, the texts, the decisions and the words
are its own, or are asked for.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layers.packs.data_pack import Pack
from layers.words.dated_values import SCOPE_FR, Value, scopes_fr
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory, known_territories

# Law, physics, and what a scenario chooses: they belong to no region.
EVERYWHERE = ("L", "P", "T", "U")
# Rules on what is known of a site, not on what a region wants: they hold wherever evidence does.
EVIDENCE = ("land.vacancy",)
# Keys of a library scenario that say something of its region.
REGIONAL_KEYS = (
    "title",
    "question",
    "territory",
    "journal",
    "texts",
    "demand",
    "sites",
    "grid",
)
# Texts cited as they are written: a foreign one is left out, never renamed.
QUOTED = ("reference", "text_fr", "threshold_fr")
ELSEWHERE_FR = "repère repris d'un autre territoire, à confirmer ici"
# Of the demand, what is a method and no figure of a region.
METHODS = ("utilisation",)


@dataclass(frozen=True)
class HomeRegion:
    """The territory of a pack whose papers came with it, and the choices written there."""

    territory: Territory
    choices: Mapping[str, Any]
    where: str

    def allows(self, scope: str) -> bool:
        """Say whether a rule of this scope holds here: the law, or a text the territory has.

        Parameters
        ----------
        scope : the letter of the rule.

        Returns
        -------
        False for the policy of another region.
        """
        return scope in EVERYWHERE or scope in self.territory.texts


def home_of(pack: Pack) -> HomeRegion | None:
    """Return the region of a pack that brought its own papers, None for the one that ships.

    Parameters
    ----------
    pack : the layers and the papers.

    Returns
    -------
    The territory and its choices.

    Raises
    ------
    SitingError : SIT200 when its choices cannot be read, and what ``Pack.territory`` raises.
    """
    if not pack.has("territory"):
        return None
    path = pack.path("scenario") if pack.has("scenario") else None
    choices: Mapping[str, Any] = {}
    if path is not None:
        try:
            choices = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise SitingError(
                "SIT200", f"les choix du territoire sont illisibles : {problem}", where=str(path)
            ) from None
    return HomeRegion(pack.territory, choices, str(path or pack.folder))


def at_home(library: Mapping[str, Any], home: HomeRegion) -> dict[str, Any]:
    """Return a scenario of the library as this region may read it: methods and law, no policy.

    Parameters
    ----------
    library : the scenario's content, as written for the region of the library.
    home : the region asked.

    Returns
    -------
    The content without the other region's need, texts and words; the region's choices are not in
    it yet.
    """
    import siting.program.rules  # noqa: F401 - registers the rules
    from siting.program.rule_registry import RULES, catalogue

    scopes = {entry.name: entry.scope for entry in catalogue()}
    scopes |= {name: rule.scope for name, rule in RULES.items()}
    label = home.territory.label_fr
    kept = {key: value for key, value in library.items() if key not in REGIONAL_KEYS}
    demand = library.get("demand", {})
    return kept | {
        "title": f"{label}, besoin déclaré",
        "question": f"Où loger ce besoin : {label} ?",
        "territory": home.territory.name,
        "texts": dict(home.territory.texts),
        "demand": {key: demand[key] for key in METHODS if key in demand},
        "rules": {
            name: body
            for name, body in library.get("rules", {}).items()
            if name in EVIDENCE or home.allows(scopes.get(name, "U"))
        },
    }


def foreign_words(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the words that are only said of other regions: no page of this one cites them.

    Parameters
    ----------
    texts : the names of the regional texts of the region asked.

    Returns
    -------
    Words declared by the territories that ship with the tool.
    """
    others = (Territory.named(name) for name in known_territories())
    said = {word for other in others for word in other.settings.get("own_words", ())}
    return tuple(sorted(said - set(texts.values())))


def said_here(told: Any, words: tuple[str, ...], named: Mapping[str, str] | None = None) -> Any:
    """Return a document without the clauses that cite another region's texts.

    A reference is clauses parted by « ; »: those that cite a foreign text are left out. Elsewhere
    the name of a scope is that of this territory.

    Parameters
    ----------
    told : texts, numbers, lists and tables by name, as JSON holds them.
    words : from ``foreign_words``.
    named : what the names of scopes become, from ``scopes_here``.

    Returns
    -------
    The same document; a text of which nothing is left says that its basis is elsewhere.

    Examples
    --------
    >>> said_here(["Avis Untel, p. 3 ; seuil : choix de conception"], ("Untel",))
    ['seuil : choix de conception']
    """
    if isinstance(told, str):
        for name, here in (named or {}).items():
            begins = re.compile(rf"(^|[.!?]\s+){re.escape(name)}")
            told = begins.sub(rf"\g<1>{here[:1].upper()}{here[1:]}", told)
            told = told.replace(name, here)
        if not any(word.lower() in told.lower() for word in words):
            return told
        clauses = told.split(" ; ")
        kept = [one for one in clauses if not any(word.lower() in one.lower() for word in words)]
        return " ; ".join(kept) or ELSEWHERE_FR
    if isinstance(told, Mapping):
        return {
            key: said_here(value, words, None if key in QUOTED else named)
            for key, value in told.items()
        }
    if isinstance(told, list | tuple):
        return type(told)(said_here(one, words, named) for one in told)
    return told


def values_here(values: Mapping[str, Value], home: HomeRegion) -> dict[str, Value]:
    """Return the dated values without those that only rules of other regions read.

    Parameters
    ----------
    values : by name.
    home : the region asked.

    Returns
    -------
    The other values, in their order.
    """
    import siting.program.rules  # noqa: F401 - registers the rules
    from siting.program.rule_registry import RULES

    here: set[str] = set()
    elsewhere: set[str] = set()
    for name, rule in RULES.items():
        ours = name in EVIDENCE or home.allows(rule.scope)
        (here if ours else elsewhere).update(rule.reads)
    return {name: value for name, value in values.items() if name not in elsewhere - here}


def scopes_here(texts: Mapping[str, str]) -> dict[str, str]:
    """Return what the names of regional scopes become in a territory.

    Parameters
    ----------
    texts : the names of its regional texts, by scope.

    Returns
    -------
    Its names by those of the region whose papers ship.
    """
    here = scopes_fr(texts)
    return {SCOPE_FR[scope]: here[scope] for scope in ("N", "C")}


def need_said(content: Mapping[str, Any], home: HomeRegion) -> None:
    """Refuse a question whose need nobody in this region has said.

    Parameters
    ----------
    content : the scenario, the region's choices and the line's own over the library's.
    home : the region asked.

    Raises
    ------
    SitingError : SIT200, with the keys to write.
    """
    demand = content.get("demand", {})
    lacking = [] if demand.get("it_mw") else ["it_mw (MW informatiques installés, par échéance)"]
    if "existing_it_mw" not in demand and not demand.get("audit"):
        lacking.append("existing_it_mw (MW déjà en service)")
    if not lacking:
        return
    years = content.get("periods") or (2031, 2036)
    words = " ".join(f"--set demand.it_mw.{year}=…" for year in years)
    raise SitingError(
        "SIT200",
        f"le besoin n'est pas dit pour {home.territory.label_fr} : il ne s'emprunte pas à une "
        f"autre région. Manque : {' ; '.join(lacking)}",
        where=f"{home.where}, [demand]",
        hint="renseignez scenario.toml dans les fiches et reconstruisez le lot, ou, pour cette "
        f"fois, {words} --set demand.existing_it_mw=… (un audit : --audit FICHIER)",
    )
