"""Why a site is in the plan, why it is out: one sentence a cause, from what the program answered.

Causes and figures are decided by ``siting.choice.reason_table``; nothing here guesses one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.words.french import NO_BREAK, in_sentence, listing, number, plural
from layers.words.french import quantity as amount
from scenarios.answers.limit_words import own_excesses_told, place_named
from scenarios.answers.reason_sentences import (
    LEFT_FR,
    MOST_NAMED,
    RETAINED_FR,
    Told,
    imposed,
    to_verify,
)
from siting.program.plan_tables import Plan
from siting.screening.vacancy import SIGNS

PLAIN_NAME = re.compile(r" \([0-9A-Z_]+\)$")
# A criterion's label names what is measured; as a strength it would read backwards.
STRENGTHS_FR = {
    "climate.hot_days": "peu de jours très chauds vers 2050",
    "grid.capacity": "poste puissant à portée",
    "grid.distance": "poste proche",
    "heat.demand": "réseaux de chaleur voisins",
    "land.reuse": "sol déjà urbanisé",
    "water.scarcity": "eau peu rare dans le bassin",
}
LAWS_FR = {"land.coastal_law": "loi Littoral", "land.mountain_law": "loi Montagne"}
LEAST_HEAT_MW = 0.05
NOT_ASKED = "la raison n'a pas été demandée au programme dans ce calcul"


def reasons(
    sites: gpd.GeoDataFrame,
    verdicts: pd.DataFrame,
    plan: Plan,
    periods: Sequence[int],
    lines: pd.Series,
) -> pd.Series:
    """Return the « pourquoi » of every site, in short sentences.

    Parameters
    ----------
    sites : every site, index site_id.
    verdicts : one row a site and criterion: site_id, criterion, label_fr, kind, state.
    plan : what the program answered.
    periods : the years of the scenario, in order.
    lines : what is to be known of the line of each retained site, in French.

    Returns
    -------
    Texts in French, on the index of the sites.
    """
    unknown = verdicts[(verdicts["state"] == "unknown") & (verdicts["kind"] == "éliminatoire")]
    doubts = unknown.groupby("site_id")["label_fr"].agg(list)
    strong = _strong_points(verdicts)
    told = Told(_names(sites, plan), places(sites), plan.outcome.gap_meur, periods,
                 int((sites["fate"] == "candidat").sum()))  # fmt: skip
    causes = plan.reasons.set_index("site_id") if len(plan.reasons) else pd.DataFrame()
    words: pd.Series = sites["fate_reason_fr"].astype("object").copy()
    for site in sites.index[sites["fate"] == "candidat"]:
        row = sites.loc[site]
        why = causes.loc[site].to_dict() if site in causes.index else {"cause": ""}
        if row["retained"]:
            parts = [_taken(row, told), lines[site], _heat(str(site), plan, told)]
            parts += _retained(why, told)
            mine = plan.excesses[plan.excesses["site_id"] == site]
            parts += own_excesses_told(mine, told.places)
            parts += _noted(strong.get(site, []), row, set(mine["rule"]))
        else:
            parts = _left(row, why, told)
        words[site] = " ".join(filter(None, [*parts, *_doubt(doubts.get(site, []))]))
    return words.astype("str")


def places(sites: pd.DataFrame) -> dict[str, str]:
    """Return the names of départements and communes by what the bill calls them.

    Parameters
    ----------
    sites : the columns of codes and names; those absent are passed over.

    Returns
    -------
    « département 33 » → its name; communes and sectors too.
    """
    named: dict[str, str] = {}
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
    if "cost_meur" in plan.reasons:
        named |= set(plan.reasons.loc[plan.reasons["cost_meur"].notna(), "site_id"])
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
    words = graded["criterion"].map(STRENGTHS_FR).fillna(graded["label_fr"])
    return words.groupby(graded["site_id"]).agg(lambda labels: list(labels)[:3])


def _taken(site: pd.Series, told: Told) -> str:
    """Say what the plan does there: its power and its line."""
    last = told.last
    return (
        f"Retenu pour {amount(site[f'it_mw_{last}'], 'MW', 1)} informatiques en {last}, par "
        f"{amount(site['plan_yard_km'], 'km', 1)} de ligne (tracé supposé) à "
        f"{amount(site['plan_voltage_kv'], 'kV')} depuis le poste {site['plan_yard_name']}."
    )


def _heat(site: str, plan: Plan, told: Told) -> str:
    """Say the heat that can serve, and its year; each year's where they differ."""
    sent = plan.heat[plan.heat["site_id"] == site].groupby("period")["heat_mw"].sum()
    by_year = {year: float(sent.get(year, 0.0)) for year in told.periods}
    known = {year: mw for year, mw in by_year.items() if mw > LEAST_HEAT_MW}
    if not known:
        return ""
    now = by_year[told.last]
    if max(known.values()) - now <= LEAST_HEAT_MW and now - min(known.values()) <= LEAST_HEAT_MW:
        return f"Sa chaleur peut servir à hauteur de {amount(now, 'MW', 1)} en {told.last}."
    years = [f"{amount(mw, 'MW', 1)} en {year}" for year, mw in by_year.items()]
    mine = plan.heat[plan.heat["period"] == told.last]
    sinks = set(plan.heat.loc[plan.heat["site_id"] == site, "sink_id"])
    others = bool((mine["sink_id"].isin(sinks) & (mine["site_id"] != site)).any())
    shared = ", d'autres sites servant alors le même réseau" if others else ""
    fewer = shared if now < max(known.values()) else ""
    return f"Sa chaleur peut servir à hauteur de {' puis '.join(years)}{fewer}."


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
        cheaper = plural(count, "candidat serait moins cher", "candidats seraient moins chers")
        them = "l'" if count == 1 else "les "
        said.append(
            f"{cheaper}, mais une règle ou une limite {them}écarte{NO_BREAK}: {listing(named)}."
        )
    return said


