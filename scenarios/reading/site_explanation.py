"""Why a site is in, why it is out, what it would take, and which site comes next."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import Any

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import (
    NARROW,
    NO_BREAK,
    declared,
    estimate,
    in_sentence,
    number,
    plural,
    quantity,
    significant,
)
from scenarios.reading.site_duties import site_duties
from scenarios.storage.results import Results, records
from siting.choice.reason_table import NEVER_ENTERED
from siting.prices.rule_bill import money

STATES = {"passed": "passé", "failed": "échoué", "unknown": "non évalué", "graded": "noté"}
# A site that lacks more than this share of the least area will not find it next door.
MOST_MISSING = 0.5
IDS_FR = (
    "un identifiant s'écrit comme 87085_1437 ; « siting rank » et la carte les donnent, et le nom "
    "d'une commune donne les siens"
)
FATES = {
    "candidat": "candidat",
    "fusionné": "fusionné avec un autre enregistrement du même terrain",
    "écarté": "écarté",
    "inconnu": "inconnu : ni retenu ni écarté",
}


def explain_site(results: Results, site_id: str) -> dict[str, Any]:
    """Return everything known of a site in a run.

    Parameters
    ----------
    results : a run's folder.
    site_id : index of ``Results.sites``.

    Returns
    -------
    A document for JSON: fate and reason, rank, scores from 0 to 100, IT MW by period, verdicts,
    coolings, what would change the answer, the next best site.

    Raises
    ------
    SitingError : SIT402 for an unknown site, with the nearest.
    """
    sites = results.sites
    if site_id not in sites.index:
        raise SitingError(
            "SIT402",
            f"le site « {site_id} » n'est pas dans ces résultats",
            where=str(results.folder),
            hint=_neighbours(sites, site_id),
        )
    site = sites.loc[site_id]
    verdicts = results.verdicts[results.verdicts["site_id"] == site_id]
    return {
        "schema_version": 1,
        "site_id": site_id,
        "name_fr": site["name_fr"],
        "commune": f"{site['commune_name']} ({site['commune_code']})",
        "fate": site["fate"],
        "retained": bool(site["retained"]),
        "why_fr": site["why_fr"] or site["fate_reason_fr"],
        "merged_into": site["merged_into"],
        **_brought(site),
        "rank": None if pd.isna(site["rank"]) else int(site["rank"]),
        "score": [_float(site["score_low"]), _float(site["score_high"])],
        "it_mw": {str(t): _float(site[f"it_mw_{t}"]) for t in results.summary["periods"]},
        "verdicts": [_verdict(row) for row in records(verdicts)],
        "cause": str(site.get("cause", "")),
        "cost_meur": [_float(site.get(f"cost_{each}meur")) for each in ("", "low_", "high_")],
        "yards": yards_of(results, site_id),
        "yards_fr": [_yard_line(row) for row in yards_of(results, site_id)],
        "choices": _choices(results, site),
        "entry_meur_per_mw": _float(site.get("entry_meur_per_mw")),
        "duties_fr": site_duties(results, site_id),
        "would_change_fr": would_change(site, verdicts),
        "next_best": next_best(sites, site),
    }


def yards_of(results: Results, site_id: str) -> list[dict[str, Any]]:
    """Return every line a site may be connected by, the plan's first.

    Parameters
    ----------
    results : a run's folder.
    site_id : a candidate; another has none.

    Returns
    -------
    Rows: yard_id, yard_name, domain, voltage_kv, distance_km, limit_mw (at the meter, by law),
    cost_meur, meter_mw (what the plan draws at the last period, 0 elsewhere).
    """
    lines = results.table("plan/lines")
    here = lines[lines["site_id"] == site_id]
    keys, last = ["site_id", "yard_id", "domain"], results.summary["periods"][-1]
    used = results.table("plan/connections")
    used = used.loc[used["period"] == last, [*keys, "meter_mw"]]
    names = results.table("plan/yards").set_index("yard_id")["name"]
    table = here.merge(used, on=keys, how="left").fillna({"meter_mw": 0.0})
    table = table.assign(yard_name=table["yard_id"].map(names))
    table = table.sort_values(
        ["meter_mw", "distance_km", "yard_id", "domain"], ascending=[False, True, True, True]
    )
    columns = ["yard_id", "yard_name", "domain", "voltage_kv", "distance_km", "limit_mw",
               "cost_meur", "meter_mw"]  # fmt: skip
    return records(table[columns].round(3))


def _yard_line(row: dict[str, Any]) -> str:
    taken = f", {quantity(row['meter_mw'], 'MW', 1)} pris par le plan" if row["meter_mw"] else ""
    return (
        f"{row['yard_name']}, {row['domain']}, {quantity(row['distance_km'], 'km', 1)}, "
        f"{quantity(row['limit_mw'], 'MW', 1)} au plus{taken}"
    )


def _neighbours(sites: pd.DataFrame, asked: str) -> str | None:
    """Name the nearest identifiers, or how one is written; places are answered elsewhere."""
    ids = get_close_matches(asked, list(sites.index), n=3, cutoff=0.5)
    return f"proches{NO_BREAK}: {', '.join(ids)}" if ids else IDS_FR


def plainly(name: str) -> str:
    """Return a name without accents, capitals or hyphens, as one types it in a hurry.

    Parameters
    ----------
    name : a place, as written.

    Returns
    -------
    The name in small letters, words parted by spaces.
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return bare.lower().replace("-", " ").strip()


