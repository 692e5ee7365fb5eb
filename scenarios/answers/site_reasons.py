"""Why a site is in the plan, why it is out: one sentence a cause, from what the program answered.

Causes and figures are decided by ``siting.choice.reason_table``; nothing here guesses one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.words.french import NARROW, NO_BREAK, estimate, in_sentence, listing, number, plural
from layers.words.french import quantity as amount
from scenarios.answers.limit_words import limit_reached, place_named
from siting.program.plan_tables import Plan

# A longer list of names is counted: beyond, nobody reads a sentence.
MOST_NAMED = 3
PLAIN_NAME = re.compile(r" \([0-9A-Z_]+\)$")
NOT_ASKED = "la raison n'a pas été demandée au programme dans ce calcul"


@dataclass(frozen=True)
class Told:
    """What the sentences draw on: names of sites and places, the gap proven, the last period."""

    names: Mapping[str, str]
    places: Mapping[str, str]
    gap_meur: float
    last: int


def reasons(
    sites: gpd.GeoDataFrame, verdicts: pd.DataFrame, plan: Plan, periods: Sequence[int]
) -> pd.Series:
    """Return the « pourquoi » of every site, in short sentences."""
    unknown = verdicts[(verdicts["state"] == "unknown") & (verdicts["kind"] == "éliminatoire")]
    doubts = unknown.groupby("site_id")["label_fr"].agg(list)
    strong = _strong_points(verdicts)
    told = Told(_names(sites, plan), places(sites), plan.outcome.gap_meur, periods[-1])
    causes = plan.reasons.set_index("site_id") if len(plan.reasons) else pd.DataFrame()
    words = sites["fate_reason_fr"].astype("object").copy()
    for site in sites.index[sites["fate"] == "candidat"]:
        row = sites.loc[site]
        why = causes.loc[site].to_dict() if site in causes.index else {"cause": ""}
        if row["retained"]:
            parts = [_taken(row, plan, told), *_retained(why, told)]
            parts += _noted(strong.get(site, []), row)
        else:
            parts = _left(row, why, told)
        words[site] = " ".join([*parts, *_doubt(doubts.get(site, []))])
    return words


def places(sites: pd.DataFrame) -> dict[str, str]:
    """Return the names of départements and communes by what the bill calls them."""
    named = {}
    for kind, code, name in (
        ("département", "departement_code", "departement_name"),
        ("commune", "commune_code", "commune_name"),
        ("secteur", "sector_code", "sector_name"),
    ):
        if {code, name} <= set(sites.columns):
            known = sites[[code, name]].dropna().drop_duplicates(code)
            named |= {f"{kind} {c}": str(n) for c, n in known.itertuples(index=False)}
    return named


def _names(sites: pd.DataFrame, plan: Plan) -> dict[str, str]:
    """Return a name for each site; its code stays only where two named sites share the name."""
    named = set(sites.index[sites["retained"]])
    for column in ("replaced_by", "replaces"):
        if column in plan.reasons:
            named |= {s for told in plan.reasons[column] for s in str(told).split("|") if s}
    whole = sites["name_fr"].astype(str)
    bare = whole.str.replace(PLAIN_NAME, "", regex=True)
    shared = Counter(bare[bare.index.isin(named)])
    name = bare.where(bare.map(shared).fillna(0) < 2, whole)
    name = name.str.replace(r"^Friche ", "la friche ", regex=True)
    return dict(name.str.replace(r"^Aire ", "l'aire ", regex=True))


def _strong_points(verdicts: pd.DataFrame) -> pd.Series:
    graded = verdicts[(verdicts["kind"] == "classant") & (verdicts["score_low"] >= 0.8)]
    graded = graded.sort_values(
        ["site_id", "score_low", "criterion"], ascending=[True, False, True]
    )
    return graded.groupby("site_id")["label_fr"].agg(lambda labels: list(labels)[:3])


def _taken(site: pd.Series, plan: Plan, told: Told) -> str:
    """Say what the plan does there: its power, its line, its heat."""
    last = told.last
    said = (
        f"Retenu pour {amount(site[f'it_mw_{last}'], 'MW', 1)} informatiques en {last}, par "
        f"{amount(site['plan_yard_km'], 'km', 1)} de ligne à "
        f"{amount(site['plan_voltage_kv'], 'kV')} depuis le poste {site['plan_yard_name']} "
        "(tracé supposé)."
    )
    heat = plan.heat[(plan.heat["site_id"] == site.name) & (plan.heat["period"] == last)]
    if heat["heat_mw"].sum() > 0.05:
        said += f" Sa chaleur peut servir à hauteur de {amount(heat['heat_mw'].sum(), 'MW', 1)}."
    return said


def _retained(why: Mapping[str, Any], told: Told) -> list[str]:
    """Say what the plan would lose without the site, and which limits made room for it."""
    saying = RETAINED_FR.get(str(why["cause"]))
    said = [saying(why, told)] if saying else [f"{NOT_ASKED.capitalize()}."]
    rooms = [
        part.split(" : ", 1)[-1] for part in str(why.get("made_room", "")).split(" | ") if part
    ]
    if rooms:
        named = list(dict.fromkeys(place_named(room, told.places) for room in rooms))[:2]
        count = int(why["cheaper_shut"])
        cheaper = plural(
            count, "candidat moins cher est fermé", "candidats moins chers sont fermés"
        )
        said.append(f"{cheaper}, faute de place{NO_BREAK}: {listing(named)}.")
    return said


def _required(why: Mapping[str, Any], told: Told) -> str:
    if math.isinf(float(why["cost_low_meur"])):
        return "Sans lui, aucun plan ne respecte toutes les règles du scénario."
    return "Sans lui, aucun autre plan respectant toutes les règles n'a été trouvé."


def _saves(why: Mapping[str, Any], told: Told) -> str:
    if math.isnan(float(why["cost_meur"])):
        return f"Sans lui, le plan serait moins bon{NO_BREAK}; {_relay(why, told)}."
    return (
        f"Sans lui, le plan coûterait {_meur(why['cost_meur'])} de plus "
        f"({_interval(why)}){NARROW}; {_relay(why, told)}."
    )


def _tied(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"Un plan sans lui vaut presque autant{NO_BREAK}: {_near(why, told)}{NARROW}; "
        f"{_relay(why, told)}."
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
        return "les autres sites du plan prendraient sa part"
    several = str(why["replaced_by"]).count("|") > 0
    return f"{come} prendrai{'en' if several else ''}t sa place"


RETAINED_FR: Mapping[str, Callable[[Mapping[str, Any], Told], str]] = {
    "kept": lambda why, told: "Gardé par un choix du scénario, fait hors du programme.",
    "required": _required,
    "saves": _saves,
    "tied": _tied,
}


def _left(site: pd.Series, why: Mapping[str, Any], told: Told) -> list[str]:
    """Say why a candidate is not retained, then what imposing it would change, when it is known."""
    rank = f"Candidat au rang {number(site['rank'])}, non retenu{NO_BREAK}: "
    cause = str(why["cause"])
    if cause == "to_verify":
        return [f"{rank}{site['to_verify_fr']}."]
    saying = LEFT_FR.get(cause)
    if saying is None:
        return [f"{rank}{NOT_ASKED}."]
    said = [f"{rank}{saying(why, told)}."]
    if cause in ("row", "price") and not math.isnan(float(why["cost_meur"])):
        said.append(_imposed(why, told))
    return said


def _imposed(why: Mapping[str, Any], told: Told) -> str:
    return (
        f"L'imposer coûterait {_meur(why['cost_meur'])} de plus au plan ({_interval(why)})"
        f"{_swap(why, told)}."
    )


def _swap(why: Mapping[str, Any], told: Told) -> str:
    gone = _listed(why["replaces"], told)
    if not gone:
        return ""
    several = str(why["replaces"]).count("|") > 0
    return f"{NARROW}; {gone} en sortirai{'en' if several else ''}t"


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
        return "presque à égalité avec des sites retenus, que le calcul ne sait pas départager"
    return f"presque à égalité. L'imposer{NO_BREAK}: {_near(why, told)}{_swap(why, told)}"


def _impossible(why: Mapping[str, Any], told: Told) -> str:
    least = math.isinf(float(why["cost_low_meur"]))
    said = "aucun plan qui le contient ne respecte toutes les règles"
    return said if least else "aucun plan qui le contient n'a été trouvé sous toutes les règles"


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
        f"les lignes à portée ne se tirent pas pour moins de {_mw(why['least_mw'])} informatiques, "
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
    return f"{estimate(float(value), 2)}{NO_BREAK}M€ équivalents"


def _interval(why: Mapping[str, Any]) -> str:
    low, high = float(why["cost_low_meur"]), float(why["cost_high_meur"])
    most = f"au plus {estimate(high, 2)}"
    return most if low < 0.005 else f"au moins {estimate(low, 2)}, {most}"


def _mw(value: Any) -> str:
    return f"{estimate(float(value), 2)}{NO_BREAK}MW"


def _listed(sites: Any, told: Told) -> str:
    names = [told.names.get(site, site) for site in str(sites).split("|") if site]
    if len(names) > MOST_NAMED:
        return f"{names[0]} et {len(names) - 1} autres sites"
    return listing(names)


def _noted(strong: list[str], site: pd.Series) -> list[str]:
    """Describe the site beside its reason: what it is graded best for, what is left to check."""
    said = []
    if strong:
        said.append(
            f"Points forts, sans être la raison{NO_BREAK}: {listing(map(in_sentence, strong))}."
        )
    if site["to_verify_fr"]:
        said.append(f"{str(site['to_verify_fr']).capitalize()}.")
    return said


def _doubt(doubts: list[str]) -> list[str]:
    if not doubts:
        return []
    if len(doubts) > MOST_NAMED:
        return [f"Non évalué sur ce site{NO_BREAK}: {len(doubts)} critères, listés un par un."]
    return [f"Non évalué{NO_BREAK}: {listing(map(in_sentence, doubts))}."]
