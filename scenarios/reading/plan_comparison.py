"""Two plans or more side by side: nine rows, and what they share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NARROW, listing, number, significant
from scenarios.answers.headline import headline, shown, told, water_lines
from scenarios.reading.plan_surroundings import rows_around
from scenarios.storage.results import SCHEMA_VERSION, Results

# Grains at which two plans are held one against the other, from the coarsest.
# Territories first: that is where plans hold still.
GRAINS = {
    "département": "departement_code",
    "EPCI": "epci_code",
    "commune": "commune_code",
    "site": "site",
}


def compare(results: Sequence[Results], names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the table and the shares of several results; needs two folders at least.

    Parameters
    ----------
    results : folders of runs, in the order of the columns.
    names : heads of the columns, one a folder; None for the scenarios' names.

    Returns
    -------
    ``columns``, ``rows`` and ``around`` (French texts, one cell a plan), ``shared`` (percent of the
    smaller plan's MW that each pair places alike, by grain).

    Raises
    ------
    SitingError : SIT202 when fewer than two folders are given.
    """
    if len(results) < 2:
        raise SitingError(
            "SIT202",
            "il faut au moins deux dossiers de résultats",
            where="siting compare",
            hint="par exemple « siting compare resultats/tendanciel resultats/sobriete »",
        )
    labels = _distinct(names or _names(results))
    return {
        "schema_version": SCHEMA_VERSION,
        "columns": [
            {"name": label, "title": title, "folder": str(r.folder)}
            for label, title, r in zip(labels, titles(results), results, strict=True)
        ],
        "rows": _rows(results),
        "around": rows_around(results),
        "shared": [_shared(a, b, results, labels) for a, b in combinations(range(len(results)), 2)],
    }


def titles(results: Sequence[Results]) -> list[str]:
    """Return the title of each plan, with its folder where two plans bear the same.

    Parameters
    ----------
    results : folders of runs.

    Returns
    -------
    One title a folder, in order.
    """
    told = [str(r.summary["title"]) for r in results]
    return [
        f"{title}, dossier {r.folder.resolve().name}" if told.count(title) > 1 else title
        for title, r in zip(told, results, strict=True)
    ]


def _names(results: Sequence[Results]) -> list[str]:
    """Return the scenario of each plan, or its folder where a scenario comes twice."""
    asked = [str(r.summary["scenario"]) for r in results]
    return [
        r.folder.resolve().name if asked.count(name) > 1 else name
        for name, r in zip(asked, results, strict=True)
    ]


def _distinct(names: Sequence[str]) -> list[str]:
    """Return the names, numbered where they come twice, so that a column is one plan."""
    seen: dict[str, int] = {}
    labels = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        labels.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return labels


def _rows(results: Sequence[Results]) -> list[dict[str, Any]]:
    """Return the nine rows of the regional comparison, last period of each plan."""
    plans = [(r, r.summary["plan"][str(r.summary["periods"][-1])]) for r in results]
    cells = {
        "Puissance placée": [f"{significant(p['it_mw'])} MW IT" for _, p in plans],
        "Électricité": [f"{_electricity(p)}{_of_region(p)}" for _, p in plans],
        "Sol": [
            f"{told(p, 'land_ha', 'ha')}, dont {shown(p, 'reused_ha')} ha "
            f"réemployés ; ENAF {_range(p, 'enaf', '_ha')} ha"
            for _, p in plans
        ],
        "Eau apportée sur site": [
            " ; ".join(f"{told(p, name, 'm³/an')} {words}" for words, name in water_lines(p))
            for _, p in plans
        ],
        "Chaleur utile": [_heat(p) for _, p in plans],
        "Carbone": [told(p, "carbon_kt", "kt CO2e/an") for _, p in plans],
        "Raccordement": [f"{_range(p, 'connection_cost', '_meur')} M€" for _, p in plans],
        "Sites et départements": [
            f"{p['sites']} sites, {p['departements']} départements" for _, p in plans
        ],
        "Règles qui serrent": [_binding(r) for r, _ in plans],
    }
    return [{"label_fr": label, "cells": values} for label, values in cells.items()]