def _verdict(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "criterion": row["criterion"],
        "label_fr": row["label_fr"],
        "kind": row["kind"],
        "state": row["state"],
        "state_fr": STATES[row["state"]],
        "value": _float(row["value"]),
        "threshold": _float(row["threshold"]),
        "unit": row["unit"],
        "sense": row["sense"],
        "score": [_float(row["score_low"]), _float(row["score_high"])],
        "reference": row["reference"],
    }


def _choices(results: Results, site: pd.Series) -> list[dict[str, Any]]:
    """Return what the project would choose there: each cooling, per installed IT MW and year."""
    impacts = results.impacts
    if site.name not in impacts["site_id"].to_index():
        return []
    here = impacts.sel(site_id=site.name)
    chosen = str(site["design_fr"] or "")
    return [
        {
            "design": str(design),
            "design_fr": str(here["design_fr"].sel(design=design).item()),
            "chosen": str(here["design_fr"].sel(design=design).item()) in chosen.split(" et "),
            "pue": _float(here["pue"].sel(design=design).item()),
            "water_m3_per_mw": _float(here["water_input"].sel(design=design).item()),
            "heat_mw_per_mw": _float(here["heat_capacity"].sel(design=design).item()),
        }
        for design in here["design"].to_numpy()
    ]


def would_change(site: pd.Series, verdicts: pd.DataFrame) -> list[str]:
    """Return what would bring in a site that is out, from its own verdicts.

    Parameters
    ----------
    site : a row of ``Results.sites``.
    verdicts : the rows of ``Results.verdicts`` of that site.

    Returns
    -------
    French sentences, none when nothing is known that would.
    """
    failed = verdicts[(verdicts["state"] == "failed") & (verdicts["kind"] == "éliminatoire")]
    said = [text for row in records(failed) if (text := _to_pass(row))]
    unknown = verdicts[(verdicts["state"] == "unknown") & (verdicts["kind"] == "éliminatoire")]
    if len(unknown) and site["fate"] != "candidat":
        said.append(f"savoir ce qui n'est pas évalué{NO_BREAK}: {plural(len(unknown), 'critère')}")
    if site["fate"] == "inconnu":
        said.append("obtenir du producteur la surface du site")
    if site["fate"] == "candidat" and not site["retained"]:
        said += _to_enter(site)
    return said


def _to_pass(verdict: dict[str, Any]) -> str:
    """Return what would let a site pass a criterion; nothing when nothing on the ground would."""
    label, name = in_sentence(verdict["label_fr"]), verdict["criterion"]
    if name == "land.min_area":
        missing = verdict["threshold"] - verdict["value"]
        if not missing <= MOST_MISSING * verdict["threshold"]:
            return ""
        return f"réunir {declared(missing, 2)}{NO_BREAK}ha de terrain voisin, libre lui aussi"
    if name == "land.no_project":
        return "que le projet déclaré sur ce terrain soit abandonné"
    if name == "land.occupied":
        return "qu'une visite constate le terrain libre"
    return f"que le producteur de la donnée corrige « {label} », si elle est fausse"


def _to_enter(site: pd.Series) -> list[str]:
    """Return what would bring a candidate into the plan, from the cause that leaves it out."""
    cause, limit = str(site.get("cause", "")), str(site.get("limit_fr", ""))
    cost = _float(site.get("cost_meur"))
    imposed = ""
    if cost is not None and cost != float("inf"):
        imposed = f"le garder par choix (--keep), pour {_about(cost)} de plus au plan"
    price = _float(site.get("entry_meur_per_mw"))
    cheaper = f"que chaque MW y pèse {_about(price)} de moins" if price else ""
    said = {
        "to_verify": ["une visite qui constate le terrain libre (--confirm)"],
        "banned": ["que le scénario ne l'écarte plus"],
        "row": [f"de la place en plus{NO_BREAK}: {limit}", imposed],
        "impossible": [f"de la place en plus{NO_BREAK}: {limit}" if limit else ""],
        "price": [imposed or cheaper],
        "near": [imposed or "un petit changement des pondérations ou du besoin"],
        "no_line": ["un poste nouveau à portée"],
        "small_land": ["une taille minimale de site plus petite (sizes.min_mw)"],
        "small_line": ["une réponse plus large du gestionnaire de réseau"],
        "voltage_floor": ["un poste qui le desserve à une tension plus basse"],
        "no_need": ["un besoin plus grand"],
    }
    return [text for text in said.get(cause, []) if text]


def _about(meur: float) -> str:
    return f"{estimate(meur, 2)}{NO_BREAK}M€ pondérés"