def _left(site: pd.Series, why: Mapping[str, Any], told: Told) -> list[str]:
    """Say why a candidate is not retained, then what imposing it would change, when it is known."""
    candidate = f"Candidat au rang {number(site['rank'])}"
    rank = f"{candidate}, non retenu{NO_BREAK}: "
    cause = str(why["cause"])
    if cause == "to_verify":
        first, *rest = to_verify(str(site["to_verify_fr"]))
        return [f"{candidate} sur {number(told.ranked)}{first}", *rest]
    saying = LEFT_FR.get(cause)
    if saying is None:
        return [f"{rank}{NOT_ASKED}."]
    said = [f"{rank}{saying(why, told)}."]
    if cause in ("row", "price") and not math.isnan(float(why["cost_meur"])):
        said.append(imposed(why, told))
    if site["occupancy"] == SIGNS:
        said.append("Des signes d'activité restent aussi à vérifier.")
    return said


def _noted(strong: list[str], site: pd.Series, passed: set[str]) -> list[str]:
    """Describe the site beside its reason: what warns, what it is graded best for, what to check.

    A law whose soft rule the site passes has been told with that rule.
    """
    flags = re.split(r"\s;\s", str(site["flags_fr"])) if site["flags_fr"] else []
    told = tuple(law for rule, law in LAWS_FR.items() if rule in passed)
    said = [f"{flag[:1].upper()}{flag[1:]}." for flag in flags if not flag.startswith(told or "\0")]
    if strong:
        said.append(
            f"Points forts, sans être la raison{NO_BREAK}: {listing(map(in_sentence, strong))}."
        )
    if site["to_verify_fr"]:
        left = str(site["to_verify_fr"])
        said.append(f"{left[:1].upper()}{left[1:]}.")
    return said


def _doubt(doubts: list[str]) -> list[str]:
    if not doubts:
        return []
    if len(doubts) > MOST_NAMED:
        return [f"Non évalué sur ce site, faute de donnée{NO_BREAK}: {len(doubts)} critères."]
    return [f"Non évalué{NO_BREAK}: {listing(map(in_sentence, doubts))}."]
