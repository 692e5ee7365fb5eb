"""Each retained site against each Néo Terra rule: the table that goes with a request for aid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from layers.words.dated_values import STATUS_FR
from layers.words.french import listing
from layers.words.kept_figures import six_figures
from scenarios.answers.plan_summary import total
from scenarios.storage.results import Results

RESPECTED, BROKEN, UNKNOWN = "respectée", "non respectée", "non évaluée"
# Rule → what one site brings to it: (variable of the ledger, factor to the rule's unit).
SHARES: Mapping[str, tuple[str, float]] = {
    "land.regional_enaf": ("land", 1e-4),
    "water.regional_budget": ("water_input", 1.0),
    "energy.budget": ("site_energy", 1.0),
    "carbon.budget": ("carbon", 1e-3),
}
CAPS = "design.efficiency_caps"
COLUMNS = (
    "identifiant", "site", "commune", "code INSEE (COG 2026)", "règle", "intitulé", "échelle",
    "échéance", "état", "part du site", "valeur", "limite", "unité", "statut de la limite",
    "source", "note",
)  # fmt: skip


def profile_table(results: Results) -> pd.DataFrame:
    """Return one row a retained site, rule of scope N and period.

    « valeur » and « limite » are those of the scale that the rule is written at; « part du site »
    is what the site brings. A rule that nothing could judge is « non évaluée », never respected.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Columns ``COLUMNS``, by site, rule and period; amounts in the unit of their row.
    """
    sites = results.sites[results.sites["retained"]].sort_index()
    rules = results.rules[results.rules["scope"] == "N"]
    rows = []
    for site_id, site in sites.iterrows():
        who = {
            "identifiant": site_id,
            "site": site["name_fr"],
            "commune": site["commune_name"]
            if pd.notna(site["commune_name"])
            else "commune inconnue",
            "code INSEE (COG 2026)": site["commune_code"],
        }
        for name, of_rule in rules.groupby("rule", sort=False):
            judge = _caps if name == CAPS else _billed
            rows += [who | row for row in judge(results, str(site_id), site, of_rule)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["échéance"] = table["échéance"].astype("Int64")
    return table.sort_values(["identifiant", "règle", "échéance"], kind="stable", ignore_index=True)


def _billed(
    results: Results, site_id: str, site: pd.Series, of_rule: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Judge by the bill: the rows of the region, or of the place where the site is."""
    first = of_rule.iloc[0]
    if not bool(first["evaluated"]):
        yield _head(first) | {"échelle": "", "état": UNKNOWN, "note": first["note_fr"]}
        return
    here = of_rule[of_rule["where"].map(lambda where: _concerns(str(where), site_id, site))]
    if here.empty:
        yield _head(first) | {"échelle": "", "état": UNKNOWN, "note": "aucune ligne pour ce site"}
    for _, row in here.iterrows():
        period = int(row["period"]) if pd.notna(row["period"]) else None
        excess = row["excess"] if pd.notna(row["excess"]) else 0.0
        yield _head(row) | {
            "échelle": row["where"],
            "échéance": period,
            "état": BROKEN if excess > 1e-6 else RESPECTED,
            "part du site": _share(results, site_id, site, str(row["rule"]), period),
            "valeur": _rounded(row["activity"]),
            "limite": _rounded(row["limit"]),
            "note": row["note_fr"],
        }


def _concerns(where: str, site_id: str, site: pd.Series) -> bool:
    places = (
        "région", f"département {site['departement_code']}", f"commune {site['commune_code']}",
        f"secteur {site['sector_code']}", f"site {site_id}",
    )  # fmt: skip
    return any(where == place or where.startswith(f"{place},") for place in places)


def _share(
    results: Results, site_id: str, site: pd.Series, rule: str, period: int | None
) -> float | None:
    if period is None:
        return None
    if rule == "territory.balance":
        return _rounded(site[f"it_mw_{period}"])
    if rule == "land.regional_enaf" and site["enaf"] == "no":
        return 0.0
    if rule not in SHARES:
        return None
    placed = results.table("plan/placements")
    now = placed[(placed["site_id"] == site_id) & (placed["period"] == period)]
    variable, factor = SHARES[rule]
    return _rounded(factor * total(results.impacts, now, variable))


def _caps(
    results: Results, site_id: str, site: pd.Series, of_rule: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Judge the efficiency of the designs placed here, whether the scenario asks for it or not."""
    first = of_rule.iloc[0]
    placed = results.table("plan/placements")
    designs = sorted(set(placed.loc[placed["site_id"] == site_id, "design"]))
    papers = {entry["name"]: entry for entry in results.parameters}
    strict = {"yes": "max_wue_zre", "unknown": "max_wue_zre"}.get(site["zre"], "max_wue")
    asked = "" if bool(first["evaluated"]) else "non retenue par le scénario ; pour information. "
    for variable, key, unit in (("pue", "max_pue", "1"), ("wue", strict, "L/kWh")):
        limit = papers.get(f"design.{key}")
        if limit is None or not designs:
            yield _head(first) | {"échelle": "site", "état": UNKNOWN, "note": "limite absente"}
            continue
        found = results.impacts[variable].sel(site_id=site_id, design=designs)
        value, most = float(found.max()), float(limit["value"])
        names = listing(str(name) for name in found["design_fr"].to_numpy())
        doubt = " Secteur d'état ZRE non évalué : limite la plus sévère." if (
            key == "max_wue_zre" and site["zre"] == "unknown") else ""  # fmt: skip
        yield _head(first) | {
            "échelle": f"site, {variable.upper()} annuel calculé",
            "état": RESPECTED if value <= most + 1e-9 else BROKEN,
            "part du site": _rounded(value), "valeur": _rounded(value), "limite": most,
            "unité": unit, "statut de la limite": STATUS_FR[limit["status"]],
            "source": limit["reference"], "note": f"{asked}{names}.{doubt}",
        }  # fmt: skip


def _head(row: pd.Series) -> dict[str, Any]:
    return {
        "règle": row["rule_id"],
        "intitulé": row["label_fr"],
        "unité": row["unit"],
        "statut de la limite": STATUS_FR[row["status"]],
        "source": row["reference"],
    }


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else six_figures(value)
