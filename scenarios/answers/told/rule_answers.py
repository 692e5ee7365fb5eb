"""What each rule costs, what one unit more would allow, what separates the sites, other plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.words.dated_values import SCOPE_FR
from layers.words.french import (
    MONTHS_FR,
    NARROW,
    NO_BREAK,
    estimate,
    in_sentence,
    in_short_sentences,
    number,
    plural,
)
from layers.words.kept_figures import six_figures
from scenarios.answers.plan_months import fullest_month
from scenarios.storage.results import records
from siting.prices.rule_bill import money
from siting.program.plan_tables import Plan

# A rule that takes less of the objective than this costs nothing a reader would see.
FELT = 1e-4
# A month of 31 days out of 365 takes 8.5 % when nothing evaporates.
EVEN_MONTH = 0.09
# Limits told aloud: those worth most megawatts for one unit.
LIMITS_TOLD = 3
WEIGHTED_FR = (
    "« M€ pondérés » : raccordement, eau, sol, carbone et chaleur ramenés en M€ par les "
    "pondérations du scénario. Ce n'est pas une dépense."
)


def rule_tables(plan: Plan, sites: gpd.GeoDataFrame, last: int) -> dict[str, Any]:
    """Return the other plans, cost of rules, worth of limits and leverages, in plain values.

    Parameters
    ----------
    plan : what the program answered.
    sites : every site, index site_id.
    last : the last period.

    Returns
    -------
    ``alternatives``, ``rule_costs``, ``capacity`` and ``leverage``, lists of rows.
    """
    return {
        "alternatives": _alternatives(plan, sites, last),
        "rule_costs": _rows(plan.rule_costs),
        "capacity": _rows(plan.capacity),
        "leverage": _rows(plan.leverage),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return plain records; what has no value is null, as JSON knows no NaN."""
    return [
        {key: None if value != value else value for key, value in row.items()}
        for row in records(table)
    ]


def water_months(monthly: pd.DataFrame, sites: gpd.GeoDataFrame, last: int) -> list[dict[str, Any]]:
    """Return, for the region and by water sector, the month that takes most water (last period).

    Parameters
    ----------
    monthly : columns site_id, period, month, water_m3.
    sites : every site, index site_id.
    last : the last period.

    Returns
    -------
    Rows where, month (1–12), month_fr, water_m3, year_share (that month's part of the year); a
    place without water has none.
    """
    now = monthly[monthly["period"] == last]
    sector = now["site_id"].map(sites["sector_code"]).astype(str)
    pieces = [("région", now), *((f"secteur {name}", part) for name, part in now.groupby(sector))]
    found = []
    for where, rows in pieces:
        by_month = rows.groupby("month")["water_m3"].sum()
        if by_month.sum() > 0:
            month = int(str(by_month.index[fullest_month(by_month.tolist())]))
            most = float(by_month[month])
            row = {"where": where, "month": month, "month_fr": MONTHS_FR[month - 1]}
            share = round(most / float(by_month.sum()), 6)
            found.append({**row, "water_m3": six_figures(most), "year_share": share})
    return found


def _alternatives(plan: Plan, sites: gpd.GeoDataFrame, last: int) -> list[dict[str, Any]]:
    kept = set(plan.retained)
    mine = plan.it_mw(last)
    return [
        _alternative(int(str(number)), rows[rows["period"] == last], kept, sites)
        | {"same": same_places(mine, rows[rows["period"] == last], sites)}
        for number, rows in plan.alternatives.groupby("alternative", sort=True)
    ]


def _alternative(
    number: int, rows: pd.DataFrame, kept: set[str], sites: gpd.GeoDataFrame
) -> dict[str, Any]:
    power = rows.groupby("site_id")["it_mw"].sum()
    here = set(power.index)
    places = sites.loc[sorted(here), "departement_code"]
    return {
        "alternative": number,
        "objective_gap": float(rows["objective_gap"].iloc[0]),
        "proven_gap": float(rows["proven_gap"].iloc[0]),
        "it_mw": round(float(power.sum()), 3),
        "sites": len(here),
        "departements": int(places.nunique()),
        "kept": sorted(here & kept),
        "dropped": sorted(kept - here),
        "added": sorted(here - kept),
    }


