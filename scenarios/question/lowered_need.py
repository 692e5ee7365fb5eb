"""An impossible question made possible by its need alone: how much less would do, by period."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from layers.words.french import NO_BREAK, listing, significant
from scenarios.question.scenario_reading import Scenario
from siting.conflicts.rule_conflicts import NEED, NoPlanError
from siting.program.rule_registry import RULES

TRIES = 4
"""How many times the need is lowered again when what lacked was not all."""
EASE = 0.01
"""Share of the need given up beyond what lacks, so that whole sites fit without a long search."""


def lowered(scenario: Scenario, fault: NoPlanError) -> Scenario | None:
    """Return the scenario with the need that every other rule allows, all else as it was.

    Parameters
    ----------
    scenario : the question, impossible.
    fault : why; its relaxations of the need alone are read.

    Returns
    -------
    The scenario, its need lowered to the tenth of a megawatt below; None when less need alone does
    not do.
    """
    lacks = {
        each.period: each.amount
        for each in fault.relaxations
        if each.rule == NEED and each.is_alone and each.is_found
    }
    if not lacks:
        return None
    need = {
        year: max(0.0, math.floor(10 * (mw - lacks.get(year, 0.0))) / 10)
        for year, mw in scenario.demand.it_mw.items()
    }
    return scenario.model_copy(
        update={"demand": scenario.demand.model_copy(update={"it_mw": need})}
    )


def out_of_scale(asked: Scenario, edge: Scenario) -> bool:
    """Return whether the rules allow less than half of what is asked, and yet something.

    The nearest plan would fill every site of the territory: long to find, and no answer to such a
    question.

    Parameters
    ----------
    asked : the question as it was put.
    edge : the same with the most need that the rules allow.

    Returns
    -------
    False when nothing at all can be placed: that is told at once.
    """
    last = max(asked.demand.it_mw)
    existing = asked.demand.existing_it_mw
    wanted, allowed = (each.demand.it_mw[last] - existing for each in (asked, edge))
    return 0.0 < allowed < wanted / 2.0


def eased(scenario: Scenario) -> Scenario:
    """Return the scenario with a hundredth less need: room for sites that open whole.

    Parameters
    ----------
    scenario : its need at the very edge of what the rules allow.

    Returns
    -------
    The scenario, its need rounded to the tenth of a megawatt below.
    """
    need = {
        year: math.floor(10 * (1 - EASE) * mw) / 10 for year, mw in scenario.demand.it_mw.items()
    }
    return scenario.model_copy(
        update={"demand": scenario.demand.model_copy(update={"it_mw": need})}
    )


def impossible(
    asked: Scenario, edge: Scenario, served: Scenario, fault: NoPlanError
) -> dict[str, Any]:
    """Say why a question has no plan, what lacks, and how far the nearest plan goes.

    Parameters
    ----------
    asked : the question as it was put.
    edge : the same with the most need that the rules were found to allow, sites open in part.
    served : the same with the need that the nearest plan serves, at most a hundredth less.
    fault : why there is no plan.

    Returns
    -------
    A document for JSON: ``conflict_fr`` (labels), ``lacks`` (one row a rule, place and period, its
    amount in its unit), ``need`` by period (asked_mw, lacks_mw at least, served_mw), and the
    error's own words.
    """
    need = {
        str(year): {
            "asked_mw": float(mw),
            "lacks_mw": round(float(mw) - float(edge.demand.it_mw[year]), 1),
            "served_mw": float(served.demand.it_mw[year]),
        }
        for year, mw in asked.demand.it_mw.items()
    }
    return {
        "code": fault.code,
        "message_fr": fault.message,
        "where_fr": fault.where,
        "hint_fr": fault.hint,
        "conflict_fr": [RULES[name].label_fr if name in RULES else name for name in fault.conflict],
        "lacks": [
            {
                "rule_id": each.rule_id, "rule": each.rule, "label_fr": each.label_fr,
                "where": each.where, "period": each.period, "amount": each.amount,
                "unit": each.unit, "text_fr": each.text_fr, "is_alone": each.is_alone,
                "is_found": each.is_found,
            }
            for each in fault.relaxations
        ],
        "need": need,
        "answer_fr": _answer(need),
    }  # fmt: skip


def _answer(need: Mapping[str, Mapping[str, float]]) -> list[str]:
    lacking = [
        f"{significant(mw['lacks_mw'])}{NO_BREAK}MW en {year}"
        for year, mw in need.items()
        if mw["lacks_mw"] > 0
    ]
    served = [f"{significant(mw['served_mw'])}{NO_BREAK}MW en {year}" for year, mw in need.items()]
    return [
        "Aucun plan ne respecte toutes les règles retenues : pour servir le besoin demandé, il "
        f"manque au moins {listing(lacking)}.",
        "Ce dossier donne le plan possible le plus proche, qui tient toutes les règles dures et "
        f"sert {listing(served)}, existant compris.",
    ]
