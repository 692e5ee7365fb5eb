"""The matrix: commitments in rows, the plan's figures, its verdicts, and other plans beside."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.dated_values import STATUS_FR
from layers.words.french import NARROW, NO_BREAK, estimate, listing, number, plural
from scenarios.answers.neo_terra_matrix.commitment_indicators import INDICATORS, Indicator
from scenarios.answers.neo_terra_matrix.matrix_facts import Facts, Limit, Reading
from scenarios.storage.results import Results

COMMITMENTS = Path(__file__).parent / "commitments.toml"
HELPS, NEUTRAL, AWAY, UNKNOWN = "contribue", "neutre", "s'éloigne", "non évalué"
VERDICTS = (HELPS, NEUTRAL, AWAY, UNKNOWN)
TINY = 1e-6
HELD = "rien : déjà tenu"
MIXED = "elle serre ; prix mêlé de pénalités, non dit"
LEAST = 0.01  # M€
NOTHING_NEW = "Rien de nouveau"


@dataclass(frozen=True)
class Commitment:
    """A commitment: its words, its papers, who decides, and what the Région cannot impose."""

    name: str
    ambition: int
    label_fr: str
    dated: date
    status: str
    reference: str
    decides_fr: str
    cannot_fr: str
    indicator: str = ""
    unevaluated_fr: str = ""


@cache
def ambitions() -> dict[int, str]:
    """Return the six ambitions of Néo Terra 2.

    Returns
    -------
    Names by number.
    """
    return {int(key): name for key, name in _read()["ambitions"].items()}


@cache
def commitments() -> tuple[Commitment, ...]:
    """Return the commitments that touch datacenters, ambition after ambition.

    Returns
    -------
    In the order of the file; read once a process.
    """
    return tuple(Commitment(name, **body) for name, body in _read().items() if name != "ambitions")


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(COMMITMENTS.read_text(encoding="utf-8"))


def matrix(results: Sequence[Results], titles: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the matrix of one plan, or of several side by side.

    Parameters
    ----------
    results : opened folders, the plan that the figures detail first.
    titles : heads of the columns of plans; None for the titles of the scenarios.

    Returns
    -------
    ``title``, ``periods``, ``plans`` (heads), ``rows`` (words and figures), ``counts`` (verdicts of
    each plan at its last period), ``said_fr``.
    """
    first = results[0]
    heads = [NOTHING_NEW, *(titles or [_head(each) for each in results])]
    rows = [_row(commitment, results) for commitment in commitments()]
    return {
        "schema_version": 1,
        "scenario": str(first.summary["scenario"]),
        "title": str(first.summary["title"]),
        "applied_fr": str(first.summary.get("applied_fr", "")),
        "reference_date": first.summary["reference_date"],
        "periods": [int(period) for period in first.summary["periods"]],
        "plans": heads,
        "rows": rows,
        "counts": [
            {
                verdict: sum(row["plans"][k]["verdict"] == verdict for row in rows)
                for verdict in VERDICTS
            }
            for k in range(len(heads))
        ],
        "said_fr": _said(rows, heads),
    }


def _head(results: Results) -> str:
    """Return the title of a plan, with the projects it holds as decided."""
    held = [str(project["label_fr"]) for project in _projects(results)]
    return str(results.summary["title"]) + (f", avec {listing(held)}" if held else "")


def _projects(results: Results) -> list[dict[str, Any]]:
    return list(results.document("parameters").get("projects", []))


def _row(commitment: Commitment, results: Sequence[Results]) -> dict[str, Any]:
    first = results[0]
    measure = INDICATORS.get(commitment.indicator)
    readings = [_cell(measure, Facts(first, int(t))) for t in first.summary["periods"]]
    last = Facts(first, int(first.summary["periods"][-1]))
    others = [Facts(each, int(each.summary["periods"][-1])) for each in results]
    plans = [_cell(measure, last.nothing_new), *(_cell(measure, each) for each in others)]
    return {
        "name": commitment.name,
        "ambition": commitment.ambition,
        "ambition_fr": ambitions()[commitment.ambition],
        "label_fr": commitment.label_fr,
        "dated": commitment.dated.isoformat(),
        "status": commitment.status,
        "status_fr": STATUS_FR[commitment.status],
        "reference": commitment.reference,
        "indicator_fr": measure.label_fr if measure else commitment.unevaluated_fr,
        "unit": measure.unit if measure else "",
        "trace_fr": measure.trace_fr if measure else "commitments.toml",
        "by_period": readings,
        "share_fr": _share(measure, last),
        "verdict": readings[-1]["verdict"],
        "cost_fr": _cost(measure, last),
        "decides_fr": commitment.decides_fr,
        "cannot_fr": commitment.cannot_fr,
        "plans": plans,
    }