def same_places(mine: pd.Series, rows: pd.DataFrame, sites: pd.DataFrame) -> dict[str, float]:
    """Return the share of the plan's MW that another one leaves in the same places.

    Départements first, then EPCI, where plans hold still; sites last. Σ min(MW, MW) ÷ the larger.

    Parameters
    ----------
    mine : MW by site_id.
    rows : the other plan: site_id, it_mw.
    sites : index site_id, with departement_code and epci_code.

    Returns
    -------
    Shares in 0–1: ``departement``, ``epci``, ``site``.
    """
    other = rows.groupby("site_id")["it_mw"].sum()
    whole = max(float(mine.sum()), float(other.sum())) or 1.0
    shares = {}
    for grain, column in (("departement", "departement_code"), ("epci", "epci_code"), ("site", "")):
        held = [
            mw.groupby(sites.loc[mw.index, column].astype(str)).sum() if column else mw
            for mw in (mine, other)
        ]
        both = pd.concat(held, axis=1).fillna(0.0).min(axis=1).sum()
        shares[grain] = round(float(both) / whole, 6)
    return shares


def others_said(document: Mapping[str, Any]) -> list[str]:
    """Say how near other plans come, and how many sites they would change.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French; none without another plan.
    """
    alternatives, among = document["alternatives"], document["n_sites"]
    if not alternatives:
        return []
    euro = _meur_per_objective(document)
    said = [f"Ce plan n'est pas le seul possible{NO_BREAK}: le choix des sites reste à débattre."]
    for row in alternatives:
        said.append(
            f"Autre plan {row['alternative']}{NO_BREAK}: {number(len(row['kept']))} des "
            f"{plural(among, 'site')} gardés, {plural(len(row['added']), 'autre')}. "
            f"MW au même endroit{NO_BREAK}: {_percent(row['same']['departement'])} par "
            f"département, {_percent(row['same']['epci'])} par intercommunalité. "
            f"{_worse(row['objective_gap'], euro)}"
        )
    return said


def _meur_per_objective(document: Mapping[str, Any]) -> float | None:
    """Return the M€ that one unit of objective stands for, times the objective; None without."""
    objective = document["solver"]["objective"]
    for row in document["objective_terms"]:
        if row["objective"] and row["meur"] is not None and objective:
            return float(row["meur"] / row["objective"] * abs(objective))
    return None


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NARROW}%"


def _worse(gap: float, euro: float | None) -> str:
    """Say what another plan costs more; as a share only where nothing is in euros."""
    if gap < 5e-4:
        return "Il coûterait autant."
    more = money(gap * euro) if euro else f"{estimate(100 * gap, 2)}{NARROW}% du coût pondéré"
    return f"Il coûterait {more} de plus."


def months_said(document: Mapping[str, Any]) -> list[str]:
    """Tell the month that takes most water, where the year is uneven; no monthly limit is known.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none without water.
    """
    table: Sequence[Mapping[str, Any]] = document["water_months"]
    if not table:
        return []
    if all(row["year_share"] <= EVEN_MONTH for row in table):
        return [
            "L'eau se répartit également sur l'année : aucun refroidissement retenu n'évapore. "
            "Aucun budget mensuel de bassin n'est publié."
        ]
    worst = max(table[1:] or table, key=lambda row: row["water_m3"])
    return [
        f"Eau, mois le plus chargé{NO_BREAK}: {table[0]['month_fr']}, "
        f"{estimate(table[0]['water_m3'], 2)}{NO_BREAK}m³ "
        f"({number(100 * table[0]['year_share'])}{NARROW}% de l'année)"
        f"{NARROW}; le {worst['where']} en prend {estimate(worst['water_m3'], 2)}{NO_BREAK}m³ en "
        f"{worst['month_fr']}. Aucun budget mensuel de bassin n'est publié."
    ]


def room_said(document: Mapping[str, Any]) -> list[str]:
    """Say how much more the candidates could hold, and which limits hold most of it back.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none where a soft rule has to be exceeded anyway.
    """
    most = document["solver"].get("most_it_mw")
    if most is None or most != most:  # no plan without exceeding a soft rule
        return []
    last = document["periods"][-1]
    limits = [row for row in document["capacity"]
              if row["period"] == last and row["where"] == "région"]  # fmt: skip
    limits = sorted(limits, key=lambda row: -row["mw_per_unit"])[:LIMITS_TOLD]
    worth = [f"{row['text_fr']} ({short_label(row['label_fr'])})" for row in limits]
    return [
        f"Sans dépasser aucune règle, même souple, ces candidats porteraient au plus "
        f"{estimate(most, 2)}{NO_BREAK}MW nouveaux en {last} "
        "(borne haute, sites ouverts en partie).",
        *([in_short_sentences("Ce qui les limite", worth)] if worth else []),
    ]


