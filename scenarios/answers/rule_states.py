"""Rules as the summary lists them: those that bind, are broken, off, silent, or partly judged."""

from __future__ import annotations

from typing import Any

import pandas as pd

from layers.words.kept_figures import six_figures
from scenarios.storage.results import records
from siting.program.rule_registry import PARTLY_FR


def binding_rows(rules: pd.DataFrame) -> list[dict[str, Any]]:
    """List the rules that bind, the periods and places where each does.

    Parameters
    ----------
    rules : the account of the rules: rule_id, label_fr, evaluated, binding, excess, can_bite…

    Returns
    -------
    Rows rule_id, rule, label_fr, where, period (None for all), price_text_fr.
    """
    rows = rules[rules["evaluated"] & rules["binding"]]
    return [
        {
            "rule_id": r["rule_id"],
            "rule": r["rule"],
            "label_fr": r["label_fr"],
            "where": r["where"],
            "period": int(r["period"]) if pd.notna(r["period"]) else None,
            "price_text_fr": r["price_text_fr"] or "",
        }
        for r in records(rows)
    ]


def broken_rows(rules: pd.DataFrame) -> list[dict[str, Any]]:
    """List the soft rules that are exceeded, and by how much.

    Parameters
    ----------
    rules : the account of the rules: rule_id, label_fr, evaluated, binding, excess, can_bite…

    Returns
    -------
    Rows rule_id, rule, label_fr, where, period (None for all), excess (in ``unit``, six figures),
    unit.
    """
    rows = rules[rules["evaluated"] & (rules["excess"].fillna(0.0) > 1e-6)]
    return [
        {
            "rule_id": r["rule_id"],
            "rule": r["rule"],
            "label_fr": r["label_fr"],
            "where": r["where"],
            "period": int(r["period"]) if pd.notna(r["period"]) else None,
            "excess": six_figures(float(r["excess"])),
            "unit": r["unit"],
        }
        for r in records(rows)
    ]


def off_rows(rules: pd.DataFrame) -> list[dict[str, str]]:
    """List the rules that could be judged but that the scenario does not ask for.

    Parameters
    ----------
    rules : the account of the rules: rule_id, label_fr, evaluated, binding, excess, can_bite…

    Returns
    -------
    Rows rule_id, label_fr, why_fr, one a rule.
    """
    silent = _silent_rules(rules)
    return _named(silent[silent["can_bite"] != "donnée absente"])


def unevaluated_rows(rules: pd.DataFrame) -> list[dict[str, str]]:
    """List the rules that no figure could judge: a layer or a definition is lacking.

    Parameters
    ----------
    rules : the account of the rules: rule_id, label_fr, evaluated, binding, excess, can_bite…

    Returns
    -------
    Rows rule_id, label_fr, why_fr, one a rule.
    """
    silent = _silent_rules(rules)
    return _named(silent[silent["can_bite"] == "donnée absente"])


def partly_rows(rules: pd.DataFrame) -> list[dict[str, str]]:
    """List the rules judged on some of their layers only: what is absent is no good news.

    Parameters
    ----------
    rules : the account of the rules: rule_id, label_fr, evaluated, binding, excess, can_bite…

    Returns
    -------
    Rows rule_id, label_fr, why_fr, one a rule.
    """
    told = rules[rules["evaluated"] & rules["note_fr"].str.startswith(PARTLY_FR)]
    return _named(told.drop_duplicates("rule_id"))


def _silent_rules(rules: pd.DataFrame) -> pd.DataFrame:
    judged = set(rules.loc[rules["evaluated"], "rule_id"])
    return rules[~rules["rule_id"].isin(judged)].drop_duplicates("rule_id")


def _named(rules: pd.DataFrame) -> list[dict[str, str]]:
    return [
        {"rule_id": r["rule_id"], "label_fr": r["label_fr"], "why_fr": r["note_fr"]}
        for r in records(rules)
    ]


def silent_criteria_rows(verdicts: pd.DataFrame) -> list[dict[str, str]]:
    """List the criteria that no site could be judged on.

    Parameters
    ----------
    verdicts : one row a site and criterion: site_id, criterion, label_fr, kind, state.

    Returns
    -------
    Rows criterion, label_fr, sorted by criterion.
    """
    known = verdicts.assign(known=verdicts["state"] != "unknown").groupby("criterion", sort=True)
    table = known.agg(any_known=("known", "any"), label_fr=("label_fr", "first"))
    silent = table[~table["any_known"]]
    return [{"criterion": str(name), "label_fr": row.label_fr} for name, row in silent.iterrows()]