def _cell(measure: Indicator | None, facts: Facts) -> dict[str, Any]:
    reading = measure.measure(facts) if measure else None
    if measure is None or reading is None:
        return {"text_fr": "–", "low": None, "high": None, "verdict": UNKNOWN}
    return {
        "text_fr": _ends(measure, reading),
        "low": reading.low,
        "high": reading.high,
        "verdict": verdict(measure, reading, target(measure, facts)),
    }


def target(measure: Indicator, facts: Facts) -> Limit | None:
    """Return the target of an indicator at a period, and who sets it.

    Parameters
    ----------
    measure : a registered indicator.
    facts : a plan at a period.

    Returns
    -------
    The declared limit; zero, an assumption, for an indicator without a key; None when unknown.
    """
    return facts.limit(measure.rule, measure.key) if measure.key else Limit(0.0, "hypothèse")


def verdict(measure: Indicator, reading: Reading, limit: Limit | None) -> str:
    """Judge a reading against its target: unknown ends never make good news.

    Parameters
    ----------
    measure : gives the sense of the target.
    reading : the figure between its two ends.
    limit : the target.

    Returns
    -------
    One of ``VERDICTS``.
    """
    if limit is None:
        return UNKNOWN
    room = TINY * max(1.0, abs(limit.value))
    if measure.sense == "at least":
        if reading.low >= limit.value - room:
            return UNKNOWN if reading.partly else HELPS
        return AWAY if reading.high < limit.value - room else UNKNOWN
    if reading.low > limit.value + room:
        return AWAY
    return UNKNOWN if reading.partly or reading.high > limit.value + room else NEUTRAL


def _ends(measure: Indicator, reading: Reading) -> str:
    low, high = (_amount(measure, end) for end in (reading.low, reading.high))
    return low if low == high else f"{low} à {high}"


def _amount(measure: Indicator, value: float) -> str:
    if measure.percent:
        return number(100 * value, 1).removesuffix(",0") + f"{NARROW}%"
    return number(value, 2) if measure.unit == "1" else (estimate(value) if value else "0")


def _share(measure: Indicator | None, facts: Facts) -> str:
    """Say how much of its target the plan uses up, with the target and who sets it."""
    reading = measure.measure(facts) if measure else None
    limit = target(measure, facts) if measure else None
    if measure is None or reading is None or limit is None:
        return "–"
    told = f"{_amount(measure, limit.value)}, {limit.setter_fr}"
    if limit.value <= 0:
        return f"cible{NO_BREAK}: {told}"
    ends = sorted({round(100 * end / limit.value) for end in (reading.low, reading.high)})
    return f"{' à '.join(number(end) for end in ends)}{NARROW}% de {told}"


def _cost(measure: Indicator | None, facts: Facts) -> str:
    """Say what respecting the commitment costs: M€ where it is kept, MW where it is not."""
    reading = measure.measure(facts) if measure else None
    limit = target(measure, facts) if measure else None
    if measure is None or reading is None or limit is None:
        return UNKNOWN
    state = verdict(measure, reading, limit)
    if state == AWAY:
        return _not_placed(measure, facts, reading, limit)
    if state == UNKNOWN:
        return UNKNOWN
    return _price(measure, facts)


