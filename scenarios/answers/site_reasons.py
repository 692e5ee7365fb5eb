"""Why a site is in, why it is out: sentences made from verdicts, connection and bill."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from layers.words.french import NO_BREAK, in_sentence, listing, number, quantity
from siting.program.plan_tables import Plan


def reasons(
    sites: gpd.GeoDataFrame, verdicts: pd.DataFrame, plan: Plan, periods: Sequence[int]
) -> pd.Series:
    """Return the « pourquoi » of every site, in one to three sentences."""
    unknown = verdicts[(verdicts["state"] == "unknown") & (verdicts["kind"] == "éliminatoire")]
    unknown_by_site = unknown.groupby("site_id")["label_fr"].agg(list)
    strong = _strong_points(verdicts)
    words = pd.Series("", index=sites.index)
    shut = _none_to_verify(plan)
    for site in sites.index[sites["fate"] == "candidat"]:
        doubts = unknown_by_site.get(site, [])
        if shut and not sites.at[site, "retainable"]:
            words[site] = _to_verify(sites.loc[site], doubts)
        elif sites.at[site, "retained"]:
            words[site] = _retained(sites.loc[site], strong.get(site, []), doubts, plan, periods)
        else:
            words[site] = _not_retained(sites.loc[site], doubts)
    rest = sites["fate"] != "candidat"
    words[rest] = sites.loc[rest, "fate_reason_fr"]
    return words


def _none_to_verify(plan: Plan) -> bool:
    """Return whether the plan may stand on no land that is still to be verified."""
    rows = plan.bill[plan.bill["rule"] == "land.vacancy"]
    held = rows["evaluated"].astype(bool) & rows["hard"].astype(bool)
    return bool((held & (rows["limit"].astype(float) <= 0.0)).any())


def _strong_points(verdicts: pd.DataFrame) -> pd.Series:
    graded = verdicts[(verdicts["kind"] == "classant") & (verdicts["score_low"] >= 0.8)]
    graded = graded.sort_values(
        ["site_id", "score_low", "criterion"], ascending=[True, False, True]
    )
    return graded.groupby("site_id")["label_fr"].agg(lambda labels: list(labels)[:3])


def _retained(
    site: pd.Series, strong: list[str], doubts: list[str], plan: Plan, periods: Sequence[int]
) -> str:
    last = periods[-1]
    lines = plan.connections[
        (plan.connections["site_id"] == site.name) & (plan.connections["period"] == last)
    ]
    domains = listing(sorted(set(lines["domain"])))
    first = (
        f"Retenu pour {quantity(site[f'it_mw_{last}'], 'MW', 1)} informatiques en {last}, "
        f"raccordés en {domains} depuis {site['yard_name']} "
        f"({quantity(site['yard_distance_km'], 'km', 1)} de ligne supposés)."
    )
    heat = plan.heat[(plan.heat["site_id"] == site.name) & (plan.heat["period"] == last)]
    if heat["heat_mw"].sum() > 0.05:
        first += f" Sa chaleur peut servir à hauteur de {quantity(heat['heat_mw'].sum(), 'MW', 1)}."
    good = f" Points forts{NO_BREAK}: {listing(map(in_sentence, strong))}." if strong else ""
    left = f" {site['to_verify_fr'].capitalize()}." if site["to_verify_fr"] else ""
    return first + good + left + _doubt(doubts)


def _to_verify(site: pd.Series, doubts: list[str]) -> str:
    return (
        f"Candidat au rang {number(site['rank'])}, non retenu{NO_BREAK}: {site['to_verify_fr']}."
        + _doubt(doubts)
    )


def _not_retained(site: pd.Series, doubts: list[str]) -> str:
    return (
        f"Candidat au rang {number(site['rank'])}, non retenu{NO_BREAK}: d'autres sites servent le "
        f"besoin à moindre poids selon les pondérations choisies." + _doubt(doubts)
    )


def _doubt(doubts: list[str]) -> str:
    if not doubts:
        return ""
    return f" Non évalué{NO_BREAK}: {listing(map(in_sentence, doubts))}."