def felt_costs(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rules whose cost a reader would see, the dearest first.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Rows of ``rule_costs``.
    """
    costs = document["rule_costs"]
    felt = [row for row in costs if row["share"] is not None and row["share"] > FELT]
    return sorted(felt, key=lambda row: -row["share"])


def cost_words(row: Mapping[str, Any]) -> str:
    """Write the cost of a rule: weighted M€, or a share where nothing is in euros.

    Parameters
    ----------
    row : of ``rule_costs``.

    Returns
    -------
    French text.
    """
    if row["cost_meur"] is not None:
        return money(row["cost_meur"])
    return f"{estimate(100 * row['share'], 2)}{NARROW}% du coût pondéré"


def costs_said(document: Mapping[str, Any]) -> list[str]:
    """Say what each rule costs, an estimate, then as proven when it was.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    exceeded = [row["label_fr"] for row in document["rule_costs"] if row["share"] is None]
    each = [
        f"{row['label_fr']} ({SCOPE_FR[row['scope']]}), {cost_words(row)}"
        for row in felt_costs(document)
    ]
    if each:
        head = "Ce que coûte chaque règle, levée seule (estimation, sites ouverts en partie)"
        said = [in_short_sentences(head, each), WEIGHTED_FR]
    else:
        said = ["Aucune autre règle, levée seule, ne changerait le coût pondéré."]
    if exceeded:
        said.append(in_short_sentences("Dépassée, sans coût autre que notre pénalité", exceeded))
    return [*said, *_proven(document)]


def _proven(document: Mapping[str, Any]) -> list[str]:
    """Tell the costs that a proof bounds, rule by rule; nothing without one."""
    rows = [row for row in document["rule_costs"] if row["high_meur"] is not None]
    if not rows:
        return []
    free = [row["label_fr"] for row in rows if row["text_fr"] == "ne coûte rien"]
    each = [f"{row['label_fr']} {row['text_fr']}" for row in rows if row["label_fr"] not in free]
    head = "Coût prouvé, règle levée seule, hors droit (lignes payées au MW)"
    return [
        *([in_short_sentences(head, each)] if each else []),
        *([in_short_sentences("Coût prouvé nul", free)] if free else []),
    ]


def deciding_said(document: Mapping[str, Any]) -> list[str]:
    """Say which criteria separate the sites, and at which rates they are exchanged.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none without a weighted criterion.
    """
    terms = sorted(document["leverage"], key=lambda row: -row["leverage"])
    if not terms:
        return []
    strong = [row for row in terms if not row["note_fr"]]
    weak = [row for row in terms if row["note_fr"]]
    said = [
        in_short_sentences(
            "Ce qui départage les sites",
            [f"{short_label(r['label_fr'])} ({_percent(r['leverage'])})" for r in strong],
        )
    ]
    said = said if strong else []
    if weak:
        names = [short_label(r["label_fr"]) for r in weak]
        said.append(in_short_sentences("Ce qui ne les départage pas", names))
    return [*said, *equivalents_fr(document)]


def equivalents_fr(document: Mapping[str, Any]) -> list[str]:
    """Say what the weights of the plan take for equal: an exchange, not a number.

    Parameters
    ----------
    document : the summary; its « leverage » is read, absent from older folders.

    Returns
    -------
    One sentence, in French; none when fewer than two criteria are weighed.
    """
    terms = sorted(document.get("leverage", []), key=lambda row: -row["leverage"])
    rates = [
        f"{estimate(r['reference'] / r['weight'], 2)}{NO_BREAK}{r['unit']} "
        f"({short_label(r['label_fr'])})"
        for r in terms
        if r["weight"] > 0
    ]
    if len(rates) < 2:
        return []
    head = "Les pondérations tiennent pour équivalents (références, hypothèses)"
    return [in_short_sentences(head, rates)]


def short_label(label: str) -> str:
    """Return a label as it stands in a sentence, without what it says in brackets.

    Parameters
    ----------
    label : a label with its capital.

    Returns
    -------
    French words.
    """
    return in_sentence(label.partition(" (")[0])