def _price(measure: Indicator, facts: Facts) -> str:
    """Return the M€ of a rule that is kept; none where a broken soft rule's penalty is in them."""
    costs = facts.results.summary.get("rule_costs", [])
    told = next((row["cost_meur"] for row in costs if row["rule"] == measure.rule), None)
    if not facts.billed(measure.rule)["binding"].astype(bool).any() or not told or told < LEAST:
        return HELD
    if facts.results.summary.get("broken_rules"):
        return MIXED
    return f"environ {estimate(told, 2)}{NO_BREAK}M€"


def _not_placed(measure: Indicator, facts: Facts, reading: Reading, limit: Limit) -> str:
    """Return the MW to leave out so that the target holds, all else kept in proportion."""
    placed = facts.power_mw()
    if measure.sense == "at least":
        kept = reading.high / limit.value if limit.value else 1.0
        return _mw_less(placed * (1 - kept), placed)
    if measure.percent or measure.unit == "1":
        return "une autre répartition" if measure.percent else "un autre refroidissement"
    if measure.unit == "MW":
        return _mw_less(reading.low - limit.value, placed)
    base = measure.measure(facts.before_the_plan)
    standing = base.low if base else 0.0
    if standing >= limit.value and placed and limit.value > 0:
        return f"tout le plan, {estimate(placed, 2)}{NO_BREAK}MW, n'y suffit pas"
    taken = reading.low - standing
    return _mw_less(placed * (reading.low - limit.value) / taken if taken else 0.0, placed)


def _mw_less(mw: float, placed: float) -> str:
    return f"environ {estimate(min(mw, placed), 2)}{NO_BREAK}MW non placés"


def _said(rows: Sequence[dict[str, Any]], heads: Sequence[str]) -> list[str]:
    """Say in short sentences where each plan stands."""
    told = []
    for k, head in enumerate(heads):
        states = [row["plans"][k]["verdict"] for row in rows]
        away = [
            str(row["label_fr"]) for row, state in zip(rows, states, strict=True) if state == AWAY
        ]
        told.append(
            f"{head}{NO_BREAK}: {plural(states.count(AWAY), 'engagement')} où il s'éloigne, "
            f"{number(states.count(HELPS))} où il contribue, {number(states.count(NEUTRAL))} où il "
            f"est neutre, {number(states.count(UNKNOWN))} non évalués."
            if away or k
            else f"{head}{NO_BREAK}: les centres en service seuls, sans aucun site de plus."
        )
    return told


def matrix_sheet(results: Results) -> pd.DataFrame:
    """Return the matrix of one plan as a table for a spreadsheet.

    Parameters
    ----------
    results : an opened folder.

    Returns
    -------
    One row a commitment, under French heads; amounts at both ends, by period.
    """
    document = matrix([results])
    return pd.DataFrame([_sheet_row(row, document["periods"]) for row in document["rows"]])


def _sheet_row(row: dict[str, Any], periods: Sequence[int]) -> dict[str, Any]:
    by_period = {
        f"{words} {period}": cell[end]
        for period, cell in zip(periods, row["by_period"], strict=True)
        for words, end in (("bas", "low"), ("haut", "high"))
    }
    return {
        "ambition": f"{row['ambition']} {row['ambition_fr']}",
        "engagement": row["label_fr"],
        "date": row["dated"],
        "statut du texte": row["status_fr"],
        "référence": row["reference"],
        "indicateur": row["indicator_fr"],
        "unité": row["unit"],
        **by_period,
        "part de la cible": row["share_fr"],
        "verdict": row["verdict"],
        "le respecter coûte": row["cost_fr"],
        "qui décide": row["decides_fr"],
        "la Région ne peut pas": row["cannot_fr"],
        "d'où vient le chiffre": row["trace_fr"],
    }


def matrix_lines(document: dict[str, Any]) -> list[str]:
    """Write the matrix for a terminal: where each plan stands, then what goes away.

    Parameters
    ----------
    document : from ``matrix``.

    Returns
    -------
    French lines.
    """
    away = [row for row in document["rows"] if row["verdict"] == AWAY]
    told = [f"  {row['label_fr']}{NO_BREAK}: {row['share_fr']} ; {row['cost_fr']}." for row in away]
    return [
        *document["said_fr"],
        *([f"{document['title']}, s'éloigne{NO_BREAK}:"] if told else []),
        *told,
    ]
