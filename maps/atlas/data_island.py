"""The data island: everything the page shows, as one JSON text that no engine ever runs."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from layers.words.dated_values import scopes_fr
from layers.words.french import NO_BREAK, declared, number, plural
from maps.atlas.atlas_sites import packed_criteria, packed_sites, present
from maps.atlas.existing_panel import existing_panel
from maps.atlas.page_charts import moving_constants, site_months
from maps.atlas.page_scenes import scenes
from maps.look import page_geography
from maps.look.data_packing import pack_table
from maps.look.map_colours import LOOK
from maps.look.page_wording import french_unit
from maps.look.publisher import Identity
from maps.printed.other_plans_page import variants
from scenarios.answers.first_look import finding, first_look
from scenarios.answers.neo_terra_matrix.matrix_table import matrix
from scenarios.question.colleges import College, colleges
from scenarios.storage.results import Results

OSM_CREDIT = "© les contributeurs d’OpenStreetMap (ODbL)"
RULE_COLUMNS = (
    "rule_id", "rule", "label_fr", "scope", "hard", "evaluated", "can_bite", "where", "period",
    "unit", "activity", "limit", "slack", "binding", "price_text_fr", "excess", "status",
    "reference", "note_fr", "text_fr", "basis_fr", "threshold_fr", "bite_fr",
)  # fmt: skip
LINES_A_RULE = 40
BEST = "meilleur selon les pondérations choisies"
DOUBTFUL = ("assumption", "memory")


def contents(results: Results, identity: Identity | None = None) -> dict[str, Any]:
    """Return what the page shows, in plain values, tables packed by column.

    Parameters
    ----------
    results : opened results folder.
    identity : who publishes the page; neutral without one.

    Returns
    -------
    JSON-ready values: what the run said (answer, badges, plan, not_evaluated…), sites, criteria and
    rules packed by ``maps.look.data_packing``, and the ground in WGS 84. Of each rule, at most
    ``LINES_A_RULE`` lines of the bill, the tightest.
    """
    identity = identity or Identity()
    summary = results.summary
    ground = page_geography.Ground.of(results)
    return {
        "format": 1,
        "identity": _identity(results) | asdict(identity),
        "head": asdict(first_look(summary)),
        "impossible": summary.get("impossible"),
        "answer": list(summary["answer_fr"]),
        "badges": _badges(results),
        "periods": [int(period) for period in summary["periods"]],
        "demand": summary["demand"],
        "plan": summary["plan"],
        "yards": [_yard(entry) for entry in summary.get("yards_to_ask", [])],
        "not_evaluated": _not_evaluated(summary),
        **page_geography.bounds(ground),
        "look": dict(LOOK) | {"retained": identity.retained},
        "territory": page_geography.territory(results, ground),
        "places": page_geography.places(results, ground),
        "sites": packed_sites(results),
        "criteria": packed_criteria(results),
        "existing": existing_panel(results),
        "scopes": scopes_fr(results.scenario.get("texts")),
        "scenes": scenes(results),
        "months": site_months(results),
        "doubts": moving_constants(results),
        "rules": pack_table(_bill(results.rules), digits=6),
        "parameters": pack_table(_parameters(results)),
        "matrix": _commitments(results),
        "sources": _sources(results),
        "variants": variants(results),
        "colleges": [_college(each) for each in colleges().every],
        "credits": _credits(results),
        "osmCredit": OSM_CREDIT,
    }


def as_text(content: Mapping[str, Any]) -> str:
    """Write the island as JSON that can lie inside a page: no « < », no line separator.

    Parameters
    ----------
    content : values that JSON takes, from `contents`; NaN and infinities are refused (ValueError).

    Returns
    -------
    One line of JSON, not escaped for HTML beyond « < ».
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for risky in ("<", "\u2028", "\u2029"):
        text = text.replace(risky, f"\\u{ord(risky):04x}")
    return text


def _college(college: College) -> dict[str, Any]:
    return {"label": college.label, "short": college.short, "weights": dict(college.weights)}


def _identity(results: Results) -> dict[str, Any]:
    summary = results.summary
    where = summary["territory"]
    plain = where if isinstance(where, str) else ", ".join(where)
    territory = summary.get("territory_fr") or _capital(plain)
    return {
        "name": summary["scenario"],
        "title": summary["title"],
        "territory": territory,
        "finding": finding(summary),
        "reference_date": summary["reference_date"],
        "version": results.descriptor.get("version", ""),
    }


def _capital(slug: str) -> str:
    """Write a slug as a name.

    >>> _capital("nouvelle-aquitaine")
    'Nouvelle-Aquitaine'
    """
    return "-".join(word[:1].upper() + word[1:] for word in slug.split("-"))


def _badges(results: Results) -> list[dict[str, str]]:
    doubtful = sum(entry["status"] in DOUBTFUL for entry in results.parameters)
    silent = len(results.summary.get("rules_not_evaluated", []))
    partly = len(results.summary.get("rules_partly_evaluated", []))
    broken = {entry["rule_id"] for entry in results.summary.get("broken_rules", [])}
    badges = [
        {"text": BEST if results.summary["n_sites"] else "rien à placer", "kind": ""},
        {"text": _compatible(len(broken)), "kind": ""},
    ]
    if results.summary.get("impossible"):
        badges = [{"text": "plan possible le plus proche, non la réponse", "kind": "doubt"}]
    if broken:
        said = plural(len(broken), "règle souple dépassée", "règles souples dépassées")
        badges.append({"text": said, "kind": "doubt"})
    if doubtful:
        badges.append(
            {"text": plural(doubtful, "valeur à confirmer", "valeurs à confirmer"), "kind": "doubt"}
        )
    if silent:
        said = plural(silent, "règle non évaluée", "règles non évaluées")
        said += f", {number(partly)} en partie" if partly else ""
        badges.append({"text": said, "kind": "doubt"})
    return badges


