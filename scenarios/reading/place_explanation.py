"""What a plan says of a commune, an intercommunality or a département: its sites, and why."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import pandas as pd

from layers.words.french import number, plural, quantity
from scenarios.reading.site_explanation import plainly
from scenarios.storage.results import Results

# The places a person asks about: words, column of the code, column of the name.
GRAINS = (
    ("commune", "commune_code", "commune_name"),
    ("intercommunalité", "epci_code", "epci_name"),
    ("département", "departement_code", "departement_name"),
)
NAME_WIDTH = 34
# What is typed of a long name, at least; and how alike two names are before one is a slip.
LEAST_TYPED, NEAR = 6, 0.9


def explain_place(results: Results, asked: str) -> dict[str, Any] | None:
    """Return what a plan says of the sites of a place, by name or by code.

    Parameters
    ----------
    results : a run's folder.
    asked : as typed: « Limoges », « 87085 », an intercommunality or a département.

    Returns
    -------
    A document for JSON: place, grain, sites by state, MW at the last period, and a row a site,
    retained ones first, then by rank; None when no place of these results bears that name.
    """
    found = _place(results, asked)
    if found is None:
        return None
    grain, name, sites = found
    last = results.summary["periods"][-1]
    power = sites[f"it_mw_{last}"].fillna(0.0)
    order = sites.assign(power=power).sort_values(
        ["retained", "rank", "area_m2"], ascending=[False, True, False], na_position="last"
    )
    rows = [_row(str(code), site) for code, site in order.iterrows()]
    return {
        "schema_version": 1,
        "place": name,
        "grain": grain,
        "period": last,
        "it_mw": round(float(power.sum()), 3),
        "retained": int(sites["retained"].sum()),
        "candidates": int((sites["fate"] == "candidat").sum()),
        "fates": {str(k): int(v) for k, v in sites["fate"].value_counts().sort_index().items()},
        "sites": rows,
    }


def _place(results: Results, asked: str) -> tuple[str, str, pd.DataFrame] | None:
    """Return the grain, the name and the sites of a place: its code, its name, or a near one."""
    sites, wanted = results.sites, plainly(asked)
    grains = [each for each in GRAINS if each[1] in sites and each[2] in sites]
    for same in (_is, _holds, _is_near):
        for grain, code, name in grains:
            plain = sites[name].astype(str).map(plainly)
            known = [each for each in plain.unique() if same(each, wanted)]
            here = sites[code].astype(str).eq(asked.strip())
            if len(known) == 1:
                here |= plain.eq(known[0])
            if here.any():
                return grain, str(sites.loc[here, name].iloc[0]), sites[here]
    return None


def _is(name: str, wanted: str) -> bool:
    return name == wanted


def _holds(name: str, wanted: str) -> bool:
    """Say whether a long name holds what was typed: « limoges metropole » for « CU Limoges… »."""
    return len(wanted) >= LEAST_TYPED and wanted in name


def _is_near(name: str, wanted: str) -> bool:
    return SequenceMatcher(None, name, wanted).ratio() >= NEAR


def _row(code: str, site: pd.Series) -> dict[str, Any]:
    area = site["area_m2"]
    return {
        "site_id": code,
        "name_fr": site["name_fr"],
        "commune": site["commune_name"],
        "state_fr": "retenu" if site["retained"] else site["fate"],
        "rank": None if pd.isna(site["rank"]) else int(site["rank"]),
        "area_ha": None if pd.isna(area) else round(float(area) / 1e4, 2),
        "it_mw": round(float(site["power"]), 3),
        "why_fr": site["why_fr"] or site["fate_reason_fr"],
    }


def place_lines(document: dict[str, Any]) -> list[str]:
    """Write what a plan says of a place: an answer, a head, then a line a site.

    Parameters
    ----------
    document : from ``explain_place``.

    Returns
    -------
    French lines, two before the rows.
    """
    count = len(document["sites"])
    kept = document["retained"]
    plan = (
        f"le plan en retient {number(kept)}, pour {quantity(document['it_mw'], 'MW', 1)} "
        f"informatiques en {document['period']}"
        if kept
        else "le plan n'en retient aucun"
    )
    lines = [
        f"{document['place']} ({document['grain']}) : {plural(count, 'site connu', 'sites connus')}"
        f", {plural(document['candidates'], 'candidat')} ; {plan}.",
        f"{'site':<12}  {'état':<9}  {'rang':>5}  {'ha':>6}  {'MW':>5}  lieu",
    ]
    for row in document["sites"]:
        rank = "–" if row["rank"] is None else number(row["rank"])
        area = "?" if row["area_ha"] is None else number(row["area_ha"], 1)
        power = number(row["it_mw"], 1) if row["it_mw"] else "–"
        lines.append(
            f"{row['site_id']:<12}  {row['state_fr']:<9}  {rank:>5}  {area:>6}  {power:>5}  "
            f"{_named(row)}"
        )
    return lines


def _named(row: dict[str, Any]) -> str:
    """Return the commune of a nameless friche, or the name of the others, within the screen."""
    name = str(row["name_fr"])
    told = str(row["commune"]) if name.startswith("Friche d") else name
    return told if len(told) <= NAME_WIDTH else f"{told[: NAME_WIDTH - 1]}…"