def _electricity(plan: dict[str, Any]) -> str:
    """Write the sites' and the pumps' electricity; the sites' alone in an older folder."""
    name = "electricity_twh" if "electricity_twh" in plan else "site_energy_twh"
    return told(plan, name, "TWh/an")


def _heat(plan: dict[str, Any]) -> str:
    """Write the heat placed, where a taker of heat is known."""
    if headline(plan, "heat_gwh") is None:
        return "non évaluée"
    share = number(100 * (headline(plan, "erf") or 0.0), 1)
    return f"{told(plan, 'heat_gwh', 'GWh/an')}, ERF {share}{NARROW}%"


def _of_region(plan: dict[str, Any]) -> str:
    """Say the share of the region's electricity, where its consumption is known."""
    share = headline(plan, "regional_share_pct")
    if share is None:
        return ", part de la région non évaluée"
    return f", soit {number(share, 1)}{NARROW}% de la région{_dated(plan)}"


def _dated(plan: dict[str, Any]) -> str:
    """Say of which year the region's consumption is; an older folder does not hold it."""
    year = plan.get("regional_share_year")
    return f" en {year}" if year else ""


def _range(plan: dict[str, Any], name: str, unit: str) -> str:
    low, high = (headline(plan, f"{name}_{end}{unit}") or 0.0 for end in ("low", "high"))
    same = significant(low) == significant(high)
    return significant(low) if same else f"{significant(low)} à {significant(high)}"


def _binding(results: Results) -> str:
    labels = sorted({entry["label_fr"] for entry in results.summary["binding_rules"]})
    broken = sorted({entry["label_fr"] for entry in results.summary["broken_rules"]})
    said = listing(labels) or "aucune"
    judged, known = (results.summary[f"rules_{name}"] for name in ("evaluated", "total"))
    said += f" ; dépassées : {listing(broken)}" if broken else ""
    return f"{said} ({judged} règles évaluées sur {known})"


def _shared(a: int, b: int, results: Sequence[Results], labels: Sequence[str]) -> dict[str, Any]:
    """Return the share of the smaller plan's MW that both place in the same place, by grain."""
    left, right = (_powers(results[k]) for k in (a, b))
    shares = {}
    for grain, column in GRAINS.items():
        both = pd.concat(
            [_by(results[a], left, column), _by(results[b], right, column)], axis=1
        ).fillna(0.0)
        smaller = min(left.sum(), right.sum())
        common = float(both.min(axis=1).sum())
        shares[grain] = round(100.0 * common / smaller, 1) if smaller else 0.0
    return {"plans": [labels[a], labels[b]], "shared_mw_pct": shares}


def _powers(results: Results) -> pd.Series:
    power: pd.Series = results.sites[f"it_mw_{results.summary['periods'][-1]}"]
    return power[power > 0]


def _by(results: Results, powers: pd.Series, column: str) -> pd.Series:
    keys = powers.index if column == "site" else results.sites.loc[powers.index, column]
    return powers.groupby(pd.Index(keys)).sum()


def compare_lines(document: dict[str, Any]) -> list[str]:
    """Write the comparison for a terminal: one block a row, so that nothing is cut.

    Parameters
    ----------
    document : from ``compare``.

    Returns
    -------
    French lines.
    """
    names = [column["name"] for column in document["columns"]]
    width = max(len(name) for name in names)
    lines = []
    for row in (*document["rows"], *document["around"]):
        lines.append(row["label_fr"])
        lines += [f"  {n:<{width}}  {c}" for n, c in zip(names, row["cells"], strict=True)]
    for pair in document["shared"]:
        shares = ", ".join(
            f"{grain} {number(v, 1)}{NARROW}%" for grain, v in pair["shared_mw_pct"].items()
        )
        lines.append(f"MW en commun, {pair['plans'][0]} et {pair['plans'][1]} : {shares}")
    return lines