def _compatible(broken: int) -> str:
    rules = "les règles dures du jeu déclaré" if broken else "le jeu de règles déclaré"
    return f"compatible avec {rules}"


def _yard(entry: Mapping[str, Any]) -> str:
    name = str(entry.get("name") or entry["yard_id"])
    if entry.get("room_mw") is None:
        return name
    used, room, low, high = (
        number(float(entry.get(key) or 0.0))
        for key in ("used_mw", "room_mw", "room_low_mw", "room_high_mw")
    )
    return f"{name} : {used} MW utilisés sur {room} MW supposés ({low} à {high})"


def _not_evaluated(summary: Mapping[str, Any]) -> list[dict[str, str]]:
    rules = [
        {"code": r["rule_id"], "label": r["label_fr"], "why": r.get("why_fr") or ""}
        for key in ("rules_not_evaluated", "rules_partly_evaluated")
        for r in summary.get(key, [])
    ]
    criteria = [
        {"code": "", "label": c["label_fr"], "why": c.get("why_fr") or "critère sans donnée"}
        for c in summary.get("criteria_not_evaluated", [])
    ]
    return rules + criteria


def _bill(rules: pd.DataFrame) -> pd.DataFrame:
    """Keep the lines of the bill that say something: what binds, then the tightest of each rule."""
    bill = present(rules, RULE_COLUMNS).reset_index(drop=True)
    tight = (bill["slack"] / bill["limit"].abs().clip(lower=1e-9)).rename("tight")
    order = bill.assign(tight=tight, loose=~bill["binding"].astype(bool))
    order = order.sort_values(["rule_id", "loose", "tight"], kind="stable")
    kept = order.groupby("rule_id").cumcount() < LINES_A_RULE
    lines = bill.groupby("rule_id")["rule_id"].transform("size")
    return bill.assign(lines=lines).loc[sorted(kept.index[kept])]


def _commitments(results: Results) -> list[dict[str, str]]:
    """Return the matrix of Néo Terra as the page shows it: a line a commitment."""
    if results.is_elsewhere:
        return []
    kept = ("label_fr", "status_fr", "indicator_fr", "share_fr", "verdict", "cost_fr", "decides_fr")
    return [
        {key: str(row[key]) for key in kept} | {"last_fr": row["by_period"][-1]["text_fr"]}
        for row in matrix([results])["rows"]
    ]


def _parameters(results: Results) -> pd.DataFrame:
    doubtful = [entry for entry in results.parameters if entry["status"] in DOUBTFUL]
    rows = [
        {
            "name": entry["name"],
            "label_fr": entry["label_fr"],
            "value_text": _value(entry["value"], entry["unit"]),
            "status": entry["status"],
            "reference": entry["reference"],
        }
        for entry in doubtful
    ]
    columns = ["name", "label_fr", "value_text", "status", "reference"]
    return pd.DataFrame(rows, columns=columns)


def _value(value: object, unit: str) -> str:
    if isinstance(value, Mapping):
        return " ; ".join(f"{key} : {_value(item, unit)}" for key, item in value.items())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = declared(float(value), 3)
    return f"{text}{NO_BREAK}{told}" if (told := french_unit(unit)) else text


def _sources(results: Results) -> list[dict[str, str]]:
    kept = ("title", "producer", "licence", "vintage")
    return [
        {key: str(source.get(key) or "") for key in kept}
        | {
            "state": str(source.get("state_fr") or source.get("state") or ""),
            "caveat": str(source.get("caveat_fr") or ""),
        }
        for source in results.descriptor.get("sources", [])
    ]


def _credits(results: Results) -> list[str]:
    """Credit the producers of what is drawn; the whole list is in the page."""
    producers = {str(s.get("producer") or "") for s in results.descriptor.get("sources", [])}
    drawn = [
        known for known in ("IGN", "INSEE", "RTE", "Cerema") if any(known in p for p in producers)
    ]
    return [f"Sources : {', '.join(drawn)} – détail dans « Lire »"] if drawn else []


def without_script(results: Results) -> str:
    """Return the answer and the ranking as escaped markup, for readers without JavaScript.

    Parameters
    ----------
    results : opened results folder; the first 100 sites by rank are listed.

    Returns
    -------
    HTML of paragraphs and one table, its texts escaped.
    """
    sites = results.sites
    ranked = sites[sites["rank"].notna()].sort_values("rank")
    last = f"it_mw_{results.summary['periods'][-1]}"
    answer = "".join(f"<p>{html.escape(text)}</p>" for text in results.summary["answer_fr"])
    lines = "".join(
        f"<tr><td>{int(row.rank)}</td><th scope='row'>{html.escape(str(row.name_fr))}</th>"
        f"<td>{html.escape(str(row.commune_name))}</td><td>{number(row.score_low, 1)}</td>"
        f"<td>{number(getattr(row, last) or 0.0, 1)}</td></tr>"
        for row in ranked.head(100).itertuples()
    )
    head = "".join(
        f"<th scope='col'>{name}</th>" for name in ("Rang", "Site", "Commune", "Score", "MW")
    )
    return (
        f"{answer}<table><caption>Les 100 premiers sites (sans JavaScript)</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
    )
