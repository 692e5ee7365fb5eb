"""The sentence of each cause, from the figures the program gave it: no « else » gives a reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.words.french import NARROW, NO_BREAK, estimate, listing, plural
from scenarios.answers.limit_words import limit_reached
from siting.screening.vacancy import TO_VERIFY_FR

# A longer list of names is counted: beyond, nobody reads a sentence.
MOST_NAMED = 3
# With the head of its sentence, what is left to verify stays under thirty-five words.
MOST_WORDS = 28
TO_VERIFY = "à vérifier : "


@dataclass(frozen=True)
class Told:
    """What the sentences draw on: names of sites and places, the gap proven, years, candidates."""

    names: Mapping[str, str]
    places: Mapping[str, str]
    gap_meur: float
    periods: Sequence[int]
    ranked: int

    @property
    def last(self) -> int:
        """Return the last year."""
        return self.periods[-1]


def _is_proven(why: Mapping[str, Any]) -> bool:
    """Return whether no plan at all was proven: an infinite bound, which a folder leaves blank."""
    return not math.isfinite(float(why["cost_low_meur"]))


def _required(why: Mapping[str, Any], told: Told) -> str:
    if _is_proven(why):
        return "Sans lui, aucun plan ne respecte toutes les règles du scénario."
    return "Sans lui, aucun autre plan respectant toutes les règles n'a été trouvé."


def _saves(why: Mapping[str, Any], told: Told) -> str:
    if math.isnan(float(why["cost_meur"])):
        return f"Sans lui, le plan serait moins bon. {_relay(why, told)}."
    return (
        f"Sans lui, le plan coûterait {_meur(why['cost_meur'])} de plus "
        f"({_interval(why)}). {_relay(why, told)}."
    )


def _tied(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"Un plan sans lui vaut presque autant{NO_BREAK}: {_near(why, told)}. "
        f"{_relay(why, told)}. Un choix de la collectivité peut en décider."
    )


def _near(why: Mapping[str, Any], told: Told) -> str:
    """Say a difference that is below what the computation can tell apart."""
    cost = float(why["cost_meur"])
    if math.isnan(cost):
        return "l'écart est sous la précision du calcul"
    if cost < 0.005:
        return "même coût, à la précision du calcul"
    return (
        f"{_meur(cost)} de plus, sous la précision du calcul "
        f"({estimate(told.gap_meur, 2)}{NO_BREAK}M€)"
    )


def _relay(why: Mapping[str, Any], told: Told) -> str:
    come = _listed(why["replaced_by"], told)
    if not come:
        return "Les autres sites du plan prendraient sa part"
    several = str(why["replaced_by"]).count("|") > 0
    return (
        f"{come[:1].upper()}{come[1:]} prendrai{'en' if several else ''}t sa place{_passing(why)}"
    )


def _passing(why: Mapping[str, Any]) -> str:
    """Say that sites would come in by passing a soft rule, as their own sentence says it shut."""
    come = [site for site in str(why["replaced_by"]).split("|") if site]
    passing = [site for site in str(why["by_excess"]).split("|") if site in come]
    if not passing:
        return ""
    who = "" if len(passing) == len(come) else f"dont {len(passing)} "
    return f" ({who}en dépassant une règle souple)"


RETAINED_FR: Mapping[str, Callable[[Mapping[str, Any], Told], str]] = {
    "kept": lambda why, told: "Gardé par un choix du scénario, fait hors du programme.",
    "required": _required,
    "saves": _saves,
    "tied": _tied,
}


def imposed(why: Mapping[str, Any], told: Told) -> str:
    """Say what imposing a site would cost the plan, and which sites would leave it.

    Parameters
    ----------
    why : a row of ``plan/reasons``.
    told : names of sites and places, the plan's gap (M€), the last period.

    Returns
    -------
    A sentence in French.
    """
    if float(why["cost_meur"]) <= told.gap_meur:
        return f"L'imposer{NO_BREAK}: {_near(why, told)}{_swap(why, told)}."
    return (
        f"L'imposer coûterait {_meur(why['cost_meur'])} de plus au plan ({_interval(why)})"
        f"{_itself(why)}{_swap(why, told)}."
    )


def _itself(why: Mapping[str, Any]) -> str:
    come, passing = (set(str(why[name]).split("|")) for name in ("replaced_by", "by_excess"))
    return ", en dépassant une règle souple" if passing - come - {""} else ""


def _swap(why: Mapping[str, Any], told: Told) -> str:
    gone = _listed(why["replaces"], told)
    if not gone:
        return ""
    several = str(why["replaces"]).count("|") > 0
    return f". {gone[:1].upper()}{gone[1:]} en sortirai{'en' if several else ''}t"


def _priced(why: Mapping[str, Any], told: Told) -> str:
    price = float(why["entry_meur_per_mw"])
    if math.isnan(price):
        return "d'autres sites répondent mieux aux objectifs pesés par le scénario"
    if not math.isnan(float(why["cost_meur"])) or price < 0.0005:
        return "le plan est moins cher avec les sites retenus"
    return (
        f"chaque MW y pèserait environ {_meur(price)} de trop pour entrer dans le plan "
        "(ordre de grandeur)"
    )


def _close(why: Mapping[str, Any], told: Told) -> str:
    if math.isnan(float(why["cost_meur"])):
        return (
            "presque à égalité, son prix d'entrée étant nul sites ouverts en partie"
            f"{NARROW}; le plan n'a pas été recalculé avec lui"
        )
    return f"presque à égalité. L'imposer{NO_BREAK}: {_near(why, told)}{_swap(why, told)}"


def _impossible(why: Mapping[str, Any], told: Told) -> str:
    said = "aucun plan qui le contient ne respecte toutes les règles"
    return (
        said
        if _is_proven(why)
        else "aucun plan qui le contient n'a été trouvé sous toutes les règles"
    )


def _small_land(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"son terrain porte {_mw(why['carries_mw'])} informatiques au plus, pour une taille "
        f"minimale de {_mw(why['least_mw'])}"
    )


def _small_line(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"sa meilleure ligne porte {_mw(why['carries_mw'])} informatiques au plus, pour une taille "
        f"minimale de {_mw(why['least_mw'])}"
    )


def _floor(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"les lignes assez fortes ne se tirent pas pour moins de {_mw(why['least_mw'])} "
        "informatiques, "
        f"et le site n'en prendrait que {_mw(why['carries_mw'])}"
    )


LEFT_FR: Mapping[str, Callable[[Mapping[str, Any], Told], str]] = {
    "banned": lambda why, told: "écarté par un choix du scénario, fait hors du programme",
    "row": lambda why, told: limit_reached(why, told.places),
    "price": _priced,
    "near": _close,
    "impossible": _impossible,
    "no_line": lambda why, told: "aucun poste ne peut le raccorder à la distance admise",
    "small_land": _small_land,
    "small_line": _small_line,
    "voltage_floor": _floor,
    "no_need": lambda why, told: "rien n'est à placer, l'existant et les projets décidés suffisent",
}


def _meur(value: Any) -> str:
    """Write an amount to two digits."""
    return f"{estimate(float(value), 2)}{NO_BREAK}M€ pondérés"


def _interval(why: Mapping[str, Any]) -> str:
    low, high = float(why["cost_low_meur"]), float(why["cost_high_meur"])
    # A bound of zero is said: nothing then proves that the plan would be dearer.
    least = "0" if low < 0.005 else estimate(low, 2)
    return f"entre {least} et {estimate(high, 2)}"


def _mw(value: Any) -> str:
    return f"{estimate(float(value), 2)}{NO_BREAK}MW"


def _listed(sites: Any, told: Told) -> str:
    names = [told.names.get(site, site) for site in str(sites).split("|") if site]
    if len(names) > MOST_NAMED:
        return f"{names[0]} et {len(names) - 1} autres sites"
    return listing(names)


def to_verify(text: str) -> list[str]:
    r"""Say what keeps a candidate out until someone has seen its land.

    Parameters
    ----------
    text : « à vérifier : head (sign ; sign…) », as screening wrote it.

    Returns
    -------
    The end of the sentence that gives its rank, then the signs in a sentence of their own.

    Examples
    --------
    >>> to_verify("à vérifier : signes d'activité (gare à 353 m)")
    [", non retenu\xa0: des signes d'activité restent à vérifier.", 'Relevé\xa0: gare à 353 m.']
    """
    if text == TO_VERIFY_FR["friches"]:
        seen = "tant que personne n'a constaté sur place que le terrain est libre"
        return [f", non retenu {seen}."]
    head, opening, rest = text.removeprefix(TO_VERIFY).partition(" (")
    if not opening or not rest.endswith(")"):
        return [f", non retenu{NO_BREAK}: {head.replace(' : ', ', ')} (à vérifier)."]
    said = f", non retenu{NO_BREAK}: des {head} restent à vérifier."
    return [said, f"Relevé{NO_BREAK}: {_few(rest[:-1].split(' ; '))}."]


def _few(signs: list[str]) -> str:
    """Keep the last signs of a long list, the press among them, and count the others."""
    kept, text = signs, listing(signs)
    while len(text.split()) > MOST_WORDS and len(kept) > 1:
        kept = kept[1:]
        text = listing([*kept, plural(len(signs) - len(kept), "autre signe", "autres signes")])
    return text