def next_best(sites: pd.DataFrame, site: pd.Series) -> dict[str, Any] | None:
    """Return the first candidate not retained, other than a site, and how far its score is.

    One that could not hold the least size, or that no line reaches, is no rival.

    Parameters
    ----------
    sites : ``Results.sites``.
    site : the row that is set aside.

    Returns
    -------
    ``site_id``, ``name_fr``, ``rank`` and ``score_gap`` (points out of 100, None when the site has
    no score); None when no other candidate is left.
    """
    pool = sites[(sites["fate"] == "candidat") & ~sites["retained"]].sort_values("rank")
    pool = pool[pool.index != site.name]
    if "cause" in pool:  # a folder of a former version does not say who could not enter
        pool = pool[~pool["cause"].isin(NEVER_ENTERED)]
    if pool.empty:
        return None
    best = pool.iloc[0]
    return {
        "site_id": str(best.name),
        "name_fr": best["name_fr"],
        "rank": int(best["rank"]),
        "score_gap": None
        if pd.isna(site["score_low"])
        else round(float(best["score_low"] - site["score_low"]), 3),
    }


def _brought(site: pd.Series) -> dict[str, str]:
    """Say who brings the site, and what they say of its land; nothing for an inventoried one."""
    if site.get("source") != "own":
        return {}
    return {"brought_fr": f"{site['quality_fr']}{NARROW}; {site['occupancy_fr']}"}


def explain_lines(answer: dict[str, Any]) -> list[str]:
    """Write the answer for a terminal.

    Parameters
    ----------
    answer : from ``explain_site``.

    Returns
    -------
    French lines.
    """
    lines = [f"{answer['name_fr']} — {answer['commune']}"]
    state = "retenu" if answer["retained"] else FATES[answer["fate"]]
    lines.append(f"  état   : {state}")
    if answer["merged_into"]:
        lines.append(f"  voir   : {answer['merged_into']}")
    lines.append(f"  motif  : {answer['why_fr']}")
    if answer.get("brought_fr"):
        lines.append(f"  apport : {answer['brought_fr']}")
    if answer["retained"]:
        power = " ; ".join(f"{t} : {quantity(mw, 'MW', 1)}" for t, mw in answer["it_mw"].items())
        lines.append(f"  plan   : {power} informatiques")
    if answer["rank"] is not None:
        low, high = answer["score"]
        lines.append(
            f"  rang   : {answer['rank']}, "
            f"score entre {number(low, 1)} et {number(high, 1)} sur 100"
        )
    lines.append(f"  ce que le site impose, critère par critère{NO_BREAK}:")
    lines += [_verdict_line(v) for v in answer["verdicts"]]
    if answer["choices"]:
        lines.append(f"  ce que le projet choisit, par MW informatique et par an{NO_BREAK}:")
        lines += [_choice_line(choice) for choice in answer["choices"]]
    lines += [f"  ligne{NO_BREAK}: {text}" for text in answer["yards_fr"]]
    if answer["entry_meur_per_mw"] and not answer["retained"]:
        lines.append(
            f"  entrer dans le plan{NO_BREAK}: chaque MW devrait y peser "
            f"{money(answer['entry_meur_per_mw'])} de moins (ordre de grandeur, sites ouverts en "
            "partie)"
        )
    lines += [f"  à démontrer ou à demander{NO_BREAK}: {text}" for text in answer["duties_fr"]]
    lines += [f"  ce qui changerait l'avis : {text}" for text in answer["would_change_fr"]]
    if answer["next_best"]:
        best = answer["next_best"]
        lines.append(f"  meilleur non retenu : {best['name_fr']}, rang {best['rank']}")
    return lines


def _verdict_line(verdict: dict[str, Any]) -> str:
    unit = _unit(verdict["unit"])
    value = "—" if verdict["value"] is None else f"{significant(verdict['value'])} {unit}".rstrip()
    mark = {"passed": "✓", "failed": "✗", "unknown": "?", "graded": "·"}[verdict["state"]]
    if verdict["kind"] != "classant":
        sense = {"<=": "≤", ">=": "≥"}[verdict["sense"]]
        against = f", seuil {sense} {significant(verdict['threshold'])} {unit}".rstrip()
    else:
        low, high = verdict["score"]
        against = f", note {number(low, 2)}" + ("" if low == high else f" à {number(high, 2)}")
    return (
        f"    {mark} {verdict['label_fr']} : {verdict['state_fr']}, {value}{against}\n"
        f"        source : {verdict['reference']}"
    )


def _choice_line(choice: dict[str, Any]) -> str:
    mark = "●" if choice["chosen"] else "○"
    return (
        f"    {mark} {choice['design_fr']} : PUE {number(choice['pue'], 2)}, "
        f"{significant(choice['water_m3_per_mw'])}{NO_BREAK}m³ d'eau, "
        f"{number(choice['heat_mw_per_mw'], 2)}{NO_BREAK}MW de chaleur récupérable"
    )


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit.replace("m3", "m³")


def _float(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 6)
